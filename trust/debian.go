package trust

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Debian's update-ca-certificates and the hook that keeps Java's store in step.
const (
	debianFolder     = "/usr/local/share/ca-certificates"
	debianLinkFolder = "/etc/ssl/certs"
	debianHooks      = "/etc/ca-certificates/update.d/"
	debianJavaHook   = debianHooks + "jks-keystore"
	debianJavaStore  = "/etc/ssl/certs/java/cacerts"
)

// debianLink is the link to the root that update-ca-certificates makes.
func debianLink(root Root) string {
	return filepath.Join(debianLinkFolder, root.fileName()+".pem")
}

// links lists the links in /etc/ssl/certs that lead to the root's file: the
// update's own, whatever it is called, and OpenSSL's <hash>.N that lead to that.
// update-ca-certificates finds what to remove by its own lists, in which a
// removed file no longer is, and so leaves both dangling.
func (s *anchorStore) links(root Root) []string {
	if s.folder != debianFolder {
		return nil
	}
	targets, _ := s.sources(root)
	targets = append(targets, s.anchor(root))
	own := map[string]bool{}
	second := map[string]string{}
	entries, _ := os.ReadDir(debianLinkFolder)
	for _, entry := range entries {
		path := filepath.Join(debianLinkFolder, entry.Name())
		target, err := os.Readlink(path)
		switch {
		case err != nil:
		case slices.Contains(targets, target):
			own[entry.Name()] = true
		case filepath.Base(target) == target:
			second[entry.Name()] = target
		}
	}
	var links []string
	for _, name := range slices.Sorted(maps.Keys(own)) {
		links = append(links, filepath.Join(debianLinkFolder, name))
	}
	for _, name := range slices.Sorted(maps.Keys(second)) {
		if own[second[name]] || second[name] == filepath.Base(debianLink(root)) {
			links = append(links, filepath.Join(debianLinkFolder, name))
		}
	}
	return links
}

// dropDangling removes links whose root is gone: update-ca-certificates takes
// them for the root being there already and then does not tell Java about it.
func (s *anchorStore) dropDangling(ctx context.Context, root Root) error {
	links := s.links(root)
	if len(links) == 0 || exists(debianLink(root)) {
		return nil
	}
	return s.machine.step(ctx, Step{Argv: append([]string{"rm", "-f"}, links...), AsRoot: true})
}

// tellJava brings Debian's store for Java in step with the system's, as its hook
// would, under the hook's names: the hook does nothing while apt holds dpkg's lock,
// and is told nothing of a removed root. What cannot be written here is left to the
// hook. The row of the Java that follows this store says what came of it.
func (s *anchorStore) tellJava(ctx context.Context, root Root, action Action) {
	if !s.hook {
		return
	}
	store, err := readJava(debianJavaStore, javaPassword)
	if err != nil {
		return
	}
	aliases := store.Aliases(root.Certificate)
	if (len(aliases) > 0) == (action == Install) {
		return
	}
	if action == Install {
		err = store.Add("debian:"+filepath.Base(debianLink(root)), root.Certificate)
	} else {
		store.Remove(root.Certificate)
	}
	data, failure := store.Bytes(javaPassword)
	if errors.Join(err, failure) == nil && s.machine.write(ctx, debianJavaStore, data, 0o644) == nil {
		return
	}
	if action == Install {
		aliases = []string{"debian:" + filepath.Base(debianLink(root))}
	}
	for _, alias := range aliases {
		// The hook calls an entry after the link that it read.
		if name, ours := strings.CutPrefix(alias, "debian:"); ours {
			sign := map[Action]string{Install: "+", Uninstall: "-"}[action]
			_ = s.machine.step(ctx, s.hookStep(sign+filepath.Join(debianLinkFolder, filepath.Base(name))))
		}
	}
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

// hookStep tells the Java hook by hand about one link: the line begins with + or -.
func (s *anchorStore) hookStep(line string) Step {
	return Step{
		Why:    "tell Java's store, which update-ca-certificates forgets",
		Argv:   []string{debianJavaHook},
		Stdin:  line + "\n",
		AsRoot: true,
		Runs:   writePrograms(), // tellJava, which needs the hook only where it cannot write the store
	}
}
