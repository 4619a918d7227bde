package desk

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{
	"desk/day": DayPage{}, "desk/day#list": DayPage{}, "desk/terms": TermsPage{}, "desk/terms#list": TermsPage{},
	"desk/search": SearchPage{}, "desk/search#list": SearchPage{}, "inbox/list": ListPage{}, "inbox/list#list": ListPage{},
	"journal/list": JournalPage{}, "journal/list#list": JournalPage{},
	"case/parts": ActPage{}, "case/show": CasePage{}, "case/assign": ActPage{}, "case/ask": ActPage{}, "case/extend": ActPage{}, "case/confirm": ActPage{}, "case/handle": ActPage{},
	"case/refuse": ActPage{}, "case/pause": ActPage{}, "case/document": ActPage{}, "desk/cover": CoverPage{}, "desk/unanswered": UnansweredPage{}, "desk/unanswered#list": UnansweredPage{},
	"case/forward": ForwardPage{}, "case/cancel": ActPage{}, "account/show": AccountPage{},
	"admin/office": OfficePage{}, "admin/people": PeoplePage{}, "admin/units": UnitsPage{}, "admin/lendings": LendingsPage{}, "admin/competence": CompetencePage{},
	"deskboard/list": BoardPage{}, "deskboard/list#list": BoardPage{}, "deskboard/edit": PostingPage{}, "deskboard/show": PostingDetail{},
	"deskboard/act": BoardActPage{}, "deskboard/contracts": ContractsPage{},
	"deskhooks/list": HooksPage{}, "deskhooks/new": NewHookPage{}, "deskhooks/show": HookPage{},
	"admin/log": LogPage{}, "admin/log#list": LogPage{},
}
