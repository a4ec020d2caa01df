//go:build !windows

package ca_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"devca/ca"
	"devca/diag"
)

// masked starts this binary to do work under a umask.
func masked(t *testing.T, umask, work string, args ...string) {
	t.Helper()
	command := exec.Command("sh", append([]string{"-c", `umask "$0"; exec "$@"`, umask, os.Args[0]}, args...)...)
	command.Env = append(os.Environ(), workVariable+"="+work)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("umask %s: %v\n%s", umask, err, out)
	}
}

// TestModes: whatever the umask, others can neither read nor change anything.
func TestModes(t *testing.T) {
	for _, umask := range []string{"000", "022", "027", "077"} {
		parent := filepath.Join(t.TempDir(), "parent")
		path := filepath.Join(parent, "devca")
		masked(t, umask, "create", path)
		masked(t, umask, "crl", path, "1")
		found := 0
		must(t, filepath.WalkDir(parent, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			mode := info.Mode().Perm()
			secret := entry.IsDir() || strings.Contains(path, "key") || strings.Contains(path, "ledger")
			if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[entry.IsDir()]; secret && mode != want {
				t.Errorf("umask %s: %s has mode %04o", umask, path, mode)
			}
			if mode&0o022 != 0 && entry.Name() != "lock" {
				t.Errorf("umask %s: others can write to %s (%04o)", umask, path, mode)
			}
			found++
			return nil
		}))
		if found < 9 {
			t.Errorf("umask %s: only %d files", umask, found)
		}
	}
}

// TestExposed: what others can reach is refused, and the fix that is printed, when
// it is pasted, is enough.
func TestExposed(t *testing.T) {
	for name, mode := range map[string]fs.FileMode{".": 0o755, "authorities/*/issuing-key.pem": 0o640} {
		for range 2 {
			dir, _ := newAuthority(t, ca.Options{})
			path := one(t, dir, name)
			for _, open := range []fs.FileMode{mode, mode | 0o002, 0o777} {
				must(t, os.Chmod(path, open))
				_, _, err := dir.OpenOrCreate(ca.Options{})
				failure, ok := errors.AsType[*diag.Error](err)
				if !ok || failure.Code != diag.CAExposed {
					t.Fatalf("%s with mode %04o: %v", name, open, err)
				}
				follow(t, failure.Fixes[0].Run)
				if _, created, err := dir.OpenOrCreate(ca.Options{}); err != nil || created {
					t.Fatalf("after %s: created %v, %v", failure.Fixes[0].Run, created, err)
				}
			}
		}
	}
}

// somebody is a user who has no home and no files.
const somebody = 65534

// TestOwners: as root, the files of another user are refused; through sudo, all
// that is made belongs to the person who typed it. Without root neither can be
// arranged: then SUDO_UID must be without effect.
func TestOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "devca")
	env := map[string]string{"SUDO_UID": strconv.Itoa(somebody), "SUDO_GID": strconv.Itoa(somebody), "HOME": t.TempDir()}
	dir, err := ca.Locate(path, func(name string) string { return env[name] })
	must(t, err)
	owner := os.Getuid()
	if owner == 0 {
		owner = somebody
	}
	folder := t.TempDir()
	a, _, err := dir.OpenOrCreate(ca.Options{})
	must(t, err)
	if _, err := dir.Fulfil(a, order(folder, "a.test"), time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := dir.Fulfil(a, order(folder, "a.test"), time.Now()); err != nil { // replaced, too
		t.Fatal(err)
	}
	if _, err := dir.RevocationList(a, time.Now(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := dir.Rotate(ca.Options{}); err != nil {
		t.Fatal(err)
	}
	owned := 0
	for _, root := range []string{filepath.Dir(path), folder} {
		must(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || path == folder {
				return err
			}
			info, err := os.Lstat(path)
			if err != nil {
				return err
			}
			if uid := int(info.Sys().(*syscall.Stat_t).Uid); uid != owner {
				t.Errorf("%s belongs to %d, want %d", path, uid, owner)
			}
			owned++
			return nil
		}))
	}
	if owned < 17 {
		t.Errorf("only %d files", owned)
	}
	if os.Getuid() != 0 {
		return
	}
	// Root itself finds the files of another user there.
	plain, err := ca.Locate(path, func(string) string { return "" })
	must(t, err)
	_, _, err = plain.OpenOrCreate(ca.Options{})
	failure, ok := errors.AsType[*diag.Error](err)
	if !ok || failure.Code != diag.CAForeign {
		t.Fatalf("another user's directory: %v", err)
	}
	follow(t, strings.TrimPrefix(failure.Fixes[0].Run, "sudo "))
	if _, created, err := plain.OpenOrCreate(ca.Options{}); err != nil || created {
		t.Errorf("after the fix: created %v, %v", created, err)
	}
	// One key of another user's in a directory of one's own.
	must(t, os.Chown(one(t, plain, "authorities/"+a.ID+"/issuing-key.pem"), somebody, somebody))
	must(t, os.WriteFile(plain.RootPath(), pemOf(t, a), 0o644))
	if _, err := plain.Open(); code(err) != diag.CAForeign {
		t.Errorf("another user's key: %v", err)
	}
}

func pemOf(t *testing.T, a *ca.Authority) []byte {
	t.Helper()
	data, err := ca.ExportRoot(a.Root, "pem")
	must(t, err)
	return data
}
