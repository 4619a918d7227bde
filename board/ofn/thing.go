package ofn

import (
	"strconv"
	"strings"
	"time"
)

const (
	mediaBase = "http://www.iana.org/assignments/media-types/"
	ruianBase = "https://linked.cuzk.cz/resource/ruian/"
	ovmBase   = "https://rpp-opendata.egon.gov.cz/odrpp/zdroj/orgán-veřejné-moci/"
)

// On is the date of a day, in that day's own time zone.
func On(day time.Time) Moment { return Moment{Date: day.Format(time.DateOnly)} }

// At is an instant with its offset, to the second.
func At(t time.Time) Moment { return Moment{DateTime: t.Format(time.RFC3339)} }

// Unspecified is the moment of what hangs until further notice.
func Unspecified() Moment { return Moment{Unspecified: true} }

// IsZero says that no moment is given at all.
func (m Moment) IsZero() bool {
	return m.Types == nil && m.Date == "" && m.DateTime == "" && !m.Unspecified && m.Extra == nil
}

// Time is the instant, or the beginning of the date in loc; false when neither is given or readable.
func (m Moment) Time(loc *time.Location) (time.Time, bool) {
	if m.DateTime != "" {
		t, err := time.Parse(time.RFC3339, m.DateTime)
		return t, err == nil
	}
	t, err := time.ParseInLocation(time.DateOnly, m.Date, loc)
	return t, err == nil
}

// NewAgenda is an agenda by its Czech name.
func NewAgenda(name string) Agenda {
	return Agenda{Thing{Name: Czech(name)}}
}

// NewDocument is a file by its Czech name, address and media type ("application/pdf"; may be empty).
func NewDocument(name, url, mediaType string) Document {
	return Document{Thing: Thing{Name: Czech(name)}, URL: url, MediaType: MediaIRI(mediaType)}
}

// MediaIRI is the address the norm wants for a media type; parameters are left out.
func MediaIRI(mediaType string) string {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	if mediaType = strings.TrimSpace(mediaType); mediaType == "" {
		return ""
	}
	return mediaBase + mediaType
}

// MediaOf is the media type of such an address, or "".
func MediaOf(iri string) string {
	mediaType, ok := strings.CutPrefix(iri, mediaBase)
	if !ok {
		return ""
	}
	return mediaType
}

// RUIAN is the address of an element of the register of territorial identification: kind is "obec", "cast-obce", "ulice",
// "adresni-misto", "okres", "vusc", "momc", "mop" or "katastralni-uzemi".
func RUIAN(kind string, code int64) string {
	return ruianBase + kind + "/" + strconv.FormatInt(code, 10)
}

// AuthorityIRI is the address of a public authority in the register of rights and duties; for a municipality ovm is its IČO.
func AuthorityIRI(ovm string) string { return ovmBase + ovm }

// What the norm requires and is the same for all things of a kind is written when the field is empty.
func only(key, typ string) string {
	if key == "typ" {
		return typ
	}
	return ""
}

func (m *Moment) fallback(key string) string   { return only(key, `"`+typeMoment+`"`) }
func (d *Document) fallback(key string) string { return only(key, `"`+typeDigital+`"`) }
func (t *Terms) fallback(key string) string    { return only(key, `"`+typeTerms+`"`) }
func (a *Agenda) fallback(key string) string   { return only(key, `"`+typeAgenda+`"`) }
func (p *Place) fallback(key string) string    { return only(key, `"`+typePlace+`"`) }
func (a *Address) fallback(key string) string  { return only(key, `"`+typeAddress+`"`) }
func (n *Notice) fallback(key string) string {
	return only(key, `["`+typeDigital+`","`+typeNotice+`"]`)
}

func (b *Board) fallback(key string) string {
	switch key {
	case "@context":
		return `"` + Context + `"`
	case "informace":
		return "[]"
	}
	return only(key, `"`+typeBoard+`"`)
}

func (p *Person) fallback(key string) string {
	switch {
	case p.OVM != "":
		return only(key, `"`+typeAuthority+`"`)
	case p.First != nil || p.Last != nil:
		return only(key, `"`+typeHuman+`"`)
	case p.Country != "":
		return only(key, `"`+typeForeign+`"`)
	}
	return only(key, `"`+typePerson+`"`)
}
