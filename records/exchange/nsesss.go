package exchange

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/erms"
	"epom/internal/webhook"
	"epom/records"
)

// nsesss hands over by the web service of the national standard.
type nsesss struct{ c *erms.Client }

// Client calls the web service of a link.
func (s *Service) Client(l Link) (*erms.Client, error) {
	c := &erms.Client{URL: l.URL, From: l.OurCode, To: l.TheirCode, Who: l.Person, User: l.Account, HTTP: s.HTTP}
	if l.Account == "" {
		return c, nil
	}
	password, err := webhook.Unlock(s.Key, l.Password, place(l))
	if err != nil {
		return nil, &Trouble{Refused, "heslo ke spisové službě už nejde přečíst, zapište ho v nastavení znovu"}
	}
	c.Password = password
	return c, nil
}

// reasons are the failures of a call, as internal/erms names them, for people.
var reasons = map[string]string{
	"the name is not known": "adresu spisové služby nikdo nezná", "no answer in time": "spisová služba neodpověděla včas",
	"the certificate is not valid": "certifikát spisové služby neplatí", "nobody listens there": "na adrese spisové služby nic neběží",
	"the address does not lie in the public internet": "adresa spisové služby neleží ve veřejném internetu", "the connection broke": "spojení se spisovou službou se přerušilo",
	"the answer broke off": "odpověď spisové služby se přerušila", "the answer is not a SOAP message": "na adrese neodpovídá spisová služba podle národního standardu",
	"the answer is another message than was asked for": "spisová služba odpověděla jinou zprávou", "the answer is too large": "odpověď spisové služby je příliš velká",
	"the answer does not say how an event ended": "spisová služba neřekla, jak předání dopadlo",
}

// saidNo turns an error of the client into trouble.
func saidNo(err error) error {
	if err == nil {
		return nil
	}
	var down *erms.Down
	if errors.As(err, &down) {
		why, known := reasons[down.Why]
		switch {
		case known:
		case down.Status == 401 || down.Status == 403:
			why = "spisová služba nepřijala jméno a heslo"
		case down.Status != 0:
			why = fmt.Sprintf("spisová služba odpověděla chybou %d", down.Status)
		default:
			why = "spisová služba neodpovídá"
		}
		return &Trouble{Down, why}
	}
	if code, text, ok := erms.Refused(err); ok {
		if code == erms.Temporary {
			return &Trouble{Waiting, "spisová služba prosí zkusit to později"}
		}
		return &Trouble{Refused, "spisová služba odmítla: " + cmp.Or(strings.TrimSpace(strings.TrimSuffix(text, ".")), "důvod neuvedla, kód "+cmp.Or(code, "žádný"))}
	}
	return err
}

// Register founds the case file; after an unfinished try it looks first whether it is there.
func (n *nsesss) Register(ctx context.Context, m Matter) (Answer, error) {
	id := n.c.ID(m.Key)
	if m.Again {
		if have, err := n.c.Case(ctx, id, m.At); err != nil || have != nil {
			return markOf(have), saidNo(err)
		}
	}
	p := erms.Case{ID: id, Kept: "Priorace", Made: erms.Stamp(m.Opened.In(clock.Prague)), Name: erms.Cut(m.Subject, erms.MaxName)}
	if m.Party.Name != "" {
		p.Subjects = &erms.Subjects{List: []erms.Concerned{{Subject: subjectOf(m.Party)}}}
	}
	got, err := n.c.NewCase(ctx, p, m.At)
	if code, _, no := erms.Refused(err); no && code == erms.Exists {
		got, err = n.c.Case(ctx, id, m.At)
	}
	return markOf(got), saidNo(err)
}

func markOf(c *erms.Case) Answer {
	if c == nil {
		return Answer{}
	}
	return Answer{c.Mark}
}

// Add founds the document in its case file.
func (n *nsesss) Add(ctx context.Context, p Paper) (Answer, error) {
	id := n.c.ID(p.Key)
	if p.Again {
		if have, err := n.c.Document(ctx, id, p.At); err != nil || have != nil {
			return numberOf(have), saidNo(err)
		}
	}
	files := 0
	for _, f := range p.Files {
		if !f.Main {
			files++
		}
	}
	d := erms.Document{ID: id, Made: erms.Stamp(p.Made.In(clock.Prague)), Form: "digitalni", Name: erms.Cut(p.Subject, erms.MaxName), TheirNumber: erms.Cut(p.Number, erms.MaxNumber),
		KindsOf: "bez listinných příloh", In: &erms.InCase{Case: erms.Entity{ID: n.c.ID(p.CaseKey)}}}
	if files > 0 {
		d.KindsOf = fmt.Sprintf("elektronické: %d", files)
	}
	if d.Name == "" {
		d.Name = erms.Cut(p.Number, erms.MaxName)
	}
	if p.Direction == records.In {
		at := p.Made
		if p.Delivered != nil {
			at = *p.Delivered
		}
		at = at.In(clock.Prague)
		d.Delivery = &erms.Delivery{Sender: erms.Addressee{Subject: subjectOf(p.Party), Address: addressOf(p.Party)},
			Shipment: erms.DeliveryInfo{Way: cmp.Or(wayOf[p.Channel], "EPodatelnaWeb"), Day: at.Format(time.DateOnly), At: at.Format(time.TimeOnly)}}
	}
	got, err := n.c.NewDocument(ctx, d, p.At)
	if code, _, no := erms.Refused(err); no && code == erms.Exists {
		got, err = n.c.Document(ctx, id, p.At)
	}
	return numberOf(got), saidNo(err)
}

func numberOf(d *erms.Document) Answer {
	if d == nil {
		return Answer{}
	}
	return Answer{d.Number}
}

func subjectOf(p Party) erms.Subject {
	s := erms.Subject{Kind: "Neurceno", ICO: p.ICO, Born: p.DateOfBirth, Given: erms.Cut(p.Given, erms.MaxName), Family: erms.Cut(p.Family, erms.MaxName)}
	switch p.Kind {
	case records.Person:
		s.Kind = "Fyzicka"
	case records.Business:
		s.Kind = "Osvc"
	case records.Company, records.Authority:
		s.Kind = "Pravnicka"
	}
	if s.Family == "" {
		s.Company = erms.Cut(p.Name, erms.MaxName)
	}
	return s
}

func addressOf(p Party) (a erms.Address) {
	switch {
	case len(p.DataBox) == 7:
		a.Box = &erms.BoxAddress{Box: p.DataBox}
	case p.Email != "" && len(p.Email) <= erms.MaxContact:
		a.Electronic = &erms.Contact{Kind: "mail", Value: p.Email}
	default:
		a.Post = &erms.PostAddress{Town: erms.Cut(p.Town, 48), Street: erms.Cut(p.Street, 48), Zip: erms.Cut(p.Zip, 12)}
	}
	return a
}

// Attach hands over the file and ties it to its document, by two events that may be repeated.
func (n *nsesss) Attach(ctx context.Context, e Enclosure) error {
	r, err := e.Open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	name, id, auth := erms.Cut(e.File.Name, erms.MaxText), n.c.ID(e.Key), n.c.Auth(e.At)
	link := erms.FileLink{Role: "enclosure", Name: name, ID: id}
	if e.File.Main {
		link.Role = "main"
	}
	_, err = n.c.Do(ctx,
		erms.Event{NewFile: &erms.NewFile{No: 2 * e.No, File: erms.File{Type: e.File.Type, Name: name, Content: base64.StdEncoding.EncodeToString(content), ID: id}, Auth: auth}},
		erms.Event{AttachFile: &erms.AttachFile{No: 2*e.No + 1, Document: erms.Entity{ID: n.c.ID(e.DocumentKey)}, Link: link, Auth: auth}})
	return saidNo(err)
}

// State asks for the document.
func (n *nsesss) State(ctx context.Context, t Try) (State, error) {
	d, err := n.c.Document(ctx, n.c.ID(t.Key), t.At)
	if err != nil || d == nil {
		return State{}, saidNo(err)
	}
	s := State{There: true, Number: d.Number, Mark: d.Mark, Files: []string{}}
	if d.Files != nil {
		for _, f := range d.Files.List {
			s.Files = append(s.Files, f.ID.Value)
		}
	}
	return s, nil
}

// Dispatch founds the sending and says at once that it left.
func (n *nsesss) Dispatch(ctx context.Context, s Sent) error {
	id, auth, doc := n.c.ID(s.Key+":odeslani"), n.c.Auth(s.At), erms.Entity{ID: n.c.ID(s.DocumentKey)}
	at := s.SentAt.In(clock.Prague)
	way := cmp.Or(map[string]string{"email": "ElektronickaPosta", "portal": "ElektronickaPosta"}[s.Channel], wayOf[s.Channel], "Osobne")
	out := erms.Dispatch{ID: id, Addressee: &erms.Addressee{Subject: subjectOf(s.Party), Address: addressOf(s.Party)}, Shipment: erms.DispatchInfo{Way: way, Made: erms.Stamp(at)}}
	left := erms.Dispatch{ID: id, Shipment: erms.DispatchInfo{Way: way, State: "vypraveno", Made: erms.Stamp(at), Day: at.Format(time.DateOnly), At: at.Format(time.TimeOnly)}}
	_, err := n.c.Do(ctx, erms.Event{NewOut: &erms.DispatchEvent{No: 2 * s.No, Document: doc, Dispatch: out, Auth: auth}},
		erms.Event{SentOut: &erms.DispatchedOut{No: 2*s.No + 1, Document: doc, Dispatch: left, Auth: auth}})
	return saidNo(err)
}

// Close says how the matter was handled, closes the case file and gives it back: from then on the records system alone keeps
// it. After an unfinished try it looks first how far it came.
func (n *nsesss) Close(ctx context.Context, c Closing) error {
	id, auth, at := erms.Entity{ID: n.c.ID(c.CaseKey)}, n.c.Auth(c.At), erms.Stamp(c.Handled.In(clock.Prague))
	if c.Again {
		have, err := n.c.Case(ctx, id.ID, c.At)
		if err != nil {
			return saidNo(err)
		}
		if have != nil && have.ManagedBy != n.c.From {
			return nil // given back
		}
	}
	h := erms.Handling{How: cmp.Or(handlingOf[c.How], "jinyZpusob"), At: at, Why: c.Why}
	_, err := n.c.Do(ctx, erms.Event{Handled: &erms.CaseHandled{No: 3 * c.No, Case: id, Handling: h, Auth: auth}},
		erms.Event{Closed: &erms.CaseClosed{No: 3*c.No + 1, Case: id, At: erms.Stamp(c.At.In(clock.Prague)), Auth: auth}},
		erms.Event{Returned: &erms.CaseReturned{No: 3*c.No + 2, Case: id, Auth: auth}})
	return saidNo(err)
}

// Why says in Czech why a call failed.
func Why(err error) string {
	if t, ok := trouble(saidNo(err)); ok {
		return t.Why
	}
	return "chyba je na naší straně"
}
