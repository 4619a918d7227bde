// Package cluster runs a private PostgreSQL: a data directory and a socket, no network. It is for one machine that has
// no database yet (demo, trial, tests); EPOM_DATABASE_URL always wins over it.
package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // the driver that pings
)

// ErrMissing says that no PostgreSQL server program was found on the machine.
var ErrMissing = errors.New("PostgreSQL is not installed; run: apt-get install --yes postgresql")

// Cluster is a running private server.
type Cluster struct {
	dir  string // holds data/ and the socket
	bin  string
	cred *syscall.Credential
	cmd  *exec.Cmd
	done chan struct{}
}

// Options of a cluster.
type Options struct {
	Fast     bool     // tests only: no fsync, nothing survives a power cut
	Settings []string // further "name=value"
}

// Bin finds the newest server programs of the machine.
func Bin() (string, error) {
	if p := os.Getenv("EPOM_POSTGRES_BIN"); p != "" {
		return p, nil
	}
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	sort.Slice(dirs, func(i, j int) bool { return version(dirs[i]) > version(dirs[j]) })
	if p, err := exec.LookPath("initdb"); err == nil {
		dirs = append(dirs, filepath.Dir(p))
	}
	for _, d := range dirs {
		if _, err := os.Stat(filepath.Join(d, "initdb")); err == nil {
			return d, nil
		}
	}
	return "", ErrMissing
}

func version(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	return n
}

// Start makes the cluster in dir when it is new and starts it; it returns when the server answers. A server left by
// another process of ours is used as it is. When run as root, the server runs as an unprivileged user, who then owns
// the directory.
func Start(ctx context.Context, dir string, o Options) (*Cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir}
	if c.bin, err = Bin(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	if err := c.dropPrivileges(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(c.data("PG_VERSION")); err != nil {
		if err := c.run(ctx, "initdb", "-D", c.data(), "-U", "epom", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
			return nil, err
		}
	}
	if c.ping(ctx) == nil {
		return c, nil
	}
	if err := c.launch(o); err != nil {
		return nil, err
	}
	if err := c.wait(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) data(more ...string) string {
	return filepath.Join(append([]string{c.dir, "data"}, more...)...)
}

// URL is the address of a database of the cluster.
func (c *Cluster) URL(database string) string {
	q := url.Values{"host": {c.socket()}, "user": {"epom"}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + q.Encode()
}

// socket is a short directory: a socket's path may have no more than 107 bytes.
func (c *Cluster) socket() string {
	if len(c.dir) < 80 {
		return c.dir
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("epom-%x", hash(c.dir)))
}

func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// dropPrivileges chooses the user of the server when we are root, and makes the way to the directory passable for it.
func (c *Cluster) dropPrivileges() error {
	if os.Geteuid() != 0 {
		return os.MkdirAll(c.socket(), 0o700)
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return fmt.Errorf("private PostgreSQL: no unprivileged user: %w", err)
		}
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	c.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	for _, d := range []string{c.dir, c.socket()} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return err
		}
		if err := os.Chown(d, uid, gid); err != nil {
			return err
		}
	}
	for p := filepath.Dir(c.dir); p != "/"; p = filepath.Dir(p) {
		st, err := os.Stat(p)
		if err != nil {
			return err
		}
		if st.Mode().Perm()&0o001 == 0 && st.Sys().(*syscall.Stat_t).Uid == 0 {
			if err := os.Chmod(p, st.Mode().Perm()|0o011); err != nil {
				return fmt.Errorf("private PostgreSQL: the server's user cannot reach %s: %w", p, err)
			}
		}
	}
	return nil
}

func (c *Cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.cred}
	return cmd
}

func (c *Cluster) run(ctx context.Context, name string, args ...string) error {
	cmd := c.command(name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("private PostgreSQL: %s: %w: %s", name, err, strings.TrimSpace(out.String()))
	}
	return ctx.Err()
}

func (c *Cluster) launch(o Options) error {
	settings := []string{"listen_addresses=", "unix_socket_directories=" + c.socket(), "unix_socket_permissions=0700",
		"shared_buffers=256MB", "max_connections=100", "log_min_messages=fatal", "logging_collector=off"}
	if o.Fast {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", c.data()}
	for _, s := range append(settings, o.Settings...) {
		args = append(args, "-c", s)
	}
	log, err := os.OpenFile(filepath.Join(c.dir, "postgres.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	c.cmd = c.command("postgres", args...)
	c.cmd.Stdout, c.cmd.Stderr = log, log
	c.cmd.SysProcAttr.Setpgid = true // a Ctrl-C is for us; we stop the server ourselves, after the last request
	if err := c.cmd.Start(); err != nil {
		return fmt.Errorf("private PostgreSQL: %w", err)
	}
	c.done = make(chan struct{})
	go func() { _ = c.cmd.Wait(); close(c.done) }()
	return nil
}

func (c *Cluster) ping(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(c.socket(), ".s.PGSQL.5432")); err != nil {
		return err
	}
	conn, err := sqlx.ConnectContext(ctx, "postgres", c.URL("postgres"))
	if err != nil {
		return err
	}
	return conn.Close()
}

func (c *Cluster) wait(ctx context.Context) error {
	deadline := time.Now().Add(60 * time.Second) // crash recovery may take its time
	for {
		err := c.ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-c.done:
			return fmt.Errorf("private PostgreSQL stopped at start, see %s", filepath.Join(c.dir, "postgres.log"))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("private PostgreSQL does not answer: %w", err)
		}
	}
}

// CreateDatabase makes a database when it is missing.
func (c *Cluster) CreateDatabase(ctx context.Context, name string) error {
	conn, err := sqlx.ConnectContext(ctx, "postgres", c.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close()
	var there bool
	if err := conn.GetContext(ctx, &there, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name); err != nil || there {
		return err
	}
	_, err = conn.ExecContext(ctx, fmt.Sprintf(`CREATE DATABASE %q`, name))
	return err
}

// PID of the server process we started, 0 when it was already running.
func (c *Cluster) PID() int {
	if c.cmd == nil || c.cmd.Process == nil {
		return 0
	}
	return c.cmd.Process.Pid
}

// Stop ends the server we started, without waiting for clients; one that was already running goes on.
func (c *Cluster) Stop() {
	if c.cmd == nil {
		return
	}
	_ = c.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-c.done:
	case <-time.After(20 * time.Second):
		_ = c.cmd.Process.Signal(syscall.SIGQUIT)
		<-c.done
	}
}
