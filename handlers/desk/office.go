package desk

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
)

// OfficePage is what an office says of itself, to be changed by its administrator.
type OfficePage struct {
	web.Page
	Name     string
	Category string
	Slug     string
	Values   map[string]string
	Days     []DayHours
	Errors   []Wrong
}

// DayHours are the opening hours of one day as they are written: "8:00–12:00, 13:00–17:00".
type DayHours struct{ Name, Label, Value string }

// Error is the message about a field.
func (p OfficePage) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// Value is what stands in a field.
func (p OfficePage) Value(name string) string { return p.Values[name] }

var weekdayLabels = [...]string{"Pondělí", "Úterý", "Středa", "Čtvrtek", "Pátek", "Sobota", "Neděle"}

// OfficeForm shows the office's own details.
func (d *Desk) OfficeForm(c *fiber.Ctx) error {
	p, o, err := d.officePage(c)
	if err != nil {
		return err
	}
	p.Values = map[string]string{"email": o.Email, "phone": o.Phone, "web": o.Web, "data_box": o.DataBox, "street": o.Street, "zip": o.Zip, "town": o.Town,
		"attachment_mb": strconv.Itoa(o.AttachmentMB), "submission_mb": strconv.Itoa(o.SubmissionMB), "attachment_count": strconv.Itoa(o.AttachmentCount)}
	spans := map[int][]string{}
	for _, h := range o.Hours {
		spans[h.Weekday] = append(spans[h.Weekday], h.Opens+"–"+h.Closes)
	}
	for i := range p.Days {
		p.Days[i].Value = strings.Join(spans[i+1], ", ")
	}
	return web.View(c, "admin/office", "", p)
}

func (d *Desk) officePage(c *fiber.Ctx) (OfficePage, *offices.Office, error) {
	p := OfficePage{Values: map[string]string{}}
	for i, label := range weekdayLabels {
		p.Days = append(p.Days, DayHours{Name: "day" + strconv.Itoa(i+1), Label: label})
	}
	o, err := d.Offices.ByID(web.Session(c).Office)
	if err != nil {
		return p, nil, err
	}
	p.Name, p.Slug = o.Name, o.Slug
	p.Category = map[offices.Category]string{
		offices.Full:    "určený původce podle § 63 odst. 1 zákona č. 499/2004 Sb. – potřebuje atestovanou spisovou službu",
		offices.Limited: "obec podle § 63 odst. 2 zákona č. 499/2004 Sb. – spisovou službu může vést v e-POM",
	}[o.Category]
	err = d.InOffice(c, func(_ context.Context, tx *db.Tx) (err error) {
		p.Page, err = d.Page(c, tx, "Údaje úřadu")
		return err
	})
	return p, o, err
}

// SaveOffice changes contacts, hours and limits.
func (d *Desk) SaveOffice(c *fiber.Ctx) error {
	p, o, err := d.officePage(c)
	if err != nil {
		return err
	}
	emblem := o.Emblem
	var refused []errs.Field
	v, err := web.FormValues(c, func(u web.Upload) error {
		hash, err := d.emblem(c.UserContext(), u)
		if errs.Is(err, errs.Invalid) {
			refused = []errs.Field{{Name: "emblem", Message: errs.Message(err)}}
			return nil
		}
		emblem = hash
		return err
	})
	if err != nil {
		return err
	}
	contact, wrong := p.read(v)
	contact.Emblem, wrong = emblem, append(wrong, refused...)
	if len(wrong) == 0 {
		err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
			if err := offices.Update(ctx, tx, contact); err != nil {
				return err
			}
			audit.Write(tx, audit.Event{At: d.Clock.Now(), Action: "office changed", ObjectType: "office", ObjectID: strconv.Itoa(int(tx.Office))})
			return nil
		})
		if err != nil && !errs.Is(err, errs.Invalid) {
			return err
		}
		wrong = errs.FieldsOf(err)
	}
	if len(wrong) > 0 {
		for _, f := range wrong {
			p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
		}
		return web.Invalid(c, "admin/office", "", p)
	}
	if err := d.Offices.Load(c.UserContext()); err != nil {
		return err
	}
	web.SetFlash(c, "success", "Údaje jsou uložené a občané je hned vidí.")
	return web.See(c, "/kancelar/sprava")
}

// maxEmblem bounds the picture of an office, in bytes: it stands on each of its pages.
const maxEmblem = 512 << 10

// emblem keeps a new picture of the office.
func (d *Desk) emblem(ctx context.Context, u web.Upload) (string, error) {
	ref, err := d.Files.Put(ctx, u.Body, maxEmblem)
	if err != nil {
		return "", err
	}
	if ref.MediaType != "image/png" && ref.MediaType != "image/jpeg" {
		return "", errs.New(errs.Invalid, "Znak vložte jako obrázek PNG nebo JPEG.")
	}
	return ref.SHA256, nil
}

// read takes the form in; hours and numbers that cannot be read are told with their field.
func (p *OfficePage) read(v url.Values) (offices.Contact, []errs.Field) {
	var wrong []errs.Field
	field := func(name string) string { p.Values[name] = strings.TrimSpace(v.Get(name)); return p.Values[name] }
	whole := func(name string) int {
		n, err := strconv.Atoi(field(name))
		if err != nil {
			wrong = append(wrong, errs.Field{Name: name, Message: "Napište celé číslo."})
		}
		return n
	}
	contact := offices.Contact{Email: field("email"), Phone: field("phone"), Web: field("web"), DataBox: strings.ToLower(field("data_box")), Street: field("street"),
		Zip: strings.ReplaceAll(field("zip"), " ", ""), Town: field("town"),
		AttachmentMB: whole("attachment_mb"), SubmissionMB: whole("submission_mb"), AttachmentCount: whole("attachment_count")}
	for i := range p.Days {
		p.Days[i].Value = strings.TrimSpace(v.Get(p.Days[i].Name))
		hours, ok := parseHours(i+1, p.Days[i].Value)
		if !ok {
			wrong = append(wrong, errs.Field{Name: p.Days[i].Name, Message: p.Days[i].Label + ": pište od–do, třeba 8:00–12:00, 13:00–17:00."})
		}
		contact.Hours = append(contact.Hours, hours...)
	}
	return contact, wrong
}

// parseHours reads the spans of one day: "8–12, 13:00-17:00"; empty means closed.
func parseHours(weekday int, text string) ([]offices.Hours, bool) {
	var list []offices.Hours
	for _, span := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' }) {
		from, to, ok := strings.Cut(strings.NewReplacer("–", "-", "—", "-", " ", "", "\u00a0", "", ".", ":").Replace(span), "-")
		opens, ok1 := clockTime(from)
		closes, ok2 := clockTime(to)
		if !ok || !ok1 || !ok2 {
			return nil, false
		}
		list = append(list, offices.Hours{Weekday: weekday, Opens: opens, Closes: closes})
	}
	return list, true
}

// clockTime brings "8" or "8:30" to "08:00" and "08:30".
func clockTime(s string) (string, bool) {
	hour, minute, _ := strings.Cut(s, ":")
	h, err1 := strconv.Atoi(hour)
	m, err2 := 0, error(nil)
	if minute != "" {
		m, err2 = strconv.Atoi(minute)
	}
	if err1 != nil || err2 != nil || h < 0 || h > 23 || m < 0 || m > 59 {
		return "", false
	}
	pad := func(n int) string { return strings.Repeat("0", 2-len(strconv.Itoa(n))) + strconv.Itoa(n) }
	return pad(h) + ":" + pad(m), true
}
