package forms

import "encoding/json"

// Definition is a form as its author wrote it. After Parse it must not be changed.
type Definition struct {
	Code     string   `json:"code"`    // slug in the address, e.g. "kaceni-drevin"
	Version  int      `json:"version"` // from 1; a published version never changes
	Title    Text     `json:"title"`
	Summary  Text     `json:"summary"` // what it is for, in plain words
	Keywords Keywords `json:"keywords,omitzero"`
	// Agenda is the code under which the competent office is sought.
	Agenda     string      `json:"agenda"`
	Statute    string      `json:"statute,omitempty"` // "§ 8 odst. 1 zákona č. 114/1992 Sb."
	Locality   Locality    `json:"locality"`
	Subject    string      `json:"subject"` // expression giving the subject of the case, in Czech
	Applicant  ApplicantAt `json:"applicant"`
	Needed     []Text      `json:"needed,omitempty"`     // what to have at hand
	Parameters []Parameter `json:"parameters,omitempty"` // what comes by Setting.Params
	// Adjustable are the parts an office may put in its own words: "needed", "summary", "intro:<page>", "help:<field>",
	// and "attachment:<field>", whose necessity it may change.
	Adjustable []string `json:"adjustable,omitempty"`
	// Changes says what is new in this version, for offices that are to take it over.
	Changes     Text      `json:"changes,omitzero"`
	Pages       []PageDef `json:"pages"`
	Examples    []Example `json:"examples,omitempty"`
	PublishedOn string    `json:"publishedOn,omitempty"` // ISO date; empty = draft, never offered
}

// NoAgenda stands where an imported form has no agenda yet; it cannot be published so.
const NoAgenda = "nezarazeno"

// Locality says which answer decides where the submission belongs.
type Locality struct {
	Key string `json:"key"` // residence, property, place-of-event, addressee, any …: as in the agenda's row
	// From are paths of address, municipality, person or legalperson fields; the first answered one counts.
	From []string `json:"from,omitempty"`
	// Level is the path of a choice "obec", "orp" or "kraj" where the person names the addressed office.
	Level string `json:"level,omitempty"`
}

// ApplicantAt says where the applicant's data lie: paths, the first visible answered one of each counts.
type ApplicantAt struct {
	Person  []string `json:"person,omitempty"`
	Legal   []string `json:"legal,omitempty"`
	Email   string   `json:"email,omitempty"`
	Phone   string   `json:"phone,omitempty"`
	Databox string   `json:"databox,omitempty"`
}

// Parameter is a value the office supplies at run time (a rate, a limit); the name is params.name in expressions.
type Parameter struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"` // number, money, text, date, yesno
	Label Text   `json:"label"`
	Unit  Text   `json:"unit,omitzero"`
	// Values hold where an office gives none of its own: limits and fees set by law.
	Values []ParameterValue `json:"values,omitempty"`
}

// PageDef is one step of a form.
type PageDef struct {
	Code   string     `json:"code"`
	Title  Text       `json:"title"`
	Intro  Text       `json:"intro,omitzero"`
	When   string     `json:"when,omitempty"` // expression; the page is asked only when it is true
	Fields []*Field   `json:"fields"`
	Checks []CheckDef `json:"checks,omitempty"` // of the page as a whole
}

// Field is one question.
type Field struct {
	Name     string    `json:"name"`
	Kind     string    `json:"kind"`
	Label    Text      `json:"label,omitzero"` // kinds with a natural name (e-mail, phone …) need none
	Help     Text      `json:"help,omitzero"`
	Why      Text      `json:"why,omitzero"`
	Required Condition `json:"required,omitzero"`
	When     string    `json:"when,omitempty"` // expression; hidden answers do not count

	// Min and Max: a number; haléře; for a date ISO, "today" or "today+30"; items of a repeat; files; choices ticked.
	Min any `json:"min,omitempty"`
	Max any `json:"max,omitempty"`
	// MinLength and MaxLength in characters.
	MinLength      int        `json:"minLength,omitempty"`
	MaxLength      int        `json:"maxLength,omitempty"`
	Pattern        string     `json:"pattern,omitempty"` // RE2, matched whole
	PatternMessage Text       `json:"patternMessage,omitzero"`
	Checks         []CheckDef `json:"checks,omitempty"`
	Decimals       int        `json:"decimals,omitempty"`
	Unit           Text       `json:"unit,omitzero"`
	Rows           int        `json:"rows,omitempty"`
	Options        []Option   `json:"options,omitempty"`

	Fields    []*Field `json:"fields,omitempty"`   // of a repeat or a group
	ItemLabel Text     `json:"itemLabel,omitzero"` // "strom"
	AddLabel  Text     `json:"addLabel,omitzero"`  // "Přidat další strom"
	Omit      []string `json:"omit,omitempty"`     // parts of a person or legal person not asked for
	Optional  []string `json:"optional,omitempty"` // parts that may stay empty
	Accept    []string `json:"accept,omitempty"`   // file endings without dot
	MaxBytes  int64    `json:"maxBytes,omitempty"` // of one file
	Expr      string   `json:"expr,omitempty"`     // of a computed value
	Result    string   `json:"result,omitempty"`   // kind of the computed value: number, money, text, date, yesno
	Text      Text     `json:"text,omitzero"`      // of a note
	Weight    Weight   `json:"weight,omitempty"`   // of a note

	Autocomplete string `json:"autocomplete,omitempty"`
	InSummary    *bool  `json:"inSummary,omitempty"` // default true
	Sensitive    bool   `json:"sensitive,omitempty"` // masked in lists, never in logs or statistics

	c *compiledField
}

// Option is one possible answer.
type Option struct {
	Value string `json:"value"`
	Label Text   `json:"label"`
	Help  Text   `json:"help,omitzero"`
}

// CheckDef is a rule with its own text: Test must be true.
type CheckDef struct {
	Test    string `json:"test"`
	Message Text   `json:"message"`
	Weight  Weight `json:"weight,omitempty"` // error when empty
}

// Keywords are people's own words by language, for the search.
type Keywords struct {
	CS []string `json:"cs,omitempty"`
	EN []string `json:"en,omitempty"`
	UK []string `json:"uk,omitempty"`
}

// Example is answers with what must come out of them; tests and publishing run it.
type Example struct {
	Name     string         `json:"name"`
	Today    string         `json:"today"`
	Params   map[string]any `json:"params,omitempty"`
	Answers  Answers        `json:"answers"`
	Visible  []string       `json:"visible"`            // codes of pages
	Errors   []string       `json:"errors"`             // paths of fields with an error
	Computed map[string]any `json:"computed,omitempty"` // by path
	Subject  string         `json:"subject,omitempty"`
	// Office is the competent one. It is checked where the router knows the municipality of the answers.
	Office *ExampleOffice `json:"office,omitempty"`
}

// ExampleOffice names an office by its level and the municipality where it sits.
type ExampleOffice struct {
	Level string `json:"level"` // obec, pou, orp, kraj
	Seat  string `json:"seat"`
}

// Condition is true, false or an expression.
type Condition struct {
	Always bool
	Expr   string
}

// IsZero: never.
func (c Condition) IsZero() bool { return !c.Always && c.Expr == "" }

// MarshalJSON writes true, false or the expression.
func (c Condition) MarshalJSON() ([]byte, error) {
	if c.Expr != "" {
		return json.Marshal(c.Expr)
	}
	return json.Marshal(c.Always)
}

// UnmarshalJSON reads true, false or an expression.
func (c *Condition) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &c.Expr)
	}
	return json.Unmarshal(data, &c.Always)
}
