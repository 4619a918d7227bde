package forms

// Weight says how serious a finding is. Only errors stop a submission.
type Weight string

// Weights of findings.
const (
	Error   Weight = "error"
	Warning Weight = "warning"
	Info    Weight = "info"
	Success Weight = "success"
)

// Finding is something to tell the person about an answer.
type Finding struct {
	Page    string `json:"page,omitempty"` // code of the page
	Path    string `json:"field"`          // "stromy.0.obvod"; the code of the page for a check of the page
	Label   string `json:"label,omitempty"`
	ID      string `json:"-"` // of the input, for a link
	Message string `json:"message"`
	Weight  Weight `json:"weight"`
}

func hasErrors(findings []Finding) bool {
	for i := range findings {
		if findings[i].Weight == Error {
			return true
		}
	}
	return false
}
