package dispatch

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

// weights of the check digit of UPU standard S10.
var weights = [8]int{8, 6, 4, 2, 3, 5, 9, 7}

// CheckDigit is the check digit of an eight-digit serial number by UPU standard S10.
func CheckDigit(serial int) int {
	sum := 0
	for i := 7; i >= 0; i-- {
		sum += serial % 10 * weights[i]
		serial /= 10
	}
	switch c := 11 - sum%11; c {
	case 10:
		return 0
	case 11:
		return 5
	default:
		return c
	}
}

// S10 puts a number of registered mail together: RR473124829CZ.
func S10(prefix string, serial int) string {
	return fmt.Sprintf("%s%08d%dCZ", prefix, serial, CheckDigit(serial))
}

// ParseS10 reads a number of registered mail as people type it, with or without spaces. Invalid says what is wrong.
func ParseS10(s string) (string, error) {
	no := strings.ToUpper(strings.Join(strings.Fields(s), ""))
	wrong := func(text string) (string, error) {
		return "", errs.Fields(errs.Field{Name: "cislo", Message: text})
	}
	letters := func(s string) bool {
		return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
	}
	if len(no) != 13 || !letters(no[:2]) || !letters(no[11:]) {
		return wrong("Podací číslo má dvě písmena, devět číslic a dvě písmena, třeba RR 4731 2482 9 CZ.")
	}
	serial, err := strconv.Atoi(no[2:10])
	if err != nil || serial < 0 || no[2] == '-' || no[2] == '+' || no[10] < '0' || no[10] > '9' {
		return wrong("Mezi písmeny podacího čísla má být devět číslic.")
	}
	if int(no[10]-'0') != CheckDigit(serial) {
		return wrong("Podací číslo " + no + " není správně: nesedí kontrolní číslice. Přepište ho znovu z nálepky.")
	}
	return no, nil
}

// Range are the numbers of registered mail the office got from the post.
type Range struct {
	Prefix string `db:"prefix"`
	From   *int   `db:"range_from"`
	To     *int   `db:"range_to"`
	Next   *int   `db:"range_next"`
}

// Left is how many numbers are left.
func (r Range) Left() int {
	if r.Next == nil || r.To == nil {
		return 0
	}
	return max(0, *r.To-*r.Next+1)
}

// NextNumber is the number that will be given next; empty when none is left.
func (r Range) NextNumber() string {
	if r.Left() == 0 {
		return ""
	}
	return S10(r.Prefix, *r.Next)
}

// RangeOf reads the office's range; without one it is empty.
func RangeOf(ctx context.Context, tx *db.Tx) (Range, error) {
	var r Range
	err := db.Classify(tx.GetContext(ctx, &r, sql.Get("range"), tx.Office))
	if errs.Is(err, errs.NotFound) {
		return Range{Prefix: "RR"}, nil
	}
	return r, err
}

// SetRange begins a new range from its first to its last number, both as printed on the labels.
func SetRange(ctx context.Context, tx *db.Tx, first, last string, at time.Time) error {
	var serials [2]int
	var prefix string
	for i, s := range []string{first, last} {
		no, err := ParseS10(s)
		if err != nil {
			return errs.Fields(errs.Field{Name: []string{"prvni", "posledni"}[i], Message: errs.FieldsOf(err)[0].Message})
		}
		if i == 1 && no[:2] != prefix {
			return errs.Fields(errs.Field{Name: "posledni", Message: "První a poslední číslo musí začínat stejnými písmeny."})
		}
		prefix = no[:2]
		serials[i], _ = strconv.Atoi(no[2:10])
	}
	if serials[1] < serials[0] {
		return errs.Fields(errs.Field{Name: "posledni", Message: "Poslední číslo je menší než první."})
	}
	if _, err := tx.ExecContext(ctx, sql.Get("set-range"), tx.Office, prefix, serials[0], serials[1]); err != nil {
		return db.Classify(err)
	}
	audit.Write(tx, audit.Event{At: at, Action: "post range set", ObjectType: "office", ObjectID: strconv.Itoa(int(tx.Office)), Data: map[string]any{"from": serials[0], "to": serials[1]}})
	return nil
}

// Number gives a letter its number of registered mail: the one typed, or the next of the range when typed is empty.
// A number given before is kept unless another is typed; after the hand-over it never changes.
func Number(ctx context.Context, tx *db.Tx, law *Law, id int64, typed string, at time.Time) error {
	d, s, err := Read(ctx, tx, law, id, at)
	if err != nil {
		return err
	}
	service, _ := law.Service(d.Service, at)
	switch {
	case d.Way != Post || s.Kind != Waiting:
		return errs.Newf(errs.Conflict, "Zásilce pro %s číslo přidělit nejde: %s.", d.Name, s.Word())
	case !service.Registered || typed == "" && d.PostNo != nil:
		return nil
	}
	no := ""
	if typed != "" {
		if no, err = ParseS10(typed); err != nil {
			return err
		}
	} else if no, err = next(ctx, tx); err != nil {
		return err
	}
	var used bool
	if err := tx.GetContext(ctx, &used, sql.Get("number-used"), tx.Office, no, id); err != nil {
		return db.Classify(err)
	}
	if used {
		return errs.Fields(errs.Field{Name: "cislo", Message: "Podací číslo " + no + " už má jiná zásilka."})
	}
	_, err = tx.ExecContext(ctx, sql.Get("set-number"), tx.Office, id, no)
	return db.Classify(err)
}

// next takes the next number of the range that no letter has yet; a typed one may stand in its way.
func next(ctx context.Context, tx *db.Tx) (string, error) {
	for {
		var r Range
		err := db.Classify(tx.GetContext(ctx, &r, sql.Get("take-number"), tx.Office))
		if errs.Is(err, errs.NotFound) {
			return "", errs.Fields(errs.Field{Name: "cislo", Message: "Řada podacích čísel je prázdná. Zapište čísla z nových nálepek, nebo je vepište jednotlivě."})
		}
		if err != nil {
			return "", err
		}
		no := S10(r.Prefix, *r.Next-1)
		var used bool
		if err := tx.GetContext(ctx, &used, sql.Get("number-used"), tx.Office, no, 0); err != nil || !used {
			return no, db.Classify(err)
		}
	}
}

// Sheet is a hand-over sheet (podací arch): what was given to the post at once.
type Sheet struct {
	Year   int       `db:"year"`
	No     int       `db:"no"`
	MadeAt time.Time `db:"made_at"`
	MadeBy string    `db:"made_by"`
	On     time.Time `db:"on_day"`

	Letters []Dispatch `db:"-"`
}

// Name is "3/2026".
func (s Sheet) Name() string { return fmt.Sprintf("%d/%d", s.No, s.Year) }

// HandOver gives letters to the post: one sheet with the next number of the year, and each letter has left.
func HandOver(ctx context.Context, tx *db.Tx, law *Law, ids []int64, at time.Time) (Sheet, error) {
	sheet := Sheet{Year: clock.Year(at), MadeAt: at, MadeBy: tx.Actor, On: clock.Date(at)}
	if len(ids) == 0 {
		return sheet, errs.Fields(errs.Field{Name: "id", Message: "Zaškrtněte zásilky, které jdou na poštu."})
	}
	// The row of the office is locked till the commit: two hand-overs at once follow one another.
	if err := tx.GetContext(ctx, &sheet.No, sql.Get("next-sheet"), tx.Office, sheet.Year); err != nil {
		return sheet, db.Classify(err)
	}
	if _, err := tx.ExecContext(ctx, sql.Get("create-sheet"), tx.Office, sheet.Year, sheet.No, at, tx.Actor, sheet.On.Format(time.DateOnly)); err != nil {
		return sheet, db.Classify(err)
	}
	for _, id := range ids {
		d, s, err := Read(ctx, tx, law, id, at)
		if err != nil {
			return sheet, err
		}
		service, _ := law.Service(d.Service, at)
		switch {
		case d.Way != Post || s.Kind != Waiting:
			return sheet, errs.Newf(errs.Conflict, "Zásilka pro %s už na poštu nejde: %s. Načtěte stránku znovu.", d.Name, s.Word())
		case service.Registered && d.PostNo == nil:
			return sheet, errs.Fields(errs.Field{Name: "id", Message: "Zásilka pro " + d.Name + " nemá podací číslo. Vepište ho, nebo ho přidělte z řady."})
		}
		if _, err := tx.ExecContext(ctx, sql.Get("put-on-sheet"), tx.Office, id, sheet.Year, sheet.No); err != nil {
			return sheet, db.Classify(err)
		}
		if _, err := Note(ctx, tx, id, Happened{Kind: EventSent, At: at, Key: "sheet", Data: map[string]any{"sheet": sheet.Name()}}); err != nil {
			return sheet, err
		}
	}
	return SheetByNo(ctx, tx, sheet.Year, sheet.No)
}

// SheetByNo reads a sheet with its letters.
func SheetByNo(ctx context.Context, tx *db.Tx, year, no int) (Sheet, error) {
	var s Sheet
	if err := tx.GetContext(ctx, &s, sql.Get("sheet"), tx.Office, year, no); err != nil {
		return s, db.Classify(err)
	}
	err := tx.SelectContext(ctx, &s.Letters, sql.Get("of-sheet"), tx.Office, year, no)
	return s, db.Classify(err)
}

// Sheets are the latest hand-over sheets, the newest first.
func Sheets(ctx context.Context, tx *db.Tx, limit int) ([]Sheet, error) {
	var list []Sheet
	err := tx.SelectContext(ctx, &list, sql.Get("sheets"), tx.Office, limit)
	return list, db.Classify(err)
}
