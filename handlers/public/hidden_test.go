package public_test

import "testing"

// An answer that is asked no more is left out of sending, the person hears of it once, and it is back with its question.
func TestHiddenAnswerIsToldOnceAndComesBack(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	b.fill(hejnice, "Hejnice")
	place := "/formulare/zkouska/misto?zpet=kontrola"
	save := func(foreign, to string) {
		t.Helper()
		b.post(place, "_revision", b.get(place).value("_revision"), "obec.code", hejnice, "obec.name", "Hejnice", "cizi", foreign).is(t, 303, to)
	}
	save("ano", "/formulare/zkouska/vlastnik?zpet=kontrola")
	owner := "/formulare/zkouska/vlastnik?zpet=kontrola"
	b.post(owner, "_revision", b.get(owner).value("_revision"), "vlastnik", "Karel Cizí").is(t, 303, "/formulare/zkouska/kontrola")
	b.get("/formulare/zkouska/kontrola").is(t, 200).has(t, "Karel Cizí").lacks(t, "Co se nepošle")

	save("ne", "/formulare/zkouska/kontrola")
	b.get("/formulare/zkouska/kontrola").is(t, 200).has(t, "Odpovědi na tyto otázky se nepošlou", "„Jméno vlastníka“", "Co se nepošle").lacks(t, "Karel Cizí")
	b.get("/formulare/zkouska/kontrola").is(t, 200).lacks(t, "Odpovědi na tyto otázky se nepošlou") // once

	save("ano", "/formulare/zkouska/kontrola")
	page := b.get("/formulare/zkouska/kontrola").is(t, 200).has(t, "zase týkají", "„Jméno vlastníka“", "Karel Cizí").lacks(t, "Co se nepošle")

	save("ne", "/formulare/zkouska/kontrola")
	page = b.get("/formulare/zkouska/kontrola")
	b.post("/formulare/zkouska/odeslat", "_revision", page.value("_revision")).is(t, 303)
	var kept bool
	check(t, b.owner.Get(&kept, `SELECT answers ? 'vlastnik' FROM submission`))
	if kept {
		t.Error("the hidden answer was sent")
	}
}
