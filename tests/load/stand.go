package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/valyala/fasthttp"

	"epom/internal/cluster"
)

// stand is a test stand: a private PostgreSQL with real flushes and an app beside it, both of which may be killed.
type stand struct {
	bin     string
	dir     string
	cluster *cluster.Cluster
	app     *exec.Cmd
	addr    string
	env     []string
	out     bytes.Buffer
}

func newStand(ctx context.Context, bin string) (*stand, error) {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "epom-load-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o711); err != nil { // the server runs as another user and must reach its own directory
		return nil, err
	}
	s := &stand{bin: bin, dir: dir}
	if err := s.startPostgres(ctx); err != nil {
		s.close()
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.addr = l.Addr().String()
	_ = l.Close()
	s.env = append(os.Environ(), "EPOM_DATABASE_URL="+s.url(), "EPOM_DATA_DIR="+filepath.Join(dir, "data"), "EPOM_ADDR="+s.addr,
		"EPOM_PUBLIC_URL=http://"+s.addr, "EPOM_LOG_LEVEL=error")
	if err := s.epom(ctx, "demo", "--seed-only", "--bare"); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *stand) url() string { return s.cluster.URL("epom") }

func (s *stand) startPostgres(ctx context.Context) (err error) {
	s.cluster, err = cluster.Start(ctx, filepath.Join(s.dir, "pg"), cluster.Options{Settings: []string{"max_connections=100"}})
	if err != nil {
		return err
	}
	return s.cluster.CreateDatabase(ctx, "epom")
}

// killPostgres ends the whole server at once, as a power cut of the process would.
func (s *stand) killPostgres() {
	if pid := s.cluster.PID(); pid != 0 {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	s.cluster.Stop()
}

// epom runs a command of the binary to its end.
func (s *stand) epom(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, s.bin, args...)
	cmd.Env = s.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("epom %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// startApp starts `epom serve` and waits until it is ready; it returns how long that took.
func (s *stand) startApp(more ...string) (time.Duration, error) {
	s.app = exec.Command(s.bin, "serve")
	s.app.Env = append(s.env, more...)
	s.app.Stdout, s.app.Stderr = &s.out, &s.out
	start := time.Now()
	if err := s.app.Start(); err != nil {
		return 0, err
	}
	for time.Since(start) < 60*time.Second {
		code, _, err := fasthttp.GetTimeout(nil, "http://"+s.addr+"/readyz", time.Second)
		if err == nil && code == 200 {
			return time.Since(start), nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return 0, fmt.Errorf("the app does not get ready:\n%s", s.out.String())
}

func (s *stand) killApp() {
	_ = s.app.Process.Kill()
	_ = s.app.Wait()
}

// memory is the app's resident memory in MB.
func (s *stand) memory() float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.app.Process.Pid))
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(b), "\n") {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}

func (s *stand) owner(ctx context.Context) (*sqlx.DB, error) {
	return sqlx.ConnectContext(ctx, "postgres", s.url()+"&binary_parameters=yes")
}

func (s *stand) close() {
	if s.app != nil && s.app.ProcessState == nil {
		s.killApp()
	}
	if s.cluster != nil {
		s.cluster.Stop()
	}
	_ = os.RemoveAll(s.dir)
}
