// Package testdb gives each test its own copy of a migrated database on a real PostgreSQL, started once for all test
// programs of the machine when EPOM_TEST_DATABASE_URL names none. KEEPDB=1 keeps the copy and prints where it is.
package testdb

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/cluster"
	"epom/internal/db"
	"epom/migrations"
)

var (
	once     sync.Once
	baseURL  string
	template string
	startErr error
	serial   struct {
		sync.Mutex
		n int
	}
)

// New returns a pool of the running app's role on a database of this test's own. A missing server fails the test.
func New(t testing.TB) *db.DB {
	t.Helper()
	pool, err := db.Open(URL(t), db.Options{MaxConns: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// Owner returns a pool of the tables' owner on the database of d, for fixtures and for looking behind the curtain.
func Owner(t testing.TB, d *db.DB) *sqlx.DB {
	t.Helper()
	owner, err := db.OpenOwner(d.DSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Close() })
	return owner
}

// URL makes a fresh copy of the migrated template and returns its address.
func URL(t testing.TB) string {
	t.Helper()
	once.Do(func() { startErr = start() })
	if startErr != nil {
		t.Fatalf("test database: %v", startErr)
	}
	serial.Lock()
	serial.n++
	name := fmt.Sprintf("t_%d_%d_%d", os.Getpid(), time.Now().UnixNano()%1e6, serial.n)
	serial.Unlock()
	admin := connect(t, "postgres")
	defer admin.Close()
	if _, err := admin.Exec(fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s`, name, template)); err != nil {
		t.Fatalf("test database: %v", err)
	}
	t.Cleanup(func() {
		if os.Getenv("KEEPDB") != "" {
			t.Logf("kept: psql '%s'", at(name))
			return
		}
		admin := connect(t, "postgres")
		defer admin.Close()
		if _, err := admin.Exec(fmt.Sprintf(`DROP DATABASE IF EXISTS %s WITH (FORCE)`, name)); err != nil {
			t.Logf("test database left behind: %v", err)
		}
	})
	return at(name)
}

func connect(t testing.TB, name string) *sqlx.DB {
	t.Helper()
	c, err := sqlx.Connect("postgres", at(name))
	if err != nil {
		t.Fatalf("test database: %v", err)
	}
	return c
}

func at(name string) string {
	u, err := url.Parse(baseURL)
	if err != nil {
		panic(err)
	}
	u.Path = "/" + name
	return u.String()
}

// start finds or starts the server and makes the template once per state of the migrations; a file lock keeps test
// programs that run side by side from doing it twice.
func start() error {
	ctx := context.Background()
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("epom-test-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	if baseURL = os.Getenv("EPOM_TEST_DATABASE_URL"); baseURL == "" {
		// The server outlives this test program on purpose: the next one finds it warm. It holds nothing of worth.
		c, err := cluster.Start(ctx, filepath.Join(dir, "pg"), cluster.Options{Fast: true, Settings: []string{"max_connections=300"}})
		if err != nil {
			return err
		}
		baseURL = c.URL("postgres")
	}
	template = "epom_template_" + fingerprint()
	admin, err := sqlx.Connect("postgres", baseURL)
	if err != nil {
		return err
	}
	defer admin.Close()
	var ready bool
	if err := admin.Get(&ready, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)`, template); err != nil || ready {
		return err
	}
	if _, err := admin.Exec(fmt.Sprintf(`DROP DATABASE IF EXISTS %s`, template)); err != nil {
		return err
	}
	if _, err := admin.Exec(fmt.Sprintf(`CREATE DATABASE %s`, template)); err != nil {
		return err
	}
	owner, err := db.OpenOwner(at(template))
	if err != nil {
		return err
	}
	defer owner.Close()
	if _, err := migrations.Up(ctx, owner.DB); err != nil {
		return err
	}
	_ = owner.Close()
	_, err = admin.Exec(fmt.Sprintf(`ALTER DATABASE %s IS_TEMPLATE true`, template))
	return err
}

// fingerprint names the state of the migrations.
func fingerprint() string {
	h := sha256.New()
	_ = fs.WalkDir(migrations.Files(), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".sql") {
			b, _ := fs.ReadFile(migrations.Files(), p)
			fmt.Fprintf(h, "%s %d\n%s", p, len(b), b)
		}
		return nil
	})
	return fmt.Sprintf("%x", h.Sum(nil)[:6])
}
