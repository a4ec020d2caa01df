package clients

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"devca/internal/account"
)

// workspace is the folder of one errand, removed afterwards. Where root asks on
// behalf of a person it is filled first and given to them last: who has the folder
// can put a link where root is about to write.
type workspace struct {
	folder string
	root   *os.Root
	given  bool
}

// newWorkspace makes a folder for what a client reads and writes. The sandbox of a
// snap has a /tmp of its own, and lets it see one folder of the home.
func (g *Ground) newWorkspace(program string) (*workspace, error) {
	parent := ""
	// Root's own may be closed to the person, one that $TMPDIR names need not be there,
	// and browsers make sockets below it, whose whole path has to fit into 107 bytes
	// (unix(7)).
	if g.Account.ViaSudo || g.GOOS == "linux" && (len(os.TempDir()) > 30 || !isFolder(os.TempDir())) {
		parent = "/tmp"
	}
	if name, ok := strings.CutPrefix(program, "/snap/bin/"); ok {
		parent = filepath.Join(g.Account.Home, "snap", name, "common")
	}
	folder, err := os.MkdirTemp(parent, "devca-client-")
	if err != nil {
		return nil, err
	}
	root, err := openMade(folder)
	if err != nil {
		return nil, err
	}
	return &workspace{folder: folder, root: root}, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// openMade opens a folder that this process made. Below a home the person may have put
// something else in its place already: a folder of theirs, or a link to one that would
// be given to them.
func openMade(folder string) (*os.Root, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	named, err := os.Lstat(folder)
	opened, other := root.Stat(".")
	content, unread := fs.ReadDir(root.FS(), ".")
	err = errors.Join(err, other, unread)
	if err == nil && (!os.SameFile(named, opened) || !belongs(opened, os.Getuid()) || len(content) > 0) {
		err = fs.ErrExist
	}
	if err != nil {
		_ = root.Close()
		return nil, fmt.Errorf("%s: not the folder that was made: %w", folder, err)
	}
	return root, nil
}

// remove removes the folder. A process that was killed may still be writing into it
// for a moment.
func (w *workspace) remove() {
	_ = w.root.Close()
	for range 10 {
		if os.RemoveAll(w.folder) == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// errGiven is a mistake of this package.
var errGiven = errors.New("the folder is the client's already")

// put writes a file into the folder and gives its path.
func (w *workspace) put(name string, data []byte) (string, error) {
	if w.given {
		return "", errGiven
	}
	err := w.root.MkdirAll(filepath.Dir(name), 0o700)
	if err == nil {
		err = w.root.WriteFile(name, data, 0o600)
	}
	return filepath.Join(w.folder, name), err
}

// link makes a symbolic link in the folder.
func (w *workspace) link(target, name string) error {
	if w.given {
		return errGiven
	}
	return errors.Join(w.root.MkdirAll(filepath.Dir(name), 0o700), w.root.Symlink(target, name))
}

// give gives all of it to the person, where the process is root on their behalf: the
// folder itself, without which nobody else reaches the rest, last.
func (w *workspace) give(person account.Account) error {
	if w == nil || w.given || !person.ViaSudo {
		return nil
	}
	w.given = true
	var all []string
	err := fs.WalkDir(w.root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		all = append(all, path)
		return err
	})
	if err != nil {
		return err
	}
	for _, path := range slices.Backward(all) {
		if err := w.root.Lchown(path, person.UID, person.GID); err != nil {
			return err
		}
	}
	return nil
}

// maximumCopy is far above any file of a profile that is read.
const maximumCopy = 64 << 20

// theirs reads a file of the person's. Root must not give them what they could not
// read: a link, or a hard one, may lead to somebody else's.
func (g *Ground) theirs(path string) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a named pipe would wait for a writer
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > maximumCopy:
		return nil, fmt.Errorf("%s: not a file of this size", path)
	case g.Account.ViaSudo && !belongs(info, g.Account.UID):
		return nil, fmt.Errorf("%s: belongs to somebody else", path)
	}
	return io.ReadAll(io.LimitReader(file, maximumCopy))
}
