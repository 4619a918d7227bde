package public

import (
	"context"
	"strconv"
	"strings"
	"time"

	"epom/forms"
	"epom/internal/fold"
	"epom/territory"
)

// Gazetteer lets forms recognise places in the territory room, for one request.
func Gazetteer(ctx context.Context, land *territory.Store) forms.Gazetteer {
	return gazetteer{ctx, land}
}

// gazetteer lets forms recognise places in the territory room.
type gazetteer struct {
	ctx  context.Context
	land *territory.Store
}

func (g gazetteer) Address(adm int64) (forms.Address, bool) {
	a, err := g.land.Address(g.ctx, int(adm))
	if err != nil {
		return forms.Address{}, false
	}
	return addressOf(a), true
}

func addressOf(a *territory.Address) forms.Address {
	number := strconv.Itoa(a.Number)
	if a.Orientation > 0 {
		number += "/" + strconv.Itoa(a.Orientation) + a.Letter
	}
	if a.Kind == "e" {
		number = "č. ev. " + number
	}
	out := forms.Address{Adm: int64(a.Code), Text: a.String(), Street: a.Street, Number: number, Zip: a.Zip,
		Municipality: forms.Municipality{Code: int64(a.MunicipalityCode), Name: a.Municipality}}
	if a.Part != a.Municipality {
		out.Part = a.Part
	}
	return out
}

func (g gazetteer) Municipality(code int64) (forms.Municipality, bool) {
	m, err := g.land.Municipality(int(code), anyDay)
	if err != nil {
		return forms.Municipality{}, false
	}
	return municipalityOf(m), true
}

func (g gazetteer) MunicipalitiesNamed(name string) []forms.Municipality {
	var out []forms.Municipality
	for _, m := range g.land.SearchMunicipalities(name, nil, 20) {
		if sameName(m.Name, name) || sameName(m.Label, name) {
			out = append(out, municipalityOf(m))
		}
	}
	return out
}

func municipalityOf(m *territory.Municipality) forms.Municipality {
	return forms.Municipality{Code: int64(m.Code), Name: m.Name, District: "okres " + m.District}
}

// anyDay asks for what holds on and on.
var anyDay = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func sameName(a, b string) bool {
	return strings.Join(fold.Words(a), " ") == strings.Join(fold.Words(b), " ")
}

// Places looks for what is typed into an address or a municipality: options for the person to choose from. Addresses of the
// municipality the person named before (its code; 0 = none) come first.
func Places(ctx context.Context, t *territory.Store, kind, typed string, home int) ([]forms.Option, error) {
	const most = 8
	var out []forms.Option
	if strings.TrimSpace(typed) == "" {
		return nil, nil
	}
	if kind == "municipality" {
		for _, m := range t.SearchMunicipalities(typed, near(t, home), most) {
			out = append(out, forms.Option{Value: strconv.Itoa(m.Code), Label: forms.Text{CS: m.Label}})
		}
		return out, nil
	}
	seen := map[int]bool{}
	for _, in := range []int{home, 0} {
		if in == 0 && home != 0 && len(out) >= most {
			break
		}
		found, err := t.SearchAddresses(ctx, typed, in, most)
		if err != nil {
			return nil, err
		}
		for i := range found {
			if a := &found[i]; !seen[a.Code] && len(out) < most {
				seen[a.Code] = true
				out = append(out, forms.Option{Value: strconv.Itoa(a.Code), Label: forms.Text{CS: a.String()}})
			}
		}
		if home == 0 {
			break
		}
	}
	return out, nil
}

func near(t *territory.Store, municipality int) *territory.Point {
	m, err := t.Municipality(municipality, anyDay)
	if municipality == 0 || err != nil || m.Lat == 0 {
		return nil
	}
	return &territory.Point{Lat: m.Lat, Lon: m.Lon}
}
