package trust

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tailscale/hujson"

	"devca/diag"
)

// ownPolicy is the file that is devca's alone, in the folder of a browser.
const ownPolicy = "devca.json"

// chromiumPolicy is the folder of a Chromium's policies. It reads every file in
// managed/ and recommended/, whatever its name, picks changes up within 15
// seconds, and needs neither a database nor certutil. The price is root, and
// "managed by your organization" in the browser's menu.
type chromiumPolicy struct {
	machine *Machine
	browser string
	folder  string // above managed
}

func (s *chromiumPolicy) place() string { return filepath.Join(s.folder, "managed", ownPolicy) }

func (s *chromiumPolicy) About() About {
	return About{
		ID: "policy:" + s.place(), Kind: KindPolicy, Title: s.browser + " policy (" + s.place() + ")", Place: s.place(),
		Clients: []string{s.browser}, Privileged: !s.machine.owns(s.place()),
	}
}

func (s *chromiumPolicy) Status(_ context.Context, root Root) Reading {
	own, err := s.own()
	if _, broken := errors.AsType[errPolicy](err); broken {
		return s.invalid(err)
	}
	if err != nil {
		return unreadable(s, err)
	}
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	files := s.files()
	if value, path := effective(files, distrustPolicy); named(value, root.Certificate) {
		return Reading{State: Untrusted, Detail: path + " distrusts it"}
	}
	through, constrained := s.lookup(files, root.Certificate)
	switch {
	case through == s.place() && constrained != nil && !constrained.equal(constraintsOf(root.Certificate)):
		return Reading{State: Untrusted, Detail: s.place() + " has other constraints than the root"}
	case through == s.place():
		return Reading{State: Trusted}
	case through != "":
		return Reading{State: Trusted, Detail: "through " + through}
	case slices.ContainsFunc(rootsIn(own), root.Certificate.Equal):
		return Reading{State: Untrusted, Detail: s.superseded(files, own, root.Certificate)}
	}
	return Reading{State: Absent}
}

// lookup gives the file through which the browser trusts the root, and the
// constraints that it does so under.
func (s *chromiumPolicy) lookup(files []policyFile, root *x509.Certificate) (string, *constraints) {
	value, path := effective(files, constrainedPolicy)
	for _, entry := range constrainedElements(value) {
		if entry.Certificate == encoded(root) && entry.Constraints.usable() {
			return path, &entry.Constraints
		}
	}
	if value, path := effective(files, plainPolicy); named(value, root) {
		return path, nil
	}
	return "", nil
}

// superseded says why the browser does not go by what is in our file.
func (s *chromiumPolicy) superseded(files []policyFile, own *hujson.Value, root *x509.Certificate) string {
	if _, info, err := readSmall(s.place()); err == nil && !s.machine.readableByPerson(info) {
		return "the browser may not read " + s.place()
	}
	policy := constrainedPolicy
	if named(member(own, plainPolicy), root) {
		policy = plainPolicy
	}
	if _, path := effective(files, policy); path != s.place() {
		return path + " has " + policy + ", too, and the browser goes by one file only"
	}
	return s.place() + " has constraints that the browser refuses"
}

func (s *chromiumPolicy) invalid(err error) Reading {
	return Reading{State: Unreadable, Finding: diag.New(diag.PolicyInvalid, s.place()+" is no policy file that "+s.browser+" reads").From(err).
		Fix("remove it, which is devca's own, and make it again",
			s.machine.asRoot("rm", s.place())+" && "+s.machine.again(Install)+" --stores policy")}
}

// taken gives the files of others that have the policy. Ours would take its
// place there, and an organization's roots with it.
func (s *chromiumPolicy) taken(policy string) string {
	for _, file := range s.files() {
		if file.path != s.place() && member(file.root, policy) != nil {
			return file.path
		}
	}
	return ""
}

// composed makes our file with the roots that were in it and perhaps one more, or
// nothing when it need not be there. Other policies in it, which are not ours, stay.
func (s *chromiumPolicy) composed(file *hujson.Value, were []*x509.Certificate, added *x509.Certificate) ([]byte, error) {
	takenPlain, takenConstrained := s.taken(plainPolicy), s.taken(constrainedPolicy)
	var plain []string
	var limited []constrained
	roots := were
	if added != nil {
		roots = append(slices.Clone(were), added)
	}
	for _, root := range roots {
		limits := len(root.PermittedDNSDomains) > 0
		switch {
		case takenConstrained == "" && (limits || takenPlain != ""):
			limited = append(limited, constrained{encoded(root), constraintsOf(root)})
		case takenPlain == "":
			// The constraints that are in the certificate are enforced all the same.
			plain = append(plain, encoded(root))
		case root == added:
			return nil, s.conflict(takenPlain, takenConstrained)
		case named(member(file, plainPolicy), root):
			plain = append(plain, encoded(root)) // as it was
		default:
			limited = append(limited, constrained{encoded(root), constraintsOf(root)})
		}
	}
	removeMember(file, plainPolicy)
	removeMember(file, constrainedPolicy)
	object := file.Value.(*hujson.Object)
	var err error
	if len(plain) > 0 {
		err = layoutOf(object).addMember(object, plainPolicy, plain, 1)
	}
	if len(limited) > 0 {
		err = errors.Join(err, layoutOf(object).addMember(object, constrainedPolicy, limited, 1))
	}
	if err != nil || len(object.Members) == 0 {
		return nil, err
	}
	return append(bytes.TrimRight(file.Pack(), "\n"), '\n'), nil
}

func (s *chromiumPolicy) conflict(plain, limited string) error {
	return diag.New(diag.PolicyConflict, "other policy files of "+s.browser+" leave no place for a root").
		Because(fmt.Sprintf("it takes each policy from one file only, and %s has %s, %s has %s; a file of devca's would take their place",
			plain, plainPolicy, limited, constrainedPolicy)).
		Fix("add what this prints to "+plainPolicy+" in "+plain, `openssl x509 -in "$(devca ca path --root)" -outform der | base64 -w0`)
}

// changed gives what our file is to be after the changes before and this one, or
// nothing when it need not be there.
func (s *chromiumPolicy) changed(before []Planned, root Root, action Action) ([]byte, error) {
	file, err := s.own()
	if err != nil {
		return nil, err
	}
	roots := rootsIn(file)
	for _, change := range append(slices.Clone(before), Planned{root, Uninstall}) {
		roots = slices.DeleteFunc(roots, change.Root.Certificate.Equal)
		if change.Action == Install {
			roots = append(roots, change.Root.Certificate)
		}
	}
	if action == Install {
		return s.composed(file, roots, root.Certificate)
	}
	return s.composed(file, roots, nil)
}

func (s *chromiumPolicy) Plan(ctx context.Context, root Root, action Action) []Step {
	return s.PlanAfter(ctx, nil, root, action)
}

// PlanAfter is the plan for when other changes were made by hand before.
func (s *chromiumPolicy) PlanAfter(_ context.Context, before []Planned, root Root, action Action) []Step {
	if root.Certificate == nil {
		return []Step{s.step(Step{Why: "name the root in a policy of its own", Argv: []string{"install", "-m", "0644", "/dev/stdin", s.place()}, Runs: writePrograms()})}
	}
	data, err := s.changed(before, root, action)
	if err != nil {
		return nil
	}
	if len(data) > 0 {
		why := "name the root in a policy of its own"
		if action == Uninstall {
			why = "leave the other roots in the policy"
		}
		replace := s.step(replaceStep(why, s.place(), data))
		if len(before) > 0 {
			return []Step{replace}
		}
		return append(s.folderSteps(), replace)
	}
	if !exists(s.place()) && len(before) == 0 {
		return nil
	}
	return []Step{s.step(Step{Why: "remove the policy", Argv: []string{"rm", "-f", s.place()}})}
}

func (s *chromiumPolicy) step(step Step) Step {
	step.AsRoot = !s.machine.mayWrite(s.place())
	return step
}

func (s *chromiumPolicy) folderSteps() []Step {
	if missing := missingFolders(filepath.Dir(s.place())); len(missing) > 0 {
		return []Step{s.step(Step{Why: "make the folder of the browser's policies", Argv: append([]string{"mkdir", "-m", "0755"}, missing...)})}
	}
	return nil
}

// replaceStep is a file's new content as a command. It is set on one line, so
// that the command can be shown on one.
func replaceStep(why, path string, data []byte) Step {
	line, err := hujson.Minimize(slices.Clone(data))
	if err != nil {
		line = data
	}
	return Step{Why: why, Argv: []string{"install", "-m", "0644", "/dev/stdin", path}, Stdin: string(line) + "\n", Runs: writePrograms()}
}

func (s *chromiumPolicy) Apply(ctx context.Context, root Root, action Action) error {
	data, err := s.changed(nil, root, action)
	if err != nil {
		return err
	}
	if err := s.machine.removeStaged(ctx, s.place()); err != nil || len(data) == 0 && !exists(s.place()) {
		return err
	}
	steps := s.Plan(ctx, root, action)
	if !s.machine.mayWrite(s.place()) {
		if err := s.machine.mayBecomeRoot(ctx, action.words()+" the policy of "+s.browser, steps); err != nil {
			return err
		}
	}
	if len(data) == 0 {
		return s.machine.remove(ctx, s.place())
	}
	if err := s.machine.makeFolders(ctx, filepath.Dir(s.place())); err != nil {
		return err
	}
	return s.machine.publish(ctx, s.place(), data)
}

// Certificates lists the roots that the browser takes from policies.
func (s *chromiumPolicy) Certificates(context.Context) ([]*x509.Certificate, error) {
	var roots []*x509.Certificate
	for _, file := range s.files() {
		for _, root := range rootsIn(file.root) {
			through, _ := s.lookup(s.files(), root)
			if through == file.path && !slices.ContainsFunc(roots, root.Equal) {
				roots = append(roots, root)
			}
		}
	}
	return roots, nil
}

// Creates lists the folders and our file.
func (s *chromiumPolicy) Creates() []string {
	created := missingFolders(filepath.Dir(s.place()))
	if !exists(s.place()) {
		created = append(created, s.place())
	}
	return created
}

// Discard removes the folders that were made for our file, if they are empty;
// the file itself goes with the last root in it.
func (s *chromiumPolicy) Discard(ctx context.Context, created []string) error {
	removeFolders(ctx, s.machine, created, s.place())
	return nil
}

// removeFolders removes those of the created folders that are above the place
// and empty, innermost first.
func removeFolders(ctx context.Context, machine *Machine, created []string, place string) {
	for _, path := range slices.Backward(created) {
		if strings.HasPrefix(place, path+string(filepath.Separator)) {
			machine.removeFolder(ctx, path)
		}
	}
}
