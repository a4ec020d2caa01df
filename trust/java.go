package trust

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"devca/diag"
	"devca/keystore"
)

// javaPassword is the password of every cacerts as delivered. It protects nothing.
const javaPassword = "changeit"

// javaStore is the trust store of one Java. It is read and written natively: a
// start of keytool takes most of a second. Only a store that would not be written
// as it was goes through that Java's own keytool.
type javaStore struct {
	machine *Machine
	home    string
	cacerts string // without symbolic links
	leader  string // ID of the store that the system makes this one from, or empty
}

// newJavaStore finds the file that the Java of a home folder reads: jssecacerts,
// where there is one, instead of cacerts (JSSE Reference Guide).
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

// javaLeader is the system store where the distribution makes the file from it:
// Debian with a hook, Fedora, SUSE and Arch with the update itself. An entry that
// was added past that would be gone after the next update, or survive a removal.
func javaLeader(machine *Machine, cacerts string) string {
	if machine.GOOS != "linux" {
		return ""
	}
	f, ok := findFamily(machine, systemNames())
	if !ok || !f.follows(cacerts) || f.folder == debianFolder && !exists(debianJavaHook) {
		return ""
	}
	return "system"
}

func (s *javaStore) About() About {
	return About{
		ID: "java:" + s.home, Kind: KindJava, Title: "java (" + s.machine.short(s.home) + ")", Place: s.cacerts,
		Clients: []string{"java"}, Follows: s.leader, Privileged: !s.machine.mayWrite(s.cacerts),
	}
}

// short writes the home folder as ~.
func (m *Machine) short(path string) string {
	if rest, ok := strings.CutPrefix(path, m.Account.Home+string(filepath.Separator)); ok && m.Account.Home != "" {
		return "~" + string(filepath.Separator) + rest
	}
	return path
}

// read reads the store.
func (s *javaStore) read() (*keystore.Store, error) { return readJava(s.cacerts) }

func readJava(path string) (*keystore.Store, error) {
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
	return keystore.Read(data, javaPassword)
}

func (s *javaStore) Status(_ context.Context, root Root) Reading {
	store, err := s.read()
	switch {
	case err != nil:
		return s.unreadable(err)
	case root.Certificate == nil:
		return Reading{State: Absent}
	}
	aliases := store.Aliases(root.Certificate)
	switch {
	case len(aliases) == 0:
		return Reading{State: Absent}
	case !store.Named():
		return Reading{State: Trusted}
	}
	return Reading{State: Trusted, Detail: s.foreign(aliases, root)}
}

// foreign names entries with the root that are not ours.
func (s *javaStore) foreign(aliases []string, root Root) string {
	for _, alias := range aliases {
		if !strings.Contains(alias, root.fileName()) {
			return s.cacerts + " has it as " + alias
		}
	}
	return ""
}

// unreadable says what to do about each way in which a store cannot be read.
func (s *javaStore) unreadable(err error) Reading {
	title := "cannot read " + s.About().Title
	switch {
	case errors.Is(err, keystore.ErrPassword):
		return Reading{State: Unreadable, Finding: diag.New(diag.JavaPassword, title+": its password is not "+javaPassword).From(err).
			Because("somebody gave the store a password of its own, which devca does not ask for").
			Fix("add the root yourself; keytool asks for the password", diag.CommandLine(s.keytool(), "-importcert", "-file", "root.pem", "-alias", "devca", "-keystore", s.cacerts))}
	case errors.Is(err, fs.ErrPermission):
		return Reading{State: Unreadable, Finding: diag.New(diag.TrustUnreadable, title).From(err).
			Fix("let everybody read it, as every Java must", Step{Argv: []string{"chmod", "a+r", s.cacerts}, AsRoot: true}.Line(s.machine.IsRoot))}
	}
	return Reading{State: Unreadable, Finding: diag.New(diag.JavaDamaged, title).From(err).
		Because("this Java trusts nobody as long as its store is damaged").
		Fix("install this Java again, or give it the store of another", diag.CommandLine("cp", "OTHER-JAVA/lib/security/cacerts", s.cacerts))}
}

// Certificates lists the roots that were added: those that another Java's store
// would not have cannot be told from the vendor's, so all are listed.
func (s *javaStore) Certificates(context.Context) ([]*x509.Certificate, error) {
	store, err := s.read()
	if err != nil {
		return nil, err
	}
	var all []*x509.Certificate
	for _, entry := range store.Entries() {
		all = append(all, entry.Certificate)
	}
	return all, nil
}

func (s *javaStore) keytool() string {
	name := "keytool"
	if s.machine.GOOS == "windows" {
		name = "keytool.exe"
	}
	for _, folder := range []string{"bin", filepath.Join("jre", "bin")} {
		if path := filepath.Join(s.home, folder, name); exists(path) {
			return path
		}
	}
	return name
}

func (s *javaStore) Plan(_ context.Context, root Root, action Action) []Step {
	if s.leader != "" {
		return nil
	}
	common := []string{"-keystore", s.cacerts, "-storepass", javaPassword, "-alias"}
	asRoot := !s.machine.mayWrite(s.cacerts)
	if action == Install {
		argv := append([]string{s.keytool(), "-importcert", "-noprompt", "-file", root.Path}, common...)
		return []Step{{Why: "add the root to " + s.cacerts, Argv: append(argv, root.fileName()), AsRoot: asRoot}}
	}
	aliases := []string{root.fileName()}
	if store, err := s.read(); err == nil && root.Certificate != nil && store.Named() {
		aliases = store.Aliases(root.Certificate)
	}
	var steps []Step
	for _, alias := range aliases {
		argv := append([]string{s.keytool(), "-delete"}, common...)
		steps = append(steps, Step{Why: "remove the root from " + s.cacerts, Argv: append(argv, alias), AsRoot: asRoot})
	}
	return steps
}

func (s *javaStore) Apply(ctx context.Context, root Root, action Action) error {
	steps := s.Plan(ctx, root, action)
	if slices.ContainsFunc(steps, func(step Step) bool { return step.AsRoot }) {
		if err := s.machine.mayBecomeRoot(ctx, action.words()+" "+s.cacerts, steps); err != nil {
			return err
		}
	}
	data, err := s.changed(ctx, root, action)
	if err != nil || data == nil {
		return err
	}
	return s.explain(s.machine.write(ctx, s.cacerts, data, 0o644))
}

// changed gives the bytes of the store after the change, or nil when there is
// nothing to do.
func (s *javaStore) changed(ctx context.Context, root Root, action Action) ([]byte, error) {
	store, err := s.read()
	if err != nil {
		return nil, err
	}
	has := len(store.Aliases(root.Certificate)) > 0
	switch {
	case has == (action == Install):
		return nil, nil
	case action == Install:
		err = store.Add(root.fileName(), root.Certificate)
	default:
		store.Remove(root.Certificate)
	}
	var data []byte
	if err == nil {
		data, err = store.Bytes(javaPassword)
	}
	if errors.Is(err, keystore.ErrForeign) {
		return s.byKeytool(ctx, root, action)
	}
	return data, err
}

// byKeytool has Java's own program change a copy.
func (s *javaStore) byKeytool(ctx context.Context, root Root, action Action) ([]byte, error) {
	folder, err := os.MkdirTemp("", "devca-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	original, err := os.ReadFile(s.cacerts)
	if err != nil {
		return nil, err
	}
	certificate, copied := filepath.Join(folder, "root.pem"), filepath.Join(folder, "cacerts")
	if err := errors.Join(os.WriteFile(copied, original, 0o600), os.WriteFile(certificate, []byte(pemOf(root)), 0o600)); err != nil {
		return nil, err
	}
	if err := errors.Join(s.machine.Account.Own(copied), s.machine.Account.Own(certificate), s.machine.Account.Own(folder)); err != nil {
		return nil, err
	}
	for _, step := range s.Plan(ctx, root, action) {
		argv := slices.Clone(step.Argv)
		argv[slices.Index(argv, s.cacerts)] = copied
		if at := slices.Index(argv, "-file"); at >= 0 {
			argv[at+1] = certificate
		}
		if _, err := s.machine.do(ctx, Command{Argv: argv, AsPerson: true}); err != nil {
			return nil, diag.New(diag.JavaKeytool, "keytool could not change "+s.About().Title).From(err).
				Because("this store has something that only Java's own program keeps, such as encryption of before 2021").
				Fix("see what it says when you run it yourself", step.Line(s.machine.IsRoot))
		}
	}
	return os.ReadFile(copied)
}

// explain tells a Java that is part of an image and cannot be changed at all.
func (s *javaStore) explain(err error) error {
	if err == nil || !errors.Is(err, syscall.EROFS) && !strings.Contains(err.Error(), "Read-only file system") {
		return err
	}
	return diag.New(diag.JavaReadOnly, s.About().Title+" is on a read-only file system").From(err).
		Because("it is part of an image, as in a snap").
		Fix("give its programs another Java's store", fmt.Sprintf("export JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=%s", "OTHER-JAVA/lib/security/cacerts"))
}

// Keeps lists the store: a change writes the entries in another order.
func (s *javaStore) Keeps() []string { return []string{s.cacerts} }

// brokenJava is a JAVA_HOME that leads nowhere: worth a line, because other
// tools pass over it silently.
type brokenJava struct{ home string }

func (s brokenJava) About() About {
	return About{ID: "java:" + s.home, Kind: KindJava, Title: "java (" + s.home + ")", Place: s.home, Clients: []string{"java"}}
}

func (s brokenJava) Status(context.Context, Root) Reading {
	return Reading{State: Unreadable, Finding: diag.New(diag.TrustJavaHome, "JAVA_HOME has no lib/security/cacerts: "+s.home).
		Because("it does not name the folder of a Java").
		Fix("name the folder above bin/java, or leave the variable out", "unset JAVA_HOME")}
}

func (brokenJava) Plan(context.Context, Root, Action) []Step { return nil }

func (brokenJava) Apply(context.Context, Root, Action) error { return nil }
