package desk_test

import (
	"testing"
)

const boardAt = "/kancelar/deska"

// A clerk of a village posts one PDF: one form, nothing but the file, the kind and a click.
func TestPostingAFileInOneStep(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "board")
	b.get(boardAt).is(200).says("Tomuto výběru žádné vyvěšení neodpovídá.").page.Sound().Has(`a[data-key=n][href="/kancelar/deska/nove"]`)
	form := b.get(boardAt + "/nove").is(200)
	form.page.Sound().Attr("#issuer", "value", "Městský úřad Hejnice").Has(`input[name=place][value="564044"][checked]`, "optgroup[label='Aktuality'] option")
	b.upload(boardAt+"/nove", "Záměr_prodeje pozemku.pdf", pdfFile, "kind", "zamer", "issuer", "Městský úřad Hejnice", "when", "now", "until", "law").is(303, boardAt+"/2026-1")
	show := b.get(boardAt+"/2026-1").is(200).says("Visí na desce pod číslem 2026-1.", "Záměr prodeje pozemku", "Záměr_prodeje pozemku.pdf", "29. 9. 2026", "Dana Desková")
	show.page.Sound()
	b.get(boardAt).is(200).says("2026-1", "Vyvěste i na desku na ulici").page.Sound().Count("tbody [data-row]", 1)
}

const pdfFile = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
