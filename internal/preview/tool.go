package preview

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// findTools looks for poppler's programs; without one of them there are none.
func findTools() map[string]string {
	found := map[string]string{}
	for _, name := range []string{"pdfinfo", "pdftotext", "pdftoppm"} {
		path, err := exec.LookPath(name)
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err != nil {
			return nil
		}
		found[name] = path
	}
	return found
}

// limited lets a program start only when the kernel has taken its limits: no core dump, files of 16 MiB (its own caches:
// results go to a pipe), few open files, seconds of processor ($1), KiB of address space ($2).
const limited = `ulimit -c 0 && ulimit -f 32768 && ulimit -n 64 && ulimit -t "$1" && ulimit -v "$2" && shift 2 && exec "$@"`

// command is a program that dies with its whole process group when ctx is done.
func command(ctx context.Context, dir string, isolated bool, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=" + dir, "TMPDIR=" + dir} // no settings, no secrets
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if isolated {
		isolate(cmd.SysProcAttr)
	}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 10 * time.Second // for what was printed to arrive; on a busy machine that takes a while
	return cmd
}

// canIsolate tries whether this kernel and this container let us give a program namespaces of its own.
func canIsolate(path string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return command(ctx, "/", true, path, "-v").Run() == nil
}

// run lets one of poppler's programs loose on the document (its arguments end as given) and returns what it printed, at
// most max bytes; full says that there was more, and then the program was stopped. The error is a Problem, the context's,
// or ours; what was printed before it is returned too.
func (j *job) run(ctx context.Context, max int, tool string, args ...string) (out []byte, full bool, err error) {
	seconds := int(j.limits.Time/time.Second) + 1
	cmd := command(ctx, j.dir, j.isolated, "/bin/sh", append([]string{"-c", limited, "sh",
		strconv.Itoa(seconds), strconv.FormatInt(j.limits.Memory>>10, 10), j.tools[tool]}, args...)...)
	printed, said := &head{max: max}, &tail{max: 16 << 10}
	cmd.Stdout, cmd.Stderr = printed, said
	if err := cmd.Start(); err != nil {
		return nil, false, err
	}
	err = cmd.Wait()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // whoever it may have started
	switch {
	case ctx.Err() != nil:
		return printed.kept.Bytes(), printed.full, ctx.Err()
	case printed.full || err == nil:
		return printed.kept.Bytes(), printed.full, nil
	}
	return printed.kept.Bytes(), false, verdict(err, said.kept)
}

// verdict says what a program that failed has found. Its texts are poppler's, asked for in the C locale.
func verdict(err error, said []byte) error {
	exit := (*exec.ExitError)(nil)
	if !errors.As(err, &exit) {
		return err
	}
	for _, s := range []string{"Incorrect password", "security handler", "Unsupported encryption"} {
		if bytes.Contains(said, []byte(s)) {
			return Encrypted
		}
	}
	for _, s := range []string{"Out of memory", "bad_alloc", "Bogus memory allocation size"} {
		if bytes.Contains(said, []byte(s)) {
			return TooLarge
		}
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		return TooLarge // the kernel ran out of memory: time was not up
	}
	return Broken
}

// head keeps the first max bytes and refuses the rest, which stops the writer.
type head struct {
	kept bytes.Buffer
	max  int
	full bool
}

func (h *head) Write(p []byte) (int, error) {
	if free := h.max - h.kept.Len(); len(p) > free {
		h.kept.Write(p[:free])
		h.full = true
		return free, errors.New("enough")
	}
	return h.kept.Write(p)
}

// tail keeps the last max bytes: a tool says its reason at the end, after any number of warnings.
type tail struct {
	kept []byte
	max  int
}

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - t.max; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}
