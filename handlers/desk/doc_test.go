package desk_test

import "github.com/PuerkitoBio/goquery"

type selection = goquery.Selection
