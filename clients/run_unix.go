//go:build !windows

package clients

import (
	"os"
	"os/exec"
	"syscall"

	"devca/internal/account"
)

// alone gives the program a process group of its own, so that all that it starts
// can be ended with it, and the person's rights where the process is root for them.
func alone(cmd *exec.Cmd, person account.Account) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if person.ViaSudo {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(person.UID), Gid: uint32(person.GID)}
	}
	withParent(cmd.SysProcAttr)
}

// start starts the program and gives what ends it and all that it started. The
// end of the command's context does the same.
func start(cmd *exec.Cmd) (end func(), err error) {
	kill := func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Cancel = kill
	return func() { _ = kill() }, cmd.Start()
}

// belongs tells whether the file is the user's.
func belongs(info os.FileInfo, uid int) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == uid
}
