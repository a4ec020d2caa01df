// Package atomicfile writes whole files or none: a reader sees the old content
// or the new, and a process killed at any instruction leaves no half a file
// under the final name.
//
// A file is staged beside its target, with its final permissions before the
// first byte is written, and then renamed over it. Several files that belong
// together are staged first and committed last, so that the moment in which
// they disagree is as short as the renames.
package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// File is what to write.
type File struct {
	Path string
	Data []byte
	Mode fs.FileMode // exact, whatever the umask: 0600 for keys, 0644 for certificates

	// Own, if set, is called with the staged file's path before it appears under
	// its name, to give it to another user.
	Own func(path string) error
}

// Pending is a staged file: complete, and without its name yet.
type Pending struct {
	file      File
	durable   bool
	temporary string   // its name until then, or
	unnamed   *os.File // the open file that has none
}

// staleAfter is the age at which a staged file counts as left by a killed
// process. Staging and committing are milliseconds apart.
const staleAfter = time.Minute

var sequence atomic.Uint64

// Stage writes the file in the target's folder, without a name where the system
// has such files and the target is new, and else under a temporary one. Durable
// says that it must also survive a power cut: the data is synced.
func Stage(file File, durable bool) (*Pending, error) {
	// Only a new target can be linked to, and Own needs a path.
	if _, err := os.Lstat(file.Path); errors.Is(err, fs.ErrNotExist) && file.Own == nil {
		if handle := createUnnamed(filepath.Dir(file.Path)); handle != nil {
			if err := fill(handle, file, durable); err != nil {
				_ = handle.Close()
				return nil, err
			}
			return &Pending{file: file, durable: durable, unnamed: handle}, nil
		}
	}
	return stageNamed(file, durable)
}

func stageNamed(file File, durable bool) (*Pending, error) {
	handle, err := create(file.Path)
	if err != nil {
		return nil, err
	}
	pending := &Pending{file: file, durable: durable, temporary: handle.Name()}
	err = fill(handle, file, durable)
	if closeErr := handle.Close(); err == nil {
		err = closeErr
	}
	if err == nil && file.Own != nil {
		err = file.Own(pending.temporary)
	}
	if err != nil {
		pending.Discard()
		return nil, err
	}
	return pending, nil
}

// fill writes a new file, which nobody else can read until it is complete.
func fill(handle *os.File, file File, durable bool) error {
	if _, err := handle.Write(file.Data); err != nil {
		return err
	}
	// It was made with 0600; a umask may have taken from that, too.
	if info, err := handle.Stat(); err != nil {
		return err
	} else if info.Mode() != file.Mode {
		if err := handle.Chmod(file.Mode); err != nil {
			return err
		}
	}
	if durable {
		return handle.Sync()
	}
	return nil
}

// create opens a new file beside the target. The first choice of name depends
// on nothing but the target, so that what a killed process left is found and
// removed without reading the folder.
func create(target string) (*os.File, error) {
	folder, base := filepath.Split(target)
	// A long base plus our suffixes must stay within the 255 bytes of a name, and
	// macOS takes no half characters.
	name := folder + "." + strings.ToValidUTF8(base[:min(len(base), 180)], "") + ".devca-tmp"
	const flags = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	handle, err := os.OpenFile(name, flags, 0o600)
	if !errors.Is(err, fs.ErrExist) {
		return handle, err
	}
	if info, err := os.Lstat(name); err == nil && time.Since(info.ModTime()) > staleAfter {
		_ = os.Remove(name)
	}
	// Another process stages the same target now, or one that was killed did. Two
	// that find the same leftover must not take each other's file for it, so that
	// its name is free now and for neither of them.
	name += "-" + strconv.Itoa(os.Getpid()) + "-" + strconv.FormatUint(sequence.Add(1), 10)
	return os.OpenFile(name, flags, 0o600)
}

// Commit gives the file its name, replacing what was there.
func (p *Pending) Commit() error {
	if p.unnamed != nil {
		err := link(p.unnamed, p.file.Path)
		_ = p.unnamed.Close()
		p.unnamed = nil
		if err == nil {
			return nil
		}
		// Somebody took the name meanwhile, or there is no /proc: the usual way.
		named, err := stageNamed(p.file, p.durable)
		if err != nil {
			return err
		}
		p.temporary = named.temporary
	}
	if err := os.Rename(p.temporary, p.file.Path); err != nil {
		p.Discard()
		return err
	}
	return nil
}

// Discard removes the staged file. It does nothing after Commit.
func (p *Pending) Discard() {
	if p.unnamed != nil {
		_ = p.unnamed.Close()
		p.unnamed = nil
	}
	if p.temporary != "" {
		_ = os.Remove(p.temporary)
	}
}

// Write stages, syncs and commits one file.
func Write(file File) error {
	pending, err := Stage(file, true)
	if err != nil {
		return err
	}
	if err := pending.Commit(); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(file.Path))
}

// WriteAll stages all files before it commits the first, in the given order. If
// staging one fails, none changes.
func WriteAll(durable bool, files ...File) error {
	pending := make([]*Pending, 0, len(files))
	for _, file := range files {
		p, err := Stage(file, durable)
		if err != nil {
			discard(pending)
			return err
		}
		pending = append(pending, p)
	}
	return CommitAll(pending)
}

// CommitAll commits in order. After a failure the rest is discarded.
func CommitAll(pending []*Pending) error {
	for i, p := range pending {
		if err := p.Commit(); err != nil {
			discard(pending[i+1:])
			return err
		}
	}
	return nil
}

func discard(pending []*Pending) {
	for _, p := range pending {
		p.Discard()
	}
}

// ModTime is the time with which the file system stamped the staged file.
func (p *Pending) ModTime() (time.Time, error) {
	stat := func() (fs.FileInfo, error) { return os.Lstat(p.temporary) }
	if p.unnamed != nil {
		stat = p.unnamed.Stat
	}
	info, err := stat()
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}
