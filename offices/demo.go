package offices

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
)

// The offices of the demo region. Names, codes, IČO and PSČ are facts of the code lists of ČÚZK and ČSÚ, streets of public
// contacts of 2015; e-mails, telephones, webs, hours and data boxes (but that of Liberec) are invented, on reserved names.
//
//go:embed demo/offices.csv
var demoOffices []byte

// SeedDemo adds the offices of the demo region that are not there yet, by their slug, and leaves the others alone.
func SeedDemo(ctx context.Context, owner *sqlx.DB) error {
	rows, err := readDemo()
	if err != nil {
		return fmt.Errorf("demo offices: %w", err)
	}
	tx, err := owner.BeginTxx(ctx, nil)
	if err != nil {
		return db.Classify(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, queries.Get("add-many"), db.J(rows)); err != nil {
		return db.Classify(fmt.Errorf("demo offices: %w", err))
	}
	if _, err := tx.ExecContext(ctx, queries.Get("add-many-hours"), db.J(rows)); err != nil {
		return db.Classify(fmt.Errorf("demo office hours: %w", err))
	}
	return db.Classify(tx.Commit())
}

// Draft is an office to be added. Codes are those of RÚIAN, 0 = none.
type Draft struct {
	Slug         string   `json:"slug"`
	Name         string   `json:"name"`
	SeatName     string   `json:"seat_name"`
	Kind         Kind     `json:"kind"`
	Municipality *int     `json:"municipality_code"`
	Region       *int     `json:"region_code"`
	Category     Category `json:"category"`
	Abbreviation string   `json:"abbreviation"`
	Participates bool     `json:"participates"`
	ICO          string   `json:"ico"`
	DataBox      string   `json:"data_box"`
	Email        string   `json:"email"`
	Phone        string   `json:"phone"`
	Web          string   `json:"web"`
	Street       string   `json:"street"`
	Zip          string   `json:"zip"`
	Town         string   `json:"town"`
	Lat          *float64 `json:"lat"`
	Lon          *float64 `json:"lon"`
	Source       string   `json:"source"`
	Hours        []Hours  `json:"hours"`
}

// regionOfDemo is the RÚIAN code of Liberecký kraj.
const regionOfDemo = 78

func readDemo() ([]Draft, error) {
	r := csv.NewReader(bytes.NewReader(demoOffices))
	head, err := r.Read()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, c := range head {
		at[c] = i
	}
	var out []Draft
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		cell := func(name string) string { return rec[at[name]] }
		region := regionOfDemo
		d := Draft{Slug: cell("slug"), Name: cell("name"), SeatName: cell("seat"), Kind: Kind(cell("kind")), Region: &region,
			Category: Category(cell("category")), Abbreviation: cell("abbreviation"), Participates: cell("participates") == "yes",
			ICO: cell("ico"), DataBox: cell("data_box"), Email: cell("email"), Phone: cell("phone"), Web: cell("web"),
			Street: cell("street"), Zip: cell("zip"), Town: cell("town"), Source: cell("source")}
		if code, err := strconv.Atoi(cell("municipality")); err == nil && d.Kind == OfMunicipality {
			d.Municipality = &code
		}
		lat, err1 := strconv.ParseFloat(cell("lat"), 64)
		lon, err2 := strconv.ParseFloat(cell("lon"), 64)
		if err1 == nil && err2 == nil {
			d.Lat, d.Lon = &lat, &lon
		}
		if d.Hours, err = parseHours(cell("hours")); err != nil {
			return nil, fmt.Errorf("%s: %w", d.Slug, err)
		}
		out = append(out, d)
	}
}

// parseHours reads "1 8:00-12:00 13:00-17:00;3 8:00-12:00".
func parseHours(s string) ([]Hours, error) {
	var out []Hours
	for _, day := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' }) {
		parts := strings.Fields(day)
		weekday, err := strconv.Atoi(parts[0])
		if err != nil {
			return nil, fmt.Errorf("hours %q: %w", s, err)
		}
		for _, span := range parts[1:] {
			opens, closes, ok := strings.Cut(span, "-")
			if !ok {
				return nil, fmt.Errorf("hours %q: %q is not from-to", s, span)
			}
			out = append(out, Hours{weekday, opens, closes})
		}
	}
	return out, nil
}
