package trust

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

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

// unchanged lists the kept files that nobody else changed since we first did.
func (j *Journal) unchanged(store string) []kept {
	before, after := j.originals(store)
	var files []kept
	for _, file := range before {
		for _, now := range look([]string{file.Path}) {
			if slices.Contains(after[file.Path], now.SHA256) {
				files = append(files, file)
			}
		}
	}
	return files
}

// alike lists the other kept files of the store that say now what they said before.
func (j *Journal) alike(store Store, known []kept) []kept {
	s, ok := store.(comparer)
	if !ok {
		return nil
	}
	var files []kept
	before, _ := j.originals(store.About().ID)
	for _, file := range before {
		if slices.ContainsFunc(known, func(k kept) bool { return k.Path == file.Path }) {
			continue
		}
		copied, err := os.ReadFile(j.copyOf(file))
		if err != nil {
			continue
		}
		if now, err := os.ReadFile(file.Path); err == nil && s.Same(copied, now) {
			files = append(files, file)
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

// forget removes the copies that no store needs any more, also those that a killed
// process did not get to.
func (j *Journal) forget() {
	needed := map[string]bool{}
	for _, id := range j.Stores() {
		before, _ := j.originals(id)
		for _, file := range before {
			needed[j.copyOf(file)] = true
		}
	}
	entries, _ := os.ReadDir(j.keptFolder())
	for _, entry := range entries {
		if path := filepath.Join(j.keptFolder(), entry.Name()); !needed[path] {
			_ = os.Remove(path)
		}
	}
	_ = os.Remove(j.keptFolder()) // if nothing is left in it
}

// noteKey is where a context carries what is to be called before a file gets
// other bytes.
type noteKey struct{}

// noting makes writes under the context known to the journal before they happen:
// of a killed change, they are what the file may have become. Programs that write
// for us do not tell.
func (j *Journal) noting(ctx context.Context, store Store) context.Context {
	keeps, ok := store.(keeper)
	if !ok {
		return ctx
	}
	return context.WithValue(ctx, noteKey{}, func(path string, data []byte) error {
		if !slices.Contains(keeps.Keeps(), path) {
			return nil
		}
		return j.append(entry{Event: eventWriting, Store: store.About().ID, Kept: []kept{{Path: path, SHA256: fingerprint(data)}}})
	})
}

// note tells whoever wants to know that the file gets these bytes now.
func note(ctx context.Context, path string, data []byte) error {
	if tell, ok := ctx.Value(noteKey{}).(func(string, []byte) error); ok {
		return tell(path, data)
	}
	return nil
}
