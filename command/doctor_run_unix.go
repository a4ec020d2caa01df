//go:build !windows

package command

import (
	"os"
	"syscall"
)

// exitStatus is the status as a shell reports it: 128 and the signal for those that
// a signal ended.
func exitStatus(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
