// Package forms is the form system: it reads a form's definition, takes in what a person typed, says what is
// missing and which page comes next, and lays the answers out for a page, a PDF or a mail. It is pure: no database,
// no web server, no clock, no look-ups; it compiles to WebAssembly, so that filling with and without a network
// cannot disagree.
//
// # The walk of an answer
//
//	form, _ := catalogue.Latest("kaceni-drevin")           // *Form, immutable, safe for many goroutines
//	setting := forms.Setting{Today: today, Lang: "cs"}     // everything that comes from outside, each run
//	parsed := form.ParsePage("stromy", values, answers, setting)
//	parsed.Answers                                         // the new answers, also those that are wrong
//	parsed.Findings                                        // what is wrong on this page
//	ev := form.Evaluate(answers, setting)                  // one walk over all pages answers everything else:
//	ev.Journey()                                           // pages, which are complete, next, back
//	ev.Findings() / ev.Valid()                             // the whole journey
//	ev.Result()                                            // answers that count, with computed values
//	ev.Summary()                                           // pages of label and value in plain text
//	ev.Subject(), ev.Place(), ev.Applicant()               // for routing and for the journal
//	ev.Page("stromy", forms.ViewExtras{})                  // the render model of one page
//
// # Definitions
//
// A definition is a JSON document (definition.go, schema.json). [Parse] accepts it only when the schema and the
// semantic checks find nothing; [Check] lists every problem with its place. A text is a string (Czech) or
// {"cs","en","uk"}. Published versions never change; a corrected form is a new version.
//
// # Answers
//
// [Answers] maps a field's name to its value. A value is what JSON can carry, so answers survive a round trip:
//
//	text longtext email phone account databox ico zip   string, normalised ("+420601234567", "19-2000145399/0800", "46362")
//	number money                                int64 (money in haléře), float64 when the field has decimals
//	date                                        string "2006-01-02"
//	choice / choices                            string / []any of strings
//	yesno declaration                           bool
//	person       {"jmeno","prijmeni","narozeni","adresa"}        (adresa = address)
//	legalperson  {"ico","nazev","sidlo"}                         (sidlo = address)
//	address      {"adm","text","street","number","part","zip","municipality"}  (municipality = municipality)
//	municipality {"code","name"}                                 (code 0 or absent = not recognised)
//	parcel       {"area","number"}                               (cadastral area, parcel number)
//	file                                        []any of {"id","name","size","type"}
//	repeat / group                              []any of maps / map
//	computed note                               never stored
//
// What could not be understood ("dvanáct" in a number) stays in the answers as the typed string, so it is shown
// again and never lost; the checks name it. Parts that a form asks a person for carry their Czech names, parts of
// addresses those of the territory room.
//
// # Names in a page's form values
//
// A field's path is its input's name: "duvod", "zadatel.jmeno", "zadatel.adresa.municipality.name",
// "stromy.0.druh". Buttons (work without JavaScript): name "_add" value "stromy"; "_remove" value "stromy.1" (also
// for a file: "vypis.0"); "_find" value "misto" (look an address or municipality up); "_ares" value "firma" (name and seat by the number); "_refresh" (show the
// page again after a change). [Parsed].Act says which was pressed; then findings of the page need not be shown.
//
// # Expressions
//
// Conditions, checks and computed values are expr-lang expressions over the names of fields that come earlier in
// the document, `today` ("2006-01-02"), `params`, inside a repeat also `item` and `index`. Types are checked when
// the definition is read. An unanswered field reads as its zero value; `answered("name")` tells the difference.
// Functions: answered(path), age(born, day), days(from, to), addDays(day, n), addMonths(day, n), workday(day)
// is Monday to Friday, plus the safe built-ins of expr. Length and size of an expression are limited.
package forms
