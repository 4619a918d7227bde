package pdf

import (
	"fmt"
	"time"
)

var created = time.Date(2026, 11, 22, 8, 30, 0, 0, time.UTC)

const citizenText = `Dobrý den, prosím o povolení pokácet dvě lípy u domu v Hejnicích. Stromy jsou napadené dřevomorem, při každém větším větru padají větve na chodník a k odborné firmě jsme se dostali až nyní.

Příliš žluťoučký kůň úpěl ďábelské ódy. Ґанок, їжак, є, щука – доброго дня.`

// receipt is a document as a citizen gets it.
func receipt(mark string) *Doc {
	d := New(Meta{Title: "Potvrzení o podání POD-2026-000017", Author: "Město Hejnice", Subject: "Žádost o povolení kácení",
		Lang: "cs", Created: created, Header: "Městský úřad Hejnice", Aside: "MUHE/00017/2026",
		Footer: "Vytvořeno 22. 11. 2026 v 9:30", Mark: mark})
	d.Heading(1, "Potvrzení o podání")
	d.Para("Vaše podání jsme přijali a předali úřadu, který je bude vyřizovat. Toto potvrzení si uschovejte.")
	d.Rows([]Row{{"Značka podání", "POD-2026-000017"}, {"Číslo jednací", "MUHE/00017/2026"},
		{"Podáno", "neděle 22. listopadu 2026 v 9:30"}, {"Příslušný úřad", "Městský úřad Hejnice, Nádražní 118, 463 62 Hejnice"},
		{"Proč tento úřad", "O kácení dřevin rostoucích mimo les rozhoduje obecní úřad v místě, kde strom roste (§ 76 odst. 1 písm. a) zákona č. 114/1992 Sb.)."},
		{"Poplatek", ""}, {"Lhůta", "60 dnů, tedy do 21. ledna 2027"}})
	d.QR("https://epom.example/podani/POD-2026-000017", "Stav podání najdete na adrese epom.example/podani.\nZadejte značku POD-2026-000017 a PIN, který jste dostali e-mailem.", "QR kód s adresou stránky, kde najdete stav podání", 32)
	d.Link("Otevřít stav podání: epom.example/podani/POD-2026-000017", "https://epom.example/podani/POD-2026-000017")
	d.Note("Pokud něco chybí, úřad vás vyzve k doplnění. Lhůta po tu dobu neběží.")
	d.Heading(2, "Co jste vyplnili")
	d.Heading(3, "Žadatel")
	d.Rows([]Row{{"Jméno a příjmení", "Žofie Řeháčková"}, {"Datum narození", "3. 5. 1984"}, {"Adresa", "Lázeňská 56, 463 62 Hejnice"}, {"Telefon", "+420 601 234 567"}})
	d.Heading(3, "Stromy")
	d.Table([]Col{{Title: "Pořadí", Right: true}, {Title: "Druh dřeviny"}, {Title: "Obvod kmene (cm)", Right: true}, {Title: "Důvod"}}, [][]string{
		{"1", "lípa srdčitá", "124", "Strom je napadený dřevomorem a ohrožuje chodník."}, {"2", "lípa velkolistá", "98", "Suché větve nad vjezdem, hrozí pád."}, {"3", "smrk ztepilý", "1 080", ""}})
	d.Heading(3, "Odůvodnění")
	d.Para(citizenText)
	d.Heading(3, "Přílohy")
	d.List([]string{"situační nákres.pdf (182 kB)", "fotografie stromů.jpg (2,4 MB)", "souhlas spoluvlastníka pozemku.pdf (96 kB), který je platný pro všechny žádosti podané v roce 2026 a pro všechny parcely v katastrálním území Hejnice"})
	d.Small("Potvrzení vytvořil systém e-POM. Správnost ověříte na adrese epom.example/overeni.")
	return d
}

// paperForm is an empty form for handwriting.
func paperForm() *Doc {
	d := New(Meta{Title: "Ohlášení psa", Lang: "cs", Created: created, Header: "Obecní úřad Bílý Potok", Aside: "Formulář PES-01", Footer: "Pište hůlkovým písmem."})
	d.Heading(1, "Ohlášení k místnímu poplatku ze psů")
	d.Para("Vyplněný formulář odevzdejte na obecním úřadě, nebo pošlete poštou. Údaje označené hvězdičkou jsou povinné.")
	d.Heading(2, "Držitel psa")
	d.Blanks(Blank{"Jméno a příjmení *", 2}, Blank{"Datum narození *", 1})
	d.Blanks(Blank{"Ulice a číslo *", 2}, Blank{"Obec *", 2}, Blank{"PSČ *", 1})
	d.Blanks(Blank{Label: "Telefon"}, Blank{Label: "E-mail"})
	d.Comb("IČO, je-li držitelem právnická osoba", 8)
	d.Heading(2, "Pes")
	d.Boxes("Nárok na osvobození", []Box{{Text: "držitel průkazu ZTP nebo ZTP/P"}, {Text: "pes z útulku, nejvýše dva roky od převzetí"}, {Text: "žádný", Checked: true}})
	d.Lines("Popis psa (plemeno, barva, zvláštní znamení)", 3)
	d.Code128("PES-01-2026", "", 60)
	d.Sign("Místo a datum", "Podpis držitele")
	return d
}

// fivePages is a long document of every kind of part.
func fivePages() *Doc {
	d := receipt("")
	for i := range 4 {
		d.Heading(2, fmt.Sprintf("Příloha %d", i+1))
		d.Para(citizenText + " " + citizenText)
		rows := make([][]string, 25)
		for k := range rows {
			rows[k] = []string{fmt.Sprint(k + 1), "lípa srdčitá", fmt.Sprint(90 + k), "Suché větve nad vjezdem."}
		}
		d.Table(Cols("Pořadí", "Druh", "Obvod", "Důvod"), rows)
	}
	return d
}
