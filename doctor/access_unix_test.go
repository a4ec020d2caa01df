//go:build !windows

package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"devca/internal/account"
)

// TestGiveAll: what has a name outside as well is not given away with the home.
func TestGiveAll(t *testing.T) {
	person := account.Account{UID: os.Getuid(), GID: os.Getgid(), Home: t.TempDir()}
	if person.UID == 0 {
		person.UID, person.GID = 4711, 4712
	}
	outside := filepath.Join(t.TempDir(), "system")
	folder := filepath.Join(person.Home, "data")
	err := errors.Join(
		os.Mkdir(folder, 0o700), os.WriteFile(filepath.Join(folder, "a"), nil, 0o600),
		os.WriteFile(outside, nil, 0o600), os.Symlink(outside, filepath.Join(folder, "link")),
	)
	if err != nil {
		t.Fatal(err)
	}
	home, err := os.OpenRoot(person.Home)
	if err != nil {
		t.Fatal(err)
	}
	defer home.Close()
	if err := giveAll(home, person, folder); err != nil {
		t.Error(err)
	}
	if info, err := os.Lstat(filepath.Join(folder, "a")); err != nil {
		t.Error(err)
	} else if owner, _ := ownerOf(info); owner != person.UID {
		t.Errorf("it is still user %d's", owner)
	}
	if err := os.Link(outside, filepath.Join(folder, "b")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, filepath.Join(folder, "b")} {
		if err := giveAll(home, person, path); err == nil {
			t.Errorf("%s was given away", path)
		}
	}
}

// TestCloseFor: under sudo only the person's own files are closed, and no link is
// followed to one.
func TestCloseFor(t *testing.T) {
	person := account.Account{UID: os.Getuid(), GID: os.Getgid(), Home: t.TempDir(), ViaSudo: true}
	others := filepath.Join(person.Home, "others")
	closed := map[string]fs.FileMode{"folder": 0o700, "a.pem": 0o600, "others": 0o644}
	err := errors.Join(
		os.Mkdir(filepath.Join(person.Home, "folder"), 0o755), os.WriteFile(filepath.Join(person.Home, "a.pem"), nil, 0o644),
		os.WriteFile(others, nil, 0o644), os.Symlink(others, filepath.Join(person.Home, "link")),
	)
	if err != nil {
		t.Fatal(err)
	}
	if person.UID == 0 {
		person.UID, person.GID = 4711, 4712
		for _, name := range []string{"folder", "a.pem", "link"} {
			if err := os.Lchown(filepath.Join(person.Home, name), person.UID, person.GID); err != nil {
				t.Fatal(err)
			}
		}
		if err := closeFor(person, others); err == nil {
			t.Error("a file of somebody else was closed")
		}
	}
	if err := closeFor(person, filepath.Join(person.Home, "link")); err == nil {
		t.Error("a link was followed")
	}
	for _, name := range []string{"folder", "a.pem"} {
		if err := closeFor(person, filepath.Join(person.Home, name)); err != nil {
			t.Error(err)
		}
	}
	for name, want := range closed {
		if info, err := os.Stat(filepath.Join(person.Home, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}
