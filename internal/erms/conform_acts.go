package erms

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// atOnce is how many calls are made at once.
const atOnce = 8

func (t *Conformance) change(ctx context.Context) error {
	p := Document{ID: t.id("dok"), Form: "digitalni", Name: t.aDocument("dok").Name, Text: "Upřesněný popis", KindsOf: "bez příloh"}
	if _, err := t.Client.Do(ctx, Event{Change: &DocumentChange{No: 1, Document: p, Auth: t.Client.Auth(t.Now())}}); err != nil {
		return err
	}
	d, err := t.Client.Document(ctx, t.id("dok"), t.Now())
	if err != nil {
		return err
	}
	if d == nil || d.Text != p.Text {
		return fmt.Errorf("the changed description is not there")
	}
	return t.same(d, nil)
}

func (t *Conformance) dispatch(ctx context.Context) error {
	now := t.Now()
	out := Dispatch{ID: t.id("odeslani"), Addressee: &Addressee{Subject{Kind: "Fyzicka", Given: "Zkušební", Family: "Osoba"}, Address{Electronic: &Contact{"mail", "zkouska@example.com"}}},
		Shipment: DispatchInfo{Way: "ElektronickaPosta", Made: Stamp(now)}}
	sent := Dispatch{ID: out.ID, Shipment: DispatchInfo{Way: "ElektronickaPosta", State: "vypraveno", Made: Stamp(now), Day: now.Format(time.DateOnly)}}
	doc, auth := Entity{t.id("dok")}, t.Client.Auth(now)
	if _, err := t.Client.Do(ctx, Event{NewOut: &DispatchEvent{No: 1, Document: doc, Dispatch: out, Auth: auth}}, Event{SentOut: &DispatchedOut{No: 2, Document: doc, Dispatch: sent, Auth: auth}}); err != nil {
		return err
	}
	d, err := t.Client.Document(ctx, t.id("dok"), now)
	if err != nil {
		return err
	}
	if d != nil {
		for _, x := range d.Dispatches {
			if x.ID == out.ID && x.Shipment.State == "vypraveno" {
				return nil
			}
		}
	}
	return fmt.Errorf("the document does not say that it was dispatched")
}

func (t *Conformance) noName(ctx context.Context) error {
	d := t.aDocument("beznazvu")
	d.Name = ""
	_, err := t.Client.NewDocument(ctx, d, t.Now())
	return t.mustRefuse(err)
}

func (t *Conformance) noCase(ctx context.Context) error {
	d := t.aDocument("bezspisu")
	d.In = &InCase{Case: Entity{t.id("zadnyspis")}}
	_, err := t.Client.NewDocument(ctx, d, t.Now())
	return t.mustRefuse(err)
}

func (t *Conformance) longID(ctx context.Context) error {
	d := t.aDocument("dlouhy")
	d.ID.Value = strings.Repeat("x", MaxID+1)
	_, err := t.Client.NewDocument(ctx, d, t.Now())
	return t.mustRefuse(err)
}

func (t *Conformance) broken(ctx context.Context) error {
	body, err := Wrap(DocumentRequest{Ends: t.Client.Ends(), Document: t.aDocument("rozbity"), Auth: t.Client.Auth(t.Now())})
	if err != nil {
		return err
	}
	answer, err := t.Client.Post(ctx, "DokumentZalozeni", body[:len(body)*2/3])
	var down *Down
	if errors.As(err, &down) && down.Status >= 400 && down.Status < 500 {
		return nil // refused below SOAP is right too
	}
	if err == nil {
		var r DocumentResponse
		if err = Unwrap(answer, &r); err == nil {
			err = r.Status.Check()
		}
	}
	return t.mustRefuse(err)
}

func (t *Conformance) foreign(ctx context.Context) error {
	other := t.Client
	other.From = t.Foreign
	_, err := other.Do(ctx, Event{Change: &DocumentChange{No: 1, Document: Document{ID: t.id("dok"), Form: "digitalni", Name: "Přepsáno cizím systémem", KindsOf: "bez příloh"}, Auth: other.Auth(t.Now())}})
	return t.mustRefuse(err)
}

// atOnce founds different documents at once: each has a number of its own.
func (t *Conformance) atOnce(ctx context.Context) error {
	docs, err := together(atOnce, func(i int) (*Document, error) {
		return t.Client.NewDocument(ctx, t.aDocument(fmt.Sprintf("soubeh%d", i)), t.Now())
	})
	if err != nil {
		return err
	}
	seen := map[string]int{}
	for i, d := range docs {
		if d == nil || d.Number == "" {
			continue // it may come later
		}
		if j, twice := seen[d.Number]; twice {
			return fmt.Errorf("documents %d and %d founded at once have one number %s", j, i, d.Number)
		}
		seen[d.Number] = i
	}
	return nil
}

// oneAtOnce founds one document several times at once: it has one number.
func (t *Conformance) oneAtOnce(ctx context.Context) error {
	docs, err := together(atOnce, func(int) (*Document, error) {
		d, err := t.Client.NewDocument(ctx, t.aDocument("stejny"), t.Now())
		if code, _, no := Refused(err); no && code != "" {
			return t.Client.Document(ctx, t.id("stejny"), t.Now())
		}
		return d, err
	})
	if err != nil {
		return err
	}
	for _, d := range docs[1:] {
		if numberOf(d) != numberOf(docs[0]) {
			return fmt.Errorf("one document founded %d times at once has numbers %s and %s", atOnce, numberOf(docs[0]), numberOf(d))
		}
	}
	return nil
}

// batchAgain hands a batch over twice: it must be done once, and its results must wait for us.
func (t *Conformance) batchAgain(ctx context.Context) error {
	if !t.batches {
		return notOffered("ermsAsyn")
	}
	now := t.Now()
	b := Batch{BatchEnds: BatchEnds{No: now.UnixMilli(), From: t.Client.From, To: t.Client.To, At: Stamp(now)}}
	p := Document{ID: t.id("dok"), Form: "digitalni", Name: t.aDocument("dok").Name, Text: "Popis z dávky", KindsOf: "bez příloh"}
	b.Events.List = []Event{{Change: &DocumentChange{No: 1, Document: p, Auth: t.Client.Auth(now)}}}
	for range 2 {
		var r BatchResponse
		if err := t.Client.Call(ctx, "ermsAsyn", b, &r); err != nil {
			return err
		}
		if err := (Status{r.Code, r.Text}).Check(); err != nil {
			return fmt.Errorf("the same batch must be taken over again and not done: %w", err)
		}
		if r.No != b.No {
			return fmt.Errorf("the answer is about batch %d, not %d", r.No, b.No)
		}
	}
	var list AskBatchesResponse
	if err := t.Client.Call(ctx, "DavkySeznam", AskBatches{Ends: t.Client.Ends()}, &list); err != nil {
		return fmt.Errorf("results of batches cannot be asked for: %w", err)
	}
	n := 0
	for _, x := range list.Batches {
		if x.No == b.No {
			n++
		}
	}
	if n > 1 {
		return fmt.Errorf("the batch handed over twice was done %d times", n)
	}
	if n == 0 {
		return nil // not done yet: batches are done later
	}
	var result AskBatchResponse
	if err := t.Client.Call(ctx, "DavkaZadost", AskBatch{Ends: t.Client.Ends(), Batch: BatchID{No: b.No}}, &result); err != nil {
		return fmt.Errorf("the result of the batch cannot be asked for: %w", err)
	}
	if result.Messages == nil || len(result.Messages.List) != len(b.Events.List) || result.Messages.List[0].Code != OK {
		return fmt.Errorf("the result of the batch does not say that its event was done")
	}
	return nil
}

func (t *Conformance) closeCase(ctx context.Context) error {
	now := t.Now()
	c, auth := Entity{t.id("spis")}, t.Client.Auth(now)
	if _, err := t.Client.Do(ctx, Event{Handled: &CaseHandled{No: 1, Case: c, Handling: Handling{How: "vzetimNaVedomi", At: Stamp(now)}, Auth: auth}},
		Event{Closed: &CaseClosed{No: 2, Case: c, At: Stamp(now), Auth: auth}}); err != nil {
		return err
	}
	got, err := t.Client.Case(ctx, c.ID, now)
	if err != nil {
		return err
	}
	if got == nil || got.State != "uzavren" {
		return fmt.Errorf("the case file must be closed (StavSpisu uzavren); it is %s", stateOf(got))
	}
	return nil
}

func stateOf(c *Case) string {
	if c == nil {
		return "nowhere"
	}
	return c.State
}

func (t *Conformance) intoClosed(ctx context.Context) error {
	_, err := t.Client.NewDocument(ctx, t.aDocument("pozde"), t.Now())
	return t.mustRefuse(err)
}

// together runs n calls at once and returns what each answered.
func together(n int, call func(int) (*Document, error)) ([]*Document, error) {
	docs, failed := make([]*Document, n), make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { docs[i], failed[i] = call(i) })
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return docs, err
		}
	}
	return docs, nil
}
