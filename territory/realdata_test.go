package territory

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"epom/internal/testdb"
)

// real is a folder of outside data; without the variable the test ends and says that it was left out.
func real(t *testing.T, folder string) string {
	t.Helper()
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		fmt.Println("left out without EPOM_REAL_DATA:", t.Name())
		t.SkipNow()
	}
	if !filepath.IsAbs(root) { // given from the project's root
		if _, err := os.Stat(root); err != nil {
			root = filepath.Join("..", root)
		}
	}
	return filepath.Join(root, folder)
}

var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func TestRealMunicipalities(t *testing.T) {
	t.Parallel()
	dir := real(t, "territory")
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	ctx := context.Background()
	start := time.Now()
	r, err := Import(ctx, owner, Options{Now: now}, filepath.Join(dir, "obce.csv"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("obce.csv in %v: %+v", time.Since(start), r)
	s, err := Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Snapshot().Municipalities()); n != 6258 {
		t.Fatalf("%d municipalities, want 6258", n)
	}
	r, err = Import(ctx, owner, Options{Now: now}, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("folder: %+v", r)
}

func TestRealAddresses(t *testing.T) {
	t.Parallel()
	dir := real(t, "ruian")
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	ctx := context.Background()
	for _, p := range []string{"adr-2018/initial", "dobrohost_ADR.csv", "Addresses.zip", "adr-2018/update", "adr-2018/update"} {
		r, err := Import(ctx, owner, Options{Now: now}, filepath.Join(dir, p))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %+v", p, r)
	}
	if _, err := Import(ctx, owner, Options{Now: now}, filepath.Join(dir, "adr-2018/initial/20171130_OB_500020_ADR.csv")); err == nil {
		t.Fatal("an older state was taken in")
	} else {
		t.Log(err)
	}
	s := New(d)
	for _, q := range []string{"lomnice komens 12", "mnichovice pražská 1", "krhova hlav 1"} {
		found, err := s.SearchAddresses(ctx, q, 0, 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range found {
			t.Log(q, "→", a.String())
		}
	}
}
