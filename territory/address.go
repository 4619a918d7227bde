package territory

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/fold"
)

// FirstDemoCode is where the codes of invented addresses begin; the register's own have at most eight digits.
const FirstDemoCode = 900_000_000

// Address is one address point. Y and X are S-JTSK (Křovák) in metres, positive, as the register gives them.
type Address struct {
	Code             int       `db:"code"` // kód adresního místa (ADM)
	MunicipalityCode int       `db:"municipality_code"`
	Municipality     string    `db:"municipality_name"`
	MOMCCode         int       `db:"momc_code"`
	MOMC             string    `db:"momc_name"`
	MOPCode          int       `db:"mop_code"`
	MOP              string    `db:"mop_name"`
	PartCode         int       `db:"part_code"`
	Part             string    `db:"part_name"`
	StreetCode       int       `db:"street_code"`
	Street           string    `db:"street_name"`
	Kind             string    `db:"kind"` // p = číslo popisné, e = číslo evidenční
	Number           int       `db:"number"`
	Orientation      int       `db:"orientation"` // 0 = none
	Letter           string    `db:"letter"`
	Zip              string    `db:"zip"`
	Y                float64   `db:"y"`
	X                float64   `db:"x"`
	ValidFrom        time.Time `db:"valid_from"`
	ValidTo          time.Time `db:"valid_to"`
}

// Demo tells whether the address is an invented one.
func (a *Address) Demo() bool { return a.Code >= FirstDemoCode }

// Line is the first line of the address: "Hasičská 666/12a", "č. p. 12", "č. ev. 3".
func (a *Address) Line() string {
	n := strconv.Itoa(a.Number)
	if a.Orientation > 0 {
		n += "/" + strconv.Itoa(a.Orientation) + a.Letter
	}
	word := "č. p. "
	if a.Kind == "e" {
		word = "č. ev. "
	}
	switch {
	case a.Street != "" && a.Kind == "e":
		return a.Street + " " + word + n
	case a.Street != "":
		return a.Street + " " + n
	}
	return word + n
}

// Town is the last line: "463 62 Hejnice", with the city part where there is one: "150 00 Praha 5".
func (a *Address) Town() string {
	name := a.Municipality
	if a.MOP != "" {
		name = a.MOP
	}
	if len(a.Zip) == 5 {
		return a.Zip[:3] + " " + a.Zip[3:] + " " + name
	}
	return name
}

// String is the whole address in one line.
func (a *Address) String() string {
	parts := []string{a.Line()}
	if a.Part != "" && a.Part != a.Municipality {
		parts = append(parts, a.Part)
	}
	return strings.Join(append(parts, a.Town()), ", ")
}

// Address is a valid address point by its code.
func (s *Store) Address(ctx context.Context, code int) (*Address, error) {
	var a Address
	if err := s.db.GetContext(ctx, &a, queries.Get("address"), code); err != nil {
		err = db.Classify(fmt.Errorf("read address %d: %w", code, err))
		if errs.Is(err, errs.NotFound) {
			return nil, errs.Wrap(errs.NotFound, err, fmt.Sprintf("Adresní místo s kódem %d neznáme.", code))
		}
		return nil, err
	}
	return &a, nil
}

// AddressOn is the address point as it was on a day.
func (s *Store) AddressOn(ctx context.Context, code int, on time.Time) (*Address, error) {
	var a Address
	err := db.Classify(s.db.GetContext(ctx, &a, queries.Get("address-on"), code, on.Format(time.DateOnly)))
	switch {
	case errs.Is(err, errs.NotFound):
		return nil, errs.Wrap(errs.NotFound, err, fmt.Sprintf("Adresní místo s kódem %d k tomuto dni neznáme.", code))
	case err != nil:
		return nil, fmt.Errorf("read address %d: %w", code, err)
	}
	return &a, nil
}

// AddressQuery is what a typed text asks for.
type addressQuery struct {
	words       []string // beginnings of words of street, part and municipality
	number      string   // beginning of the house number
	orientation string   // after a slash
	zip         int
}

var (
	noise   = map[string]bool{"cp": true, "c": true, "p": true, "ev": true, "cislo": true, "popisne": true, "evidencni": true, "ul": true, "ulice": true, "psc": true}
	split   = regexp.MustCompile(`\d+\s*/\s*\d+[a-z]?|\d+\.|\d+[a-z]?\b|[\p{L}\d]+`)
	withZip = regexp.MustCompile(`\b(\d{3}) ?(\d{2})\b`)
)

// parseAddress reads "hejnice klast 12", "Na Vršku 666/12a, 463 62", "28. října 5". A number with a dot is a word of a
// name; a number with others behind it too, when words says so.
func parseAddress(text string, firstNumberIsWord bool) addressQuery {
	var q addressQuery
	text = fold.Text(text)
	if m := withZip.FindStringSubmatch(text); m != nil && text != m[0] {
		q.zip, _ = strconv.Atoi(m[1] + m[2])
		text = strings.Replace(text, m[0], " ", 1)
	}
	for _, t := range split.FindAllString(text, -1) {
		switch {
		case noise[t]:
		case strings.HasSuffix(t, "."):
			q.add(strings.TrimSuffix(t, "."))
		case t[0] >= '0' && t[0] <= '9' && firstNumberIsWord:
			q.add(t)
			firstNumberIsWord = false
		case t[0] >= '0' && t[0] <= '9':
			n, o, _ := strings.Cut(strings.ReplaceAll(t, " ", ""), "/")
			q.number, q.orientation = strings.TrimRight(n, "abcdefghijklmnopqrstuvwxyz"), strings.TrimRight(o, "abcdefghijklmnopqrstuvwxyz")
		default:
			q.add(t)
		}
	}
	return q
}

// add keeps each word once, and no more than a person types.
func (q *addressQuery) add(word string) {
	if len(q.words) < 10 && !slices.Contains(q.words, word) {
		q.words = append(q.words, word)
	}
}

func (q addressQuery) tsquery() string {
	parts := make([]string, len(q.words))
	for i, w := range q.words {
		parts[i] = w + ":*"
	}
	return strings.Join(parts, " & ")
}

// SearchAddresses finds valid address points by what is typed ("hejnice klast 12"), in one municipality or, with 0, in
// all. Words are beginnings, without regard to diacritics; a number is the beginning of a house number and exact ones
// come first, then larger municipalities. Without a municipality, fewer than three letters (two with a number: "aš 12")
// find nothing.
func (s *Store) SearchAddresses(ctx context.Context, query string, municipality, limit int) ([]Address, error) {
	found, err := s.searchAddresses(ctx, parseAddress(query, false), municipality, limit)
	if err == nil && len(found) == 0 && strings.ContainsAny(query, "0123456789") {
		return s.searchAddresses(ctx, parseAddress(query, true), municipality, limit)
	}
	return found, err
}

func (s *Store) searchAddresses(ctx context.Context, q addressQuery, municipality, limit int) ([]Address, error) {
	letters := len(strings.Join(q.words, ""))
	if municipality == 0 && letters < 3 && (letters < 2 || q.number == "") || letters == 0 && q.number == "" {
		return nil, nil
	}
	name := "search-addresses"
	if q.number != "" {
		name = "search-addresses-number"
	}
	var out []Address
	args := []any{q.tsquery(), municipality, q.zip, limit}
	if q.number != "" {
		args = append(args, q.number, q.orientation)
	}
	if err := s.db.SelectContext(ctx, &out, queries.Get(name), args...); err != nil {
		return nil, db.Classify(fmt.Errorf("search addresses: %w", err))
	}
	return out, nil
}
