//go:build !windows

package ca

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"

	"devca/diag"
)

// checkAccess refuses a directory or key that others can read or change, as ssh
// does with its keys: what was readable once may have been copied.
func (d *Dir) checkAccess(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, syscall.ENOTDIR): // a file stands where a folder above should
		return noDirectory(err)
	case err != nil:
		return err
	case path == d.path && !info.IsDir():
		return d.notADirectory()
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != d.owner.UID {
		return diag.New(diag.CAForeign, fmt.Sprintf("%s belongs to another user (uid %d)", path, stat.Uid)).
			Because("devca would leave files there that one of you cannot read").
			Fix("take it over", diag.CommandLine("sudo", "chown", "-R", strconv.Itoa(d.owner.UID), d.path)).
			Fix("or keep a CA of your own elsewhere", "export DEVCA_DIR=~/.local/share/devca")
	}
	mode, wanted := info.Mode().Perm(), "600"
	if info.IsDir() {
		wanted = "700"
	}
	if mode&0o077 != 0 {
		return diag.New(diag.CAExposed, fmt.Sprintf("%s is open to other users (mode %04o)", path, mode)).
			Because("whoever reads the CA's key can sign what this machine trusts").
			Fix("close it", diag.CommandLine("chmod", wanted, path)).
			Fix("and if others could really have read it, make a new CA", "devca ca rotate")
	}
	return nil
}
