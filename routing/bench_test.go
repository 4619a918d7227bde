package routing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"epom/internal/testdb"
	"epom/territory"
)

// invented is an engine over an invented country of the real one's size: 14 regions, 206 ORP, 393 POÚ, 6,258 municipalities.
func invented(b *testing.B) *Engine {
	b.Helper()
	rnd := rand.New(rand.NewPCG(3, 4))
	var list strings.Builder
	list.WriteString("code,name,status_code,district_code,district_lau,district,region_code,region_nuts3,region,orp_code,orp_code_csu,orp_name,orp_seat,pou_code,pou_code_csu,pou_name,pou_seat,zip,zip_all,lat,lon,ico,population_2022,building_office_id,building_office\n")
	for i := range 6258 {
		pou := i % 393
		orp := pou % 206
		region := orp % 14
		fmt.Fprintf(&list, "%d,Obec %d,2,%d,CZ%04d,Okres %d,%d,CZ%03d,Kraj %d,%d,%04d,ORP %d,%d,%d,%05d,POÚ %d,%d,46362,46362,%f,%f,00262803,%d,%d,Stavební úřad %d\n",
			500000+i, i, 3000+region, region, region, 10+region, region, region, 100+orp, orp, orp, 500000+orp, 1000+pou, pou, pou, 500000+pou,
			48.6+2.4*rnd.Float64(), 12.1+6.7*rnd.Float64(), 50+rnd.IntN(5000), 1+orp, orp)
	}
	file := filepath.Join(b.TempDir(), "20260101_obce.csv")
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	d := testdb.New(b)
	owner := testdb.Owner(b, d)
	ctx := context.Background()
	if _, err := territory.Import(ctx, owner, territory.Options{Now: today}, file); err != nil {
		b.Fatal(err)
	}
	if err := Seed(ctx, owner); err != nil {
		b.Fatal(err)
	}
	s, err := Open(ctx, d)
	if err != nil {
		b.Fatal(err)
	}
	return s.Engine()
}

// BenchmarkResolveAll answers all agendas for all municipalities and prints the time beside its limit.
func BenchmarkResolveAll(b *testing.B) {
	e := invented(b)
	ms := e.land.Municipalities()
	b.ReportAllocs()
	b.ResetTimer()
	n := 0
	for b.Loop() {
		for _, a := range e.Agendas() {
			for _, m := range ms {
				if _, err := e.Resolve(Query{Agenda: a.Code, Municipality: m.Code, On: today}); err != nil {
					b.Fatal(err)
				}
				n++
			}
		}
	}
	per := b.Elapsed().Seconds() / float64(n)
	whole := per * float64(len(ms)*len(e.Agendas()))
	b.ReportMetric(per*1e6, "µs/query")
	fmt.Printf("%-40s %8.2f s   limit      1 s   ratio %.3f\n", fmt.Sprintf("routing, %d agendas × %d places", len(e.Agendas()), len(ms)), whole, whole)
}
