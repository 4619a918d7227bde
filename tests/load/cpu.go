package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// cpu is processor time used so far: by the app, by PostgreSQL with all its backends, and by this program. It says where
// the work goes even when the machine has other things to do.
type cpu struct{ app, postgres, load time.Duration }

func (s *stand) cpu() cpu {
	var c cpu
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		var pid, parent int
		_, _ = fmt.Sscanf(filepath.Base(filepath.Dir(f)), "%d", &pid)
		_, rest, _ := strings.Cut(string(b), ") ")
		v := strings.Fields(rest)
		if len(v) < 14 {
			continue
		}
		var used, ended int64
		_, _ = fmt.Sscan(v[1], &parent)
		for i, to := range []*int64{&used, &used, &ended, &ended} {
			var n int64
			_, _ = fmt.Sscan(v[11+i], &n)
			*to += n
		}
		const tick = 10 * time.Millisecond // USER_HZ is 100 on Linux
		switch {
		case pid == s.app.Process.Pid:
			c.app += time.Duration(used) * tick
		case pid == s.cluster.PID():
			c.postgres += time.Duration(used+ended) * tick
		case parent == s.cluster.PID():
			c.postgres += time.Duration(used) * tick
		}
	}
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) == nil {
		c.load = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	return c
}

// each tells what one of n things cost since before.
func (c cpu) each(before cpu, n int) string {
	per := func(a, b time.Duration) int64 { return (a - b).Microseconds() / int64(n) }
	return fmt.Sprintf("CPU each: app %d µs, PostgreSQL %d µs, generator %d µs", per(c.app, before.app), per(c.postgres, before.postgres), per(c.load, before.load))
}

// processTime is the processor time a process has used.
func processTime(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	v := strings.Fields(rest)
	var user, system int64
	if len(v) > 12 {
		_, _ = fmt.Sscan(v[11], &user)
		_, _ = fmt.Sscan(v[12], &system)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
