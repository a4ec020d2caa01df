package trust

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Debian's update-ca-certificates and the hook that keeps Java's store in step.
const (
	debianLinkFolder = "/etc/ssl/certs"
	debianJavaHook   = "/etc/ca-certificates/update.d/jks-keystore"
	debianJavaStore  = "/etc/ssl/certs/java/cacerts"
)

// debianLink is the link to the root that update-ca-certificates makes.
func debianLink(root Root) string {
	return filepath.Join(debianLinkFolder, root.fileName()+".pem")
}

// debianLinks lists the links in /etc/ssl/certs that lead to the root: its own
// and OpenSSL's <hash>.N. update-ca-certificates finds what to remove by its own
// lists, in which a removed file no longer is, and so leaves both dangling.
func (s *anchorStore) debianLinks(root Root) []string {
	if s.folder != "/usr/local/share/ca-certificates" {
		return nil
	}
	link := debianLink(root)
	var links []string
	if _, err := os.Lstat(link); err == nil {
		links = append(links, link)
	}
	entries, _ := os.ReadDir(debianLinkFolder)
	for _, entry := range entries {
		path := filepath.Join(debianLinkFolder, entry.Name())
		if entry.Type()&os.ModeSymlink == 0 || path == link {
			continue
		}
		if target, err := os.Readlink(path); err == nil && target == filepath.Base(link) {
			links = append(links, path)
		}
	}
	return links
}

// beforeLibrary removes the links of a root: before a removal because they would
// stay, and before an installation when what they lead to is gone, because
// update-ca-certificates takes them for the root being there already and then
// does not tell Java about it.
func (s *anchorStore) beforeLibrary(ctx context.Context, root Root, action Action) error {
	links := s.debianLinks(root)
	if len(links) == 0 || action == Install && exists(debianLink(root)) {
		return nil
	}
	return s.machine.step(ctx, Step{Argv: append([]string{"rm", "-f"}, links...), AsRoot: true})
}

// afterLibrary makes good what the library and update-ca-certificates leave.
func (s *anchorStore) afterLibrary(ctx context.Context, root Root, action Action) error {
	if action == Install {
		// The library writes with the person's umask; clients of all users must read it.
		if info, err := os.Stat(s.anchor(root)); err == nil && info.Mode().Perm()&0o444 != 0o444 {
			chmod := Step{Argv: []string{"chmod", "0644", s.anchor(root)}, AsRoot: true}
			if err := s.machine.step(ctx, chmod); err != nil {
				return err
			}
		}
	}
	if !s.hook {
		return nil
	}
	// The hook gets no line for a removed root, and none for one whose first
	// update failed because apt held dpkg's lock. When it fails again now, the
	// row of the Java that follows this store says so: it is read back, too.
	aliases, err := readJKS(debianJavaStore, root.Certificate)
	has := slices.ContainsFunc(aliases, func(alias string) bool { return strings.HasSuffix(alias, root.fileName()+".pem") })
	switch {
	case err != nil:
	case action == Install && !has:
		_ = s.machine.step(ctx, s.hookStep(root, "+"))
	case action == Uninstall && has:
		_ = s.machine.step(ctx, s.hookStep(root, "-"))
	}
	return nil
}

// Keeps lists Java's store: the hook writes the entries in another order, so
// that adding and removing a root does not give the same bytes.
func (s *anchorStore) Keeps() []string {
	if !s.hook {
		return nil
	}
	return []string{resolved(debianJavaStore)}
}

// resolved is the path without symbolic links, or the path itself.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// hookStep tells the Java hook by hand about one root: sign is + or -.
func (s *anchorStore) hookStep(root Root, sign string) Step {
	return Step{
		Why:    "tell Java's store, which update-ca-certificates forgets",
		Argv:   []string{debianJavaHook},
		Stdin:  sign + debianLink(root) + "\n",
		AsRoot: true,
	}
}
