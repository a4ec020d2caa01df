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

// Debian's update-ca-certificates: what it makes, what it runs, and what dpkg knows of it.
const (
	debianBundle  = "/etc/ssl/certs/ca-certificates.crt"
	debianUpdate  = "/usr/sbin/update-ca-certificates"
	debianOpenSSL = "/usr/bin/openssl"
	debianSums    = "/var/lib/dpkg/info/ca-certificates.md5sums"
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

// hashGap tells whether OpenSSL passes over a root, once the links that are to go are
// away: of those with one name it reads <hash>.0, <hash>.1 and so on, up to the first
// that is missing. No update closes the gap that a removed root leaves.
func hashGap(going ...string) bool {
	there := func(path string) bool { return exists(path) && !slices.Contains(going, path) }
	entries, _ := os.ReadDir(debianLinkFolder)
	return slices.ContainsFunc(entries, func(entry os.DirEntry) bool {
		hash, number, _ := strings.Cut(entry.Name(), ".")
		n, err := strconv.Atoi(number)
		return len(hash) == 8 && err == nil && n > 0 && there(filepath.Join(debianLinkFolder, entry.Name())) &&
			!there(filepath.Join(debianLinkFolder, hash+"."+strconv.Itoa(n-1)))
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
func (s *anchorStore) updatePrograms(root Root, action Action) []string {
	switch {
	case action == Install:
		return append([]string{"ln", "openssl"}, writePrograms()...)
	case hashGap(s.links(root)...):
		return append([]string{"openssl"}, writePrograms()...)
	}
	return writePrograms()
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
