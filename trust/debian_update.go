package trust

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What Debian's update-ca-certificates makes /etc/ssl/certs from, and what it runs.
const (
	debianConfiguration = "/etc/ca-certificates.conf"
	debianShipped       = "/usr/share/ca-certificates"
	debianBundle        = "/etc/ssl/certs/ca-certificates.crt"
	debianUpdate        = "/usr/sbin/update-ca-certificates"
	debianOpenSSL       = "/usr/bin/openssl"
)

// inStep tells whether devca can do for this root what update-ca-certificates
// would, which starts some 600 programs and takes half a second. It can where the
// system is seen to be just as that program leaves it, but for the root itself: the
// bundle has the bytes of the enabled roots in their order, and each has its link.
// So no change of somebody else's waits for the program, and it is one that works as
// devca understands it. Everywhere else, the program is run.
func (s *anchorStore) inStep(root Root) bool {
	if s.name != "debian" || !s.ownUpdate() || s.othersWait() || !exists(debianOpenSSL) || exists("/sbin/restorecon") {
		return false
	}
	info, err := os.Lstat(debianBundle)
	if err != nil || info.Mode() != 0o644 || info.Size() > maximumBundle {
		return false
	}
	if uid, gid := ownerOf(info); uid != 0 || gid != 0 {
		return false
	}
	roots, err := debianRoots()
	if err != nil || !s.linked(root, roots) {
		return false
	}
	now, err := os.ReadFile(debianBundle)
	if err != nil {
		return false
	}
	// A change that was killed has added the file and not the root.
	for _, roots := range [][]string{roots, except(roots, s.anchor(root))} {
		if text, err := debianText(roots); err == nil && bytes.Equal(now, text) {
			return true
		}
	}
	return false
}

// ownUpdate tells whether the update is the distribution's, and not a program of
// that name which an administrator put before it.
func (s *anchorStore) ownUpdate() bool {
	path, err := s.machine.LookPath(s.command[0])
	return len(s.command) == 1 && err == nil && resolved(path) == debianUpdate
}

// othersWait tells whether the update has to be run for the sake of its hooks.
// That of Java is devca's to replace (tellJava) where the store for it is there.
func (s *anchorStore) othersWait() bool {
	hooks, err := os.ReadDir(debianHooks)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	return err != nil || slices.ContainsFunc(hooks, func(hook os.DirEntry) bool {
		return !s.hook || debianHooks+hook.Name() != debianJavaHook
	})
}

// linked tells whether every root has its link and no link leads nowhere, but for
// the links of the root that is to change. The update makes the one and removes
// the other.
func (s *anchorStore) linked(root Root, roots []string) bool {
	for _, path := range except(roots, s.anchor(root)) {
		if target, err := os.Readlink(debianLinkTo(path)); err != nil || target != path {
			return false
		}
	}
	if target, err := os.Readlink(debianLink(root)); target != s.anchor(root) && !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	theirs := s.links(root)
	entries, err := os.ReadDir(debianLinkFolder)
	return err == nil && !slices.ContainsFunc(entries, func(entry os.DirEntry) bool {
		path := filepath.Join(debianLinkFolder, entry.Name())
		return entry.Type() == fs.ModeSymlink && !exists(path) && !slices.Contains(theirs, path)
	})
}

// debianLinkTo is the link that the update makes to a root whose name needs no change.
func debianLinkTo(path string) string {
	return filepath.Join(debianLinkFolder, strings.TrimSuffix(filepath.Base(path), debianEnding)+".pem")
}

func except(paths []string, path string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return p == path })
}

const debianEnding = ".crt"

var errNotPlain = errors.New("only update-ca-certificates knows what to make of it")

// debianRoots lists the files of the roots that are in force, in the order in which
// update-ca-certificates puts them together: those of the distribution as its
// configuration has them, and then the added ones by their names.
func debianRoots() ([]string, error) {
	data, err := os.ReadFile(debianConfiguration)
	if err != nil {
		return nil, err
	}
	var roots []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		name, disabled := strings.CutPrefix(line, "!")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case !plain(name):
			return nil, errNotPlain
		case disabled:
			// Its link goes with the next update.
			if _, err := os.Lstat(debianLinkTo(name)); err == nil {
				return nil, errNotPlain
			}
			continue
		}
		roots = append(roots, filepath.Join(debianShipped, name))
	}
	if len(roots) == 0 {
		return nil, errNotPlain
	}
	added, err := debianAdded()
	return append(roots, added...), err
}

// debianAdded lists the roots that were added. Folders below and links to nowhere
// are left to the update.
func debianAdded() ([]string, error) {
	entries, err := os.ReadDir(debianFolder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var added []string
	for _, entry := range entries {
		path := filepath.Join(debianFolder, entry.Name())
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, err
		case !info.Mode().IsRegular():
			return nil, errNotPlain
		case !strings.HasSuffix(path, debianEnding):
			continue
		case !plain(entry.Name()):
			return nil, errNotPlain
		}
		added = append(added, path)
	}
	return added, nil
}

// plain tells whether a name is one that the update takes as it is: it replaces
// some characters in the names of links, and a shell reads the configuration.
func plain(name string) bool {
	return filepath.IsLocal(name) && strings.HasSuffix(name, debianEnding) && !strings.ContainsAny(name, " \t\r\n(),\\!")
}

// debianText is the bundle that the update makes of these files: one after another,
// each with an end to its last line.
func debianText(roots []string) ([]byte, error) {
	var text bytes.Buffer
	for _, path := range roots {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		text.Write(data)
		if len(data) > 0 && !bytes.HasSuffix(data, []byte("\n")) {
			text.WriteByte('\n')
		}
	}
	return text.Bytes(), nil
}

// update brings what clients read in step with the folder of added roots, after
// the root was added to it or taken from it.
func (s *anchorStore) update(ctx context.Context, root Root, action Action, inStep bool) error {
	// What a change that was killed has staged there.
	if err := s.machine.removeStaged(ctx, s.bundle()); err != nil {
		return err
	}
	if inStep {
		if done, err := s.remake(ctx, root, action); done || err != nil {
			return err
		}
	}
	return s.machine.step(ctx, Step{Argv: s.updateCommand(), AsRoot: true})
}

// remake does what update-ca-certificates would. It gives false where somebody
// changed the roots meanwhile, so that the program has to have the last word. The
// bundle comes last: a change that was killed before that is one that Status sees.
func (s *anchorStore) remake(ctx context.Context, root Root, action Action) (bool, error) {
	if action == Install {
		for _, argv := range s.linkCommands(root) {
			if err := s.machine.step(ctx, Step{Argv: argv, AsRoot: true}); err != nil {
				return false, err
			}
		}
	}
	made, err := enabledText()
	if err != nil {
		return false, nil
	}
	if err := s.machine.write(ctx, debianBundle, made, 0o644); err != nil {
		return false, err
	}
	now, err := enabledText()
	return err == nil && bytes.Equal(made, now), nil
}

// updatePrograms are what remake runs where it is not root itself.
func updatePrograms(action Action) []string {
	if action == Uninstall {
		return writePrograms()
	}
	return append([]string{"ln", "openssl"}, writePrograms()...)
}

// linkCommands make the root's link, and OpenSSL's own to that, <hash>.N.
func (s *anchorStore) linkCommands(root Root) [][]string {
	rehash := []string{debianOpenSSL, "rehash", debianLinkFolder}
	if exists(debianLink(root)) {
		return [][]string{rehash}
	}
	return [][]string{{"ln", "-s", s.anchor(root), debianLink(root)}, rehash}
}

// enabledText is the bundle as it should be now.
func enabledText() ([]byte, error) {
	roots, err := debianRoots()
	if err != nil {
		return nil, err
	}
	return debianText(roots)
}
