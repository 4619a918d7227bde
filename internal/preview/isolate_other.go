//go:build !linux

package preview

import "syscall"

// isolate does nothing where there are no namespaces; the other limits hold.
func isolate(*syscall.SysProcAttr) {}
