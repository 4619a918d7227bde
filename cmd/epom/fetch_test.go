package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"epom/internal/testdb"
	"epom/routing"
)

// A download is taken in; one that ends in the middle changes nothing and says what to do.
func TestFetchCommand(t *testing.T) {
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	check(t, routing.SeedDemo(t.Context(), owner))
	var whole bytes.Buffer
	z := zip.NewWriter(&whole)
	w, err := z.Create("CSV/20201031_OB_564044_ADR.csv")
	check(t, err)
	fmt.Fprint(w, "Kód ADM;Kód obce;Název obce;Kód MOMC;Název MOMC;Kód MOP;Název MOP;Kód části obce;Název části obce;Kód ulice;Název ulice;Typ SO;Číslo domovní;Číslo orientační;Znak čísla orientačního;PSČ;Souřadnice Y;Souřadnice X;Platí Od\r\n"+
		"10000001;564044;Hejnice;;;;;37915;Hejnice;1;Zkušební;č.p.;999;7;a;46362;674321.50;960001.12;2020-01-01T00:00:00\r\n")
	check(t, z.Close())
	half := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasSuffix(r.URL.Path, "_OB_ADR_csv.zip"):
			http.NotFound(w, r)
		case half && r.Method == http.MethodGet:
			w.Header().Set("Content-Length", fmt.Sprint(whole.Len()))
			_, _ = w.Write(whole.Bytes()[:whole.Len()/2])
		default:
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(whole.Bytes()))
		}
	}))
	defer server.Close()
	dir := t.TempDir()
	fetch := func(file string) (int, string) {
		code, out, errOut := epom(t, d.DSN(), "territory", "fetch", "--url", server.URL+"/"+file, "--dir", dir, "--tries", "0", "--idle", "2s")
		return code, out + errOut
	}
	found := func() (n int) {
		check(t, owner.Get(&n, `SELECT count(*) FROM address WHERE code = 10000001`))
		return n
	}
	if code, said := fetch("{date}_OB_ADR_csv.zip"); code != 1 || !strings.Contains(said, "Spusťte příkaz znovu") || found() != 0 {
		t.Errorf("half a file: exit %d, %s", code, said)
	}
	if code, said := fetch("{date}_missing.zip"); code != 1 || !strings.Contains(said, "EPOM_TERRITORY_URLS") {
		t.Errorf("a missing file: exit %d, %s", code, said)
	}
	half = false
	if code, said := fetch("{date}_OB_ADR_csv.zip"); code != 0 || !strings.Contains(said, "Zkušební 999/7a, 463 62 Hejnice") || found() != 1 {
		t.Errorf("the rest of the file: exit %d, %s", code, said)
	}
	if code, said := fetch("{date}_OB_ADR_csv.zip"); code != 0 || !strings.Contains(said, "už staženo") || !strings.Contains(said, "Nic se nezměnilo") {
		t.Errorf("again: exit %d, %s", code, said)
	}
}
