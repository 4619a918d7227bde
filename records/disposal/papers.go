package disposal

import (
	"strconv"
	"time"

	"epom/internal/clock"
	"epom/internal/pdf"
	"epom/offices"
)

func paper(o *offices.Office, title, mark string, at time.Time) *pdf.Doc {
	return pdf.New(pdf.Meta{Title: title + " " + mark, Author: o.Name, Lang: "cs", Created: at, Header: o.Name, Aside: mark})
}

func czechDay(t time.Time) string { return t.In(clock.Prague).Format("2. 1. 2006") }

// proposalPaper is the proposal (§ 21 of Decree 259/2012 Sb.): who, to whom, from which years, and the list divided by signs.
func proposalPaper(o *offices.Office, d Disposal, lots []Lot, person string, at time.Time) ([]byte, error) {
	p := paper(o, "Skartační návrh", d.Mark, at)
	p.Heading(1, "Skartační návrh")
	from, to := 9999, 0
	for _, l := range lots {
		for _, m := range l.Members {
			from = min(from, m.OpenedAt.In(clock.Prague).Year())
			to = max(to, m.ClosedAt.In(clock.Prague).Year())
		}
	}
	p.Rows([]pdf.Row{{Label: "Číslo řízení", Value: d.Mark}, {Label: "Původce", Value: o.Name}, {Label: "IČO", Value: o.ICO}, {Label: "Sídlo", Value: o.Address()},
		{Label: "Archiv", Value: d.Archive}, {Label: "Dokumenty z let", Value: span(from, to)}, {Label: "Skartační lhůta uplynula do", Value: "konce roku " + strconv.Itoa(d.Year-1)},
		{Label: "Počet spisů", Value: strconv.Itoa(countMembers(lots))}, {Label: "Sestavil(a)", Value: person}, {Label: "Dne", Value: czechDay(at)}})
	p.Para("Navrhujeme vyřadit dokumenty uvedené v seznamu. Žádáme o odbornou archivní prohlídku a o rozhodnutí, které z nich budou vybrány za archiválie a které lze zničit.")
	for _, part := range []struct{ sign, title string }{{"A", "Dokumenty skupiny A (archivní)"}, {"V", "Dokumenty skupiny V (výběr)"}, {"S", "Dokumenty skupiny S (stoupa)"}} {
		rows := [][]string{}
		for _, l := range lots {
			if l.Sign != part.sign {
				continue
			}
			for i, m := range l.Members {
				subject := m.Subject
				if i > 0 {
					subject += " (patří ke spisu " + l.Lead().Mark + ")"
				}
				rows = append(rows, []string{m.Mark, m.ClassCode, subject, l.Years(), m.Sign + "/" + strconv.Itoa(m.Retention), Lot{Members: []Member{m}}.Quantity(), m.Box})
			}
		}
		if len(rows) == 0 {
			continue
		}
		p.Heading(2, part.title)
		p.Table([]pdf.Col{{Title: "Spisová značka"}, {Title: "Spisový znak"}, {Title: "Věc"}, {Title: "Roky"}, {Title: "Režim"}, {Title: "Množství"}, {Title: "Uloženo"}}, rows)
	}
	p.Small("Popis spisů podle národního standardu (balíčky SIP bez souborů) je přílohou návrhu.")
	p.Sign("za původce")
	return p.Bytes()
}

func countMembers(lots []Lot) (n int) {
	for _, l := range lots {
		n += len(l.Members)
	}
	return n
}

// protocolPaper says what was done by the archive's decision.
func protocolPaper(o *offices.Office, d Disposal, items []Item, files int, person string, at time.Time) ([]byte, error) {
	p := paper(o, "Skartační protokol", d.Mark, at)
	p.Heading(1, "Skartační protokol")
	p.Rows([]pdf.Row{{Label: "Číslo řízení", Value: d.Mark}, {Label: "Původce", Value: o.Name}, {Label: "Archiv", Value: d.Archive}, {Label: "Rozhodnutí archivu", Value: d.DecidedRef},
		{Label: "Provedl(a)", Value: person}, {Label: "Dne", Value: czechDay(at)}, {Label: "Zničených souborů", Value: strconv.Itoa(files)}})
	for _, part := range []struct{ decision, title, text string }{
		{Destroy, "Zničené dokumenty", "Obsah těchto spisů byl zničen: soubory, texty i vyplněné údaje. V evidenci zůstávají údaje o spisech a dokumentech a záznam o činnosti. Listinné dokumenty zničí úřad způsobem, který znemožní jejich obnovu."},
		{ToArchive, "Archiválie předané archivu", ""}, {Exclude, "Vyřazeno z řízení", "Tyto spisy úřad nadále uchovává."}} {
		rows := [][]string{}
		for _, it := range items {
			if it.Is(part.decision) {
				rows = append(rows, []string{it.Mark, it.ClassCode, it.Subject, it.Sign + "/" + strconv.Itoa(it.Retention), strconv.Itoa(it.Documents), it.ArchiveID})
			}
		}
		if len(rows) == 0 {
			continue
		}
		p.Heading(2, part.title)
		if part.text != "" {
			p.Para(part.text)
		}
		p.Table([]pdf.Col{{Title: "Spisová značka"}, {Title: "Spisový znak"}, {Title: "Věc"}, {Title: "Režim"}, {Title: "Dokumentů"}, {Title: "Identifikátor archivu"}}, rows)
	}
	p.Sign("provedl(a)", "za úřad")
	return p.Bytes()
}
