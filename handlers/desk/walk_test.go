package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// One matter from its coming to its end, as the clerk and the citizen live it.
func TestAMatterFromItsComingToItsEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, reference := s.sent(hejnice, "lípa")
	b := s.as(t, "clerk")
	at := fmt.Sprintf("/kancelar/spisy/%d", id)

	day := b.get("/kancelar").is(200)
	day.page.Sound().Has(`.today form[action="` + at + `/pridelit"] button[data-key=a]`)
	day.says("Nové – nikdo je ještě nemá", "Kácení: lípa", "HEJ/2026/00001", "Eva Tichá", "zbývá 30 dnů", "Jak je lhůta spočítaná", "§ 71 odst. 3")

	b.post(at+"/pridelit", "clerk", "me", "back", "day").is(303, "/kancelar")
	b.get("/kancelar").is(200).says("vyřizuje Jana Říhová", "Později").silent("Nové – nikdo je ještě nemá")

	file := b.get(at).is(200)
	file.page.Sound()
	file.says("Kácení: lípa", "Co občan vyplnil", "Druh stromu", "Proč to přišlo nám", "zákon č. 114/1992 Sb.", reference, "eva@posta.example", "Přiděleno: Jana Říhová")

	b.get(at+"/vyzva").is(200).page.Sound().Attr("#due", "value", "29. 9. 2026")
	wrong := b.post(at+"/vyzva", "text", "Pošlete prosím plánek.", "due", "kdykoli").is(422)
	wrong.page.Sound().Has(".error-summary a[href='#due']").Text("#text", "Pošlete prosím plánek.")
	b.post(at+"/vyzva", "text", "Pošlete prosím plánek.", "due", "29. 9. 2026").is(303, at)
	b.get(at).is(200).says("Výzva odešla.", "čeká na občana", "lhůta stojí", "Pošlete prosím plánek.")
	b.get("/kancelar?pohled=ceka").is(200).says("Kácení: lípa", "Čeká na občana")
	b.post(at+"/vyzva", "text", "Ještě něco.", "due", "29. 9. 2026").is(303, at)
	b.get(at).says("Občan ještě neodpověděl")

	s.clock.Advance(10 * 24 * time.Hour)
	check(t, s.Submissions.Complete(t.Context(), reference, "Posílám.", nil))
	b.get("/kancelar").is(303, "/prihlaseni?kam=%2Fkancelar") // the session of ten days ago is over
	b = s.as(t, "clerk")
	b.get("/kancelar").is(200).says("občan odpověděl", "zbývá 32 dnů", "lhůta stála 10 dnů", "je sobota")

	b.get(at + "/prodlouzit").is(200).says("Nejvýše 30").page.Sound()
	b.post(at+"/prodlouzit", "days", "90", "why", "místní šetření").is(422).page.Sound().Attr("#days", "value", "90")
	b.post(at+"/prodlouzit", "days", "30", "why", "místní šetření").is(303, at)
	b.get(at).says("zbývá 60 dnů", "Lhůta prodloužena o 30 dnů").silent(at + "/prodlouzit")

	b.get(at + "/vyridit").is(200).page.Sound()
	b.post(at+"/vyridit", "how", "nesmysl").is(422).says("Vyberte způsob vyřízení.")
	b.post(at+"/vyridit", "how", "other").is(422).says("Napište, jak a proč byla věc vyřízena jinak.")
	b.upload(at+"/vyridit", "povoleni.exe", "MZ\x90\x00", "how", "document", "text", "Povolujeme.").is(422).says("povoleni.exe").page.Text("#text", "Povolujeme.")
	b.upload(at+"/vyridit", "Rozhodnutí č. 1.txt", "Kácení se povoluje.", "how", "document", "subject", "Povolení", "text", "Povolujeme.").is(303, at)
	done := b.get(at).is(200)
	done.says("vyřízeno dokumentem", "Povolení", "Rozhodnutí č. 1.txt", "HEJ/2026/00001-4").page.Sound().Hasnt(".acts")
	b.post(at+"/pridelit", "clerk", "me").is(303, at)
	b.get(at).says("je už vyřízený")

	link := done.page.Value(".documents .files a", "href")
	got := b.get(link).is(200)
	if d := got.Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") || got.Header.Get("X-Content-Type-Options") != "nosniff" || got.text != "Kácení se povoluje." {
		t.Errorf("file %q %v", got.text, got.Header)
	}
	if d := b.get(link + "?zobrazit=1").Header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") {
		t.Errorf("a text is never shown in place: %s", d)
	}
	b.get(link[:len(link)-1] + "9").is(404)

	b.get("/kancelar/denik").is(200).says("HEJ/2026/00001-1", "HEJ/2026/00001-4", "došlé", "odeslané").page.Sound().Count("tbody tr", 4)
	b.get("/kancelar/hledat?q=ticha").is(200).says("Kácení: lípa").page.Sound()
	b.get("/kancelar/hledat?q=HEJ/2026/00001-2").is(303, at)
	b.get("/kancelar/hledat?q="+strings.ToLower(reference)).is(303, at)
	var views int
	check(t, s.owner.Get(&views, `SELECT count(*) FROM audit_event WHERE office_id = $1 AND action IN ('viewed', 'file opened') AND actor = $2`, s.here.ID, fmt.Sprintf("account:%d", s.people["clerk"].ID)))
	if views < 6 {
		t.Errorf("only %d looks are in the log", views)
	}
}

func TestForwardingToTheCompetentOffice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, reference := s.sent(hejnice, "dub")
	b, at := s.as(t, "clerk"), fmt.Sprintf("/kancelar/spisy/%d/postoupit", id)

	b.get(at).is(200).page.Sound()
	b.get(at + "?obec=Nikde").is(200).says("Takovou obec jsme nenašli")
	b.get(at + "?obec=Hejnice").is(200).says("Příslušný je váš úřad").page.Hasnt("#why")
	b.get(at+"?obec=bily+potok").is(200).says("nepřijímá", "pot2d3f").page.Hasnt("#why")
	found := b.get(at+"?obec=fryd").is(200).says("Městský úřad Frýdlant", "Proč právě on")
	text := strings.TrimSpace(found.page.Sound().Find("#why").Text())
	if !strings.Contains(text, "§ 12 zákona č. 500/2004 Sb.") || !strings.Contains(text, "Městský úřad Frýdlant") {
		t.Fatalf("resolution: %s", text)
	}
	b.post(at, "kod", "564028", "why", " ").is(422).says("Napište odůvodnění").page.Sound()
	b.post(at, "kod", "546631", "why", text).is(422).says("Vyberte jiný úřad")
	b.post(at, "kod", "564028", "why", text).is(303)
	b.get(strings.TrimSuffix(at, "/postoupit")).is(200).says("Postoupeno: Městský úřad Frýdlant", "FRY/2026/00001-1").page.Hasnt(".acts")
	b.post(at, "kod", "564028", "why", text).is(303)
	b.get(strings.TrimSuffix(at, "/postoupit")).says("už bylo postoupeno")

	there := s.as(t, "foreign")
	there.get("/kancelar").is(200).says("Kácení: dub", "FRY/2026/00001")
	v := must(s.Submissions.ByReference(t.Context(), reference))
	there.get(fmt.Sprintf("/kancelar/spisy/%d", v.CaseID)).is(200).says("Postoupil Městský úřad Hejnice (HEJ/2026/00001)", "Převzato od jiného úřadu").page.Sound()

	// A clerk may name the office herself.
	other, _ := s.sent(hejnice, "buk")
	at = fmt.Sprintf("/kancelar/spisy/%d/postoupit", other)
	b.get(at + "?urad=frydlant").is(200).says("Vybrali jste").page.Sound()
	b.post(at, "urad", "frydlant", "why", "Pozemek leží jinde.").is(303)
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var ids []string
	for range 3 {
		id, _ := s.sent(hejnice, "lípa")
		ids = append(ids, fmt.Sprint(id))
	}
	b := s.as(t, "mailroom")
	b.get("/kancelar/posta").is(200).page.Sound().Count(`input[name=case][form=bulk]`, 3).Has("form#bulk select[name=clerk]")
	petr := fmt.Sprint(s.people["clerk2"].ID)
	b.post("/kancelar/posta/pridelit", "clerk", petr, "back", "/kancelar/posta").is(303, "/kancelar/posta")
	b.get("/kancelar/posta").says("Zaškrtněte aspoň jeden řádek")
	b.post("/kancelar/posta/pridelit", "case", ids[0], "clerk", fmt.Sprint(s.people["foreign"].ID)).is(303, "/kancelar/posta")
	b.get("/kancelar/posta").says("Vyberte, komu")
	done := b.post("/kancelar/posta/pridelit", "case", ids[0], "case", ids[1], "clerk", petr).is(303)
	after := b.get(done.Header.Get("Location")).is(200).says("Přiděleny 2 spisy: Petr Zeman.", "Spletli jste se?")
	after.page.Sound().Count("input[name=case][checked]", 2)
	// Undone by giving them to somebody else.
	b.post("/kancelar/posta/pridelit", "case", ids[0], "case", ids[1], "clerk", fmt.Sprint(s.people["clerk"].ID)).is(303)
	s.as(t, "clerk").get("/kancelar").is(200).page.Count("#list .today [data-row]", 3)
	s.as(t, "clerk2").get("/kancelar").is(200).page.Count("#list .today [data-row]", 1)
	b.get("/kancelar/posta?stav=otevrene&kdo="+fmt.Sprint(s.people["clerk"].ID)).is(200).page.Count("tbody tr", 2)
	b.get("/kancelar/posta?stav=vse&od=15.9.2026").is(200).page.Count("tbody tr", 0)
	b.get("/kancelar/posta?stav=vse&od=14.9.2026&do=14.9.2026").is(200).page.Count("tbody tr", 3)
	b.get("/kancelar/posta?od=v%C4%8Dera").is(200).says("Napište den").page.Sound()
}

func TestTheOrderOfTheDay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "clerk")
	mine := fmt.Sprint(s.people["clerk"].ID)
	late, _ := s.sent(hejnice, "pozdní")
	today, _ := s.sent(hejnice, "dnešní")
	week, _ := s.sent(hejnice, "týdenní")
	waiting, _ := s.sent(hejnice, "čekající")
	for _, id := range []int64{late, today, week, waiting} {
		b.post(fmt.Sprintf("/kancelar/spisy/%d/pridelit", id), "clerk", mine).is(303)
	}
	b.post(fmt.Sprintf("/kancelar/spisy/%d/vyzva", waiting), "text", "Co chybí.", "due", "30. 9. 2026").is(303)
	s.sent(hejnice, "nová")
	for id, due := range map[int64]string{late: "2026-09-11", today: "2026-09-14", week: "2026-09-18"} {
		s.owner.MustExec(`UPDATE case_file SET due_on = $2 WHERE id = $1`, id, due)
	}
	page := b.get("/kancelar").is(200).says("3 dny po lhůtě").page.Sound()
	var order []string
	page.Find(".today strong").Each(func(_ int, q *selection) { order = append(order, strings.TrimPrefix(q.Text(), "Kácení: ")) })
	if got := strings.Join(order, " "); got != "nová pozdní dnešní týdenní čekající" {
		t.Errorf("order: %s", got)
	}
	b.get("/kancelar?pohled=po-lhute").is(200).page.Count("#list .today [data-row]", 1)
	b.get("/kancelar?kdo="+fmt.Sprint(s.people["clerk2"].ID)).is(200).says("vyřizuje Petr Zeman", "Tady je hotovo")
	b.get("/kancelar/lhuty").is(200).says("pátek 11. září 2026", "pondělí 14. září 2026").page.Sound().Count("#list .today [data-row]", 4)
	part := b.get("/kancelar?pohled=vse", "HX-Request", "true").is(200)
	if strings.Contains(part.text, "<html") || !strings.Contains(part.text, "Kácení: pozdní") {
		t.Error("htmx gets the list alone")
	}
}

func TestNewOnesComeNewestFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct{ tree, due string }{{"první", "2026-09-30"}, {"druhá", "2026-09-20"}, {"třetí", "2026-10-14"}} {
		id, _ := s.sent(hejnice, c.tree)
		s.owner.MustExec(`UPDATE case_file SET due_on = $2 WHERE id = $1`, id, c.due)
	}
	b := s.as(t, "clerk")
	for path, want := range map[string]string{"/kancelar?pohled=nove": "třetí druhá první", "/kancelar": "druhá první třetí", "/kancelar?pohled=vse": "druhá první třetí"} {
		var order []string
		b.get(path).is(200).page.Find(".today strong").Each(func(_ int, q *selection) {
			order = append(order, strings.TrimPrefix(q.Text(), "Kácení: "))
		})
		if got := strings.Join(order, " "); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestPagesFollowEachOther(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.sent(hejnice, "první")
	s.owner.MustExec(`INSERT INTO case_file (office_id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, documents)
		SELECT $1, 'denik', 2026, n, 'HEJ/2026/' || lpad(CAST(n AS text), 5, '0'), 'Věc ' || n, '', '2026-09-14', 'sr-71', '2026-09-14', DATE '2026-10-14' + n % 40, 1 FROM generate_series(2, 130) n`, s.here.ID)
	s.owner.MustExec(`INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, registered_at, registered_by)
		SELECT office_id, id, 1, mark || '-1', 'in', 'submission', subject, 'portal', '2026-09-14', 'system' FROM case_file WHERE no > 1`)
	b := s.as(t, "clerk")
	for path, row := range map[string]string{"/kancelar": ".today a strong", "/kancelar?pohled=nove": ".today a strong", "/kancelar/posta?stav=vse": "tbody th a", "/kancelar/denik": "tbody th a", "/kancelar/lhuty": ".today a strong"} {
		seen := map[string]int{}
		for next, pages := path, 0; next != ""; pages++ {
			page := b.get(next).is(200).page
			page.Find(row).Each(func(_ int, q *selection) { seen[q.Text()]++ })
			next = page.Find("a[rel=next]").AttrOr("href", "")
			if pages > 5 {
				t.Fatalf("%s does not end", path)
			}
		}
		if len(seen) != 130 {
			t.Errorf("%s shows %d of 130", path, len(seen))
		}
		for what, n := range seen {
			if n != 1 {
				t.Errorf("%s shows %s %d times", path, what, n)
			}
		}
	}
}
