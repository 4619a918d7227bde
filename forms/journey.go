package forms

// Journey is the way through the visible pages. It is computed from definition and answers and never stored.
type Journey struct{ Steps []Step }

// Step is one visible page.
type Step struct {
	Code     string
	Title    string
	Number   int  // from 1
	Complete bool // nothing on it stops going on
	Open     bool // may be visited: all pages before it are complete
}

// Journey lays out the visible pages.
func (ev *Evaluation) Journey() Journey {
	j := Journey{Steps: make([]Step, len(ev.pages))}
	open := true
	for i, p := range ev.pages {
		complete := !hasErrors(ev.findings[p.from:p.to])
		j.Steps[i] = Step{Code: p.def.Code, Title: p.def.Title.In(ev.setting.Lang), Number: i + 1, Complete: complete, Open: open}
		open = open && complete
	}
	return j
}

// Complete tells that every page is complete: the check page may be seen and the form sent.
func (j Journey) Complete() bool { return j.Current() == "" }

// Current is the code of the first incomplete page, where to go on; "" when all are complete.
func (j Journey) Current() string {
	for _, s := range j.Steps {
		if !s.Complete {
			return s.Code
		}
	}
	return ""
}

// May tells whether a page may be visited; a hidden or unknown page may not.
func (j Journey) May(code string) bool {
	i := j.index(code)
	return i >= 0 && j.Steps[i].Open
}

// Next is the page after; "" means the check page. After a hidden page it is where to go on.
func (j Journey) Next(code string) string {
	switch i := j.index(code); {
	case i < 0:
		return j.Current()
	case i+1 < len(j.Steps):
		return j.Steps[i+1].Code
	}
	return ""
}

// AfterChange is where to go when a page was opened by "change" on the check page: the next page that now misses something, else back
// to the check page ("").
func (j Journey) AfterChange() string { return j.Current() }

// Back is the page before; "" on the first one.
func (j Journey) Back(code string) string {
	if i := j.index(code); i > 0 {
		return j.Steps[i-1].Code
	}
	return ""
}

func (j Journey) has(code string) bool { return j.index(code) >= 0 }

func (j Journey) index(code string) int {
	for i, s := range j.Steps {
		if s.Code == code {
			return i
		}
	}
	return -1
}
