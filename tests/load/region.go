package main

import (
	"context"
	"fmt"
	"os/exec"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/clock"
	"epom/routing"
)

// growMunicipalities adds invented municipalities with offices, copies of Hejnice under other codes, until n offices of
// municipalities are there.
func growMunicipalities(ctx context.Context, owner *sqlx.DB, n int) error {
	var have int
	if err := owner.GetContext(ctx, &have, `SELECT count(*) FROM office WHERE municipality_code IS NOT NULL`); err != nil {
		return err
	}
	if have >= n {
		return nil
	}
	if _, err := owner.ExecContext(ctx, `INSERT INTO municipality (code, name, status, district_code, pou_code, orp_code, region_code, zip, valid_from)
		SELECT 990000 + g, 'Zkušební ' || g, 2, m.district_code, m.pou_code, m.orp_code, m.region_code, m.zip, m.valid_from
		FROM municipality m, generate_series(1, $1) g WHERE m.code = 564044 AND m.valid_to IS NULL`, n-have); err != nil {
		return err
	}
	_, err := owner.ExecContext(ctx, `INSERT INTO office (slug, name, seat_name, kind, municipality_code, category, abbreviation, participates)
		SELECT 'zkusebni-' || g, 'Obecní úřad Zkušební ' || g, 'Zkušební ' || g, 'municipality', 990000 + g, '63/2', 'ZK' || g, true FROM generate_series(1, $1) g`, n-have)
	return err
}

// benchRouting asks the engine for every agenda in every municipality, scaled to the 6,258 of the country, and the
// command line for one agenda in all of them.
func benchRouting(ctx context.Context, s *stand, store *routing.Store, municipalities []int) error {
	engine, today := store.Engine(), clock.Date(clock.System{}.Now())
	start, asked := time.Now(), 0
	for _, a := range engine.Agendas() {
		for i := range country {
			if _, err := engine.Resolve(routing.Query{Agenda: a.Code, Municipality: municipalities[i%len(municipalities)], RoadClass: routing.RoadLocal, On: today}); err != nil {
				return fmt.Errorf("%s: %w", a.Code, err)
			}
			asked++
		}
	}
	atMost("routing: all agendas × 6,258 municipalities", time.Since(start).Seconds(), 1, "s", fmt.Sprintf("%d decisions", asked))
	cmd := exec.CommandContext(ctx, s.bin, "route", "--agenda", "kaceni-drevin", "--all")
	cmd.Env = s.env
	start = time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("epom route --all: %w: %s", err, out)
	}
	atMost("routing: epom route --all, start to end", time.Since(start).Seconds(), 2, "s", fmt.Sprintf("%d municipalities", len(municipalities)))
	return nil
}
