package trust

import (
	"context"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"devca/keystore"
)

// javaPassword is the password of every cacerts as delivered. It protects nothing.
const javaPassword = "changeit"

// javaStore is the trust store of one Java. It is read and written natively: a
// start of keytool takes most of a second. Only a store that would not be written
// as it was goes through that Java's own keytool (java_keytool.go).
type javaStore struct {
	machine *Machine
	home    string
	cacerts string // without symbolic links
	leader  string // ID of the store that the system makes this one from, or empty

	listing listing // what keytool said last
}

// newJavaStore finds the file that the Java of a home folder reads: jssecacerts,
// where there is one, instead of cacerts (JSSE Reference Guide). Before Java 9 it
// is in the jre folder of a JDK.
func newJavaStore(machine *Machine, home string) (*javaStore, error) {
	for _, folder := range []string{"lib/security", "jre/lib/security"} {
		for _, name := range []string{"jssecacerts", "cacerts"} {
			path, err := filepath.EvalSymlinks(filepath.Join(home, filepath.FromSlash(folder), name))
			if err == nil {
				return &javaStore{machine: machine, home: home, cacerts: path, leader: javaLeader(machine, path)}, nil
			}
		}
	}
	return nil, fs.ErrNotExist
}

// rememberedJava is the store of a file that a journal knows.
func rememberedJava(machine *Machine, cacerts string) Store {
	if !exists(cacerts) {
		return nil
	}
	home := filepath.Dir(filepath.Dir(filepath.Dir(cacerts)))
	return &javaStore{machine: machine, home: home, cacerts: resolved(cacerts), leader: javaLeader(machine, cacerts)}
}

// javaLeader is the system store where the distribution makes the file from it:
// the Debian family with a hook, Fedora, SUSE and Arch with the update itself. An
// entry that was added past that would be gone after the next update, or survive a
// removal.
func javaLeader(machine *Machine, cacerts string) string {
	if machine.GOOS != "linux" {
		return ""
	}
	f, ok := findFamily(machine, systemNames())
	switch {
	case !ok:
	case f.folder != debianFolder && f.follows(cacerts),
		f.folder == debianFolder && hooked(machine, f, cacerts):
		return "system"
	}
	return ""
}

// hooked tells whether one of the hooks of update-ca-certificates makes the file:
// that of Debian's ca-certificates-java, that of Alpine and Gentoo, or that of
// Docker's official openjdk images, which is for the Java of JAVA_HOME.
func hooked(machine *Machine, f family, cacerts string) bool {
	const alpine, docker = debianHooks + "java-cacerts", debianHooks + "docker-openjdk"
	if f.follows(cacerts) {
		return exists(debianJavaHook) || exists(alpine)
	}
	rest, ok := strings.CutPrefix(cacerts, resolved(machine.Getenv("JAVA_HOME"))+"/")
	return ok && machine.Getenv("JAVA_HOME") != "" && exists(docker) &&
		(rest == "lib/security/cacerts" || rest == "jre/lib/security/cacerts")
}

// About has the file in the ID and not the home folder: JAVA_HOME and version
// managers' links lead to one Java today and to another tomorrow.
func (s *javaStore) About() About {
	return About{
		ID: "java:" + s.cacerts, Kind: KindJava, Title: s.title(), Place: s.cacerts,
		Clients: []string{"java"}, Follows: s.leader, Privileged: !s.machine.mayWrite(s.cacerts),
	}
}

func (s *javaStore) title() string { return "java (" + s.machine.short(s.home) + ")" }

// short writes the home folder as ~.
func (m *Machine) short(path string) string {
	if rest, ok := strings.CutPrefix(path, m.Account.Home+string(filepath.Separator)); ok && m.Account.Home != "" {
		return "~" + string(filepath.Separator) + rest
	}
	return path
}

// read reads the store natively.
func (s *javaStore) read(password string) (*keystore.Store, error) {
	return readJava(s.cacerts, password)
}

func readJava(path, password string) (*keystore.Store, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("not a file")}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return keystore.Read(data, password)
}

// entries lists what the store trusts, read natively if possible. Names are as in
// the file if they are wanted; to find them may take a start of Java.
func (s *javaStore) entries(ctx context.Context, named bool) ([]keystore.Entry, error) {
	store, err := s.read(javaPassword)
	switch {
	case store != nil && (store.Named() || !named):
		// With a JKS of another password, too: Java does not ask for it either.
		return store.Entries(), nil
	case err == nil || errors.Is(err, keystore.ErrForeign):
		return s.listed(ctx)
	}
	return nil, err
}

// aliases lists the names under which the store has the root.
func aliases(entries []keystore.Entry, root Root) []string {
	var names []string
	for _, entry := range entries {
		if root.Certificate != nil && entry.Certificate.Equal(root.Certificate) {
			names = append(names, entry.Alias)
		}
	}
	return names
}

func (s *javaStore) Status(ctx context.Context, root Root) Reading {
	entries, err := s.entries(ctx, false)
	if err != nil {
		return Reading{State: Unreadable, Finding: s.unreadable(root, err)}
	}
	if names := aliases(entries, root); len(names) > 0 {
		return Reading{State: Trusted, Detail: s.foreign(names, root)}
	}
	if s.leader == "" && s.machine.readOnly(filepath.Dir(s.cacerts)) {
		return Reading{State: Unsupported, Finding: s.readOnly(root, nil)}
	}
	return Reading{State: Absent}
}

// foreign names an entry with the root that is neither ours nor the system's.
func (s *javaStore) foreign(names []string, root Root) string {
	if s.leader != "" && (s.cacerts != resolved(debianJavaStore) || !exists(debianJavaHook)) {
		return "" // p11-kit makes names of its own from the subject
	}
	for _, alias := range names {
		if alias != "" && !strings.Contains(alias, root.fileName()) {
			return s.cacerts + " has it as " + alias
		}
	}
	return ""
}

// Certificates lists the roots in the store. Those that were added cannot be told
// from the vendor's, so all are listed.
func (s *javaStore) Certificates(ctx context.Context) ([]*x509.Certificate, error) {
	entries, err := s.entries(ctx, false)
	var all []*x509.Certificate
	for _, entry := range entries {
		all = append(all, entry.Certificate)
	}
	return all, err
}

func (s *javaStore) Plan(ctx context.Context, root Root, action Action) []Step {
	if s.leader != "" {
		return nil
	}
	names := []string{root.fileName()}
	if action == Uninstall {
		entries, err := s.entries(ctx, true)
		if err == nil && root.Certificate != nil {
			names = aliases(entries, root)
		}
	}
	common := []string{"-keystore", s.cacerts}
	if _, err := s.read(javaPassword); !errors.Is(err, keystore.ErrPassword) {
		common = append(common, "-storepass", javaPassword) // otherwise it asks
	}
	var steps []Step
	asRoot := !s.machine.mayWrite(s.cacerts) && s.machine.GOOS != "windows"
	for _, alias := range names {
		why, argv := "add the root to "+s.cacerts, []string{s.keytool(), "-importcert", "-noprompt", "-file", root.Path}
		if action == Uninstall {
			why, argv = "remove the root from "+s.cacerts, []string{s.keytool(), "-delete"}
		}
		argv = append(append(argv, "-alias", alias), common...)
		steps = append(steps, Step{Why: why, Argv: argv, AsRoot: asRoot, Runs: writePrograms()})
	}
	return steps
}

func (s *javaStore) Apply(ctx context.Context, root Root, action Action) error {
	steps := s.Plan(ctx, root, action)
	if s.machine.GOOS == "windows" && !s.machine.mayWrite(s.cacerts) {
		return s.needsAdministrator(steps)
	}
	if slices.ContainsFunc(steps, func(step Step) bool { return step.AsRoot }) {
		if err := s.machine.mayBecomeRoot(ctx, action.words()+" "+s.cacerts, steps); err != nil {
			return err
		}
	}
	data, err := s.changed(ctx, root, action)
	if errors.Is(err, keystore.ErrPassword) {
		return s.otherPassword(err, steps)
	}
	if err != nil || data == nil {
		return err
	}
	return s.explain(root, s.machine.write(ctx, s.cacerts, data, 0o644))
}

// changed gives the bytes of the store after the change, or nil when there is
// nothing to do.
func (s *javaStore) changed(ctx context.Context, root Root, action Action) ([]byte, error) {
	entries, err := s.entries(ctx, false)
	if err != nil || len(aliases(entries, root)) > 0 == (action == Install) {
		return nil, err
	}
	password := javaPassword
	store, err := s.read(password)
	if errors.Is(err, keystore.ErrPassword) {
		if password, store, err = s.ask(ctx, err); err != nil {
			return nil, err
		}
	}
	if err == nil && action == Install {
		err = store.Add(root.fileName(), root.Certificate)
	} else if err == nil {
		store.Remove(root.Certificate)
	}
	var data []byte
	if err == nil {
		data, err = store.Bytes(password)
	}
	if errors.Is(err, keystore.ErrForeign) {
		return s.byKeytool(ctx, root, action)
	}
	return data, err
}

// ask asks the person for the store's own password, where somebody can be asked.
func (s *javaStore) ask(ctx context.Context, refused error) (string, *keystore.Store, error) {
	for range passwordAttempts {
		if s.machine.Password == nil {
			break
		}
		password, err := s.machine.Password(ctx, "the password of "+s.cacerts)
		if err != nil || password == "" {
			break
		}
		if store, err := s.read(password); !errors.Is(err, keystore.ErrPassword) {
			return password, store, err
		}
	}
	return "", nil, refused
}

// Keeps lists the store: a change writes the entries in another order.
func (s *javaStore) Keeps() []string { return []string{s.cacerts} }
