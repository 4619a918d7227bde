package territory

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
)

// The demo region: Liberecký kraj. Codes, names and belonging are facts of the code lists of ČÚZK (RÚIAN) and ČSÚ, building
// offices as of 2021; house numbers of the demo are invented.
//
//go:embed demo/*.csv
var demoFiles embed.FS

// DemoState is the day for which the demo's lists hold.
var DemoState = time.Date(2026, 7, 7, 0, 0, 0, 0, time.UTC)

// SeedDemo puts the municipalities of the demo region and invented addresses into a database that has none. What is
// there already is left alone, so that it may run again and beside imported data; a later import of the official lists
// overwrites it.
func SeedDemo(ctx context.Context, owner *sqlx.DB) error {
	tx, err := owner.BeginTxx(ctx, nil)
	if err != nil {
		return db.Classify(err)
	}
	defer func() { _ = tx.Rollback() }()
	i := &importer{ctx: ctx, tx: tx, o: Options{Now: DemoState, Progress: func(Progress) {}}, report: &Report{Changes: map[string]Change{}}}
	if _, err := i.exec("lock-imports"); err != nil {
		return db.Classify(err)
	}
	var there struct{ Municipalities, Addresses bool }
	if err := tx.GetContext(ctx, &there, queries.Get("anything-there")); err != nil {
		return db.Classify(err)
	}
	if !there.Municipalities {
		if err := i.demoLists(); err != nil {
			return db.Classify(fmt.Errorf("demo territory: %w", err))
		}
	}
	if !there.Addresses {
		for _, q := range []string{"demo-places", "demo-addresses"} {
			if _, err := i.exec(q); err != nil {
				return db.Classify(fmt.Errorf("demo addresses: %w", err))
			}
		}
	}
	return db.Classify(tx.Commit())
}

func (i *importer) demoLists() error {
	now := &world{map[int]*Municipality{}, map[areaKey]*Area{}}
	d := newDraft(now)
	for _, f := range []struct {
		name string
		read func(*table)
	}{
		{"areas", func(t *table) {
			d.area(Kind(t.must("kind")), t.code("code"), t.must("name"), func(a *Area) {
				a.ParentCode, a.CSUCode, a.SeatCode = t.number("parent"), t.text("csu_code"), t.number("seat")
			})
		}},
		{"municipalities", func(t *table) {
			m := d.municipality(t.code("code"))
			m.Name, m.Status, m.DistrictCode, m.POUCode, m.ORPCode = t.must("name"), Status(t.code("status")), t.code("district"), t.code("pou"), t.code("orp")
			m.RegionCode, m.BuildingCode = d.next.areas[areaKey{ORP, m.ORPCode}].ParentCode, t.number("building_office")
			m.Zip, m.Zips, m.ICO = t.text("zip"), t.text("zips"), t.text("ico")
			m.Lat, m.Lon, m.Population = t.float("lat"), t.float("lon"), t.number("population")
		}},
		{"parts", func(t *table) {
			d.area(Part, t.code("code"), t.must("name"), func(a *Area) { a.ParentCode = t.code("municipality") })
		}},
	} {
		raw, err := demoFiles.ReadFile("demo/" + f.name + ".csv")
		if err != nil {
			return err
		}
		t, err := newTable(f.name, bytes.NewReader(raw))
		if err != nil {
			return err
		}
		for t.next() {
			f.read(t)
		}
		if t.err != nil {
			return t.err
		}
	}
	if err := d.finish(); err != nil {
		return err
	}
	if err := i.saveState("demo", 0, DemoState, "demo"); err != nil {
		return err
	}
	return i.apply(diff(now, d.next), now, nil, nil)
}
