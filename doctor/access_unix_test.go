//go:build !windows

package doctor

import (
	"errors"
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
