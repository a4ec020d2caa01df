package ca

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/youmark/pkcs8"

	"devca/certs"
	"devca/diag"
	"devca/internal/atomicfile"
)

// Options decide what a new authority is. The zero value makes the default.
type Options struct {
	Permit        []string  // DNS subtrees to permit besides the default ones
	Unconstrained bool      // permit every name, as mkcert does
	Passphrase    []byte    // if set, the root's key is kept, encrypted with it
	Now           time.Time // zero means the system's clock
}

func (o Options) now() time.Time {
	if o.Now.IsZero() {
		return time.Now()
	}
	return o.Now
}

// lifetime of a root and its issuing CA: mkcert's and most teams' ten years.
const lifetime = 10 * 365 * 24 * time.Hour

// backdate lets clients with a slow clock (virtual machines after sleep) accept
// a certificate at once.
const backdate = time.Hour

// OpenOrCreate opens the authority, or creates it where there is none. Of
// several processes that come first at once, one creates and all open the same.
func (d *Dir) OpenOrCreate(options Options) (a *Authority, created bool, err error) {
	a, err = d.Open()
	if code(err) != diag.CANone {
		return a, false, err
	}
	if err := d.ensure(); err != nil {
		return nil, false, err
	}
	unlock, err := d.lock()
	if err != nil {
		return nil, false, err
	}
	defer unlock()
	a, err = d.Open()
	if code(err) != diag.CANone {
		return a, false, err
	}
	if a, err = d.recover(); a != nil || err != nil {
		return a, false, err
	}
	a, err = d.create(options)
	return a, err == nil, err
}

// Rotate makes a new authority the current one. The old stays on record, so
// that uninstall can take it out of the trust stores.
func (d *Dir) Rotate(options Options) (*Authority, error) {
	if err := d.ensure(); err != nil {
		return nil, err
	}
	unlock, err := d.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	return d.create(options)
}

func code(err error) diag.Code {
	if failure, ok := errors.AsType[*diag.Error](err); ok {
		return failure.Code
	}
	return ""
}

// recover finishes what was cut short between the two renames of create, or
// puts back a root.pem that was deleted. It gives nil where there is nothing.
func (d *Dir) recover() (*Authority, error) {
	ids, err := d.authorityIDs()
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	if len(ids) > 1 {
		return nil, d.damaged("root.pem is missing, and it says which root is the current one").
			Because(fmt.Sprintf("there are %d", len(ids))).
			Fix("choose one", diag.CommandLine("cp", d.authorityPath(ids[0], rootFile), d.RootPath())).
			Fix("or make a new one", "devca ca rotate")
	}
	root, err := readCertificates(d.authorityPath(ids[0], rootFile))
	if err != nil {
		return nil, d.unusable("the root certificate cannot be read", err)
	}
	a, err := d.load(ids[0], root[0])
	if err != nil {
		return nil, err
	}
	return a, d.makeCurrent(a)
}

// create makes a root and, under it, the issuing CA. The root's key lives in
// this function only, unless a passphrase to keep it is given.
func (d *Dir) create(options Options) (*Authority, error) {
	var subtrees []string
	if !options.Unconstrained {
		var err error
		if subtrees, err = permitted(options.Permit); err != nil {
			return nil, err
		}
	}
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := options.now()
	root, err := signCA(caTemplate("devca root", now, subtrees, 1), nil, rootKey.Public(), rootKey)
	if err != nil {
		return nil, err
	}
	a, err := issuingBelow(root, rootKey, now, subtrees)
	if err != nil {
		return nil, err
	}
	if a.rootCRL, err = rootRevocationList(root, rootKey); err != nil {
		return nil, err
	}
	var kept crypto.Signer
	if len(options.Passphrase) > 0 {
		kept = rootKey
	}
	return a, d.store(a, kept, options.Passphrase)
}

// rootRevocationList signs the one list that the root ever gives out, empty and
// good for the root's whole life. nginx, HAProxy and openssl -crl_check_all want a
// list of every CA in the chain, and the root's key is gone in a moment.
func rootRevocationList(root *x509.Certificate, rootKey crypto.Signer) ([]byte, error) {
	return x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: root.NotBefore, NextUpdate: root.NotAfter,
	}, root, rootKey)
}

// issuingBelow makes an issuing CA under a root. Why one at all: the root's key
// can then be forgotten, and Java, which ignores constraints, expiry and path
// length on a trust anchor, enforces them on an intermediate.
func issuingBelow(root *x509.Certificate, rootKey crypto.Signer, now time.Time, subtrees []string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := caTemplate("devca issuing", now, subtrees, 0)
	// RFC 5280, 4.2.1.12: what stands here bounds every leaf below, so a stolen
	// issuing key signs no code and no time stamps.
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageEmailProtection}
	if template.NotAfter.After(root.NotAfter) {
		template.NotAfter = root.NotAfter
	}
	issuing, err := signCA(template, root, key.Public(), rootKey)
	if err != nil {
		return nil, err
	}
	id, err := shortID(root.PublicKey)
	if err != nil {
		return nil, err
	}
	return &Authority{ID: id, Root: root, Issuing: issuing, Chain: []*x509.Certificate{issuing}, signer: key}, nil
}

// caTemplate is a CA certificate after RFC 5280, 4.2.1.3, 4.2.1.9 and 4.2.1.10:
// key usage, basic and name constraints are critical. Only DNS names are
// constrained: BoringSSL's verifier refuses an IP name below IP constraints.
func caTemplate(kind string, now time.Time, subtrees []string, pathLength int) *x509.Certificate {
	return &x509.Certificate{
		// The key's id is added by signCA; no user or host name goes in.
		Subject:                     pkix.Name{Organization: []string{"devca development CA"}, CommonName: kind},
		NotBefore:                   now.Add(-backdate).UTC().Truncate(time.Second),
		NotAfter:                    now.Add(lifetime).UTC().Truncate(time.Second),
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLen:                  pathLength,
		MaxPathLenZero:              pathLength == 0,
		PermittedDNSDomainsCritical: len(subtrees) > 0,
		PermittedDNSDomains:         subtrees,
	}
}

// signCA completes and signs a CA certificate; parent nil means self-signed. The
// common name ends with the key's id, so that no two CAs share a name: OpenSSL
// picks the wrong one of two roots with equal subjects.
func signCA(template, parent *x509.Certificate, public crypto.PublicKey, signer crypto.Signer) (*x509.Certificate, error) {
	id, err := certs.KeyID(public)
	if err != nil {
		return nil, err
	}
	template.Subject.CommonName += fmt.Sprintf(" %x", id[:4])
	template.SubjectKeyId = id
	if template.SerialNumber, err = newSerial(); err != nil {
		return nil, err
	}
	if parent == nil {
		parent = template
		template.AuthorityKeyId = id
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return nil, fmt.Errorf("signing the CA certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// store writes the authority's folder, complete, under its final name, and then
// makes it the current one. It never touches an existing folder.
func (d *Dir) store(a *Authority, rootKey crypto.Signer, passphrase []byte) error {
	parent := filepath.Join(d.path, authoritiesDir)
	if err := os.Mkdir(parent, 0o700); err == nil {
		if err := d.owner.Own(parent); err != nil {
			return err
		}
	}
	d.sweep(parent)
	folder, err := os.MkdirTemp(parent, ".new-")
	if err != nil {
		return fmt.Errorf("writing the CA: %w", err)
	}
	defer os.RemoveAll(folder)
	if err := d.owner.Own(folder); err != nil {
		return err
	}
	files, err := d.authorityFiles(folder, a, rootKey, passphrase)
	if err != nil {
		return err
	}
	if err := atomicfile.WriteAll(true, files...); err != nil {
		return fmt.Errorf("writing the CA: %w", err)
	}
	if err := atomicfile.SyncFolder(folder); err != nil {
		return err
	}
	if err := os.Rename(folder, filepath.Join(parent, a.ID)); err != nil {
		return d.damaged("a CA with this key is here already, and is never overwritten").From(err).
			Fix("see it", "devca ca show")
	}
	if err := atomicfile.SyncFolder(parent); err != nil {
		return err
	}
	return d.makeCurrent(a)
}

// sweep removes folders of creations that were killed. The lock is held, so
// nobody else is creating.
func (d *Dir) sweep(parent string) {
	entries, _ := os.ReadDir(parent)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".new-") {
			_ = os.RemoveAll(filepath.Join(parent, entry.Name()))
		}
	}
}

func (d *Dir) authorityFiles(folder string, a *Authority, rootKey crypto.Signer, passphrase []byte) ([]atomicfile.File, error) {
	key, err := certs.EncodeKey(a.signer)
	if err != nil {
		return nil, err
	}
	issuing := a.Chain
	if len(issuing) == 0 {
		issuing = []*x509.Certificate{a.Root}
	}
	file := func(name string, data []byte, secret bool) atomicfile.File {
		f := atomicfile.File{Path: filepath.Join(folder, name), Data: data, Mode: 0o644, Own: d.owner.Own}
		if secret {
			f.Mode = 0o600
		}
		return f
	}
	files := []atomicfile.File{
		file(issuingKeyFile, key, true),
		file(issuingFile, encodeCertificates(issuing...), false),
		file(rootFile, encodeCertificates(a.Root), false),
	}
	if a.rootCRL != nil {
		files = append(files, file(rootCRLFile, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: a.rootCRL}), false))
	}
	if rootKey != nil {
		der, err := pkcs8.MarshalPrivateKey(rootKey, passphrase, keyEncryption())
		if err != nil {
			return nil, fmt.Errorf("encrypting the root key: %w", err)
		}
		files = append(files, file(rootKeyFile, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}), true))
	}
	return files, nil
}

// keyEncryption is PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA256 (RFC 8018) in
// OWASP's number of rounds, which every OpenSSL since 1.0 reads.
func keyEncryption() *pkcs8.Opts {
	return &pkcs8.Opts{
		Cipher:  pkcs8.AES256CBC,
		KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 16, IterationCount: 600_000, HMACHash: crypto.SHA256},
	}
}

// makeCurrent writes root.pem, which says which authority is the current one.
func (d *Dir) makeCurrent(a *Authority) error {
	return atomicfile.Write(atomicfile.File{Path: d.RootPath(), Data: encodeCertificates(a.Root), Mode: 0o644, Own: d.owner.Own})
}
