package erms

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Fault is a way in which a records system misbehaves; the server can be told to, so that clients and the tester meet it.
type Fault string

// Faults a Fake can have for good.
const (
	FaultTwoNumbers   Fault = "two-numbers"     // the same document again gets another number
	FaultSameNumber   Fault = "same-number"     // documents founded at once get one number
	FaultForgetsID    Fault = "forgets-id"      // does not find what it founded
	FaultTakesAll     Fault = "takes-all"       // accepts messages that lack what they must have
	FaultNoReason     Fault = "no-reason"       // refuses without a word
	FaultNoOwner      Fault = "no-owner"        // lets a foreign system change what is not its own
	FaultSmallFiles   Fault = "small-files"     // does not take files over 1 MB
	FaultSpoilsFiles  Fault = "spoils-files"    // gives out another file than it got
	FaultNotClosed    Fault = "not-closed"      // says a case file is closed and does not close it
	FaultHalfEvents   Fault = "half-events"     // does the first event and answers nothing about the others
	FaultTwiceBatch   Fault = "twice-batch"     // does a batch again when it comes again
	FaultNoChange     Fault = "no-change"       // does not keep a change
	FaultNoNumber     Fault = "no-number"       // never gives a number
	FaultAnswersHTML  Fault = "answers-html"    // answers a page
	FaultNoAnswer     Fault = "no-answer"       // does the work and cuts the connection
	FaultUnavailable  Fault = "unavailable"     // 503
	FaultNoWSDL       Fault = "no-wsdl"         // does not describe itself
	FaultFewFunctions Fault = "no-asynchronous" // has no batches
)

// Faults are all of them with a word for people.
var Faults = map[Fault]string{FaultTwoNumbers: "the same document again gets another number", FaultSameNumber: "documents founded at once get one number",
	FaultForgetsID: "does not find what it founded", FaultTakesAll: "accepts incomplete messages", FaultNoReason: "refuses without a reason",
	FaultNoOwner: "lets a foreign system change things", FaultSmallFiles: "does not take files over 1 MB", FaultSpoilsFiles: "gives out another file than it got",
	FaultNotClosed: "does not close what it says is closed", FaultHalfEvents: "answers only about the first event", FaultTwiceBatch: "does a repeated batch twice",
	FaultNoChange: "does not keep changes", FaultNoNumber: "never gives a number", FaultAnswersHTML: "answers a web page", FaultNoAnswer: "does the work and cuts the connection",
	FaultUnavailable: "answers 503", FaultNoWSDL: "has no WSDL", FaultFewFunctions: "has no batches"}

// Trouble is what befalls one call.
type Trouble int

// Troubles of one call.
const (
	None       Trouble = iota
	Before             // the call does not arrive
	After              // the work is done, the answer is lost
	Twice              // the network delivers the message twice
	SaysNo             // a SOAP fault, nothing is done
	Overloaded         // a status that asks to try later, nothing is done
)

// Fake is a records system in memory. It numbers without gaps, knows the rule of the exclusive owner, answers the same to the
// same and refuses what it must.
type Fake struct {
	Code     string // of this system; empty = any is accepted
	Now      func() time.Time
	Late     time.Duration                  // numbers and receipts come this long after the founding
	Faults   []Fault                        // for good
	Trouble  func(string) Trouble           // asked before each call with the operation; nil = none
	User     string                         // HTTP Basic; empty = anybody
	Password string                         //
	Watch    func(operation, result string) // told of each call; nil = nobody

	mu        sync.Mutex
	cases     map[ID]*fakeCase
	documents map[ID]*fakeDocument
	files     map[ID]*File
	numbered  int64
	marked    int64
	founded   map[ID][]string // every number a document was ever given
	batches   map[BatchEnds]bool
	waiting   map[string][]AskBatchResponse // by the caller's code
	applied   map[string]int                // how often an event of a batch was done
}

type fakeCase struct {
	Case
	made time.Time
}

type fakeDocument struct {
	Document
	made time.Time
}

func (f *Fake) has(x Fault) bool { return slices.Contains(f.Faults, x) }

func (f *Fake) start() {
	if f.cases == nil {
		f.cases, f.documents, f.files, f.founded = map[ID]*fakeCase{}, map[ID]*fakeDocument{}, map[ID]*File{}, map[ID][]string{}
		f.batches, f.waiting, f.applied = map[BatchEnds]bool{}, map[string][]AskBatchResponse{}, map[string]int{}
	}
	if f.Now == nil {
		f.Now = time.Now
	}
}

// ServeHTTP answers as the web service.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.start()
	f.mu.Unlock()
	if r.Method == http.MethodGet {
		f.describe(w, r)
		return
	}
	if user, password, _ := r.BasicAuth(); f.User != "" && (user != f.User || password != f.Password) {
		http.Error(w, "sign in", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxReply))
	if err != nil {
		return
	}
	operation := operationOf(body)
	trouble := None
	if f.Trouble != nil {
		trouble = f.Trouble(operation)
	}
	switch {
	case trouble == Before:
		cut(w)
		return
	case trouble == Overloaded || f.has(FaultUnavailable):
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	case trouble == SaysNo:
		f.answer(w, operation, &Refusal{Text: "Dočasná porucha, opakujte později."}, nil)
		return
	case f.has(FaultAnswersHTML):
		fmt.Fprint(w, "<!doctype html><title>Přihlášení</title>")
		return
	}
	reply, refusal := f.do(body)
	if trouble == Twice {
		reply, refusal = f.do(body)
	}
	if trouble == After || f.has(FaultNoAnswer) {
		cut(w)
		return
	}
	f.answer(w, operation, refusal, reply)
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
}

func (f *Fake) answer(w http.ResponseWriter, operation string, no *Refusal, reply any) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	result := "ok"
	if no != nil {
		result = no.Text
		w.WriteHeader(http.StatusInternalServerError)
		var text []byte
		if !f.has(FaultNoReason) {
			text = escape(no.Text)
		}
		fmt.Fprintf(w, "%s<soap:Fault><faultcode>soap:Client</faultcode><faultstring>%s</faultstring></soap:Fault>%s", soapHead, text, soapTail)
	} else if body, err := Wrap(reply); err == nil {
		_, _ = w.Write(body)
	}
	if f.Watch != nil {
		f.Watch(operation, result)
	}
}

func escape(s string) []byte {
	var b writer
	_ = xml.EscapeText(&b, []byte(s))
	return b
}

type writer []byte

func (w *writer) Write(p []byte) (int, error) { *w = append(*w, p...); return len(p), nil }

// operationOf is the name of the message in an envelope, without "Request".
func operationOf(body []byte) string {
	var e struct {
		Body struct {
			Message struct{ XMLName xml.Name } `xml:",any"`
		} `xml:"Body"`
	}
	_ = xml.Unmarshal(body, &e)
	name := e.Body.Message.XMLName.Local
	if len(name) > 7 && name[len(name)-7:] == "Request" {
		return name[:len(name)-7]
	}
	return name
}

// do does the work of one message.
func (f *Fake) do(body []byte) (any, *Refusal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch op := operationOf(body); op {
	case "WsTest":
		return handle(body, f.test)
	case "SpisZalozeni":
		return handle(body, f.newCase)
	case "DokumentZalozeni":
		return handle(body, f.newDocument)
	case "ProfilSpisuZadost":
		return handle(body, f.askCase)
	case "ProfilDokumentuZadost":
		return handle(body, f.askDocument)
	case "SouborZadost":
		return handle(body, f.askFile)
	case "Udalosti":
		return handle(body, f.events)
	case "ermsAsyn":
		if !f.has(FaultFewFunctions) {
			return handle(body, f.batch)
		}
	case "DavkySeznam":
		return handle(body, f.batchList)
	case "DavkaZadost":
		return handle(body, f.batchOf)
	}
	return nil, &Refusal{Text: "Neznámá funkce."}
}

func handle[Q, R any](body []byte, act func(Q) R) (any, *Refusal) {
	var q Q
	if err := Unwrap(body, &q); err != nil {
		return nil, &Refusal{Text: "Zprávu nelze přečíst: " + err.Error()}
	}
	return act(q), nil
}

// said makes a status.
func (f *Fake) said(code, text string) Status {
	if f.has(FaultNoReason) && code != OK {
		text = ""
	}
	return Status{Code: code, Text: text}
}

var fine = Status{Code: OK, Text: "OK"}

func (f *Fake) test(q TestRequest) TestResponse {
	r := TestResponse{ID: q.ID, Received: BatchMark{1, "PotvrzenaBezChyb"}, Sent: BatchMark{1, "PotvrzenaBezChyb"}, Status: fine}
	if f.Code != "" && q.To != f.Code {
		r.Status = f.said(Wrong, fmt.Sprintf("Cíl zprávy je %s, tato spisová služba je %s.", q.To, f.Code))
	}
	return r
}

func (f *Fake) newCase(q CaseRequest) CaseResponse {
	if s := f.ends(q.Ends, q.Auth); s.Code != OK {
		return CaseResponse{Status: s}
	}
	p := q.Case
	if have, ok := f.cases[p.ID]; ok && !f.has(FaultForgetsID) {
		if have.Name != p.Name {
			return CaseResponse{Status: f.said(Exists, "Spis s tímto identifikátorem už existuje a má jiný název.")}
		}
		c := f.showCase(have)
		return CaseResponse{Case: &c, Status: fine}
	}
	if why := wrongID(p.ID, q.From); why == "" && p.Name == "" {
		why = "Chybí název spisu."
		if !f.has(FaultTakesAll) {
			return CaseResponse{Status: f.said(Wrong, why)}
		}
	} else if why != "" && !f.has(FaultTakesAll) {
		return CaseResponse{Status: f.said(Wrong, why)}
	}
	f.marked++
	now := f.Now()
	p.Mark, p.Made, p.Owner, p.ManagedBy, p.State = fmt.Sprintf("S-%d/%d", f.marked, now.Year()), Stamp(now), q.Auth.Who, q.From, "nevyrizen"
	c := &fakeCase{p, now}
	f.cases[p.ID] = c
	shown := f.showCase(c)
	return CaseResponse{Case: &shown, Status: fine}
}

func wrongID(id ID, from string) string {
	switch {
	case id.Value == "" || len([]rune(id.Value)) > MaxID:
		return "Identifikátor chybí nebo je delší než 40 znaků."
	case id.Source != from:
		return "Identifikátor nevznikl v systému, který zprávu posílá."
	}
	return ""
}

func (f *Fake) ends(e Ends, a Authorization) Status {
	switch {
	case f.has(FaultTakesAll):
	case f.Code != "" && e.To != f.Code:
		return f.said(Wrong, "Zpráva je pro jiný systém.")
	case e.From == "" || len(e.From) > MaxSource:
		return f.said(Wrong, "Chybí kód systému, který zprávu posílá.")
	case a.Who == "" || a.At == "":
		return f.said(Wrong, "Chybí, kdo a kdy úkon provedl.")
	}
	return fine
}

func (f *Fake) newDocument(q DocumentRequest) DocumentResponse {
	if s := f.ends(q.Ends, q.Auth); s.Code != OK {
		return DocumentResponse{Status: s}
	}
	p := q.Document
	if have, ok := f.documents[p.ID]; ok && !f.has(FaultTwoNumbers) {
		if have.Name != p.Name {
			return DocumentResponse{Status: f.said(Exists, "Dokument s tímto identifikátorem už existuje a má jiný název.")}
		}
		d := f.showDocument(have)
		return DocumentResponse{Document: &d, Status: fine}
	}
	if why := f.wrongDocument(p, q.From); why != "" && !f.has(FaultTakesAll) {
		return DocumentResponse{Status: f.said(Wrong, why)}
	}
	now := f.Now()
	if !f.has(FaultSameNumber) || f.numbered == 0 {
		f.numbered++
	}
	p.Number = fmt.Sprintf("ESS %05d/%d", f.numbered, now.Year())
	if f.has(FaultNoNumber) {
		p.Number = ""
	}
	p.Evidence = &Evidence{Period: fmt.Sprint(now.Year()), Order: f.numbered}
	p.Made, p.Owner, p.ManagedBy, p.State = Stamp(now), q.Auth.Who, q.From, "nevyrizen"
	f.founded[p.ID] = append(f.founded[p.ID], p.Number)
	if in := p.In; in != nil {
		if c, ok := f.cases[in.Case.ID]; ok {
			p.Mark = c.Mark
			c.Documents.List = append(c.Documents.List, Inside{Document: Entity{p.ID}, Order: len(c.Documents.List) + 1, State: "Vlozen", At: Stamp(now)})
			p.In = &InCase{Case: in.Case, Order: len(c.Documents.List), State: "Vlozen", At: Stamp(now)}
		}
	}
	d := &fakeDocument{p, now}
	f.documents[p.ID] = d
	shown := f.showDocument(d)
	return DocumentResponse{Document: &shown, Status: fine}
}

func (f *Fake) wrongDocument(p Document, from string) string {
	switch why := wrongID(p.ID, from); {
	case why != "":
		return why
	case p.Name == "":
		return "Chybí název dokumentu."
	case p.Form != "digitalni" && p.Form != "analogova":
		return "Forma dokumentu musí být digitalni nebo analogova."
	}
	if p.In != nil {
		c, ok := f.cases[p.In.Case.ID]
		switch {
		case !ok:
			return "Spis, do kterého se má dokument vložit, neexistuje."
		case c.ManagedBy != from && !f.has(FaultNoOwner):
			return "Spis spravuje jiný systém."
		case c.Closed != "":
			return "Spis je uzavřený."
		}
	}
	return ""
}

// showDocument is a document as it is shown: what comes late is left out before its time.
func (f *Fake) showDocument(d *fakeDocument) Document {
	p := d.Document
	if f.Late > 0 && f.Now().Before(d.made.Add(f.Late)) {
		p.Number, p.Evidence = "", nil
	}
	return p
}

func (f *Fake) showCase(c *fakeCase) Case {
	p := c.Case
	p.Documents.List = slices.Clone(c.Documents.List)
	return p
}
