package formeditor

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/forms/edit"
	"epom/forms/repository"
	"epom/handlers/web"
)

// busy is how long after somebody's saving others are told that the form may be in other hands.
const busy = 10 * time.Minute

// ShowPage is the editor at a place of a form.
type ShowPage struct {
	web.Page
	Tabs                          Tabs
	Code, Name, At, Thing, Kind   string // Kind of the thing: form, page, field
	Heading                       string
	Revision                      int
	Tree                          []TreeRow
	Words, More                   []Input
	Kinds, Moves                  []Choice
	FieldKind, Required           string
	When, Must                    *Condition
	Options                       []OptionRow
	Checks                        []CheckRow
	Examples                      []ExampleRow
	Errors                        []Wrong
	Problems                      []ProblemRow
	View                          *forms.PageView
	Undo, Redo, Block, First, At0 bool
	Others                        time.Time // somebody else saved shortly before; zero = nobody
}

// Tabs lead between the pages about one form in work.
type Tabs struct{ Code, Here string }

// TreeRow is a page or question in the tree.
type TreeRow struct {
	At, Label, Kind string
	Depth           int
	Current         bool
	Faults          int
}

// ProblemRow is what to mend and where.
type ProblemRow struct {
	At, Where, Message string
	Weight             forms.Weight
}

// ExampleRow is an example with what comes out otherwise.
type ExampleRow struct {
	N           int
	Name        string
	Differences []string
}

// page lays the editor out at a place; what was typed wrong stands as it was typed.
func (e *Editor) page(c *fiber.Ctx, now draft, d *forms.Definition, at edit.Place, typed url.Values, wrong map[string]string) (ShowPage, error) {
	if _, ok := edit.Field(d, at); !ok && len(at) > 0 {
		if at = at[:1]; at[0] >= len(d.Pages) {
			at = nil
		}
	}
	p := ShowPage{Code: d.Code, Name: d.Title.CS, At: at.String(), Thing: thing(d, at), Heading: name(d, at), Revision: now.revision, Kinds: kindNames, At0: len(at) == 0, Tabs: Tabs{c.Params("code"), "upravit"}}
	p.Kind, _, _ = strings.Cut(p.Thing, " ")
	problems := edit.Problems(d)
	if !e.knows(d.Agenda) {
		problems = append(problems, edit.Problem{Weight: forms.Error, Message: "Agenda: agendu „" + d.Agenda + "“ neznáme. Vyberte jinou."})
	}
	faults := map[string]int{}
	for _, x := range problems {
		p.Problems = append(p.Problems, ProblemRow{x.Place.String(), name(d, x.Place), x.Message, x.Weight})
		if x.Weight != forms.Info {
			faults[x.Place.String()]++
		}
	}
	p.Tree = tree(d, at, faults)
	p.thing(e, d, at, typed, wrong)
	p.View = view(d, at, e.today())
	for _, in := range []string{"", "options", "checks", "when", "must", "kind"} {
		if wrong[in] != "" {
			p.Errors = append(p.Errors, Wrong{Message: wrong[in]})
		}
	}
	for _, in := range append(p.Words, p.More...) {
		if in.Error != "" {
			p.Errors = append(p.Errors, Wrong{"E-" + in.Name, in.Label, in.Error})
		}
	}
	h, err := e.Repository.History(c.UserContext(), c.Params("code"))
	if err != nil {
		return p, err
	}
	p.Undo, p.Redo, p.Others = h.Undo() > 0, h.Redo() > 0, e.others(h, scope(c).Actor)
	p.Page, err = e.Operator(c, "Úprava: "+d.Title.CS)
	return p, err
}

// others is when somebody else saved the form last, if that was a while ago.
func (e *Editor) others(h repository.History, me string) time.Time {
	for _, r := range h {
		if r.SavedBy != me && e.Clock.Now().Sub(r.SavedAt) < busy {
			return r.SavedAt
		}
	}
	return time.Time{}
}

func tree(d *forms.Definition, at edit.Place, faults map[string]int) []TreeRow {
	rows := []TreeRow{{Label: "Celý formulář", Current: len(at) == 0, Faults: faults[""]}}
	for i := range d.Pages {
		here := edit.Place{i}
		rows = append(rows, TreeRow{At: here.String(), Label: name(d, here), Kind: "stránka", Depth: 1, Current: here.String() == at.String(), Faults: faults[here.String()]})
		one := &forms.Definition{Pages: d.Pages[i : i+1]}
		edit.Walk(one, func(in edit.Place, f *forms.Field) {
			place := append(edit.Place{i}, in[1:]...)
			rows = append(rows, TreeRow{At: place.String(), Label: name(d, place), Kind: kindName(f.Kind), Depth: len(place), Current: place.String() == at.String(), Faults: faults[place.String()]})
		})
	}
	return rows
}

func kindName(kind string) string {
	for _, k := range kindNames {
		if k.Value == kind {
			return k.Label
		}
	}
	return kind
}

// thing lays out the properties of the part that is edited.
func (p *ShowPage) thing(e *Editor, d *forms.Definition, at edit.Place, typed url.Values, wrong map[string]string) {
	condition := func(name, label, expr string) *Condition {
		c := condition(d, at, name, label, "", expr)
		c.Error = wrong[name]
		return &c
	}
	if f, ok := edit.Field(d, at); ok {
		p.Words, p.More = inputs(wordProps, f, typed, wrong), inputs(moreProps, f, typed, wrong)
		p.FieldKind, p.Options, p.Checks = f.Kind, optionRows(f), checkRows(f.Checks)
		p.When, p.Must = condition("when", "Ptát se jen když", f.When), condition("must", "Povinné, když", f.Required.Expr)
		p.Required = map[bool]string{true: "yes", false: "no"}[f.Required.Always]
		if f.Required.Expr != "" {
			p.Required = "if"
		}
		p.Block, p.Moves = f.Kind == "repeat" || f.Kind == "group", moves(d, at)
		return
	}
	if page, ok := edit.Page(d, at); ok {
		p.Words, p.Checks, p.When = inputs(pageProps, page, typed, wrong), checkRows(page.Checks), condition("when", "Ukázat stránku jen když", page.When)
		return
	}
	p.Words = inputs(formProps(e.agendas()), d, typed, wrong)
	f, err := ready(d)
	for i, x := range d.Examples {
		row := ExampleRow{N: i, Name: x.Name}
		if err == nil {
			row.Differences = f.Compare(f.Examples[i])
		}
		p.Examples = append(p.Examples, row)
	}
}

// moves are the pages and blocks a question may go to.
func moves(d *forms.Definition, at edit.Place) []Choice {
	list := []Choice{{Label: "vyberte kam"}}
	for i := range d.Pages {
		list = append(list, Choice{Value: edit.Place{i}.String(), Label: "stránka " + name(d, edit.Place{i})})
	}
	edit.Walk(d, func(p edit.Place, f *forms.Field) {
		if (f.Kind == "repeat" || f.Kind == "group") && p.String() != at.String() && !strings.HasPrefix(p.String(), at.String()+".") {
			list = append(list, Choice{Value: p.String(), Label: "blok " + name(d, p)})
		}
	})
	return list
}

// view is the page of a place as people see it, with all its questions; nil while the form has faults that stop it.
func view(d *forms.Definition, at edit.Place, today time.Time) *forms.PageView {
	if len(d.Pages) == 0 {
		return nil
	}
	n := 0
	if len(at) > 0 {
		n = at[0]
	}
	c := edit.Clone(d)
	c.Examples, c.Subject = nil, `"x"`
	for i := range c.Pages {
		c.Pages[i].When = ""
	}
	edit.Walk(c, func(_ edit.Place, f *forms.Field) { f.When = "" })
	f, err := ready(c)
	if err != nil { // another page is wrong: this one alone
		c.Pages, c.Locality, c.Applicant, c.Adjustable, c.Agenda = c.Pages[n:n+1], forms.Locality{Key: "any"}, forms.ApplicantAt{}, nil, forms.NoAgenda
		c.Pages[0].Checks = nil
		edit.Walk(c, func(_ edit.Place, f *forms.Field) { f.Checks, f.Required.Expr = nil, "" })
		n = 0
		if f, err = ready(c); err != nil {
			return nil
		}
	}
	v, ok := f.Evaluate(forms.Answers{}, forms.Setting{Today: today, Lang: forms.CS}).Page(c.Pages[n].Code, forms.ViewExtras{})
	if !ok {
		return nil
	}
	return &v
}
