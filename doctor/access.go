package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"devca/diag"
	"devca/internal/account"
	"devca/trust"
)

// Under sudo this process may change every file, and the person's programs can put
// links where files were. So what it changes on their behalf is named within a
// folder that is held open (os.Root), and must be inside the home, to be given
// away, or the person's own, to be closed.

// chmod makes files their owner's alone.
func (e *exam) chmod(paths ...string) *repair {
	if runtime.GOOS == "windows" {
		return nil
	}
	person := e.Machine.Account
	return &repair{
		key: "chmod " + strings.Join(paths, " "), do: "make it readable for its owner alone",
		steps: func(context.Context, []trust.Planned) []string {
			var steps []string
			for _, path := range paths {
				steps = append(steps, diag.CommandLine("chmod", modeOf(path), path))
			}
			return steps
		},
		apply: func(context.Context) error {
			for _, path := range paths {
				if err := closeFor(person, path); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// closeFor takes everybody else's permissions away.
func closeFor(person account.Account, path string) error {
	mode := fs.FileMode(0o600)
	if modeOf(path) == "700" {
		mode = 0o700
	}
	if !person.ViaSudo {
		return os.Chmod(path, mode)
	}
	folder, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer folder.Close()
	info, err := folder.Lstat(filepath.Base(path))
	if err != nil {
		return err
	}
	if owner, ok := ownerOf(info); !ok || owner != person.UID || info.Mode()&fs.ModeSymlink != 0 {
		return diag.New(diag.DoctorAccount, path+" is a link, or belongs to another user: it is left as it is").
			Because("devca is root here, and changes the permissions of the person's own files only").
			Fix("see what it is", diag.CommandLine("ls", "-ld", path))
	}
	return folder.Chmod(filepath.Base(path), mode)
}

// closeDirectory closes what is open to others: the directory, and every key
// below it.
func (e *exam) closeDirectory() *repair {
	var open []string
	exposed := func(info fs.FileInfo, err error) bool { return err == nil && info.Mode().Perm()&0o077 != 0 }
	if exposed(os.Stat(e.Dir.Path())) {
		open = append(open, e.Dir.Path())
	}
	for _, path := range contents(e.Dir.Path()) {
		info, err := os.Lstat(path)
		if strings.HasSuffix(path, "-key.pem") && exposed(info, err) && info.Mode().IsRegular() {
			open = append(open, path)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return e.chmod(open...)
}

// giveBack changes owners, where this process may. Links are changed themselves.
func (e *exam) giveBack(foreign []string) *repair {
	person := e.Machine.Account
	if !e.Machine.IsRoot {
		return nil
	}
	return &repair{
		key: "owner", do: "give the files to " + e.place.Account,
		steps: func(context.Context, []trust.Planned) []string {
			return []string{diag.CommandLine(append([]string{"chown", "-R", strconv.Itoa(person.UID)}, foreign...)...)}
		},
		apply: func(context.Context) error {
			home, err := os.OpenRoot(person.Home)
			if err != nil {
				return err
			}
			defer home.Close()
			for _, top := range foreign {
				if err := giveAll(home, person, top); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// giveAll gives a file or folder of the home, with what is in it, to the person.
func giveAll(home *os.Root, person account.Account, path string) error {
	below, err := filepath.Rel(person.Home, path)
	if err != nil {
		return err
	}
	info, err := home.Lstat(below)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if !info.IsDir() {
		return giveOne(home, person, below)
	}
	return fs.WalkDir(home.FS(), filepath.ToSlash(below), func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return giveOne(home, person, filepath.FromSlash(name))
	})
}

// giveOne leaves a file alone that has another name, which may be one of the system's:
// everybody may make such a link where the system does not forbid it (proc(5),
// protected_hardlinks; macOS and FreeBSD).
func giveOne(home *os.Root, person account.Account, name string) error {
	info, err := home.Lstat(name)
	if err != nil {
		return err
	}
	if path := filepath.Join(person.Home, name); hasOtherNames(info) {
		return diag.New(diag.DoctorAccount, path+" has another name elsewhere: it is left as it is").
			Because("devca is root here, and what it gave away would be given away by that name, too").
			Fix("see how many names it has", diag.CommandLine("ls", "-ld", path))
	}
	return home.Lchown(name, person.UID, person.GID)
}
