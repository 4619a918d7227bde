package exchange

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"epom/records"
)

// call does the step of w on the other side. What it learnt is a mark or a number.
func (s *Service) call(ctx context.Context, w *work) (got State, err error) {
	system, err := s.system(w)
	if err != nil {
		return got, err
	}
	try := Try{Key: w.step.Key, Again: w.step.Tries > 1, At: s.Now(), No: w.h.ID*1000 + int64(w.step.Ordinal)}
	switch w.step.Kind {
	case stepOpen:
		a, err := system.Register(ctx, Matter{Try: try, Subject: w.c.Subject, Opened: w.c.OpenedAt, Party: w.from})
		return State{Mark: a.Number}, err
	case stepDocument:
		p := Paper{Try: try, CaseKey: w.c.Mark, Subject: w.doc.Subject, Direction: w.doc.Direction, Channel: w.doc.Channel, Number: w.doc.ReferenceNumber,
			Made: w.doc.RegisteredAt, Delivered: w.doc.DeliveredAt, Party: w.from, Files: w.all()}
		a, err := system.Add(ctx, p)
		return State{Number: a.Number}, err
	case stepFile:
		f := *w.step.File.V
		f.Key = w.step.Key
		return got, system.Attach(ctx, Enclosure{Try: try, DocumentKey: w.doc.ReferenceNumber, File: f, Open: func(ctx context.Context) (io.ReadCloser, error) {
			r, _, err := s.Open(ctx, f.SHA256)
			return r, err
		}})
	case stepDispatch:
		sent := Sent{Try: try, DocumentKey: w.doc.ReferenceNumber, Party: w.from, Channel: w.doc.Channel, SentAt: try.At}
		if w.doc.SentAt != nil {
			sent.SentAt = *w.doc.SentAt
		}
		return got, system.Dispatch(ctx, sent)
	case stepConfirm:
		return s.confirm(ctx, system, w)
	case stepClose:
		how := ""
		if w.c.HandledHow != nil {
			how = *w.c.HandledHow
		}
		return got, system.Close(ctx, Closing{Try: try, CaseKey: w.c.Mark, How: how, Why: w.c.HandledWhy, Handled: *cmp.Or(w.c.HandledAt, &try.At)})
	}
	return got, fmt.Errorf("hand-over: unknown step %q", w.step.Kind)
}

// all are the files of a document with the filled form first, for a system that takes everything at once.
func (w *work) all() []File {
	files := filesOf(w.doc)
	if r := receiptOf(w.docs); r != nil && w.doc.Ordinal == 1 && w.doc.Channel == "portal" {
		files = append([]File{*r}, files...)
	}
	return files
}

// confirm asks the registry there for its receipt: the number and everything that was handed over.
func (s *Service) confirm(ctx context.Context, system System, w *work) (State, error) {
	got, err := system.State(ctx, Try{Key: w.step.Key, At: s.Now()})
	if err != nil {
		return got, err
	}
	known := w.h.known(w.step.Key)
	switch {
	case !got.There:
		return got, &Trouble{Refused, "spisová služba říká, že dokument nemá, ačkoli ho převzala"}
	case got.Number != "" && known != "" && got.Number != known:
		return got, &Trouble{Refused, "spisová služba udává jiné číslo jednací, než dala dřív; dokument musí mít jediné"}
	case got.Number == "" && known == "":
		return got, &Trouble{Waiting, waitsFor[w.h.Link.Driver]}
	}
	got.Number = cmp.Or(got.Number, known)
	if got.Files == nil {
		return got, nil
	}
	for _, st := range w.h.Steps {
		if st.Kind == stepFile && st.DoneAt != nil && st.DocumentID != nil && *st.DocumentID == w.doc.ID && !slices.Contains(got.Files, st.Key) {
			return got, &Trouble{Refused, "spisová služba nemá všechny soubory, které převzala"}
		}
	}
	return got, nil
}

// waitsFor says what a document waits for that has no number yet.
var waitsFor = map[string]string{BuiltIn: "čeká na číslo jednací", NSESSS: "čeká na číslo jednací ze spisové služby", Mail: "čeká, až podatelna úřadu odpoví číslem jednacím"}

// known is the number a document got when it was founded there.
func (h *Handover) known(key string) string {
	for _, st := range h.Steps {
		if st.Key == key && st.Kind == stepDocument {
			return st.Number
		}
	}
	return ""
}

// system makes the other side of the work's link.
func (s *Service) system(w *work) (System, error) {
	if s.Make != nil {
		return s.Make(w.h.Link)
	}
	return s.Real(w.h.Link, w.h.ID)
}

// Real makes the system of a link.
func (s *Service) Real(l Link, handover int64) (System, error) {
	switch l.Driver {
	case BuiltIn:
		return &builtIn{s.DB, l.OfficeID}, nil
	case NSESSS:
		c, err := s.Client(l)
		return &nsesss{c}, err
	case Mail:
		return &mailroom{s, l, handover}, nil
	}
	return nil, fmt.Errorf("hand-over: unknown driver %q", l.Driver)
}

// wayOf says in the standard's words by which way a document came or went.
var wayOf = map[string]string{"portal": "EPodatelnaWeb", "email": "EPodatelnaMail", "databox": "DatovaSchranka", "post": "Posta", "counter": "Osobne", "board": "VerejnaVyhlaska"}

// handlingOf says in the standard's words how a matter was handled.
var handlingOf = map[string]string{records.ByDocument: "dokumentem", records.ByReferral: "postoupenim", records.ByNoting: "vzetimNaVedomi", records.ByNote: "zaznamemNaDokumentu"}
