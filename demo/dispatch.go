package demo

import (
	"context"
	"fmt"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/jobs"
	"epom/records"
	"epom/records/dispatch"
)

// outgoing is a document of the demo that goes to somebody, days before today, and what happens to it then.
type outgoing struct {
	days    int // before today
	subject string
	to      records.Party
	way     string
	service string
	then    []then
}

// then is an event so many days after the document was got ready.
type then struct {
	days int
	kind string // of dispatch.Written; "handed" = given to the post
	why  string
}

var outgoings = []outgoing{
	{41, "Rozhodnutí o povolení kácení lípy", records.Party{Name: "Jarmila Vzorová", Street: "Lázeňská 117", Zip: "46362", Town: "Hejnice"}, dispatch.Post, "vlastni-rukou", []then{{0, "handed", ""}, {2, dispatch.EventDelivered, ""}}},
	{36, "Výzva k odstranění vad žádosti", records.Party{Name: "Oldřich Nezastižený", Street: "č. p. 88", Zip: "46364", Town: "Bílý Potok"}, dispatch.Post, "vlastni-rukou", []then{{0, "handed", ""}, {2, dispatch.EventStored, ""}}},
	{30, "Sdělení k podnětu", records.Party{Name: "Karel Odstěhovaný", Street: "Nádražní 4", Zip: "46401", Town: "Frýdlant"}, dispatch.Post, "dorucenka", []then{{0, "handed", ""}, {5, dispatch.EventReturned, "adresát se odstěhoval bez udání adresy"}}},
	{20, "Rozhodnutí o zvláštním užívání komunikace", records.Party{Kind: records.Company, Name: "Stavby Vzor, s. r. o.", DataBox: "sta2b3v", Street: "Průmyslová 9", Zip: "46001", Town: "Liberec"}, dispatch.DataBox, "", nil},
	{14, "Oznámení o zahájení řízení", records.Party{Kind: records.Company, Name: "Nečtená schránka, z. s.", DataBox: "fik2n3c"}, dispatch.DataBox, "", nil},
	{6, "Odpověď na žádost o informace", records.Party{Kind: records.Company, Name: "Zrušená schránka, s. r. o.", DataBox: "zav2r3n"}, dispatch.DataBox, "", nil},
	{5, "Sdělení k žádosti o závazné stanovisko", records.Party{Name: "Hana Elektronická", Email: "hana.elektronicka@posta.example"}, dispatch.Email, "", nil},
	{4, "Rozhodnutí o místním poplatku", records.Party{Name: "Božena Osobní"}, dispatch.Counter, "", []then{{1, dispatch.EventDelivered, ""}}},
	{3, "Usnesení o ustanovení opatrovníka", records.Party{Name: "Zdeněk Čekající", Street: "Ferdinandov 3", Zip: "46362", Town: "Hejnice"}, dispatch.Post, "dorucenka", []then{{0, "handed", ""}}},
	{1, "Rozhodnutí o přestupku", records.Party{Name: "Pavel Připravený", Street: "Jizerská 210", Zip: "46362", Town: "Hejnice"}, dispatch.Post, "vyhradne", nil},
	{1, "Pozvánka na místní šetření", records.Party{Name: "Marie Sousedová", Street: "Jizerská 212", Zip: "46362", Town: "Hejnice"}, dispatch.Post, "obycejne", nil},
	{0, "Vyrozumění o vyřízení stížnosti", records.Party{Name: "Josef Stěžovatel", Street: "Mlýnská 5", Zip: "46362", Town: "Hejnice", Email: "josef@posta.example"}, "", "", nil}, // waits to be sent
}

// letters plans what two offices send out.
func (r *region) letters() error {
	for _, slug := range []string{"hejnice", "frydlant"} {
		o, err := r.offices.BySlug(slug)
		if err != nil {
			return err
		}
		by := db.Scope{Office: o.ID, Actor: fmt.Sprintf("account:%d", r.staff[o.ID].clerk.ID)}
		first := true
		for i, x := range outgoings {
			at := r.onDay(-x.days, 9, 10+i)
			if at.After(r.Now) {
				at = r.Now.Add(-time.Duration(len(outgoings)-i) * time.Minute)
			}
			ranges := first
			first = false
			r.later(at, func(ctx context.Context) error {
				if ranges {
					err := r.DB.Tx(ctx, by, func(tx *db.Tx) error {
						return dispatch.SetRange(ctx, tx, dispatch.S10("RR", 1000), dispatch.S10("RR", 1199), at)
					})
					if err != nil {
						return err
					}
				}
				return r.sendOut(ctx, by, x, at)
			})
		}
		// The data box system is asked as the schedule does.
		for day := 19; day >= 0; day -= 3 {
			r.later(r.onDay(-day, 15, 0), r.askBoxes)
		}
	}
	return nil
}

func (r *region) askBoxes(ctx context.Context) error {
	return r.handlers["dispatch-sweep"](ctx, jobs.Claimed{Kind: "dispatch-sweep"})
}

// sendOut registers a document, gets it ready for its addressee, and plans what happens to it.
func (r *region) sendOut(ctx context.Context, by db.Scope, x outgoing, at time.Time) error {
	o, err := r.offices.ByID(by.Office)
	if err != nil {
		return err
	}
	file, err := r.sheet(ctx, o.Name, x.subject, "Text písemnosti zkušebního provozu.", at)
	if err != nil {
		return err
	}
	var d dispatch.Dispatch
	err = r.DB.Tx(ctx, by, func(tx *db.Tx) error {
		k, err := records.OpenCase(ctx, tx, r.submissions.Law(), records.NewCase{Subject: x.subject, ClerkID: &r.staff[o.ID].clerk.ID}, at)
		if err != nil {
			return err
		}
		if x.to.Kind == "" {
			x.to.Kind = records.Person
		}
		p, err := records.CreateParty(ctx, tx, x.to, at)
		if err != nil {
			return err
		}
		doc, err := records.AddDocument(ctx, tx, k.ID, records.NewDocument{Direction: records.Out, Kind: "letter", Subject: x.subject, Channel: "none", Party: p.Name,
			Parties:    []records.PartyRole{{ID: p.ID, Role: records.Addressee}},
			Components: []records.Component{{Name: file.Name, MediaType: file.MediaType, Size: file.Size, SHA256: file.SHA256}}}, at)
		if err != nil || x.way == "" {
			return err
		}
		d, err = dispatch.Create(ctx, tx, r.ways, dispatch.New{DocumentID: doc.ID, PartyID: p.ID, Way: x.way, Service: x.service}, at)
		return err
	})
	for _, t := range x.then {
		when := at.AddDate(0, 0, t.days).Add(time.Hour)
		r.later(when, func(ctx context.Context) error { return r.happens(ctx, by, d.ID, t, when) })
	}
	return err
}

func (r *region) happens(ctx context.Context, by db.Scope, id int64, t then, at time.Time) error {
	return r.DB.Tx(ctx, by, func(tx *db.Tx) error {
		if t.kind == "handed" {
			if err := dispatch.Number(ctx, tx, r.ways, id, "", at); err != nil {
				return err
			}
			_, err := dispatch.HandOver(ctx, tx, r.ways, []int64{id}, at)
			return err
		}
		_, err := dispatch.Write(ctx, tx, r.ways, id, dispatch.Written{Kind: t.kind, On: clock.Date(at), Why: t.why}, at)
		return err
	})
}
