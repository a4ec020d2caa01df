//go:build !windows

package trust

import (
	"errors"
	"io/fs"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"

	"devca/internal/account"
)

// runAs makes the command run as the person: what it creates is theirs, and it
// can follow no link to where they could not write themselves.
func runAs(cmd *exec.Cmd, person account.Account) {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: uint32(person.UID), Gid: uint32(person.GID)},
	}
}

// ownerOf gives the numbers of a file's owner and group.
func ownerOf(info fs.FileInfo) (uid, gid int) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Uid), int(stat.Gid)
	}
	return 0, 0
}

// inode gives the number by which the system lists a file's locks.
func inode(info fs.FileInfo) (number uint64, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return stat.Ino, true
}

// writableFolder asks the system, which knows lists of rights and read-only
// mounts, and changes nothing.
func writableFolder(folder string) bool {
	return unix.Access(folder, unix.W_OK|unix.X_OK) == nil
}

// readOnly tells whether the folder is on a file system that is mounted so.
func (m *Machine) readOnly(folder string) bool {
	return errors.Is(unix.Access(folder, unix.W_OK), unix.EROFS)
}

// isRoot tells whether the process may change what belongs to the system.
func isRoot() bool { return unix.Geteuid() == 0 }
