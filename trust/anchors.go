package trust

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"devca/diag"
)

// anchorStore is the system store of Linux and FreeBSD.
type anchorStore struct {
	family
	machine *Machine
	command []string // makes the bundles anew
	hook    bool     // Debian's Java hook, debian.go
}

// findAnchors is the system store of a Linux or FreeBSD.
func findAnchors(machine *Machine) Store {
	names := systemNames()
	if system, ok := findDeclared(names); ok {
		return declaredStore{system}
	}
	f, ok := findFamily(machine, names)
	if !ok {
		return unsupportedStore{}
	}
	command := f.update(machine)
	if command == nil {
		return unsupportedStore{because: f.updates[0][0] + " is not installed", install: machine.Line(Step{Argv: f.missing, AsRoot: true})}
	}
	return &anchorStore{
		family: f, machine: machine, command: command,
		hook: f.folder == debianFolder && exists(debianJavaHook) && exists(debianJavaStore),
	}
}

// anchorClients are programs that take their roots from the system.
func anchorClients() []string {
	return []string{"curl", "wget", "git", "openssl", "go", "python", "ruby", "php"}
}

func (s *anchorStore) About() About {
	return About{
		ID: "system", Kind: KindSystem, Title: "system (" + s.bundle() + ")", Place: s.bundle(),
		Clients: anchorClients(), Privileged: true,
	}
}

func (s *anchorStore) anchor(root Root) string {
	return filepath.Join(s.folder, root.fileName()+s.ending)
}

// Status looks for the certificate where clients look, and then where it came
// from: a root that was added and is not in the bundle is one that a failed
// update left behind.
func (s *anchorStore) Status(_ context.Context, root Root) Reading {
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	inBundle, err := contains(s.bundle(), root.Certificate)
	if err == nil {
		err = cutOff(s.bundle())
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s.unreadable(err)
	}
	sources, err := s.sources(root)
	if err != nil {
		return s.unreadable(err)
	}
	switch {
	case inBundle && slices.Equal(sources, []string{s.anchor(root)}):
		return Reading{State: Trusted}
	case inBundle && len(sources) > 0:
		return Reading{State: Trusted, Detail: "through " + strings.Join(sources, ", ")}
	case inBundle:
		return Reading{State: Trusted, Detail: "the next " + s.command[0] + " drops it: it is not in " + s.folder}
	case len(sources) > 0:
		return Reading{State: Untrusted, Detail: sources[0] + " is not in " + s.bundle()}
	}
	return Reading{State: Absent}
}

// unreadable names the command that makes a bundle anew, which is what mends it.
func (s *anchorStore) unreadable(err error) Reading {
	reading := unreadable(s, err)
	if pathOf(err) == s.bundle() && !errors.Is(err, fs.ErrPermission) {
		again := []Step{
			{Argv: []string{"rm", "-rf", s.bundle()}, AsRoot: true},
			{Argv: s.command, AsRoot: true},
		}
		reading.Finding.Fixes = nil
		reading.Finding = reading.Finding.Fix("have the system make it anew", joinSteps(again, s.machine.IsRoot))
	}
	return reading
}

// sources lists the files of added roots that have the certificate. They are
// found by content: a person or an earlier version may have given other names.
func (s *anchorStore) sources(root Root) ([]string, error) {
	if root.Certificate == nil {
		return nil, nil
	}
	entries, err := os.ReadDir(s.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var found []string
	for _, entry := range entries {
		path := filepath.Join(s.folder, entry.Name())
		has, err := contains(path, root.Certificate)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && path == s.anchor(root) {
			return nil, err
		}
		if has {
			found = append(found, path)
		}
	}
	return found, nil
}

// Certificates lists the roots that were added to those of the distribution.
func (s *anchorStore) Certificates(context.Context) ([]*x509.Certificate, error) {
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	var all []*x509.Certificate
	for _, entry := range entries {
		found, _ := certificatesIn(filepath.Join(s.folder, entry.Name()))
		all = append(all, found...)
	}
	return all, nil
}

func (s *anchorStore) Plan(_ context.Context, root Root, action Action) []Step {
	update := Step{Why: "make " + s.bundle() + " anew", Argv: s.command, AsRoot: true}
	if s.inStep(root) {
		update.Runs = s.updatePrograms(root, action)
	}
	if action == Install {
		steps := []Step{{Why: "add the root to " + s.folder, Argv: []string{"install", "-m", "0644", root.Path, s.anchor(root)}, AsRoot: true, Runs: writePrograms()}, update}
		if missing := missingFolders(s.folder); len(missing) > 0 {
			steps = slices.Insert(steps, 0, Step{Why: "make the folder of added roots", Argv: []string{"mkdir", "-p", s.folder}, AsRoot: true})
		}
		return steps
	}
	if root.Certificate == nil {
		return nil
	}
	gone, _ := s.sources(root)
	gone = append(gone, s.links(root)...)
	if len(gone) == 0 {
		gone = []string{s.anchor(root)}
	}
	steps := []Step{{Why: "remove the root and the links to it", Argv: append([]string{"rm", "-f"}, gone...), AsRoot: true}, update}
	if s.hook {
		steps = append(steps, s.hookStep("-"+debianLink(root)))
	}
	return steps
}

func (s *anchorStore) Apply(ctx context.Context, root Root, action Action) error {
	if err := s.machine.mayBecomeRoot(ctx, action.words()+" the system store", s.Plan(ctx, root, action)); err != nil {
		return err
	}
	change := s.add
	if action == Uninstall {
		change = s.takeAway
	}
	defer alone(ctx, filepath.Dir(s.bundle()))()
	inStep := s.inStep(root)
	if err := change(ctx, root); err != nil {
		return s.explain(root, err)
	}
	if err := s.update(ctx, root, action, inStep); err != nil {
		return err
	}
	s.tellJava(ctx, root, action)
	return nil
}

func (s *anchorStore) add(ctx context.Context, root Root) error {
	if err := s.dropDangling(ctx, root); err != nil {
		return err
	}
	if err := s.machine.makeFolders(ctx, s.folder); err != nil {
		return err
	}
	return s.machine.write(ctx, s.anchor(root), []byte(pemOf(root)), 0o644)
}

// takeAway deletes the files that have the certificate, and the links to them
// that the update would leave dangling.
func (s *anchorStore) takeAway(ctx context.Context, root Root) error {
	// What an installation that was killed has staged there, of which it may have
	// written nothing yet.
	if err := s.machine.removeStaged(ctx, s.anchor(root)); err != nil {
		return err
	}
	sources, err := s.sources(root)
	if err != nil {
		return err
	}
	links := s.links(root)
	for _, path := range sources {
		if all, err := certificatesIn(path); err == nil && len(all) > 1 {
			return diag.New(diag.TrustStoreFailed, path+" has the root and other certificates").
				Because("devca does not take apart what others put together").
				Fix("edit the file, then have the system read it", "sudo ${EDITOR:-vi} "+diag.CommandLine(path)+" && "+Step{Argv: s.command, AsRoot: true}.Line(s.machine.IsRoot))
		}
	}
	gone := append(sources, links...)
	if len(gone) == 0 {
		return nil
	}
	return s.machine.step(ctx, Step{Argv: append([]string{"rm", "-f"}, gone...), AsRoot: true})
}

// explain tells a system whose files cannot be changed while it runs.
func (s *anchorStore) explain(root Root, err error) error {
	if !errors.Is(err, syscall.EROFS) && !strings.Contains(err.Error(), "Read-only file system") {
		return err
	}
	return diag.New(diag.TrustUnsupported, s.folder+" is on a read-only file system").From(err).
		Because("this system is an image that is changed where it is built").
		Fix("put these lines into the file that the image is built from, with the root beside it",
			"COPY "+filepath.Base(root.Path)+" "+s.anchor(root)+` \n RUN `+strings.Join(s.command, " "))
}

// Creates lists the folder of added roots where the distribution ships none.
func (s *anchorStore) Creates() []string { return missingFolders(s.folder) }

// Discard removes it again.
func (s *anchorStore) Discard(ctx context.Context, created []string) error {
	for _, folder := range slices.Backward(created) {
		if folder == s.folder || strings.HasPrefix(s.folder, folder+"/") {
			s.machine.removeFolder(ctx, folder)
		}
	}
	return nil
}

// unsupportedStore stands for a system store that devca cannot change.
type unsupportedStore struct{ because, install string }

func (unsupportedStore) About() About {
	return About{ID: "system", Kind: KindSystem, Title: "system"}
}

func (s unsupportedStore) Status(context.Context, Root) Reading {
	finding := diag.New(diag.TrustUnsupported, "the system store of this machine is not one that devca can change")
	if s.install != "" {
		finding = finding.Because(s.because).Fix("install it, then run the same command again", s.install)
	} else {
		finding = finding.Because("/etc/os-release names no system that devca knows, and there is no update-ca-certificates, update-ca-trust, trust or certctl").
			Fix("install the package ca-certificates, then run the same command again", "")
	}
	return Reading{State: Unsupported, Finding: finding}
}

func (unsupportedStore) Plan(context.Context, Root, Action) []Step { return nil }

func (unsupportedStore) Apply(context.Context, Root, Action) error { return nil }

// unreadable is the reading of a store that is there and cannot be read.
func unreadable(store Store, err error) Reading {
	finding := diag.New(diag.TrustUnreadable, "cannot read "+store.About().Title).From(err)
	if errors.Is(err, fs.ErrPermission) {
		finding = finding.Because("programs that run as you cannot read it either").
			Fix("let everybody read it, as it is meant to be", "sudo "+diag.CommandLine("chmod", "a+rX", pathOf(err)))
	} else {
		finding = finding.Fix("put it back from a backup, or have its owner make it anew; then run the same command again", "")
	}
	return Reading{State: Unreadable, Finding: finding}
}

func pathOf(err error) string {
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		return failure.Path
	}
	return "."
}

// contains tells whether a file of PEM blocks has exactly this certificate, or,
// where the path ends in a slash, a folder of such files. A file that is cut
// short has what it still has; cutOff tells such a file.
func contains(path string, certificate *x509.Certificate) (bool, error) {
	if strings.HasSuffix(path, "/") {
		entries, err := os.ReadDir(path)
		for _, entry := range entries {
			if found, _ := contains(path+entry.Name(), certificate); found {
				return true, nil
			}
		}
		return false, err
	}
	found := false
	err := eachBlock(path, func(der []byte) bool {
		found = bytes.Equal(der, certificate.Raw)
		return !found
	})
	return found, err
}

// certificatesIn gives the certificates of a file of PEM blocks.
func certificatesIn(path string) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	err := eachBlock(path, func(der []byte) bool {
		if certificate, err := x509.ParseCertificate(der); err == nil {
			all = append(all, certificate)
		}
		return true
	})
	return all, err
}

// eachBlock calls f with each PEM block of the file until it says no.
func eachBlock(path string, f func(der []byte) bool) error {
	data, err := readCertificates(path)
	if err != nil {
		return err
	}
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil || !f(block.Bytes) {
			return nil
		}
	}
}

// readCertificates reads a file that may be anything: a pipe would never end, and a
// foreign file fill memory.
func readCertificates(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maximumBundle {
		return nil, damagedBundle(path, "not a file of certificates")
	}
	return os.ReadFile(path)
}

// maximumBundle is far above any real one (0.2 MB).
const maximumBundle = 64 << 20
