package forms

import "encoding/json"

// Lang is a language of the citizens' pages: "cs", "en" or "uk". Anything else reads as Czech.
type Lang string

// Languages of the forms.
const (
	CS Lang = "cs"
	EN Lang = "en"
	UK Lang = "uk"
)

// Text is a text in Czech and, where it was translated, in English and Ukrainian.
type Text struct{ CS, EN, UK string }

// In returns the text in the language, else in Czech.
func (t Text) In(lang Lang) string {
	switch {
	case lang == EN && t.EN != "":
		return t.EN
	case lang == UK && t.UK != "":
		return t.UK
	}
	return t.CS
}

// IsZero tells that there is no text at all.
func (t Text) IsZero() bool { return t == Text{} }

// MarshalJSON writes a plain string when there is only Czech.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.EN == "" && t.UK == "" {
		return json.Marshal(t.CS)
	}
	return json.Marshal(textJSON(t))
}

// UnmarshalJSON reads a plain string (Czech) or {"cs","en","uk"}.
func (t *Text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &t.CS)
	}
	return json.Unmarshal(data, (*textJSON)(t))
}

type textJSON struct {
	CS string `json:"cs"`
	EN string `json:"en,omitempty"`
	UK string `json:"uk,omitempty"`
}
