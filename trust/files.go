package trust

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"devca/internal/atomicfile"
)

// write replaces a file, or makes it: the one or the other is there at any
// moment, whole. A file that exists keeps its owner and mode, and a link to it
// stays; a new one gets mode and the owner of its folder. What the process may
// not write itself is written through sudo, and what belongs to the person under
// sudo with the person's own rights: root must not follow links in a home.
func (m *Machine) write(ctx context.Context, path string, data []byte, mode fs.FileMode) error {
	path = resolved(path)
	if err := m.removeStaged(ctx, path); err != nil {
		return err
	}
	owner, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		owner, err = os.Stat(filepath.Dir(path))
	} else if err == nil {
		mode = owner.Mode().Perm()
	}
	if err != nil {
		return err
	}
	if err := note(ctx, path, data); err != nil {
		return err
	}
	uid, gid := ownerOf(owner)
	if m.GOOS == "windows" || m.mayWrite(path) && !m.Account.ViaSudo {
		file := atomicfile.File{Path: path, Data: data, Mode: mode}
		if m.IsRoot && m.GOOS != "windows" {
			file.Own = func(path string) error { return os.Lchown(path, uid, gid) }
		}
		return atomicfile.Write(file)
	}
	return m.writeByCommands(ctx, path, data, mode, uid, gid)
}

// stagedEnding is the ending of a file that has yet to get its name.
const stagedEnding = ".devca-tmp"

// removeStaged deletes what a write that was killed left beside the file. Some
// programs read every file of a folder, whatever its name.
func (m *Machine) removeStaged(ctx context.Context, path string) error {
	path = resolved(path)
	folder, name := filepath.Split(path)
	for _, staged := range []string{path + stagedEnding, filepath.Join(folder, "."+name+stagedEnding)} {
		if !exists(staged) {
			continue
		}
		if err := m.removeOne(ctx, staged); err != nil {
			return err
		}
	}
	return nil
}

// writePrograms are what writeByCommands runs as root.
func writePrograms() []string { return []string{"install", "chown", "mv"} }

// writeByCommands has install and mv do it, which sudo or the person can run.
func (m *Machine) writeByCommands(ctx context.Context, path string, data []byte, mode fs.FileMode, uid, gid int) error {
	folder, err := m.temporary()
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	source := filepath.Join(folder, "new")
	if err := os.WriteFile(source, data, 0o600); err != nil {
		return err
	}
	if err := errors.Join(m.Account.Own(source), m.Account.Own(folder)); err != nil {
		return err
	}
	asRoot := !m.mayWrite(path)
	// A name of its own in a folder that only one devca at a time writes to: the
	// caller holds the journal's lock.
	staged := path + stagedEnding
	steps := []Step{{Argv: []string{"install", "-m", fmt.Sprintf("%04o", mode.Perm()), source, staged}, AsRoot: asRoot}}
	if asRoot {
		steps = append(steps, Step{Argv: []string{"chown", strconv.Itoa(uid) + ":" + strconv.Itoa(gid), staged}, AsRoot: true})
	}
	for _, step := range append(steps, Step{Argv: []string{"mv", "-f", staged, path}, AsRoot: asRoot}) {
		if err := m.step(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes a file, which need not be there.
func (m *Machine) remove(ctx context.Context, path string) error {
	return errors.Join(m.removeStaged(ctx, path), m.removeOne(ctx, path))
}

func (m *Machine) removeOne(ctx context.Context, path string) error {
	if m.mayWrite(path) && !m.Account.ViaSudo {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return m.step(ctx, Step{Argv: []string{"rm", "-f", path}, AsRoot: !m.mayWrite(path)})
}

// makeFolders makes those of the folders above path that are missing, readable
// by all, and gives them, outermost first.
func (m *Machine) makeFolders(ctx context.Context, folder string) error {
	missing := missingFolders(folder)
	for _, path := range missing {
		if m.mayWrite(path) && !m.Account.ViaSudo {
			if err := os.Mkdir(path, 0o755); errors.Is(err, fs.ErrExist) {
				continue
			} else if err != nil {
				return err
			}
			// Whatever the person's mask takes away.
			if err := os.Chmod(path, 0o755); err != nil {
				return err
			}
			continue
		}
		if err := m.step(ctx, Step{Argv: []string{"mkdir", "-p", "-m", "0755", path}, AsRoot: !m.mayWrite(path)}); err != nil {
			return err
		}
	}
	return nil
}

// missingFolders lists the folder and those above it that are not there,
// outermost first.
func missingFolders(folder string) []string {
	var missing []string
	for ; !exists(folder) && folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		missing = append([]string{folder}, missing...)
	}
	return missing
}

// removeFolder deletes a folder if nothing is in it.
func (m *Machine) removeFolder(ctx context.Context, folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > 0 {
		return
	}
	if m.mayWrite(folder) && !m.Account.ViaSudo {
		_ = os.Remove(folder)
		return
	}
	_ = m.step(ctx, Step{Argv: []string{"rmdir", folder}, AsRoot: !m.mayWrite(folder)})
}

// mayWrite tells whether the person may make, replace or delete the file, that
// is, whether its folder or the nearest one above that exists lets them.
func (m *Machine) mayWrite(path string) bool {
	folder := filepath.Dir(path)
	for !exists(folder) && folder != filepath.Dir(folder) {
		folder = filepath.Dir(folder)
	}
	if m.Account.ViaSudo {
		// We are root and may write everywhere; the person perhaps not.
		info, err := os.Stat(folder)
		if err != nil {
			return false
		}
		uid, _ := ownerOf(info)
		return uid == m.Account.UID && info.Mode().Perm()&0o200 != 0
	}
	return writableFolder(folder)
}

// owns tells whether the file is the person's to change, and not the system's,
// which root may change as well.
func (m *Machine) owns(path string) bool {
	home := m.Account.Home
	inside := home != "" && strings.HasPrefix(path, filepath.Clean(home)+string(filepath.Separator))
	return m.mayWrite(path) && (inside || !m.IsRoot)
}
