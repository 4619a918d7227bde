package web

import (
	"fmt"

	"epom/records"
	"epom/users"
)

// caseTool is a page about a case file beside the acts of handling it: contents, cover sheet, closing …
type caseTool struct {
	path, label, icon string                  // path holds one %d for the id of the case file
	act               users.Act               // who may open it
	when              func(records.Case) bool // nil = always
}

// caseTools are the links of the box "Spis" on the page of a case file, in their order.
var caseTools = []caseTool{
	{path: "/kancelar/vypravna?spis=%d", label: "Vypravení a doručení", icon: "send", act: users.SeeMail},
	{"/kancelar/spisy/%d/obsah", "Obsah a zařazení", "book-open", users.SeeMail, nil},
	{"/kancelar/spisy/%d/obal.pdf", "Obal spisu (PDF)", "printer", users.SeeMail, nil},
	{"/kancelar/spisy/%d/uzavrit", "Uzavření spisu", "lock", users.Handle, nil},
}

// CaseLink is one of those links for one case file.
type CaseLink struct{ Href, Label, Icon string }

// CaseLinks are the tools for a case file that the person may use.
func CaseLinks(s *users.Session, c records.Case) []CaseLink {
	var list []CaseLink
	for _, t := range caseTools {
		if users.Can(s, t.act) && (t.when == nil || t.when(c)) {
			list = append(list, CaseLink{fmt.Sprintf(t.path, c.ID), t.label, t.icon})
		}
	}
	return list
}
