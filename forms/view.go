package forms

// PageView is all a template needs to draw one page of a form: nothing is left to decide there.
type PageView struct {
	Code     string // of the page, the {step} of its address
	Title    string
	Intro    string
	Number   int    // order among the visible pages, from 1
	Of       int    // number of visible pages
	Back     string // code of the page before; "" on the first
	Next     string // code of the page after; "" when the check page follows
	Fields   []FieldView
	Findings []Finding // of this page in the order of its fields, for the list on top
	HasFiles bool      // the page's form must be multipart
}

// FieldView is one visible field. Kind names the template (templates/fields/{kind}.html).
//
// Leaves (text, longtext, number, money, date, email, phone, account, databox) use Value; choice, choices and yesno use
// Options; declaration uses Checked; composites (person, legalperson, address, municipality, parcel, group) use
// Parts; repeat uses Items; file uses Files; computed uses Value as text to read; note uses Label as its heading
// and Help as its text.
type FieldView struct {
	Kind     string
	Name     string // last part of the path
	Path     string // name of the input
	ID       string // of the input; of the first option of a choice; of the fieldset of a composite, repeat or file
	Label    string
	Help     string
	HelpID   string // "" when there is no help
	Why      string // why the office asks
	Unit     string // "cm", "Kč"; shown beside the input
	Required bool
	Error    string    // first error of this very field; "" when none
	ErrorID  string    // "" when there is no error
	Notices  []Finding // warnings, information and success about this field
	NoticeID string    // "" when there are none
	// DescribedBy is the ready value of aria-describedby.
	DescribedBy string

	Value        string
	Checked      bool
	Autocomplete string
	InputType    string // text, email, tel, number is never used (spin buttons hurt)
	InputMode    string // numeric, decimal, email, tel or ""
	MaxLength    int    // 0 = none to show
	Rows         int    // of a longtext
	Weight       Weight // of a note: info, warning, success

	Options []OptionView
	Parts   []FieldView
	Items   []ItemView
	Files   []FileView

	// CanAdd: another item of a repeat, or another file, may be added.
	CanAdd   bool
	AddLabel string // text of the button; its name is "_add", its value is Path
	Accept   string // of a file input: ".pdf,.jpg"
	Multiple bool   // more files may be chosen at once
	MaxBytes int64  // of one file, 0 = the office's limit alone

	// Picked: the address or municipality was recognised (adm or code is set).
	Picked bool
	// Choices are what a search found for an address (input name Path+".adm") or a municipality (Path+".code").
	Choices []OptionView
	// Refresh: other fields of this page depend on this one; a change should ask for the page anew ("_refresh").
	Refresh bool
}

// OptionView is one option of a choice, one answer of a yes/no, one result of a search.
type OptionView struct {
	Value    string
	Label    string
	Help     string
	ID       string
	Selected bool
}

// ItemView is one item of a repeat.
type ItemView struct {
	Index     int
	ID        string
	Title     string // "2. strom"
	Fields    []FieldView
	CanRemove bool
	Remove    string // value of the "_remove" button: "stromy.1"
	Error     string
}

// FileView is one attached file.
type FileView struct {
	ID     string // of the stored file
	Name   string
	Size   int64
	Type   string
	Remove string // value of the "_remove" button: "vypis.0"
}

// ViewExtras is what the caller adds to a page: findings to show (usually Parsed.Findings; nil shows none, as on
// the first visit) and results of a search by the field's path.
type ViewExtras struct {
	Findings []Finding
	Choices  map[string][]Option
}
