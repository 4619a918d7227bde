package ofn

import (
	"bufio"
	"io"
	"iter"
	"reflect"
)

// Contexts and schemas of lists of news ("aktuality") and events ("události"), both of 1 July 2020.
const (
	NewsContext   = "https://ofn.gov.cz/aktuality/2020-07-01/kontexty/aktualita.jsonld"
	NewsSchema    = "https://ofn.gov.cz/aktuality/2020-07-01/schémata/aktuality.json"
	NewsNorm      = "https://ofn.gov.cz/aktuality/2020-07-01/"
	EventsContext = "https://ofn.gov.cz/události/2020-07-01/kontexty/událost.jsonld"
	EventsSchema  = "https://ofn.gov.cz/události/2020-07-01/schémata/události.json"
	EventsNorm    = "https://ofn.gov.cz/události/2020-07-01/"
)

// News is a piece of news: something an office tells that is no legal notice.
type News struct {
	Context string `ofn:"@context"`
	Thing
	About     string   `ofn:"informuje_o"` // address of what it is about, e.g. of an event
	Areas     []Place  `ofn:"geografické_území"`
	Themes    []string `ofn:"téma"` // ThemeIRI("doprava")
	Announcer *Person  `ofn:"oznamovatel"`
}

// Event is something that happens at a time and place: a meeting, a market, a closure.
type Event struct {
	Context string `ofn:"@context"`
	Thing
	Long         Text     `ofn:"dlouhý_popis"`
	ForChildren  *bool    `ofn:"vhodné_pro_děti"`
	ForAnimals   *bool    `ofn:"vhodné_pro_zvířata"`
	Registration Text     `ofn:"registrace"`
	Organisers   []Person `ofn:"pořadatel"`
	Places       []Place  `ofn:"umístění"`
	Kinds        []string `ofn:"typ_události"` // EventKindIRI("muzikál")
	Themes       []string `ofn:"téma"`
	Times        []Times  `ofn:"doba_trvání"`
}

// Times is one time of an event: an interval or a moment.
type Times struct {
	Types    Types     `ofn:"typ"`
	Interval *Interval `ofn:"časový_interval"`
	Moment   Moment    `ofn:"časový_okamžik"`
	Extra    Extra
}

// Interval is a time from–to; both ends are required and may be Unspecified.
type Interval struct {
	Types Types  `ofn:"typ"`
	Start Moment `ofn:"začátek"`
	End   Moment `ofn:"konec"`
	Extra Extra
}

// Lasting is the time of an event that happens once.
func Lasting(start, end Moment) []Times {
	return []Times{{Interval: &Interval{Start: start, End: end}}}
}

const codeLists = "https://data.mvcr.gov.cz/zdroj/číselníky/"

// ThemeIRI is the address of an entry of the code list of themes of events and news, such as "doprava".
func ThemeIRI(theme string) string { return codeLists + "témata-událostí/položky/" + theme }

// EventKindIRI is the address of an entry of the code list of kinds of events, such as "muzikál".
func EventKindIRI(kind string) string { return codeLists + "typy-událostí/položky/" + kind }

func (n *News) fallback(key string) string  { return listed(key, NewsContext, "Aktualita") }
func (e *Event) fallback(key string) string { return listed(key, EventsContext, "Událost") }
func (t *Times) fallback(key string) string { return only(key, `"Časová specifikace"`) }
func (i *Interval) fallback(key string) string {
	return only(key, `"Časový interval"`)
}

func listed(key, context, typ string) string {
	if key == "@context" {
		return `"` + context + `"`
	}
	return only(key, `"`+typ+`"`)
}

// WriteNews writes a list of news, one a line, as they come. It stops at the first error, which it returns.
func WriteNews(w io.Writer, items iter.Seq2[*News, error]) error { return writeList(w, items) }

// WriteEvents writes a list of events as WriteNews does.
func WriteEvents(w io.Writer, items iter.Seq2[*Event, error]) error { return writeList(w, items) }

func writeList[T any](w io.Writer, items iter.Seq2[*T, error]) error {
	buffered := bufio.NewWriterSize(w, 32<<10)
	buffered.WriteByte('[')
	var line []byte
	comma := ""
	for item, err := range items {
		if err != nil {
			return err
		}
		if line, err = appendObject(append(line[:0], comma+"\n"...), reflect.ValueOf(item).Elem()); err != nil {
			return err
		}
		if _, err = buffered.Write(line); err != nil {
			return err
		}
		comma = ","
	}
	buffered.WriteString("\n]\n")
	return buffered.Flush()
}
