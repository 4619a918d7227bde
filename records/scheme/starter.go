package scheme

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"time"

	"epom/internal/db"
)

//go:embed starter.csv
var starterText []byte

//go:embed agendas.csv
var agendasText []byte

// Starter is the plan a small municipality may begin with: "vzor – schválí archiv". It is ours, made after what plans of
// municipalities usually hold; nobody has approved it.
func Starter() *Plan {
	p, err := Read("starter.csv", bytes.NewReader(starterText))
	if err != nil {
		panic(err) // a test reads it
	}
	p.Name, p.Source, p.Notes = "Spisový a skartační plán obce", "vzor e-POM pro malou obec – schválí archiv", nil
	return p
}

// StarterAgendas says which of its classes agendas have; "" = all others.
func StarterAgendas() map[string]string {
	rows, err := csv.NewReader(bytes.NewReader(agendasText)).ReadAll()
	if err != nil {
		panic(err)
	}
	out := map[string]string{}
	for _, r := range rows[1:] {
		out[r[0]] = r[1]
	}
	return out
}

// AdoptStarter makes the starter plan the office's scheme from today and maps agendas to its classes.
func AdoptStarter(ctx context.Context, tx *db.Tx, at, today time.Time) (Scheme, error) {
	s, err := Adopt(ctx, tx, Starter(), today, at)
	if err != nil {
		return s, err
	}
	for agenda, code := range StarterAgendas() {
		if err := SetAgenda(ctx, tx, agenda, code, at); err != nil {
			return s, err
		}
	}
	return s, nil
}
