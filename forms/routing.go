package forms

// visible tells whether the answer of a root field counts and is there.
func (ev *Evaluation) visible(path string) (any, bool) {
	root := rootOf(path)
	for _, p := range ev.pages {
		if p.def.Code != ev.form.pageOf[root] {
			continue
		}
		if ev.marks[root]&markHidden != 0 || ev.marks[path]&markHidden != 0 {
			return nil, false
		}
		v := ev.answers.Get(path)
		return v, v != nil
	}
	return nil, false
}

// Where is the place that answers lead to, found without a walk over the whole form where no condition stands before it.
func (f *Form) Where(answers Answers, setting Setting) (Place, bool) {
	for _, path := range append([]string{f.Locality.Level}, f.Locality.From...) {
		if path != "" && f.conditional(rootOf(path)) {
			return f.Evaluate(answers, setting).Place()
		}
	}
	return f.place(func(path string) (any, bool) {
		if path == "" {
			return nil, false
		}
		v := answers.Get(path)
		return v, v != nil
	})
}

// conditional tells whether a root field may be hidden.
func (f *Form) conditional(name string) bool {
	for i := range f.Pages {
		if f.Pages[i].Code == f.pageOf[name] && f.Pages[i].When != "" {
			return true
		}
	}
	field := f.byPath[name]
	return field == nil || field.When != ""
}

// Place is the answer that decides where the submission belongs; false while it is not known.
func (ev *Evaluation) Place() (Place, bool) { return ev.form.place(ev.visible) }

// place reads the place from the answers that count.
func (f *Form) place(visible func(path string) (any, bool)) (Place, bool) {
	at := f.Locality
	place := Place{Key: at.Key}
	if v, ok := visible(at.Level); ok {
		place.Level = asString(v)
	}
	for _, path := range at.From {
		v, ok := visible(path)
		if !ok {
			continue
		}
		field, _ := f.Field(path)
		switch field.Kind {
		case "person":
			v = child(v, "adresa")
		case "legalperson":
			v = child(v, "sidlo")
		case "municipality":
			place.Municipality = municipalityOf(v)
			place.Text = place.Municipality.Name
		}
		if field.Kind != "municipality" {
			address := addressOf(v)
			place.Adm, place.Municipality, place.Text = address.Adm, address.Municipality, address.Text
		}
		place.Path = path
		return place, place.Adm != 0 || place.Municipality.Code != 0
	}
	return place, false
}

// Applicant gathers who submits.
func (ev *Evaluation) Applicant() Applicant {
	at := ev.form.Applicant
	var a Applicant
	for _, path := range at.Person {
		if v, ok := ev.visible(path); ok {
			a.Given, a.Family, a.Born = asString(child(v, "jmeno")), asString(child(v, "prijmeni")), asString(child(v, "narozeni"))
			a.Address = addressOf(child(v, "adresa"))
			break
		}
	}
	for _, path := range at.Legal {
		if v, ok := ev.visible(path); ok {
			a.Company, a.ICO = asString(child(v, "nazev")), asString(child(v, "ico"))
			a.Address = addressOf(child(v, "sidlo"))
			break
		}
	}
	text := func(path string) string {
		v, _ := ev.visible(path)
		return asString(v)
	}
	a.Email, a.Phone, a.Databox = text(at.Email), text(at.Phone), text(at.Databox)
	return a
}
