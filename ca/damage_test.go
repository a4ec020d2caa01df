package ca_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"devca/ca"
	"devca/diag"
)

func code(err error) diag.Code {
	failure, _ := errors.AsType[*diag.Error](err)
	if failure == nil {
		return ""
	}
	return failure.Code
}

// one finds the only file that the pattern below the CA's directory matches.
func one(t *testing.T, dir *ca.Dir, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir.Path(), pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %v, %v", pattern, found, err)
	}
	return found[0]
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func cutShort(t *testing.T, path string, size int64) {
	t.Helper()
	must(t, os.Truncate(path, size))
}

// TestDamage: each way in which the directory can be unusable gives its code and
// ways out, and no key that was there is gone or changed afterwards.
func TestDamage(t *testing.T) {
	for name, test := range map[string]struct {
		harm func(t *testing.T, dir *ca.Dir)
		want diag.Code
	}{
		"root.pem empty": {func(t *testing.T, dir *ca.Dir) { cutShort(t, dir.RootPath(), 0) }, diag.CADamaged},
		"root.pem cut":   {func(t *testing.T, dir *ca.Dir) { cutShort(t, dir.RootPath(), 200) }, diag.CADamaged},
		"root.pem a folder": {func(t *testing.T, dir *ca.Dir) {
			must(t, os.Remove(dir.RootPath()))
			must(t, os.Mkdir(dir.RootPath(), 0o700))
		}, diag.CADamaged},
		"root.pem another's": {anotherRoot, diag.CADamaged},
		"issuing.pem cut": {func(t *testing.T, dir *ca.Dir) {
			cutShort(t, one(t, dir, "authorities/*/issuing.pem"), 300)
		}, diag.CADamaged},
		"issuing.pem gone": {func(t *testing.T, dir *ca.Dir) {
			must(t, os.Remove(one(t, dir, "authorities/*/issuing.pem")))
		}, diag.CADamaged},
		"key cut": {func(t *testing.T, dir *ca.Dir) {
			cutShort(t, one(t, dir, "authorities/*/issuing-key.pem"), 100)
		}, diag.CADamaged},
		"key gone": {func(t *testing.T, dir *ca.Dir) {
			must(t, os.Remove(one(t, dir, "authorities/*/issuing-key.pem")))
		}, diag.CADamaged},
		"key of another": {func(t *testing.T, dir *ca.Dir) {
			other, _ := newAuthority(t, ca.Options{})
			data, err := os.ReadFile(one(t, other, "authorities/*/issuing-key.pem"))
			must(t, err)
			must(t, os.WriteFile(one(t, dir, "authorities/*/issuing-key.pem"), data, 0o600))
		}, diag.CADamaged},
		"authority gone": {func(t *testing.T, dir *ca.Dir) {
			must(t, os.RemoveAll(filepath.Join(dir.Path(), "authorities")))
		}, diag.CADamaged},
	} {
		t.Run(name, func(t *testing.T) {
			dir, before := newAuthority(t, ca.Options{})
			test.harm(t, dir)
			keys := contents(t, dir.Path())
			for range 2 {
				_, created, err := dir.OpenOrCreate(ca.Options{})
				failure, ok := errors.AsType[*diag.Error](err)
				if !ok || failure.Code != test.want || created || len(failure.Fixes) == 0 {
					t.Fatalf("created %v: %v, want %s with a fix", created, err, test.want)
				}
			}
			if _, err := dir.Open(); code(err) != test.want {
				t.Errorf("opening: %v", err)
			}
			// The fix that always works: devca ca rotate.
			if name == "root.pem a folder" {
				must(t, os.Remove(dir.RootPath()))
			}
			a, err := dir.Rotate(ca.Options{})
			must(t, err)
			if again, err := dir.Open(); err != nil || !again.Root.Equal(a.Root) || a.Root.Equal(before.Root) {
				t.Errorf("after rotating: %v", err)
			}
			if _, err := dir.Fulfil(a, order(t.TempDir(), "a.test"), time.Now()); err != nil {
				t.Error(err)
			}
			for path, data := range keys {
				if now, err := os.ReadFile(path); err != nil || string(now) != data {
					t.Errorf("%s was changed, %v", path, err)
				}
			}
		})
	}
}

func anotherRoot(t *testing.T, dir *ca.Dir) {
	other, _ := newAuthority(t, ca.Options{})
	data, err := os.ReadFile(other.RootPath())
	must(t, err)
	must(t, os.WriteFile(dir.RootPath(), data, 0o644))
}

// contents of every key below a directory.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	keys := map[string]string{}
	must(t, filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "-key.pem") {
			return err
		}
		data, err := os.ReadFile(path)
		keys[path] = string(data)
		return err
	}))
	return keys
}

// TestRootLost: root.pem is put back where there is no doubt which it was.
func TestRootLost(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	must(t, os.Remove(dir.RootPath()))
	if _, err := dir.Open(); code(err) != diag.CANone {
		t.Errorf("opening without root.pem: %v", err)
	}
	again, created, err := dir.OpenOrCreate(ca.Options{})
	if err != nil || created || !again.Root.Equal(a.Root) {
		t.Fatalf("created %v, %v", created, err)
	}
	newer, err := dir.Rotate(ca.Options{})
	must(t, err)
	must(t, os.Remove(dir.RootPath()))
	_, _, err = dir.OpenOrCreate(ca.Options{})
	failure, ok := errors.AsType[*diag.Error](err)
	if !ok || failure.Code != diag.CADamaged {
		t.Fatalf("with two roots: %v", err)
	}
	// The fix is a command: it makes one of both the current one.
	follow(t, failure.Fixes[0].Run)
	chosen, err := dir.Open()
	if err != nil || !chosen.Root.Equal(a.Root) && !chosen.Root.Equal(newer.Root) {
		t.Errorf("after the fix: %v", err)
	}
}

// follow pastes a command into a shell.
func follow(t *testing.T, line string) {
	t.Helper()
	if out, err := exec.Command("sh", "-c", line).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// TestKilledBetweenRenames is the one moment in which a complete authority is
// there and is not the current one.
func TestKilledBetweenRenames(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	must(t, os.Remove(dir.RootPath()))
	half := filepath.Join(dir.Path(), "authorities", ".new-123")
	must(t, os.Mkdir(half, 0o700))
	must(t, os.WriteFile(filepath.Join(half, "issuing-key.pem"), []byte("-----BEGIN PRIVATE KEY-----\n"), 0o600))
	again, created, err := dir.OpenOrCreate(ca.Options{})
	if err != nil || created || !again.Root.Equal(a.Root) {
		t.Fatalf("created %v, %v", created, err)
	}
	if _, err := dir.Rotate(ca.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(half); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the half-written folder is there yet: %v", err)
	}
}

// TestNotADirectory: files where folders are wanted.
func TestNotADirectory(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "devca")
	must(t, os.WriteFile(path, []byte("mine"), 0o600))
	for _, place := range []string{path, filepath.Join(path, "below")} {
		dir, err := ca.Locate(place, func(string) string { return "" })
		must(t, err)
		for what, err := range map[string]error{
			"opening":   second(dir.Open()),
			"rotating":  second(dir.Rotate(ca.Options{})),
			"importing": second(dir.Import(ca.ImportOptions{Chain: certificates(t), Key: newKey(t)})),
		} {
			failure, ok := errors.AsType[*diag.Error](err)
			if !ok || len(failure.Fixes) == 0 && code(err) != diag.CAImport {
				t.Errorf("%s at %s: %v", what, place, err)
			}
		}
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "mine" {
		t.Errorf("the file was touched: %q, %v", data, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestPurge(t *testing.T) {
	dir, _ := newAuthority(t, ca.Options{})
	foreign := filepath.Join(dir.Path(), "thesis.tex")
	must(t, os.WriteFile(foreign, []byte("x"), 0o600))
	if err := dir.Purge(); code(err) != diag.CADamaged {
		t.Errorf("purging somebody's file: %v", err)
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Error(err)
	}
	must(t, os.Remove(foreign))
	must(t, dir.Purge())
	must(t, dir.Purge())
	if _, err := os.Stat(dir.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is there yet: %v", err)
	}
}

func TestLocate(t *testing.T) {
	home := t.TempDir()
	for _, test := range []struct {
		path string
		env  map[string]string
		want string
	}{
		{"/given/./x/..", map[string]string{"DEVCA_DIR": "/env", "HOME": home}, "/given"},
		{"", map[string]string{"DEVCA_DIR": "/env", "HOME": home}, "/env"},
	} {
		dir, err := ca.Locate(test.path, func(name string) string { return test.env[name] })
		if err != nil || dir.Path() != filepath.Clean(test.want) {
			t.Errorf("%q: %v, %v", test.path, dir, err)
		}
	}
	dir, err := ca.Locate("", func(name string) string { return map[string]string{"HOME": home}[name] })
	if err != nil || !strings.HasPrefix(dir.Path(), home) {
		t.Errorf("%v, %v, want it below the home folder", dir, err)
	}
	if _, err := os.Stat(dir.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("locating made it: %v", err)
	}
}
