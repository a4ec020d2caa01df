package trust

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tailscale/hujson"

	"devca/diag"
)

// firefoxPolicy is the policies.json of a Firefox or a relative. At every start
// the browser imports what Certificates.Install names into the profile in use,
// also into one that it makes then. It never takes that out again: when a root
// is uninstalled, policies come first and the databases of profiles after them
// (Change.Run does it so), because a browser that starts in between would
// import the root once more.
//
// What was measured with Firefox ESR 153: /etc/firefox/policies/policies.json
// hides distribution/policies.json in the installation's folder entirely, even
// when it is empty or broken. Comments, a comma after the last element and a
// byte order mark each make it ignore the whole file. Of two members with the
// same name the last counts. An element that is no string, or names a file that
// is missing, is passed over. A file may hold one certificate, PEM or DER, and
// nothing else.
type firefoxPolicy struct {
	machine *Machine
	browser string // its program
	place   string // policies.json
	system  string // the policies.json that hides the others, perhaps the same
}

func (s *firefoxPolicy) About() About {
	return About{
		ID: "policy:" + s.place, Kind: KindPolicy, Title: s.browser + " policy (" + s.place + ")", Place: s.place,
		Clients: []string{s.browser}, Privileged: !s.machine.owns(s.place),
	}
}

// copyPrefix begins the names of the files that policies of ours name.
const copyPrefix = "devca-"

// copyOf is the file with the root: beside policies.json, where every user may
// read it, a snap's confinement lets the browser read it, and it outlives the
// CA's directory. The name is the root's alone: serial numbers are not, once
// roots of others are installed.
func (s *firefoxPolicy) copyOf(root Root) string {
	name := "ROOT"
	if root.Certificate != nil {
		name = root.Fingerprint()[:16]
	}
	return filepath.Join(filepath.Dir(s.place), copyPrefix+name+".pem")
}

// read parses the file and finds the list; both are nil when the file, or the
// list in it, is not there.
func (s *firefoxPolicy) read() (root *hujson.Value, install *hujson.Value, err error) {
	data, _, err := readSmall(s.place)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if root, err = parseStrictPolicy(data); err != nil {
		return nil, nil, err
	}
	install, err = installList(root)
	if err != nil {
		return nil, nil, err
	}
	return root, install, nil
}

// installList finds the list in a file, or nothing.
func installList(root *hujson.Value) (*hujson.Value, error) {
	if root == nil {
		return nil, nil
	}
	value, path := root, ""
	for _, name := range []string{"policies", "Certificates", "Install"} {
		if value = member(value, name); value == nil {
			return nil, nil
		}
		path += "." + name
		want, form := hujson.Kind('{'), "an object"
		if name == "Install" {
			want, form = '[', "an array"
		}
		if value.Value.Kind() != want {
			return nil, errPolicy{path[1:] + " is not " + form}
		}
	}
	return value, nil
}

// certificateFolders is where Firefox looks for a file without a folder.
func (s *firefoxPolicy) certificateFolders() []string {
	return []string{
		filepath.Join(s.machine.Account.Home, ".mozilla/certificates"),
		"/usr/lib/mozilla/certificates", "/usr/lib64/mozilla/certificates",
	}
}

// installed reads the certificate that an element of the list stands for.
func (s *firefoxPolicy) installed(entry string) (certificate *x509.Certificate, readable bool) {
	paths := []string{entry}
	if !filepath.IsAbs(entry) {
		paths = nil
		for _, folder := range s.certificateFolders() {
			paths = append(paths, filepath.Join(folder, entry))
		}
	}
	for _, path := range paths {
		data, info, err := readSmall(path)
		if err != nil {
			continue
		}
		if certificate := onlyCertificate(data); certificate != nil {
			return certificate, s.machine.readableByPerson(info)
		}
	}
	return nil, false
}

// onlyCertificate parses a file of one certificate, PEM or DER.
func onlyCertificate(data []byte) *x509.Certificate {
	trimmed := bytes.TrimSpace(data)
	if bytes.HasPrefix(trimmed, []byte("-----BEGIN CERTIFICATE-----")) {
		block, rest := pem.Decode(trimmed)
		if block == nil || len(rest) > 0 {
			return nil
		}
		data = block.Bytes
	}
	certificate, err := x509.ParseCertificate(data)
	if err != nil {
		return nil
	}
	return certificate
}

// entries gives the positions of the elements that stand for the root: those
// that name a file with it, and the one that names the copy that is to have it.
func (s *firefoxPolicy) entries(install *hujson.Value, root Root) []int {
	var at []int
	for i, entry := range texts(install) {
		certificate, _ := s.installed(entry)
		if entry == s.copyOf(root) || certificate != nil && certificate.Equal(root.Certificate) {
			at = append(at, i)
		}
	}
	return at
}

func (s *firefoxPolicy) Status(_ context.Context, root Root) Reading {
	_, install, err := s.read()
	if _, broken := errors.AsType[errPolicy](err); broken {
		return s.invalid(err)
	}
	if err != nil {
		return unreadable(s, err)
	}
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	list := texts(install)
	detail := ""
	for _, at := range s.entries(install, root) {
		certificate, readable := s.installed(list[at])
		switch {
		case certificate == nil || !certificate.Equal(root.Certificate):
			detail = list[at] + " does not have the root"
		case !readable:
			detail = "the browser may not read " + list[at]
		case list[at] == s.copyOf(root):
			return s.counts(Reading{State: Trusted})
		default:
			return s.counts(Reading{State: Trusted, Detail: "through " + list[at]})
		}
	}
	if detail == "" && exists(s.copyOf(root)) {
		detail = s.place + " does not name " + s.copyOf(root)
	}
	if detail != "" {
		return Reading{State: Untrusted, Detail: detail}
	}
	return Reading{State: Absent}
}

// counts makes sure that the browser reads the file.
func (s *firefoxPolicy) counts(reading Reading) Reading {
	if s.place != s.system && exists(s.system) {
		return Reading{State: Untrusted, Detail: "the browser reads " + s.system + " instead"}
	}
	if _, info, err := readSmall(s.place); err == nil && !s.machine.readableByPerson(info) {
		return Reading{State: Untrusted, Detail: "the browser may not read " + s.place}
	}
	return reading
}

func (s *firefoxPolicy) invalid(err error) Reading {
	return Reading{State: Unreadable, Finding: diag.New(diag.PolicyInvalid, s.place+" is no policy file that "+s.browser+" reads").From(err).
		Because("the browser ignores it, and devca does not change what it cannot put back").
		Fix("see where it is wrong, and have whoever wrote it mend it", diag.CommandLine("python3", "-m", "json.tool", s.place)).
		Fix("or set it aside and begin anew", s.machine.asRoot("mv", s.place, s.place+".broken")+" && "+s.machine.again(Install)+" --stores policy")}
}

// changed gives what policies.json is to be after the last of the changes, or
// nothing when that one leaves it as it is.
func (s *firefoxPolicy) changed(changes ...Planned) ([]byte, error) {
	document, _, err := s.read()
	var data []byte
	for _, change := range changes {
		if err != nil {
			return nil, err
		}
		data, err = s.edit(&document, change)
	}
	return data, err
}

// edit makes one change in the file, which may not be there.
func (s *firefoxPolicy) edit(document **hujson.Value, change Planned) ([]byte, error) {
	install, err := installList(*document)
	if err != nil {
		return nil, err
	}
	if change.Action == Uninstall {
		data := s.without(*document, install, change.Root)
		if data != nil && saysNothing(data) {
			*document = nil // it is removed
		}
		return data, nil
	}
	copied := s.copyOf(change.Root)
	if slices.Contains(texts(install), copied) {
		return nil, nil
	}
	if *document == nil {
		*document = &hujson.Value{Value: &hujson.Object{}, AfterExtra: hujson.Extra("\n")}
	}
	if err := addInstall(*document, copied); err != nil {
		return nil, err
	}
	return (*document).Pack(), nil
}

// without takes the root's elements out, and what is then empty above them.
func (s *firefoxPolicy) without(document, install *hujson.Value, root Root) []byte {
	at := s.entries(install, root)
	if len(at) == 0 {
		return nil
	}
	for _, i := range slices.Backward(at) {
		removeElement(install.Value.(*hujson.Array), i)
	}
	policies := member(document, "policies")
	if isEmpty(install) {
		removeMember(member(policies, "Certificates"), "Install")
	}
	if isEmpty(member(policies, "Certificates")) {
		removeMember(policies, "Certificates")
	}
	return document.Pack()
}

func (s *firefoxPolicy) Plan(ctx context.Context, root Root, action Action) []Step {
	return s.PlanAfter(ctx, nil, root, action)
}

// PlanAfter is the plan for when other changes were made by hand before.
func (s *firefoxPolicy) PlanAfter(_ context.Context, before []Planned, root Root, action Action) []Step {
	data, err := s.changed(append(slices.Clone(before), Planned{root, action})...)
	if err != nil {
		return nil
	}
	var steps []Step
	copied := s.copyOf(root)
	if action == Install {
		if missing := missingFolders(filepath.Dir(s.place)); len(missing) > 0 && len(before) == 0 {
			steps = append(steps, Step{Why: "make the folder of the browser's policies", Argv: append([]string{"mkdir", "-m", "0755"}, missing...)})
		}
		steps = append(steps, Step{Why: "copy the root to where every user may read it", Argv: []string{"install", "-m", "0644", root.Path, copied}, Runs: writePrograms()})
	}
	switch {
	case data == nil:
	case action == Install:
		steps = append(steps, replaceStep("name the root in the browser's policies, and leave the others as they are", s.place, data))
	case saysNothing(data):
		steps = append(steps, Step{Why: "remove the browser's policies, of which none is left", Argv: []string{"rm", "-f", s.place}, Runs: append(writePrograms(), "rm")})
	default:
		steps = append(steps, replaceStep("take the root out of the browser's policies, and leave the others as they are", s.place, data))
	}
	if action == Uninstall && exists(copied) {
		steps = append(steps, Step{Why: "remove the copy of the root", Argv: []string{"rm", "-f", copied}})
	}
	for i := range steps {
		steps[i].AsRoot = !s.machine.mayWrite(s.place)
	}
	return steps
}

func (s *firefoxPolicy) Apply(ctx context.Context, root Root, action Action) error {
	data, err := s.changed(Planned{root, action})
	if err != nil {
		return err
	}
	if _, info, err := readSmall(s.place); err == nil && action == Install && !s.machine.readableByPerson(info) {
		return diag.New(diag.TrustUnreadable, "the browser may not read "+s.place).
			Because("it is closed to the user as whom the browser runs, so no policy in it counts").
			Fix("let everybody read it, as it is meant to be", s.machine.asRoot("chmod", "a+r", s.place))
	}
	if steps := s.Plan(ctx, root, action); len(steps) > 0 && !s.machine.mayWrite(s.place) {
		if err := s.machine.mayBecomeRoot(ctx, action.words()+" the policy of "+s.browser, steps); err != nil {
			return err
		}
	}
	// The list names the copy only while it is there.
	if action == Install {
		if err := s.machine.makeFolders(ctx, filepath.Dir(s.place)); err != nil {
			return err
		}
		if err := s.machine.publish(ctx, s.copyOf(root), []byte(pemOf(root))); err != nil {
			return err
		}
	}
	if data != nil {
		if err := s.machine.write(ctx, s.place, data, 0o644); err != nil {
			return err
		}
	}
	if action == Install {
		return nil
	}
	return errors.Join(s.machine.remove(ctx, s.copyOf(root)), s.machine.removeStaged(ctx, s.copyOf(root)), s.machine.removeStaged(ctx, s.place))
}

// Certificates lists the roots that the browser imports.
func (s *firefoxPolicy) Certificates(context.Context) ([]*x509.Certificate, error) {
	_, install, err := s.read()
	if err != nil {
		return nil, err
	}
	var roots []*x509.Certificate
	for _, entry := range texts(install) {
		root, readable := s.installed(entry)
		if readable && !slices.ContainsFunc(roots, root.Equal) {
			roots = append(roots, root)
		}
	}
	return roots, nil
}

// Keeps lists policies.json: an administrator's file comes back to the byte.
func (s *firefoxPolicy) Keeps() []string { return []string{resolved(s.place)} }

// Creates lists the folders and policies.json.
func (s *firefoxPolicy) Creates() []string {
	created := missingFolders(filepath.Dir(s.place))
	if !exists(s.place) {
		created = append(created, s.place)
	}
	return created
}

// Discard removes policies.json if it was made for a root and says nothing any
// more, and the folders that were made for it, if they are empty.
func (s *firefoxPolicy) Discard(ctx context.Context, created []string) error {
	if slices.Contains(created, s.place) {
		if data, _, err := readSmall(s.place); err == nil && saysNothing(data) {
			if err := s.machine.remove(ctx, s.place); err != nil {
				return err
			}
		}
	}
	removeFolders(ctx, s.machine, created, s.place)
	return nil
}

// hasOurs tells whether there is a copy of ours, or policies.json names one.
func (s *firefoxPolicy) hasOurs() bool {
	_, install, _ := s.read()
	paths := append(texts(install), folders(filepath.Dir(s.place))...)
	return slices.ContainsFunc(paths, func(path string) bool {
		name := filepath.Base(path)
		return filepath.Dir(path) == filepath.Dir(s.place) && strings.HasPrefix(name, copyPrefix) && strings.HasSuffix(name, ".pem")
	})
}
