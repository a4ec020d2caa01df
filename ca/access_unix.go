//go:build !windows

package ca

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
		return d.foreign(path, int(stat.Uid))
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

// foreign is a directory or key that is another user's. It is not to be taken from
// them where the whole home is theirs: then it is root who is in the wrong place.
func (d *Dir) foreign(path string, uid int) *diag.Error {
	finding := diag.New(diag.CAForeign, fmt.Sprintf("%s belongs to another user (uid %d)", path, uid)).
		Because("devca would leave files there that one of you cannot read")
	if home := filepath.Clean(d.owner.Home); ownerOf(home) == uid && strings.HasPrefix(d.path, home+string(filepath.Separator)) {
		return finding.Fix("run devca as that user; it asks for sudo where it must", "").
			Fix("or keep a CA of your own elsewhere", diag.Export("DEVCA_DIR", "/path/to/devca"))
	}
	return finding.Fix("take it over", diag.CommandLine("sudo", "chown", "-R", strconv.Itoa(d.owner.UID), d.path)).
		Fix("or keep a CA of your own elsewhere", "export DEVCA_DIR=~/.local/share/devca")
}

// closed explains a folder into which the person is not let: its own, or one above
// it. It gives nil for an error that says something else. A folder is only to be
// taken over where the one that it stands in is the person's: HOME may be another's.
func (d *Dir) closed(err error) *diag.Error {
	if !errors.Is(err, fs.ErrPermission) {
		return nil
	}
	path := d.path
	for _, err := os.Stat(path); errors.Is(err, fs.ErrPermission) && path != filepath.Dir(path); _, err = os.Stat(path) {
		path = filepath.Dir(path)
	}
	finding := diag.New(diag.CADamaged, "the CA cannot be reached: "+path+" keeps this user out").From(err)
	uid, mine := ownerOf(path), ownerOf(filepath.Dir(path)) == d.owner.UID
	if uid == d.owner.UID && d.owner.ViaSudo {
		return finding.Because("it lets in its owner and not root, as network and encrypted file systems do").
			Fix("run devca without sudo; it asks for it where it must", "")
	}
	if uid == d.owner.UID {
		return finding.Because("its mode forbids it").
			Fix("open it for its owner", diag.CommandLine("chmod", "-R", "u+rwX", path))
	}
	finding = finding.Because(fmt.Sprintf("it belongs to another user (uid %d), perhaps since a devca ran as that one with this HOME", uid))
	if mine {
		finding = finding.Fix("take it over", diag.CommandLine("sudo", "chown", "-R", strconv.Itoa(d.owner.UID), path))
	}
	return finding.Fix("name another place", diag.Export("DEVCA_DIR", "/path/to/devca"))
}

// noRoom explains a folder in which the directory cannot be made, because it is
// another's though it stands in one of the person's.
func (d *Dir) noRoom(err error) *diag.Error {
	folder := filepath.Dir(d.path)
	for ownerOf(folder) < 0 && folder != filepath.Dir(folder) {
		folder = filepath.Dir(folder)
	}
	uid := ownerOf(folder)
	if !errors.Is(err, fs.ErrPermission) || uid == d.owner.UID {
		return noDirectory(err)
	}
	top := folder
	for ownerOf(filepath.Dir(top)) == uid && top != filepath.Dir(top) {
		top = filepath.Dir(top)
	}
	if ownerOf(filepath.Dir(top)) != d.owner.UID {
		return noDirectory(err)
	}
	return diag.New(diag.CANoDir, "the CA directory cannot be made").From(err).
		Because(fmt.Sprintf("%s belongs to another user (uid %d), perhaps since a program ran as that one with this HOME", folder, uid)).
		Fix("take it over", diag.CommandLine("sudo", "chown", "-R", strconv.Itoa(d.owner.UID), top)).
		Fix("or name another place", diag.Export("DEVCA_DIR", "/path/to/devca"))
}

// ownerOf is who a file belongs to, or -1.
func ownerOf(path string) int {
	if info, err := os.Stat(path); err == nil {
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			return int(stat.Uid)
		}
	}
	return -1
}
