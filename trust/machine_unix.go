//go:build !windows

package trust

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"syscall"
	"time"

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

// alone waits until no other devca changes what is made in the folder, and keeps
// others out until the function is called: each person has a journal, and so a lock,
// of their own, and two update-ca-certificates at once write into one file. This lock
// takes no right but to read, so that whoever never lets go is not waited for long.
func alone(ctx context.Context, folder string) (done func()) {
	file, err := os.Open(folder)
	if err != nil {
		return func() {}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for ctx.Err() == nil && errors.Is(unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB), unix.EWOULDBLOCK) {
		time.Sleep(20 * time.Millisecond)
	}
	return func() { _ = file.Close() }
}

// isRoot tells whether the process may change what belongs to the system.
func isRoot() bool { return unix.Geteuid() == 0 }
