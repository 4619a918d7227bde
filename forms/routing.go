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

// Place is the answer that decides where the submission belongs; false while it is not known.
func (ev *Evaluation) Place() (Place, bool) {
	at := ev.form.Locality
	place := Place{Key: at.Key}
	if v, ok := ev.visible(at.Level); ok {
		place.Level = asString(v)
	}
	for _, path := range at.From {
		v, ok := ev.visible(path)
		if !ok {
			continue
		}
		field, _ := ev.form.Field(path)
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
