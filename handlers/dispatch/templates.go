package dispatch

import "strconv"

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{"dispatch/list": ListPage{}, "dispatch/list#list": ListPage{}, "dispatch/new": NewPage{}, "dispatch/show": ShowPage{}, "dispatch/post": PostPage{},
	"dispatch/scan": ScanPage{}, "dispatch/statistics": StatisticsPage{}}

func itemID(id int64) string { return strconv.FormatInt(id, 10) }
