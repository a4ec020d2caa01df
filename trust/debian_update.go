package trust

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // see ownUpdate
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// What Debian's update-ca-certificates makes /etc/ssl/certs from, and what it runs.
const (
	debianConfiguration = "/etc/ca-certificates.conf"
	debianShipped       = "/usr/share/ca-certificates"
	debianBundle        = "/etc/ssl/certs/ca-certificates.crt"
	debianUpdate        = "/usr/sbin/update-ca-certificates"
	debianOpenSSL       = "/usr/bin/openssl"
	debianSums          = "/var/lib/dpkg/info/ca-certificates.md5sums"
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
	if err != nil || info.Mode() != 0o644 {
		return false
	}
	if uid, gid := ownerOf(info); uid != 0 || gid != 0 {
		return false
	}
	roots, err := debianRoots()
	if err != nil || !s.linked(root, roots) {
		return false
	}
	now, err := readCertificates(debianBundle)
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

// ownUpdate tells whether the update is the distribution's, and not a program that
// an administrator put before it or in its place: dpkg knows what it unpacked.
func (s *anchorStore) ownUpdate() bool {
	path, err := s.machine.LookPath(s.command[0])
	if err != nil || resolved(path) != debianUpdate {
		return false
	}
	program, err := os.ReadFile(debianUpdate)
	if err != nil {
		return false
	}
	sums, err := os.ReadFile(debianSums)
	line := fmt.Sprintf("%x  %s\n", md5.Sum(program), strings.TrimPrefix(debianUpdate, "/")) //nolint:gosec // dpkg has no other sums
	return err == nil && bytes.Contains(sums, []byte(line))
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
	data, err := readCertificates(debianConfiguration)
	if err != nil {
		return nil, err
	}
	var roots []string
	for line := range strings.Lines(string(data)) {
		line, whole := strings.CutSuffix(line, "\n")
		name, disabled := strings.CutPrefix(line, "!")
		switch {
		case !whole: // a shell's read takes no such line
			return nil, errNotPlain
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
		data, err := readCertificates(path)
		if err != nil {
			return nil, err
		}
		if text.Len()+len(data) > maximumBundle {
			return nil, errNotPlain
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
	done := false
	if inStep {
		var err error
		if done, err = s.remake(ctx, root, action); err != nil {
			return err
		}
	}
	if !done {
		if err := s.machine.step(ctx, Step{Argv: s.command, AsRoot: true}); err != nil {
			return err
		}
	}
	if s.folder == debianFolder && action == Uninstall && hashGap() && exists(debianOpenSSL) {
		// The root is gone, whatever OpenSSL says of somebody else's files.
		_ = s.machine.step(ctx, rehash())
	}
	return nil
}

// hashGap tells whether OpenSSL passes over a root: of those with one name it reads
// <hash>.0, <hash>.1 and so on, up to the first that is away. No update closes the
// gap that a removed root leaves.
func hashGap() bool {
	entries, _ := os.ReadDir(debianLinkFolder)
	return slices.ContainsFunc(entries, func(entry os.DirEntry) bool {
		hash, number, _ := strings.Cut(entry.Name(), ".")
		n, err := strconv.Atoi(number)
		return len(hash) == 8 && err == nil && n > 0 && !exists(filepath.Join(debianLinkFolder, hash+"."+strconv.Itoa(n-1)))
	})
}

// remake does what update-ca-certificates would. It gives false where somebody
// changed the roots meanwhile, so that the program has to have the last word. The
// bundle comes last: a change that was killed before that is one that Status sees.
func (s *anchorStore) remake(ctx context.Context, root Root, action Action) (bool, error) {
	if action == Install {
		for _, step := range s.linkSteps(root) {
			if err := s.machine.step(ctx, step); err != nil {
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

// updatePrograms are what update runs, where it is not root itself, in the place of
// update-ca-certificates.
func updatePrograms(action Action) []string {
	programs := append([]string{"openssl"}, writePrograms()...)
	if action == Uninstall {
		return programs
	}
	return append([]string{"ln"}, programs...)
}

// linkSteps make the root's link, and OpenSSL's own to that, <hash>.N.
func (s *anchorStore) linkSteps(root Root) []Step {
	if exists(debianLink(root)) {
		return []Step{rehash()}
	}
	return []Step{{Argv: []string{"ln", "-s", s.anchor(root), debianLink(root)}, AsRoot: true}, rehash()}
}

func rehash() Step {
	return Step{Argv: []string{debianOpenSSL, "rehash", debianLinkFolder}, AsRoot: true}
}

// enabledText is the bundle as it should be now.
func enabledText() ([]byte, error) {
	roots, err := debianRoots()
	if err != nil {
		return nil, err
	}
	return debianText(roots)
}
