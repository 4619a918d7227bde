package forms

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestAnswersArePlainAndCanonical(t *testing.T) {
	t.Parallel()
	var a Answers
	text := `{"b": 12, "a": [1.5, {"x": "<ž>", "n": -9007199254740993}], "c": true, "d": null}`
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		t.Fatal(err)
	}
	if a["b"] != int64(12) || a.Get("a.0") != 1.5 || a.Get("a.1.n") != int64(-9007199254740993) {
		t.Errorf("numbers %#v", a)
	}
	got, err := a.Canonical()
	if want := `{"a":[1.5,{"n":-9007199254740993,"x":"<ž>"}],"b":12,"c":true,"d":null}`; err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	if err := json.Unmarshal([]byte(`[1]`), &a); err == nil {
		t.Error("a list is no answers")
	}
}

func TestWithCopiesAndNeverTouchesTheOriginal(t *testing.T) {
	t.Parallel()
	a := Answers{"m": map[string]any{"x": int64(1)}, "l": []any{"p", "q"}}
	before, _ := a.Canonical()
	for path, want := range map[string]any{
		"m.x": "new", "m.y": "new", "l.0": "new", "l.2": "new", "n.o.p": "new", "k.0.z": "new",
	} {
		b := a.With(path, "new")
		if b.Get(path) != want {
			t.Errorf("%s: %v", path, b)
		}
	}
	if b := a.With("l.0", nil); !reflect.DeepEqual(b["l"], []any{"q"}) {
		t.Errorf("removed item: %v", b)
	}
	if b := a.With("l.1", nil).With("l.0", nil); b["l"] != nil {
		t.Errorf("an empty list stays: %v", b)
	}
	if b := a.With("n.o", nil); !reflect.DeepEqual(b, a) {
		t.Errorf("removing nothing made %v", b)
	}
	if b := a.With("l.7", "far"); !reflect.DeepEqual(b, a) {
		t.Errorf("an item beyond the end made %v", b)
	}
	if b := Answers(nil).With("x", "y"); b["x"] != "y" {
		t.Errorf("from nothing: %v", b)
	}
	if after, _ := a.Canonical(); string(after) != string(before) {
		t.Errorf("the original became %s", after)
	}
}
