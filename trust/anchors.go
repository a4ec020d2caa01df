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
	"strings"

	"devca/diag"
)

// anchorStore is the system store of Linux and FreeBSD: a folder for added
// roots, and a program that makes from it what clients read.
type anchorStore struct {
	machine *Machine
	library *inLibrary
	folder  string   // of the added roots
	ending  string   // of their names
	command []string // makes the bundles anew
	bundles []string // what clients read; the first that exists counts
	hook    bool     // Debian's links and Java hook, debian.go
}

// familyBundles gives for each folder of added roots what clients read. Go's own
// list of bundles is in crypto/x509/root_linux.go.
func familyBundles(folder string) []string {
	switch folder {
	case "/etc/pki/ca-trust/source/anchors": // Fedora, RHEL, Amazon
		return []string{"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/tls/certs/ca-bundle.crt"}
	case "/usr/local/share/ca-certificates": // Debian, Ubuntu, Alpine, Gentoo, Void
		return []string{"/etc/ssl/certs/ca-certificates.crt"}
	case "/usr/share/pki/trust/anchors": // SUSE
		return []string{"/var/lib/ca-certificates/ca-bundle.pem", "/etc/ssl/ca-bundle.pem"}
	case "/etc/ca-certificates/trust-source/anchors": // Arch
		return []string{"/etc/ca-certificates/extracted/tls-ca-bundle.pem", "/etc/ssl/certs/ca-certificates.crt"}
	case "/usr/local/etc/ssl/certs": // FreeBSD: clients read the hashed folder
		return []string{"/etc/ssl/certs"}
	}
	return []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"}
}

// newAnchorStore describes the store that the library would change.
func newAnchorStore(machine *Machine, library *inLibrary, template string, command []string) Store {
	if template == "" || len(command) == 0 || !onPath(machine, command[0]) {
		return unsupportedStore{machine}
	}
	folder, name := filepath.Split(template)
	folder = filepath.Clean(folder)
	return &anchorStore{
		machine: machine, library: library, folder: folder, command: command,
		ending:  strings.TrimPrefix(name, "%s"),
		bundles: familyBundles(folder),
		hook:    folder == "/usr/local/share/ca-certificates" && exists(debianJavaHook) && exists(debianJavaStore),
	}
}

// onPath looks also where programs for administrators are, which are not on
// everybody's PATH.
func onPath(machine *Machine, program string) bool {
	if _, err := machine.LookPath(program); err == nil {
		return true
	}
	return exists("/usr/sbin/"+program) || exists("/sbin/"+program)
}

func (s *anchorStore) About() About {
	return About{
		ID: "system", Kind: KindSystem, Title: "system (" + s.bundle() + ")", Place: s.bundle(),
		Clients:    []string{"curl", "wget", "git", "openssl", "go", "python", "ruby", "php"},
		Privileged: !s.machine.IsRoot,
	}
}

func (s *anchorStore) anchor(root Root) string {
	return filepath.Join(s.folder, root.fileName()+s.ending)
}

// bundle is what clients read.
func (s *anchorStore) bundle() string {
	for _, path := range s.bundles {
		if exists(path) {
			return path
		}
	}
	return s.bundles[0]
}

// Status looks for the certificate where clients look, and then where it came
// from: a root that was added and is not in the bundle is one that a failed
// update left behind.
func (s *anchorStore) Status(_ context.Context, root Root) Reading {
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	inBundle, err := contains(s.bundle(), root.Certificate)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unreadable(s, err)
	}
	added, err := contains(s.anchor(root), root.Certificate)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unreadable(s, err)
	}
	switch {
	case inBundle && added:
		return Reading{State: Trusted}
	case inBundle:
		return Reading{State: Trusted, Detail: s.otherSource(root)}
	case added:
		return Reading{State: Untrusted, Detail: s.anchor(root) + " is not in " + s.bundle()}
	}
	return Reading{State: Absent}
}

// otherSource says where a root in the bundle came from when not from us.
func (s *anchorStore) otherSource(root Root) string {
	entries, _ := os.ReadDir(s.folder)
	for _, entry := range entries {
		path := filepath.Join(s.folder, entry.Name())
		if found, _ := contains(path, root.Certificate); found {
			return "through " + path
		}
	}
	return s.anchor(root) + " is gone: the next " + s.command[0] + " drops the root"
}

func (s *anchorStore) Plan(_ context.Context, root Root, action Action) []Step {
	anchor := s.anchor(root)
	update := Step{Why: "make " + s.bundle() + " anew", Argv: s.command, AsRoot: true}
	if action == Install {
		return []Step{
			{Why: "add the root to " + s.folder, Argv: []string{"install", "-m", "0644", root.Path, anchor}, AsRoot: true},
			update,
		}
	}
	gone := append([]string{"rm", "-f", anchor}, s.debianLinks(root)...)
	steps := []Step{{Why: "remove the root and the links to it", Argv: gone, AsRoot: true}, update}
	if s.hook {
		steps = append(steps, s.hookStep(root, "-"))
	}
	return steps
}

func (s *anchorStore) Apply(ctx context.Context, root Root, action Action) error {
	steps := s.Plan(ctx, root, action)
	why := "add the root to the system store"
	if action == Uninstall {
		why = "remove the root from the system store"
	}
	if err := s.machine.mayBecomeRoot(ctx, why, steps); err != nil {
		return err
	}
	if err := s.missingFromPath(); err != nil {
		return err
	}
	if err := s.beforeLibrary(ctx, root, action); err != nil {
		return err
	}
	if err := s.library.changeSystem(ctx, root, action); err != nil {
		return err
	}
	return s.afterLibrary(ctx, root, action)
}

// missingFromPath explains the PATH that "su" without "-" leaves root with. sudo
// brings one of its own.
func (s *anchorStore) missingFromPath() error {
	if _, err := s.machine.LookPath(s.command[0]); err == nil || !s.machine.IsRoot {
		return nil
	}
	return diag.New(diag.TrustStoreFailed, s.command[0]+" is not on the PATH").
		Because(`it is in /usr/sbin, which "su" without "-" leaves out`).
		Fix("add the folder, then run the same command again", `export PATH="$PATH:/usr/sbin:/sbin"`)
}

// unsupportedStore stands for a system store that devca cannot change.
type unsupportedStore struct{ machine *Machine }

func (unsupportedStore) About() About {
	return About{ID: "system", Kind: KindSystem, Title: "system"}
}

func (s unsupportedStore) Status(_ context.Context, root Root) Reading {
	finding := diag.New(diag.TrustUnsupported, "the system store of this machine is not one that devca can change").
		Because("there is no update-ca-certificates, update-ca-trust or trust program")
	if exists("/etc/NIXOS") {
		finding = finding.Fix("declare the root in configuration.nix, then run nixos-rebuild switch",
			"security.pki.certificates = [ (builtins.readFile "+root.Path+") ];")
	} else {
		finding = finding.Fix("install the package ca-certificates, then run the same command again", "")
	}
	return Reading{State: Unsupported, Finding: finding}
}

func (unsupportedStore) Plan(context.Context, Root, Action) []Step { return nil }

func (unsupportedStore) Apply(context.Context, Root, Action) error { return nil }

// unreadable is the reading of a store that is there and cannot be read.
func unreadable(store Store, err error) Reading {
	finding := diag.New(diag.TrustUnreadable, "cannot read "+store.About().Title).From(err)
	if errors.Is(err, fs.ErrPermission) {
		finding = finding.Fix("look who may read it", "ls -ld "+diag.CommandLine(pathOf(err)))
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

// contains tells whether a file of PEM blocks, or a folder of such files, has
// exactly this certificate. A file that is cut short has what it still has.
func contains(path string, certificate *x509.Certificate) (bool, error) {
	info, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	if info.IsDir() {
		entries, err := os.ReadDir(path)
		for _, entry := range entries {
			if found, _ := contains(filepath.Join(path, entry.Name()), certificate); found && !entry.IsDir() {
				return true, nil
			}
		}
		return false, err
	}
	if !info.Mode().IsRegular() || info.Size() > maximumBundle {
		return false, &fs.PathError{Op: "read", Path: path, Err: errors.New("not a file of certificates")}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return false, nil
		}
		if bytes.Equal(block.Bytes, certificate.Raw) {
			return true, nil
		}
	}
}

// maximumBundle is far above any real one (0.2 MB) and keeps a foreign file from filling memory.
const maximumBundle = 64 << 20
