package clients

import (
	"runtime"
	"syscall"
)

// withParent has the system end a client when devca is killed.
func withParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }

// holdThread keeps the thread that starts a client: with its end, not with the
// process's, Linux sends the signal (prctl(2), PR_SET_PDEATHSIG).
func holdThread() (release func()) {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}
