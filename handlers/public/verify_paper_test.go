package public_test

import (
	"bytes"
	"context"
	"os"
	"testing"
	"time"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/seal"
	"epom/records"
	"epom/records/daily"
)

// logPart seals the log of the days before, as the worker does.
func (s *site) logPart(k *seal.Sealer) (p daily.Part, file []byte) {
	s.t.Helper()
	check(s.t, s.act(s.here, func(ctx context.Context, tx *db.Tx) error {
		audit.Write(tx, audit.Event{At: s.clock.Now().AddDate(0, 0, -1), Action: "viewed", ObjectType: "case_file", ObjectID: "7", Data: map[string]any{"tajné": "Eva Tichá"}})
		return nil
	}))
	plain := must(os.CreateTemp(s.t.TempDir(), ""))
	now := s.clock.Now()
	var sealed bytes.Buffer
	check(s.t, s.act(s.here, func(ctx context.Context, tx *db.Tx) (err error) {
		if p, err = daily.Next(ctx, tx, now); err != nil {
			return err
		}
		return daily.Write(ctx, tx, plain, p, "zdroj", now)
	}))
	at := must(k.SealXML(s.t.Context(), &sealed, plain))
	ref := must(s.Files.PutBytes(s.t.Context(), sealed.Bytes()))
	check(s.t, s.act(s.here, func(ctx context.Context, tx *db.Tx) error {
		d, err := daily.File(ctx, tx, p, daily.Sealed{SHA256: ref.SHA256, Size: ref.Size, At: at, Signer: k.Name(), Test: k.Test()}, now)
		p.ReferenceNumber = d.ReferenceNumber
		return err
	}))
	return p, sealed.Bytes()
}

func TestAnyoneChecksALogAndADocument(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	k := trialSealer(s)
	b := s.browser(t)
	p, data := s.logPart(k)
	file := func(name string, data []byte) answer {
		s.clock.Advance(time.Minute) // not to be limited
		return b.multipart("/overeni", []upload{{"soubor", name, string(data)}})
	}
	file("protokol.xml", data).is(t, 200).has(t, "To je část transakčního protokolu úřadu.", "Městský úřad Hejnice", p.ReferenceNumber, "Soubor se od zapečetění nezměnil. Pečeť je zkušební",
		"Řetězec otisků vychází", seal.TestMark).lacks(t, "Tichá", "account:")
	changed := bytes.Replace(data, []byte("Eva Tichá"), []byte("Eva Tichý"), 1)
	if bytes.Equal(changed, data) {
		t.Fatal("nothing to change")
	}
	file("protokol.xml", changed).is(t, 200).has(t, "Tento soubor neznáme", "Podpis neplatí", "řetězec otisků nevychází").lacks(t, "To je část transakčního protokolu úřadu")
	file("protokol.xml", data[:len(data)-90]).is(t, 200).has(t, "Tento soubor neznáme", "Pečeť v tomto XML nejde přečíst")

	b.get("/overeni?urad=hejnice&protokol="+p.ReferenceNumber).is(t, 200).has(t, "To je část transakčního protokolu úřadu.", "13. 9. 2026", k.Name()).lacks(t, "Tichá")
	for _, no := range []string{"urad=frydlant&protokol=" + p.ReferenceNumber, "urad=hejnice&protokol=HEJ/2026/99999-1", "urad=&protokol=x", "urad=hejnice&protokol=%00"} {
		b.get("/overeni?"+no).is(t, 200).has(t, "Takový protokol tu není")
	}

	// A document that the office made is known by its file; what came to it is nobody's business.
	for _, d := range []struct {
		direction, kind, text string
		known                 bool
	}{{records.Out, "receipt", "potvrzení", true}, {records.Out, "answer", "odpověď", true}, {records.In, "submission", "stížnost", false}} {
		ref := must(s.Files.PutBytes(t.Context(), []byte(d.text)))
		check(t, s.act(s.here, func(ctx context.Context, tx *db.Tx) error {
			c, err := records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Tajná věc"}, s.clock.Now())
			if err == nil {
				_, err = records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: d.direction, Kind: d.kind, Subject: "Tajná věc", Channel: "none",
					Components: []records.Component{{Name: "a.txt", MediaType: "text/plain", Size: ref.Size, SHA256: ref.SHA256}}}, s.clock.Now())
			}
			return err
		}))
		got := file("a.txt", []byte(d.text)).is(t, 200).lacks(t, "Tajná věc")
		switch {
		case !d.known:
			got.has(t, "Tento soubor neznáme")
		case d.kind == "receipt":
			got.has(t, "To je potvrzení o podání, které úřad vydal.")
		default:
			got.has(t, "To je dokument, který úřad vydal.")
		}
	}
}
