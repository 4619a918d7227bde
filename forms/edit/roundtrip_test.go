package edit_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"epom/forms"
	"epom/forms/edit"
	"epom/forms/notation"
	"epom/forms/pack"
)

// Whatever an author did to a form, it goes through the text notation and a signed package and comes back the same.
func TestEditedFormsGoThereAndBack(t *testing.T) {
	t.Parallel()
	list, key := own(t), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, ed25519.SeedSize))
	rapid.Check(t, func(rt *rapid.T) {
		d := list[rapid.IntRange(0, len(list)-1).Draw(rt, "form")]
		for range rapid.IntRange(0, 6).Draw(rt, "steps") {
			var places []edit.Place
			edit.Walk(d, func(at edit.Place, _ *forms.Field) { places = append(places, at) })
			for i := range d.Pages {
				places = append(places, edit.Place{i})
			}
			if len(places) == 0 {
				break
			}
			draw := func(label string) edit.Place { return places[rapid.IntRange(0, len(places)-1).Draw(rt, label)] }
			at, now, err := draw("at"), d, error(nil)
			switch rapid.IntRange(0, 6).Draw(rt, "act") {
			case 0:
				now, _, err = edit.AddPage(d, at)
			case 1:
				now, _, err = edit.AddField(d, at, rapid.SampledFrom(forms.Kinds()).Draw(rt, "kind"))
			case 2:
				now, _, err = edit.Move(d, at, rapid.IntRange(-3, 3).Draw(rt, "by"))
			case 3:
				now, _, err = edit.MoveInto(d, at, draw("into"))
			case 4:
				now, _, err = edit.Duplicate(d, at)
			case 5:
				now, _, err = edit.Remove(d, at)
			case 6:
				now, err = edit.Rename(d, at, rapid.StringMatching(`[a-z][a-z0-9_]{0,8}`).Draw(rt, "name"))
			}
			if err == nil {
				d = now
			}
		}
		was, _ := json.Marshal(d)
		read, err := notation.Read(notation.Write(d))
		if err != nil {
			rt.Fatalf("%v in\n%s", err, notation.Write(d))
		}
		text, _ := json.Marshal(read)
		if !bytes.Equal(text, was) {
			rt.Fatalf("the notation changed it:\n%s\n%s", was, text)
		}
		_, unsound := forms.Parse(text)
		var file bytes.Buffer
		if unsound != nil { // a form in work is no package
			if pack.Write(&file, key, "Liberecký kraj", time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), []pack.Form{{Definition: text}}) == nil {
				rt.Fatal("an unsound form was packed")
			}
			return
		}
		if err := pack.Write(&file, key, "Liberecký kraj", time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), []pack.Form{{Definition: text}}); err != nil {
			rt.Fatal(err)
		}
		p, err := pack.Read(file.Bytes())
		if err != nil || len(p.Forms) != 1 || !bytes.Equal(p.Forms[0].Definition, was) {
			rt.Fatalf("the package changed it (%v)", err)
		}
	})
}
