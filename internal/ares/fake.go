package ares

import "context"

// Fake is a register in memory, for tests and the demo.
type Fake struct {
	Subjects map[string]Subject
	Fault    error // answered to every question when set
}

// ByICO answers as the register would.
func (f Fake) ByICO(_ context.Context, ico string) (Subject, error) {
	if f.Fault != nil {
		return Subject{}, f.Fault
	}
	s, ok := f.Subjects[ico]
	if !ok {
		return Subject{}, ErrUnknown
	}
	return s, nil
}

// Demo holds two public bodies with the addresses they publish.
func Demo() Fake {
	return Fake{Subjects: map[string]Subject{
		"70891508": {ICO: "70891508", Name: "Liberecký kraj", Seat: Seat{Municipality: 563889, Town: "Liberec", Part: "Liberec IV-Perštýn", Street: "U Jezu", House: 642, Orientation: 2, Letter: "a", Zip: 46001}},
		"00262978": {ICO: "00262978", Name: "Statutární město Liberec", Seat: Seat{Municipality: 563889, Town: "Liberec", Part: "Liberec I-Staré Město", Street: "nám. Dr. E. Beneše", House: 1, Orientation: 1, Zip: 46001}},
	}}
}
