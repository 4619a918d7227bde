package erms

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Class is how a check ended.
type Class string

// The three classes of results.
const (
	Success  Class = "success"
	Failure  Class = "failure"
	Expected Class = "expected failure" // a known gap, or a function that need not be offered and is not
)

// Result is one check of a conformance test.
type Result struct {
	Check  string `json:"check"`
	Class  Class  `json:"class"`
	Detail string `json:"detail,omitempty"` // what was expected and what came, for people
	Millis int64  `json:"ms"`
}

// Conformance tries whether a records system may be relied on: that the same reference always has the same number, that wrong
// messages are refused with a reason, that what was handed over is there.
type Conformance struct {
	Client   Client
	Foreign  string // code of another system, to try the rule of the exclusive owner; empty = "CIZI"
	Run      string // makes the identifiers of this run unlike those of others; up to 12 characters
	Now      func() time.Time
	Patience time.Duration // how long a number may take
	Big      int           // size of the large file in bytes
	Known    []string      // checks that are expected to fail

	results []Result
	mark    string // of the case file
	number  string // of the first document
	files   bool   // contents may be asked back
	batches bool
	begun   time.Time
}

// required are the functions without which nothing can be handed over.
var required = []string{"SpisZalozeni", "DokumentZalozeni", "ProfilDokumentuZadost", "ProfilSpisuZadost", "Udalosti"}

// optional are functions a records system may have.
var optional = []string{"WsTest", "SouborZadost", "ermsAsyn", "DavkySeznam", "DavkaZadost"}

// Walk does all checks and returns their results in order.
func (t *Conformance) Walk(ctx context.Context) []Result {
	t.Foreign = cmp.Or(t.Foreign, "CIZI")
	t.files, t.batches = true, true
	t.offered(ctx)
	for _, part := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"case file founded", t.newCase}, {"case file again", t.sameCase},
		{"document founded", t.newDocument}, {"document has a number", t.hasNumber}, {"document again", t.sameDocument}, {"document found", t.findDocument},
		{"document in its case file", t.inCase}, {"same reference, other content", t.otherContent}, {"what is not there", t.unknown},
		{"file handed over", t.newFile}, {"file again", t.newFile}, {"file given back", t.fileBack}, {"large file", t.bigFile},
		{"change kept", t.change}, {"dispatch kept", t.dispatch},
		{"refused: no name", t.noName}, {"refused: unknown case file", t.noCase}, {"refused: identifier too long", t.longID}, {"refused: broken message", t.broken},
		{"refused: foreign owner", t.foreign}, {"documents at once", t.atOnce}, {"one document at once", t.oneAtOnce},
		{"batch again", t.batchAgain}, {"case file closed", t.closeCase}, {"refused: into a closed case file", t.intoClosed}, {"number kept to the end", t.numberKept},
	} {
		if ctx.Err() != nil {
			break
		}
		t.check(part.name, part.do(t.start(ctx)))
	}
	return t.results
}

func (t *Conformance) start(ctx context.Context) context.Context {
	t.begun = t.Now()
	return ctx
}

// notOffered says that a check could not be done and need not be.
type notOffered string

func (n notOffered) Error() string { return string(n) + " is not offered; it need not be" }

func (t *Conformance) check(name string, err error) {
	r := Result{Check: name, Class: Success, Millis: t.Now().Sub(t.begun).Milliseconds()}
	known := slices.Contains(t.Known, name)
	switch _, left := err.(notOffered); {
	case left:
		r.Class, r.Detail = Expected, err.Error()
	case err != nil && known:
		r.Class, r.Detail = Expected, err.Error()
	case err != nil:
		r.Class, r.Detail = Failure, err.Error()
	case known:
		r.Detail = "it stands among the known gaps and passes: take it off the list"
	}
	t.results = append(t.results, r)
}

func (t *Conformance) offered(ctx context.Context) {
	t.start(ctx)
	names, err := t.Client.Offered(ctx)
	t.check("describes itself", err)
	if err == nil {
		for _, op := range required {
			if t.start(ctx); slices.Contains(names, op) {
				t.check("offers "+op, nil)
			} else {
				t.check("offers "+op, fmt.Errorf("%s is not in the WSDL; without it nothing can be handed over", op))
			}
		}
		for _, op := range optional {
			if t.start(ctx); slices.Contains(names, op) {
				t.check("offers "+op, nil)
			} else {
				t.check("offers "+op, notOffered(op))
			}
		}
		t.files = slices.Contains(names, "SouborZadost")
		t.batches = slices.Contains(names, "ermsAsyn")
	}
	t.start(ctx)
	r, err := t.Client.Test(ctx, t.Run, t.Now())
	if err == nil && r.ID != t.Run {
		err = fmt.Errorf("WsTest must answer with the text it got, %q; it answered %q", t.Run, r.ID)
	}
	if err != nil && len(names) > 0 && !slices.Contains(names, "WsTest") {
		err = notOffered("WsTest")
	}
	t.check("answers", err)
}

func (t *Conformance) id(what string) ID { return t.Client.ID("T" + t.Run + "-" + what) }

func (t *Conformance) aCase() Case {
	return Case{ID: t.id("spis"), Kept: "Priorace", Made: Stamp(t.Now()), Name: "Zkouška rozhraní " + t.Run}
}

func (t *Conformance) aDocument(what string) Document {
	now := t.Now()
	return Document{ID: t.id(what), Made: Stamp(now), Form: "digitalni", Name: "Zkušební dokument " + what, KindsOf: "bez příloh", In: &InCase{Case: Entity{t.id("spis")}},
		Delivery: &Delivery{Sender: Addressee{Subject{Kind: "Fyzicka", Given: "Zkušební", Family: "Osoba"}, Address{Electronic: &Contact{"mail", "zkouska@example.com"}}},
			Shipment: DeliveryInfo{Way: "EPodatelnaWeb", Day: now.Format(time.DateOnly), At: now.Format("15:04:05")}}}
}

func (t *Conformance) newCase(ctx context.Context) error {
	c, err := t.Client.NewCase(ctx, t.aCase(), t.Now())
	switch {
	case err != nil:
		return err
	case c == nil:
		return fmt.Errorf("the answer is %s and has no profile of the case file", OK)
	case c.ID != t.id("spis"):
		return fmt.Errorf("the case file must keep our identifier %s; it has %s of %s", t.id("spis").Value, c.ID.Value, c.ID.Source)
	case c.Mark == "":
		return fmt.Errorf("the case file has no file mark")
	}
	t.mark = c.Mark
	return nil
}

func (t *Conformance) sameCase(ctx context.Context) error {
	c, err := t.Client.NewCase(ctx, t.aCase(), t.Now())
	if code, _, no := Refused(err); no && code != "" {
		c, err = t.Client.Case(ctx, t.id("spis"), t.Now()) // refusing is right too when the first one can be found
	}
	if err == nil && (c == nil || c.Mark != t.mark) {
		err = fmt.Errorf("the same identifier must lead to the same case file %s; it is %s", t.mark, markOf(c))
	}
	return err
}

func markOf(c *Case) string {
	if c == nil {
		return "nowhere"
	}
	return c.Mark
}

func numberOf(d *Document) string {
	switch {
	case d == nil:
		return "nowhere"
	case d.Number == "":
		return "without a number"
	}
	return d.Number
}

func (t *Conformance) newDocument(ctx context.Context) error {
	d, err := t.Client.NewDocument(ctx, t.aDocument("dok"), t.Now())
	switch {
	case err != nil:
		return err
	case d == nil:
		return fmt.Errorf("the answer is %s and has no profile of the document", OK)
	case d.ID != t.id("dok"):
		return fmt.Errorf("the document must keep our identifier %s; it has %s of %s", t.id("dok").Value, d.ID.Value, d.ID.Source)
	}
	t.number = d.Number
	return nil
}

// hasNumber waits for the number: it may come later than the founding.
func (t *Conformance) hasNumber(ctx context.Context) error {
	for pause := 50 * time.Millisecond; t.number == ""; pause = min(2*pause, 2*time.Second) {
		d, err := t.Client.Document(ctx, t.id("dok"), t.Now())
		if err != nil {
			return err
		}
		if d != nil {
			t.number = d.Number
		}
		if t.number == "" && t.Now().Sub(t.begun) > t.Patience {
			return fmt.Errorf("no number came within %s", t.Patience)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	return nil
}

func (t *Conformance) sameDocument(ctx context.Context) error {
	d, err := t.Client.NewDocument(ctx, t.aDocument("dok"), t.Now())
	if code, _, no := Refused(err); no && code != "" {
		d, err = t.Client.Document(ctx, t.id("dok"), t.Now())
	}
	return t.same(d, err)
}

func (t *Conformance) same(d *Document, err error) error {
	if err == nil && (d == nil || d.Number != t.number) {
		err = fmt.Errorf("one document must have one number, %s; now it is %s", cmp.Or(t.number, "none"), numberOf(d))
	}
	return err
}

func (t *Conformance) findDocument(ctx context.Context) error {
	d, err := t.Client.Document(ctx, t.id("dok"), t.Now())
	return t.same(d, err)
}

func (t *Conformance) numberKept(ctx context.Context) error { return t.findDocument(ctx) }

func (t *Conformance) inCase(ctx context.Context) error {
	c, err := t.Client.Case(ctx, t.id("spis"), t.Now())
	if err != nil {
		return err
	}
	if c == nil || !slices.ContainsFunc(c.Documents.List, func(i Inside) bool { return i.Document.ID == t.id("dok") }) {
		return fmt.Errorf("the case file does not list the document that was put into it")
	}
	n := 0
	for _, i := range c.Documents.List {
		if i.Document.ID == t.id("dok") {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("the document handed over twice lies in its case file %d times", n)
	}
	return nil
}

func (t *Conformance) otherContent(ctx context.Context) error {
	other := t.aDocument("dok")
	other.Name = "Úplně jiný dokument"
	d, err := t.Client.NewDocument(ctx, other, t.Now())
	if _, _, no := Refused(err); no {
		return t.reason(err)
	}
	return t.same(d, err)
}

func (t *Conformance) unknown(ctx context.Context) error {
	var r AskDocumentResponse
	err := t.Client.Call(ctx, "ProfilDokumentuZadost", AskDocument{Ends: t.Client.Ends(), Document: Entity{t.id("neni")}, Auth: t.Client.Auth(t.Now())}, &r)
	if err == nil {
		err = r.Status.Check()
	}
	return t.mustRefuse(err)
}

// mustRefuse turns a refusal with a reason into success and anything else into an error.
func (t *Conformance) mustRefuse(err error) error {
	if err == nil {
		return fmt.Errorf("it was accepted; it must be refused")
	}
	if _, _, no := Refused(err); !no {
		return fmt.Errorf("it must be refused by an answer; instead: %w", err)
	}
	return t.reason(err)
}

func (t *Conformance) reason(err error) error {
	if _, text, _ := Refused(err); strings.TrimSpace(text) == "" {
		return fmt.Errorf("it was refused without a reason a person could read")
	}
	return nil
}

func (t *Conformance) aFile(what string, content []byte) (Event, Event) {
	name := what + ".txt"
	id, auth := t.id(what), t.Client.Auth(t.Now())
	return Event{NewFile: &NewFile{No: 1, File: File{Type: "text/plain", Name: name, ID: id, Content: base64.StdEncoding.EncodeToString(content)}, Auth: auth}},
		Event{AttachFile: &AttachFile{No: 2, Document: Entity{t.id("dok")}, Link: FileLink{Role: "enclosure", Name: name, ID: id}, Auth: auth}}
}

var smallContent = []byte("Příliš žluťoučký kůň úpěl ďábelské ódy.\n")

func (t *Conformance) newFile(ctx context.Context) error {
	made, tied := t.aFile("soubor", smallContent)
	if _, err := t.Client.Do(ctx, made, tied); err != nil {
		return err
	}
	return t.listed(ctx, "soubor")
}

// listed asks whether the document has a file, once.
func (t *Conformance) listed(ctx context.Context, what string) error {
	d, err := t.Client.Document(ctx, t.id("dok"), t.Now())
	if err != nil {
		return err
	}
	n := 0
	if d != nil && d.Files != nil {
		for _, l := range d.Files.List {
			if l.ID == t.id(what) {
				n++
			}
		}
	}
	if n != 1 {
		return fmt.Errorf("the document must list the file once; it lists it %d times", n)
	}
	return nil
}

func (t *Conformance) fileBack(ctx context.Context) error {
	return t.givenBack(ctx, "soubor", smallContent)
}

func (t *Conformance) givenBack(ctx context.Context, what string, content []byte) error {
	if !t.files {
		return notOffered("SouborZadost")
	}
	file, err := t.Client.File(ctx, t.id(what), t.Now())
	if err != nil {
		return err
	}
	if file == nil {
		return fmt.Errorf("the answer has no file")
	}
	got, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(file.Content), ""))
	if err != nil || string(got) != string(content) {
		return fmt.Errorf("the file is not the one that was handed over (%d bytes, %d were handed over)", len(got), len(content))
	}
	return nil
}

func (t *Conformance) bigFile(ctx context.Context) error {
	content := make([]byte, t.Big)
	for i := range content {
		content[i] = byte(i * 7)
	}
	made, tied := t.aFile("velky", content)
	if _, err := t.Client.Do(ctx, made, tied); err != nil {
		return fmt.Errorf("a file of %d MB: %w", t.Big>>20, err)
	}
	if !t.files {
		return t.listed(ctx, "velky")
	}
	return t.givenBack(ctx, "velky", content)
}
