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

	"devca/diag"
)

// bundleStore is a file of certificates that some programs read instead of the
// system's: that of Homebrew, whose OpenSSL, curl and Python know no keychain.
type bundleStore struct {
	machine *Machine
	path    string // without links
}

// newBundleStore is the store of a file, by its path in a journal.
func newBundleStore(machine *Machine, path string) Store {
	return &bundleStore{machine: machine, path: path}
}

// findBundles lists the bundles of Homebrew. Its formula ca-certificates makes
// one, which others link to ("etc/openssl@3/cert.pem"); older versions have files
// of their own there.
func findBundles(machine *Machine) []Store {
	var stores []Store
	var known []string
	for _, prefix := range homebrewPrefixes(machine) {
		entries, err := os.ReadDir(filepath.Join(prefix, "etc"))
		if err != nil {
			continue
		}
		for _, entry := range entries {
			formula, _, _ := strings.Cut(entry.Name(), "@")
			if !slices.Contains([]string{"ca-certificates", "openssl", "libressl", "gnutls"}, formula) {
				continue
			}
			// A link that leads out of Homebrew is to a store that is somebody else's.
			path := filepath.Join(prefix, "etc", entry.Name(), "cert.pem")
			file := resolved(path)
			if exists(path) && strings.HasPrefix(file, resolved(prefix)+"/") && !slices.Contains(known, file) {
				known = append(known, file)
				stores = append(stores, newBundleStore(machine, file))
			}
		}
	}
	return stores
}

// homebrewPrefixes lists where Homebrew is: where it says itself ("brew
// shellenv"), above the brew on the PATH, and in the places of its installer,
// because sudo hides the first two. brew is not asked: it takes a second, and
// refuses to run as root.
func homebrewPrefixes(machine *Machine) []string {
	if machine.GOOS == "windows" {
		return nil
	}
	candidates := []string{
		machine.Getenv("HOMEBREW_PREFIX"), "/opt/homebrew", "/usr/local",
		"/home/linuxbrew/.linuxbrew", filepath.Join(machine.Account.Home, ".linuxbrew"),
	}
	if brew, err := machine.LookPath("brew"); err == nil {
		candidates = append(candidates, filepath.Dir(filepath.Dir(brew)))
	}
	var prefixes []string
	for _, prefix := range candidates {
		if filepath.IsAbs(prefix) && exists(filepath.Join(prefix, "bin/brew")) && !slices.Contains(prefixes, prefix) {
			prefixes = append(prefixes, prefix)
		}
	}
	return prefixes
}

func (s *bundleStore) About() About {
	return About{
		ID: "bundle:" + s.path, Kind: KindSystem, Title: "homebrew (" + s.path + ")", Place: s.path,
		Clients: []string{"homebrew-openssl", "homebrew-curl", "homebrew-python"}, Privileged: !s.machine.mayWrite(s.path),
	}
}

// read gives the file. One without any certificate is damaged, too.
func (s *bundleStore) read() ([]byte, error) {
	data, count, err := readBundle(s.path)
	if err == nil && count == 0 {
		return nil, damagedBundle(s.path, "no certificate is in it")
	}
	return data, err
}

// readBundle gives a file of certificates, and how many it has. One that ends
// within a certificate is damaged: OpenSSL loads nothing of such a file, and what
// is appended would be lost in it.
func readBundle(path string) (data []byte, count int, err error) {
	if data, err = readCertificates(path); err != nil {
		return nil, 0, err
	}
	blocks, whole := blocksOf(data)
	if !whole {
		return nil, 0, damagedBundle(path, "a certificate in it is cut off")
	}
	return data, len(blocks), nil
}

// cutOff tells a file of certificates that programs refuse as a whole, whatever
// it still has. A folder of files is not one.
func cutOff(path string) error {
	if strings.HasSuffix(path, "/") {
		return nil
	}
	_, _, err := readBundle(path)
	return err
}

func damagedBundle(path, why string) error {
	return &fs.PathError{Op: "read", Path: path, Err: errors.New(why)}
}

func (s *bundleStore) Status(_ context.Context, root Root) Reading {
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	data, err := s.read()
	if errors.Is(err, fs.ErrNotExist) {
		return Reading{State: Absent} // and so is Homebrew's formula
	}
	if err != nil {
		return s.unreadable(err)
	}
	blocks, _ := blocksOf(data)
	if slices.ContainsFunc(blocks, func(b block) bool { return bytes.Equal(b.der, root.Certificate.Raw) }) {
		return Reading{State: Trusted}
	}
	return Reading{State: Absent}
}

// unreadable names the command by which Homebrew makes its bundle anew.
func (s *bundleStore) unreadable(err error) Reading {
	reading := unreadable(s, err)
	if !errors.Is(err, fs.ErrPermission) {
		reading.Finding.Fixes = nil
		reading.Finding = reading.Finding.Fix("have Homebrew make it anew", anewByHomebrew().Line(false))
	}
	return reading
}

func anewByHomebrew() Step {
	return Step{Why: "have Homebrew make its bundle anew, without the root", Argv: []string{"brew", "postinstall", "ca-certificates"}}
}

// Certificates lists those that Homebrew's formula does not have itself. On a Mac
// it makes its bundle from the keychains, and there is nothing to compare with.
func (s *bundleStore) Certificates(context.Context) ([]*x509.Certificate, error) {
	prefix, _, _ := strings.Cut(s.path, "/etc/")
	own, err := certificatesIn(filepath.Join(prefix, "opt/ca-certificates/share/ca-certificates/cacert.pem"))
	if err != nil || s.machine.GOOS == "darwin" {
		return nil, nil
	}
	all, err := certificatesIn(s.path)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(c *x509.Certificate) bool { return slices.ContainsFunc(own, c.Equal) }), nil
}

// Keeps lists the file: its bytes come back.
func (s *bundleStore) Keeps() []string { return []string{s.path} }

func (s *bundleStore) Plan(_ context.Context, root Root, action Action) []Step {
	if action == Uninstall {
		return []Step{anewByHomebrew()}
	}
	text := "-----BEGIN CERTIFICATE-----…"
	if root.Certificate != nil {
		text = pemOf(root)
	}
	if data, err := s.read(); err == nil && data[len(data)-1] != '\n' {
		text = "\n" + text
	}
	return []Step{{
		Why: "add the root to the bundle", Argv: []string{"tee", "-a", s.path}, Stdin: text, AsRoot: !s.machine.mayWrite(s.path),
		Runs: writePrograms(),
	}}
}

func (s *bundleStore) Apply(ctx context.Context, root Root, action Action) error {
	if !s.machine.mayWrite(s.path) {
		if err := s.machine.mayBecomeRoot(ctx, action.words()+" "+s.path, s.Plan(ctx, root, action)); err != nil {
			return err
		}
	}
	data, err := s.read()
	if err != nil {
		return err
	}
	if action == Install {
		if data[len(data)-1] != '\n' {
			data = append(data, '\n')
		}
		data = append(data, pemOf(root)...)
	} else if data = without(data, root.Certificate.Raw); data == nil {
		return diag.New(diag.TrustStoreFailed, s.path+" has no other certificate than the root").
			Because("without any, programs would trust no server").Fix("have Homebrew make it anew", anewByHomebrew().Line(false))
	}
	return s.machine.write(ctx, s.path, data, 0o644)
}

// block is one certificate of a file, with where it stands.
type block struct {
	der        []byte
	begin, end int
}

const (
	certificateBegin = "-----BEGIN CERTIFICATE-----"
	certificateEnd   = "-----END CERTIFICATE-----"
)

// blocksOf finds the certificates of a file. It is not whole when one begins that
// does not end before the next.
func blocksOf(data []byte) (blocks []block, whole bool) {
	for at := 0; ; {
		begin := bytes.Index(data[at:], []byte(certificateBegin))
		if begin < 0 {
			return blocks, true
		}
		begin += at
		length := bytes.Index(data[begin:], []byte(certificateEnd))
		if length < 0 || bytes.Contains(data[begin+1:begin+length], []byte(certificateBegin)) {
			return blocks, false
		}
		at = begin + length + len(certificateEnd)
		decoded, _ := pem.Decode(data[begin:at])
		if decoded == nil {
			return blocks, false
		}
		for at < len(data) && (data[at] == '\r' || data[at] == '\n') {
			at++
			if data[at-1] == '\n' {
				break
			}
		}
		blocks = append(blocks, block{der: decoded.Bytes, begin: begin, end: at})
	}
}

// without gives the file without a certificate, and nil when nothing is left.
func without(data, der []byte) []byte {
	blocks, _ := blocksOf(data)
	var kept []byte
	at, others := 0, 0
	for _, b := range blocks {
		if !bytes.Equal(b.der, der) {
			others++
			continue
		}
		kept = append(kept, data[at:b.begin]...)
		at = b.end
	}
	if others == 0 {
		return nil
	}
	return append(kept, data[at:]...)
}
