package territory

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"epom/internal/testdb"
)

// country writes a zip like the official one of the whole country: a file a municipality, windows-1250, and the list of
// municipalities to go with it. Sizes fall as the real ones do: one very large city, many villages without streets.
func country(b testing.TB, dir string, rows, municipalities int) (addresses, list string) {
	b.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	first := []string{"Horní", "Dolní", "Nová", "Stará", "Velká", "Malá", "Bílá", "Červená", "Dlouhá", "Vysoká", "Svatá", "Písečná"}
	second := []string{"Lhota", "Ves", "Lípa", "Hora", "Řečice", "Studánka", "Žďár", "Skála", "Bříza", "Důbrava", "Kamenice", "Olešnice"}
	streets := []string{"Hlavní", "Klášterní", "Nádražní", "Školní", "Zahradní", "Na Vršku", "Husova", "Komenského", "Žižkova", "Příčná",
		"28. října", "Lesní", "Polní", "Luční", "Sadová", "U Hřiště", "Krátká", "Dlouhá", "Palackého", "Masarykova"}
	addresses, list = filepath.Join(dir, "20261031_OB_ADR_csv.zip"), filepath.Join(dir, "obce.csv")
	out, err := os.Create(addresses)
	if err != nil {
		b.Fatal(err)
	}
	z := zip.NewWriter(out)
	lf, _ := os.Create(list)
	lw := bufio.NewWriter(lf)
	fmt.Fprintln(lw, "code,name,status_code,district_code,district_lau,district,region_code,region_nuts3,region,orp_code,orp_code_csu,orp_name,orp_seat,pou_code,pou_code_csu,pou_name,pou_seat,zip,zip_all,lat,lon,ico,population_2022,building_office_id,building_office")
	weights, sum := make([]float64, municipalities), 0.0
	for i := range weights {
		weights[i] = 1 / float64(i+12)
		sum += weights[i]
	}
	code := 1_000_000
	enc := charmap.Windows1250.NewEncoder()
	for i := range weights {
		n := max(8, int(float64(rows)*weights[i]/sum))
		muni := 500_000 + i
		name := first[rnd.IntN(len(first))] + " " + second[rnd.IntN(len(second))]
		fmt.Fprintf(lw, "%d,%s,2,3505,CZ0513,Liberec,78,CZ051,Liberecký kraj,1,5101,Horní Ves,500000,1,51011,Horní Ves,500000,%d,,50,15,,%d,,\n", muni, name, 10000+i, n*3)
		w, err := z.Create(fmt.Sprintf("CSV/20261031_OB_%d_ADR.csv", muni))
		if err != nil {
			b.Fatal(err)
		}
		var text strings.Builder
		text.WriteString("Kód ADM;Kód obce;Název obce;Kód MOMC;Název MOMC;Kód obvodu Prahy;Název obvodu Prahy;Kód části obce;Název části obce;Kód ulice;Název ulice;Typ SO;Číslo domovní;Číslo orientační;Znak čísla orientačního;PSČ;Souřadnice Y;Souřadnice X;Platí Od\r\n")
		for k := range n {
			code++
			street, streetCode, orient := "", "", ""
			if n > 400 {
				s := rnd.IntN(n/35 + 1)
				streetCode = strconv.Itoa(muni*100 + s)
				street = streets[s%len(streets)]
				if s >= len(streets) {
					street += " " + second[s/len(streets)%len(second)] + " " + strconv.Itoa(s/240)
				}
				orient = strconv.Itoa(rnd.IntN(80) + 1)
			}
			fmt.Fprintf(&text, "%d;%d;%s;;;;;%d;%s;%s;%s;č.p.;%d;%s;;%d;%d.%02d;%d.00;2013-12-01T00:00:00\r\n", code, muni, name, muni*2, name,
				streetCode, street, k+1, orient, 10000+i, 600000+k%1000, k%100, 1000000+i)
		}
		coded, err := enc.String(text.String())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := w.Write([]byte(coded)); err != nil {
			b.Fatal(err)
		}
	}
	for _, c := range []func() error{z.Close, out.Close, lw.Flush, lf.Close} {
		if err := c(); err != nil {
			b.Fatal(err)
		}
	}
	return addresses, list
}

// peak is the largest memory the process has held since reset, in MB.
func peak() float64 {
	raw, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(raw), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kb) / 1024
		}
	}
	return 0
}

// BenchmarkCountry takes in 3.0 million addresses (EPOM_BENCH_ROWS changes that), searches them by typing, takes the same
// state in again, and prints each figure beside its limit.
func BenchmarkCountry(b *testing.B) {
	rows := 3_000_000
	if n, err := strconv.Atoi(os.Getenv("EPOM_BENCH_ROWS")); err == nil {
		rows = n
	}
	for b.Loop() {
		zipped, list := country(b, b.TempDir(), rows, 6258)
		d := testdb.New(b)
		owner := testdb.Owner(b, d)
		ctx := context.Background()
		_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
		start := time.Now()
		if _, err := Import(ctx, owner, Options{Now: now}, list); err != nil {
			b.Fatal(err)
		}
		report(b, "list of municipalities", time.Since(start).Seconds(), 5, "s")
		start = time.Now()
		r, err := Import(ctx, owner, Options{Now: now}, zipped)
		if err != nil {
			b.Fatal(err)
		}
		report(b, fmt.Sprintf("import of %d addresses", r.Changes["address"].Added), time.Since(start).Seconds(), 150, "s")
		report(b, "memory of the import", peak(), 300, "MB")
		start = time.Now()
		if r, err = Import(ctx, owner, Options{Now: now}, zipped); err != nil || !r.Empty() {
			b.Fatal(err, r)
		}
		report(b, "the same state again", time.Since(start).Seconds(), 150, "s")
		typing(b, New(d))
	}
}

func report(b *testing.B, what string, value, limit float64, unit string) {
	fmt.Printf("%-40s %8.2f %-2s  limit %6.0f %-2s  ratio %.3f\n", what, value, unit, limit, unit, value/limit)
}

// typing measures every prefix of what people type, from the third letter on.
func typing(b *testing.B, s *Store) {
	var took []float64
	slow := map[string]float64{}
	for _, whole := range []string{"horni lhota klasterni 12", "hlavni 12", "bila studanka 5", "nadrazni bila lipa 33/1", "28. rijna 7", "komenskeho zdar",
		"velka hora 1", "stara recice 120", "na vrsku 3", "zizkova 15 cervena", "masarykova skala 2 19/4"} {
		for n := 3; n <= len(whole); n++ {
			start := time.Now()
			if _, err := s.SearchAddresses(context.Background(), whole[:n], 0, 12); err != nil {
				b.Fatal(err)
			}
			ms := time.Since(start).Seconds() * 1000
			took = append(took, ms)
			slow[whole[:n]] = ms
		}
	}
	sort.Float64s(took)
	report(b, fmt.Sprintf("typing, p95 of %d searches", len(took)), took[len(took)*95/100], 20, "ms")
	for q, ms := range slow {
		if ms > 15 {
			fmt.Printf("   slow: %-28q %.1f ms\n", q, ms)
		}
	}
}
