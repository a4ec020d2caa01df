//go:build !linux && !windows

package clients

import "syscall"

// withParent does nothing: only Linux ends a process with the one that started it.
func withParent(*syscall.SysProcAttr) {}
