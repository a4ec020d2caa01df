package trust

import (
	"context"
	"io/fs"
	"os"
	"os/exec"

	"golang.org/x/sys/windows"

	"devca/internal/account"
)

// runAs does nothing: Windows elevates a process without changing whose it is.
func runAs(*exec.Cmd, account.Account) {}

// ownerOf has no answer: Windows has no such numbers.
func ownerOf(fs.FileInfo) (uid, gid int) { return -1, -1 }

// inode has no answer: there are no lists of locks.
func inode(fs.FileInfo) (number uint64, ok bool) { return 0, false }

// writableFolder tries, because nothing less knows Windows' lists of rights.
func writableFolder(folder string) bool {
	file, err := os.CreateTemp(folder, ".devca-")
	if err != nil {
		return false
	}
	_ = file.Close()
	return os.Remove(file.Name()) == nil
}

// readOnly has no answer: a write says so.
func (m *Machine) readOnly(string) bool { return false }

// alone has nothing to keep apart: the stores of Windows take one change at a time.
func alone(context.Context, string) (done func()) { return func() {} }

// isRoot tells whether the process runs with an administrator's rights.
func isRoot() bool { return windows.GetCurrentProcessToken().IsElevated() }
