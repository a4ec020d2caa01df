package trust

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"devca/internal/atomicfile"
)

// keep copies the files that a change is about to rewrite. A file that cannot be
// read is not kept: the change may work all the same.
func (j *Journal) keep(paths []string) ([]kept, error) {
	var files []kept
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		file := kept{Path: path, SHA256: fingerprint(data), Mode: info.Mode().Perm()}
		folder := j.keptFolder()
		if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, journalFailed("write", folder, err)
		}
		copied := atomicfile.File{Path: j.copyOf(file), Data: data, Mode: 0o600, Own: j.person.Own}
		if err := errors.Join(j.person.Own(folder), atomicfile.Write(copied)); err != nil {
			return nil, journalFailed("write", copied.Path, err)
		}
		files = append(files, file)
	}
	return files, nil
}

// look gives the files as they are now.
func look(paths []string) []kept {
	var files []kept
	for _, path := range paths {
		if data, err := os.ReadFile(path); err == nil {
			files = append(files, kept{Path: path, SHA256: fingerprint(data)})
		}
	}
	return files
}

// unchanged lists the kept files that nobody else changed since our last change.
func (j *Journal) unchanged(store string) []kept {
	before, after := j.originals(store)
	var files []kept
	for _, file := range before {
		for _, now := range look([]string{file.Path}) {
			if now.SHA256 == after[file.Path] {
				files = append(files, file)
			}
		}
	}
	return files
}

// putBack gives the files the bytes that they had. The copy is checked first,
// and renamed over the file, so that a kill leaves the one or the other.
func (j *Journal) putBack(ctx context.Context, machine *Machine, files []kept) error {
	for _, file := range files {
		data, err := os.ReadFile(j.copyOf(file))
		if err != nil {
			return err
		}
		if fingerprint(data) != file.SHA256 {
			return fmt.Errorf("the copy of %s is damaged", file.Path)
		}
		if now := look([]string{file.Path}); len(now) == 1 && now[0].SHA256 == file.SHA256 {
			continue
		}
		if err := machine.write(ctx, file.Path, data, file.Mode); err != nil {
			return err
		}
	}
	return nil
}

// forget removes the copies of a store whose change was undone.
func (j *Journal) forget(store string) {
	before, _ := j.originals(store)
	for _, file := range before {
		_ = os.Remove(j.copyOf(file))
	}
	_ = os.Remove(j.keptFolder()) // if no other store has one
}
