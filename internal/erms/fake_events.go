package erms

import (
	"encoding/base64"
	"fmt"
	"slices"
)

// smallFile is the limit of FaultSmallFiles, in characters of base64.
const smallFile = 1 << 20 * 4 / 3

func (f *Fake) events(q EventsRequest) EventsResponse {
	var r EventsResponse
	for i, e := range q.Events.List {
		if i > 0 && f.has(FaultHalfEvents) {
			break
		}
		s := f.event(e, q.From)
		r.Messages = append(r.Messages, Message{No: e.No(), Order: 1, At: Stamp(f.Now()), Code: s.Code, Text: s.Text})
	}
	return r
}

// event does one event of a system.
func (f *Fake) event(e Event, from string) Status {
	switch {
	case e.NewFile != nil:
		return f.keepFile(e.NewFile.File)
	case e.AttachFile != nil:
		return f.attach(e.AttachFile, from)
	case e.NewOut != nil:
		return f.newOut(e.NewOut, from)
	case e.SentOut != nil:
		return f.sentOut(e.SentOut, from)
	case e.Change != nil:
		return f.change(e.Change, from)
	case e.Handled != nil:
		return f.onCase(e.Handled.Case.ID, from, func(c *fakeCase) {
			if c.Handling == nil {
				c.Handling, c.State = &e.Handled.Handling, "vyrizen"
				for _, in := range c.Documents.List {
					f.documents[in.Document.ID].State = "vyrizen"
				}
			}
		})
	case e.Closed != nil:
		return f.onCase(e.Closed.Case.ID, from, func(c *fakeCase) {
			if c.Closed == "" && !f.has(FaultNotClosed) {
				c.Closed, c.State = e.Closed.At, "uzavren"
			}
		})
	case e.Returned != nil:
		if c, ok := f.cases[e.Returned.Case.ID]; ok && c.ManagedBy == "" {
			return fine // returned before
		}
		return f.onCase(e.Returned.Case.ID, from, func(c *fakeCase) {
			c.ManagedBy = ""
			for _, in := range c.Documents.List {
				f.documents[in.Document.ID].ManagedBy = ""
			}
		})
	}
	return f.said(Wrong, "Tuto událost spisová služba nezná.")
}

func (f *Fake) keepFile(file File) Status {
	_, err := base64.StdEncoding.DecodeString(file.Content)
	switch {
	case f.has(FaultSmallFiles) && len(file.Content) > smallFile:
		return f.said(Wrong, "Soubor je větší než 1 MB.")
	case (err != nil || file.Name == "" || file.ID.Value == "") && !f.has(FaultTakesAll):
		return f.said(Wrong, "Soubor nemá název, identifikátor nebo čitelný obsah.")
	}
	if have, ok := f.files[file.ID]; ok && have.Content != file.Content {
		return f.said(Exists, "Soubor s tímto identifikátorem už existuje a má jiný obsah.")
	}
	f.files[file.ID] = &file
	return fine
}

// owned finds a document that the caller may change.
func (f *Fake) owned(id ID, from string) (*fakeDocument, Status) {
	d, ok := f.documents[id]
	switch {
	case !ok:
		return nil, f.said(NotFound, "Takový dokument tu není.")
	case d.ManagedBy != from && !f.has(FaultNoOwner):
		return nil, f.said(NoRight, "Dokument spravuje jiný systém.")
	}
	return d, fine
}

func (f *Fake) attach(e *AttachFile, from string) Status {
	d, s := f.owned(e.Document.ID, from)
	if s.Code != OK {
		return s
	}
	if _, ok := f.files[e.Link.ID]; !ok {
		return f.said(NotFound, "Takový soubor tu není.")
	}
	if d.Files == nil {
		d.Files = &FileLinks{}
	}
	if !slices.ContainsFunc(d.Files.List, func(l FileLink) bool { return l.ID == e.Link.ID }) {
		d.Files.List = append(d.Files.List, e.Link)
	}
	return fine
}

func (f *Fake) newOut(e *DispatchEvent, from string) Status {
	d, s := f.owned(e.Document.ID, from)
	if s.Code == OK && !slices.ContainsFunc(d.Dispatches, func(x Dispatch) bool { return x.ID == e.Dispatch.ID }) {
		e.Dispatch.Shipment.State = "nevypraveno"
		d.Dispatches = append(d.Dispatches, e.Dispatch)
	}
	return s
}

func (f *Fake) sentOut(e *DispatchedOut, from string) Status {
	d, s := f.owned(e.Document.ID, from)
	if s.Code != OK {
		return s
	}
	for i := range d.Dispatches {
		if d.Dispatches[i].ID == e.Dispatch.ID {
			d.Dispatches[i].Shipment.State = "vypraveno"
			return fine
		}
	}
	return f.said(NotFound, "Takové vypravení tu není.")
}

func (f *Fake) change(e *DocumentChange, from string) Status {
	d, s := f.owned(e.Document.ID, from)
	if s.Code == OK && !f.has(FaultNoChange) {
		d.Name, d.Text = e.Document.Name, e.Document.Text
	}
	return s
}

func (f *Fake) onCase(id ID, from string, act func(*fakeCase)) Status {
	c, ok := f.cases[id]
	switch {
	case !ok:
		return f.said(NotFound, "Takový spis tu není.")
	case c.ManagedBy != from && !f.has(FaultNoOwner):
		return f.said(NoRight, "Spis spravuje jiný systém.")
	}
	act(c)
	return fine
}

// batch takes events over; a batch that came before is not done again.
func (f *Fake) batch(q Batch) BatchResponse {
	r := BatchResponse{No: q.No, At: Stamp(f.Now()), Code: OK, Text: "OK"}
	key := BatchEnds{No: q.No, From: q.From, To: q.To}
	if f.batches[key] && !f.has(FaultTwiceBatch) {
		return r
	}
	f.batches[key] = true
	out := AskBatchResponse{BatchEnds: BatchEnds{No: q.No, From: q.To, To: q.From, At: Stamp(f.Now())}, Messages: &Messages{}}
	for _, e := range q.Events.List {
		f.applied[fmt.Sprint(key, e.No())]++
		s := f.event(e, q.From)
		out.Messages.List = append(out.Messages.List, Message{No: e.No(), Order: q.No, At: Stamp(f.Now()), Code: s.Code, Text: s.Text})
	}
	f.waiting[q.From] = append(f.waiting[q.From], out)
	return r
}

func (f *Fake) batchList(q AskBatches) AskBatchesResponse {
	var r AskBatchesResponse
	for _, b := range f.waiting[q.From] {
		r.Batches = append(r.Batches, BatchID{No: b.No, At: b.At})
	}
	return r
}

func (f *Fake) batchOf(q AskBatch) AskBatchResponse {
	for _, b := range f.waiting[q.From] {
		if b.No == q.Batch.No {
			return b
		}
	}
	return AskBatchResponse{BatchEnds: BatchEnds{No: q.Batch.No, From: q.To, To: q.From}}
}

// Numbers are all numbers a document of a system was ever given; more than one is a fault.
func (f *Fake) Numbers(id ID) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.founded[id])
}

// Documents counts the documents kept.
func (f *Fake) Documents() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.documents)
}

// Document shows a document kept; nil when there is none.
func (f *Fake) Document(id ID) *Document {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d, ok := f.documents[id]; ok {
		p := f.showDocument(d)
		return &p
	}
	return nil
}

// Case shows a case file kept; nil when there is none.
func (f *Fake) Case(id ID) *Case {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, ok := f.cases[id]; ok {
		p := f.showCase(c)
		return &p
	}
	return nil
}

func (f *Fake) askCase(q AskCase) AskCaseResponse {
	c, ok := f.cases[q.Case.ID]
	if !ok || f.has(FaultForgetsID) {
		return AskCaseResponse{Status: f.said(NotFound, "Takový spis tu není.")}
	}
	shown := f.showCase(c)
	return AskCaseResponse{Case: &shown, Status: fine}
}

func (f *Fake) askDocument(q AskDocument) AskDocumentResponse {
	d, ok := f.documents[q.Document.ID]
	if !ok || f.has(FaultForgetsID) {
		return AskDocumentResponse{Status: f.said(NotFound, "Takový dokument tu není.")}
	}
	shown := f.showDocument(d)
	return AskDocumentResponse{Document: &shown, Status: fine}
}

func (f *Fake) askFile(q AskFile) AskFileResponse {
	file, ok := f.files[q.File.ID]
	if !ok {
		return AskFileResponse{Status: f.said(NotFound, "Takový soubor tu není.")}
	}
	shown := *file
	if f.has(FaultSpoilsFiles) {
		shown.Content = base64.StdEncoding.EncodeToString([]byte("jiný obsah"))
	}
	return AskFileResponse{File: &shown, Status: fine}
}
