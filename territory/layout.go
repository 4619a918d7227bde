package territory

import (
	"strings"
)

// layout is one form of an official or derived list, told by the names of its columns.
type layout struct {
	name     string   // data set; states of one data set are compared by date
	needs    []string // columns, plain
	order    int      // lists above others are read first
	complete []Kind   // what is not in it has ended
	read     func(*draft, *table)
}

// municipalities as a kind, for layouts and reports.
const kindMunicipality Kind = "municipality"

var layouts = []layout{
	{"kraje", []string{"code", "nuts3", "name", "municipalities"}, 1, []Kind{Region}, func(d *draft, t *table) {
		d.area(Region, t.code("code"), t.must("name"), func(a *Area) { a.CSUCode = t.text("nuts3") })
	}},
	{"ui_vusc", []string{"kod", "nazev", "regsoudr_kod"}, 1, []Kind{Region}, official(Region, "", "")},
	{"okresy", []string{"code", "lau", "name", "region_code"}, 2, []Kind{District}, func(d *draft, t *table) {
		d.area(District, t.code("code"), t.must("name"), func(a *Area) { a.CSUCode, a.ParentCode = t.text("lau"), t.code("region_code") })
	}},
	{"ui_okres", []string{"kod", "nazev", "vusc_kod", "kraj_1960_kod"}, 2, []Kind{District}, official(District, "vusc_kod", "")},
	{"orp", []string{"code", "csu_code", "name", "region_code", "seat_code"}, 3, []Kind{ORP}, func(d *draft, t *table) {
		d.area(ORP, t.code("code"), t.must("name"), func(a *Area) {
			a.CSUCode, a.ParentCode, a.SeatCode = t.text("csu_code"), t.code("region_code"), t.number("seat_code")
		})
	}},
	{"ui_orp", []string{"kod", "nazev", "vusc_kod", "spravni_obec_kod"}, 3, []Kind{ORP}, official(ORP, "vusc_kod", "spravni_obec_kod")},
	{"pou", []string{"code", "name", "orp_code", "seat_code"}, 4, []Kind{POU}, func(d *draft, t *table) {
		d.area(POU, t.code("code"), t.must("name"), func(a *Area) { a.ParentCode, a.SeatCode = t.code("orp_code"), t.number("seat_code") })
	}},
	{"ui_pou", []string{"kod", "nazev", "orp_kod", "spravni_obec_kod"}, 4, []Kind{POU}, official(POU, "orp_kod", "spravni_obec_kod")},
	{"stavebni_urady", []string{"id", "name", "seat_obec_code", "seat_momc_code"}, 5, []Kind{Building}, func(d *draft, t *table) {
		d.area(Building, t.code("id"), t.must("name"), func(a *Area) { a.SeatCode, a.ParentCode = t.number("seat_obec_code"), t.number("seat_momc_code") })
	}},
	{"obce", []string{"code", "name", "status_code", "district_code", "region_code", "orp_code", "pou_code", "zip", "ico"}, 6,
		[]Kind{kindMunicipality, Region, District, ORP, POU}, readMunicipalities},
	{"ui_obec", []string{"kod", "nazev", "status_kod", "pou_kod", "okres_kod"}, 7, []Kind{kindMunicipality}, readOfficialMunicipalities},
	{"ui_momc", []string{"kod", "nazev", "mop_kod", "obec_kod"}, 8, []Kind{MOMC}, official(MOMC, "obec_kod", "")},
	{"casti_obce", []string{"code", "name", "obec_code"}, 8, []Kind{Part}, func(d *draft, t *table) {
		d.area(Part, t.code("code"), t.must("name"), func(a *Area) { a.ParentCode = t.code("obec_code") })
	}},
	{"ui_cast_obce", []string{"kod", "nazev", "obec_kod"}, 8, []Kind{Part}, official(Part, "obec_kod", "")},
	{"csu_pocet_obyvatel", []string{"kod_obce", "nazev_obce", "pocet_obyvatel"}, 9, nil, func(d *draft, t *table) {
		d.fact(t.code("kod_obce"), func(m *Municipality) { m.Population = t.number("pocet_obyvatel") })
	}},
	{"csu_lexikon", []string{"zuj_cislo", "zuj_nazev", "orp_cislo", "pocet_obyvatel"}, 10, nil, func(d *draft, t *table) {
		if t.text("zuj_cislo") == "Celkem" {
			return
		}
		d.fact(t.code("zuj_cislo"), func(m *Municipality) { m.Population = t.number("pocet_obyvatel") })
	}},
	{"csu_vazba", []string{"kodcis1", "chodnota1", "kodcis2", "chodnota2"}, 11, nil, readRelation},
	{"csu_ciselnik", []string{"kodcis", "chodnota", "text"}, 12, nil, readCodeList},
	{"vazby_adres", []string{"adm_kod", "obec_kod", "pou_kod", "orp_kod", "okres_kod", "vusc_kod"}, 13, nil, readChain},
	{"vazby", []string{"cobce_kod", "obec_kod", "pou_kod", "orp_kod", "okres_kod", "vusc_kod"}, 13, nil, readChain},
}

// layoutOf finds the form of a list by its columns; nil when it is none of ours.
func layoutOf(columns []string) *layout {
	have := map[string]bool{}
	for _, c := range columns {
		have[c] = true
	}
	var best *layout
next:
	for i := range layouts {
		l := &layouts[i]
		for _, c := range l.needs {
			if !have[c] {
				continue next
			}
		}
		if best == nil || len(l.needs) > len(best.needs) {
			best = l
		}
	}
	return best
}

// official reads a code list of ČÚZK; a row with an end of validity is left out, and so ends.
func official(k Kind, parent, seat string) func(*draft, *table) {
	return func(d *draft, t *table) {
		d.state(t.date("plati_od"))
		if !t.date("plati_do").IsZero() {
			return
		}
		code := t.code("kod")
		if k == District {
			code = districtCode(code)
		}
		d.area(k, code, t.must("nazev"), func(a *Area) {
			if lau := t.text("nuts_lau"); lau != "" {
				a.CSUCode = lau
			}
			if parent != "" {
				a.ParentCode = t.code(parent)
			}
			if seat != "" {
				a.SeatCode = t.number(seat)
			}
		})
	}
}

// readMunicipalities reads the derived obce.csv, which carries the whole chain.
func readMunicipalities(d *draft, t *table) {
	status := t.code("status_code")
	if status > 6 {
		t.fail("neznámý druh obce %d", status)
		return
	}
	m := d.municipality(t.code("code"))
	m.Name, m.Status = t.must("name"), Status(status)
	m.DistrictCode, m.POUCode, m.ORPCode, m.RegionCode = t.code("district_code"), t.code("pou_code"), t.code("orp_code"), t.code("region_code")
	m.BuildingCode = t.number("building_office_id")
	m.Zip, m.Zips, m.ICO = t.text("zip"), t.text("zip_all"), t.text("ico")
	m.Lat, m.Lon, m.Population = t.float("lat"), t.float("lon"), t.number("population_2022")
	d.area(Region, m.RegionCode, t.must("region"), func(a *Area) { a.CSUCode = t.text("region_nuts3") })
	d.area(District, m.DistrictCode, t.must("district"), func(a *Area) { a.CSUCode, a.ParentCode = t.text("district_lau"), m.RegionCode })
	d.area(ORP, m.ORPCode, t.must("orp_name"), func(a *Area) {
		a.CSUCode, a.ParentCode, a.SeatCode = t.text("orp_code_csu"), m.RegionCode, t.number("orp_seat")
	})
	d.area(POU, m.POUCode, t.must("pou_name"), func(a *Area) {
		a.ParentCode, a.SeatCode = m.ORPCode, t.number("pou_seat")
		if csu := t.text("pou_code_csu"); csu != "" {
			a.CSUCode = csu
		}
	})
	if m.BuildingCode != 0 {
		d.area(Building, m.BuildingCode, t.must("building_office"), nil)
	}
}

// readOfficialMunicipalities reads UI_OBEC of ČÚZK, which knows POÚ and district; ORP and region follow from POÚ.
func readOfficialMunicipalities(d *draft, t *table) {
	d.state(t.date("plati_od"))
	if !t.date("plati_do").IsZero() {
		return
	}
	pou := d.next.areas[areaKey{POU, t.code("pou_kod")}]
	if pou == nil {
		t.fail("pověřený úřad %d neznáme; načtěte nejdřív obce.csv nebo číselník UI_POU", t.number("pou_kod"))
		return
	}
	orp := d.next.areas[areaKey{ORP, pou.ParentCode}]
	if orp == nil {
		t.fail("obec s rozšířenou působností %d neznáme; načtěte nejdřív obce.csv nebo číselník UI_ORP", pou.ParentCode)
		return
	}
	status := t.code("status_kod")
	if status > 6 {
		t.fail("neznámý druh obce %d", status)
		return
	}
	m := d.municipality(t.code("kod"))
	m.Name, m.Status, m.POUCode, m.ORPCode, m.RegionCode = t.must("nazev"), Status(status), pou.Code, orp.Code, orp.ParentCode
	m.DistrictCode = districtCode(t.code("okres_kod"))
}

// districtCode writes the district of Praha, which RÚIAN codes by a placeholder, as the other lists do.
func districtCode(code int) int {
	if code == 9999 {
		return 3100
	}
	return code
}

// readChain reads the official chain files; one row an address or a part of a municipality.
func readChain(d *draft, t *table) {
	m := d.next.municipalities[t.code("obec_kod")]
	if m == nil {
		d.unknown[t.number("obec_kod")]++
		return
	}
	if part := t.number("cobce_kod"); part != 0 {
		if a := d.next.areas[areaKey{Part, part}]; a != nil {
			a.ParentCode = m.Code
		}
	}
	pou, orp, region := t.code("pou_kod"), t.code("orp_kod"), t.code("vusc_kod")
	m.POUCode, m.ORPCode, m.RegionCode = pou, orp, region
	if okres := t.number("okres_kod"); okres != 0 {
		m.DistrictCode = districtCode(okres)
	}
	if a := d.next.areas[areaKey{POU, pou}]; a != nil {
		a.ParentCode = orp
	}
	if a := d.next.areas[areaKey{ORP, orp}]; a != nil {
		a.ParentCode = region
	}
}

// ofCSU tells which kind of area a code list of ČSÚ is about.
var ofCSU = map[string]Kind{"43": kindMunicipality, "61": POU, "65": ORP, "100": Region, "101": District, "109": District}

// readCodeList reads a list exported by ČSÚ: names. A row ended by its validity is left out.
func readCodeList(d *draft, t *table) {
	k, ok := ofCSU[t.text("kodcis")]
	if !ok {
		t.fail("číselník ČSÚ %s nepoužíváme", t.text("kodcis"))
		return
	}
	if end := t.date("admnepo"); !end.IsZero() && end.Year() < 9999 {
		return
	}
	code, name := t.must("chodnota"), t.must("text")
	if k == kindMunicipality {
		if m := d.next.municipalities[t.code("chodnota")]; m != nil {
			m.Name = name
			return
		}
		d.unknown[t.number("chodnota")]++
		return
	}
	if a := d.byCSU(k, code, t.text("cznuts"), t.text("okres_lau")); a != nil {
		a.Name = name
	}
}

// readRelation reads a relation of two lists exported by ČSÚ: which municipality belongs to which POÚ, ORP, district.
func readRelation(d *draft, t *table) {
	upper, lower := ofCSU[t.text("kodcis1")], ofCSU[t.text("kodcis2")]
	up, low := t.must("chodnota1"), t.must("chodnota2")
	if upper == kindMunicipality {
		upper, lower, up, low = lower, upper, low, up
	}
	a := d.byCSU(upper, up, up, up)
	if a == nil {
		return
	}
	if lower != kindMunicipality {
		if b := d.byCSU(lower, low, low, low); b != nil && upper == ORP && lower == POU {
			b.ParentCode = a.Code
		}
		return
	}
	code := 0
	for _, r := range low {
		if r < '0' || r > '9' {
			t.fail("kód obce „%s“ není číslo", low)
			return
		}
		code = code*10 + int(r-'0')
	}
	m := d.next.municipalities[code]
	if m == nil {
		d.unknown[code]++
		return
	}
	switch upper {
	case POU:
		m.POUCode = a.Code
	case ORP:
		m.ORPCode, m.RegionCode = a.Code, a.ParentCode
	case District:
		m.DistrictCode = a.Code
	case Region:
		m.RegionCode = a.Code
	}
}

// byCSU finds an area by any of the codes ČSÚ gives it.
func (d *draft) byCSU(k Kind, codes ...string) *Area {
	if d.csu == nil {
		d.csu = map[string]*Area{}
		for _, a := range d.next.areas {
			if a.CSUCode != "" {
				d.csu[string(a.Kind)+a.CSUCode] = a
			}
		}
	}
	for _, c := range codes {
		if a := d.csu[string(k)+strings.TrimSpace(c)]; a != nil && c != "" {
			return a
		}
	}
	return nil
}
