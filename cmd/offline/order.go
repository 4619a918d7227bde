package main

import (
	"slices"
	"strings"

	"epom/forms"
	"epom/internal/fold"
)

// sortOptions puts options in the order of their labels.
func sortOptions(list []forms.Option) {
	slices.SortFunc(list, func(a, b forms.Option) int {
		return strings.Compare(fold.Text(a.Label.CS)+a.Value, fold.Text(b.Label.CS)+b.Value)
	})
}
