package ca

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"time"

	"devca/certs"
	"devca/diag"
)

// Authority is an opened CA: it can sign.
type Authority struct {
	ID      string              // short id of the root's key, the name of its folder
	Root    *x509.Certificate   // what clients are to trust
	Issuing *x509.Certificate   // what signs; the root itself for an adopted root without room below it
	Chain   []*x509.Certificate // sent after a leaf: the issuing CA and what stands above it, without the root

	signer  crypto.Signer
	rootCRL []byte // of a root that was just made
	verify  bool   // the chain has constraints that only x509 can judge
}

// Open reads the current authority. Errors are *diag.Error and say what to do.
func (d *Dir) Open() (*Authority, error) {
	if err := d.checkAccess(d.path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, d.none()
		}
		if closed := d.closed(err); closed != nil {
			return nil, closed
		}
		return nil, err
	}
	roots, err := readCertificates(d.RootPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, d.none()
	}
	if err != nil {
		return nil, d.unusable("the root certificate cannot be read", err)
	}
	id, err := shortID(roots[0].PublicKey)
	if err != nil {
		return nil, d.unusable("the root's key is of an unknown kind", err)
	}
	return d.load(id, roots[0])
}

func (d *Dir) load(id string, root *x509.Certificate) (*Authority, error) {
	issuing, err := readCertificates(d.authorityPath(id, issuingFile))
	if err != nil {
		return nil, d.unusable("the issuing CA cannot be read", err)
	}
	keyPath := d.authorityPath(id, issuingKeyFile)
	if err := d.checkAccess(keyPath); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	signer, err := readKey(keyPath)
	if err != nil {
		return nil, d.unusable("the issuing CA's key cannot be read", err)
	}
	if key, ok := issuing[0].PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !key.Equal(signer.Public()) {
		return nil, d.unusable("the issuing CA's key does not belong to its certificate", nil)
	}
	a := &Authority{ID: id, Root: root, Issuing: issuing[0], Chain: issuing, signer: signer}
	if issuing[0].Equal(root) {
		a.Chain = nil
	}
	a.verify = complexConstraints(append(issuing, root))
	return a, nil
}

func (d *Dir) none() *diag.Error {
	return diag.New(diag.CANone, "there is no CA yet").Because(d.path+" holds none").
		Fix("make one and have it trusted", "devca install")
}

// unusable is a directory whose files are there and do not make a CA.
func (d *Dir) unusable(what string, cause error) *diag.Error {
	if closed := d.closed(cause); closed != nil {
		return closed
	}
	return d.damaged(what).From(cause).
		Fix("put the directory back from a backup, if there is one", diag.CommandLine("ls", "-la", d.path)).
		Fix("or make a new root; the old one stays on record until devca uninstall", "devca ca rotate")
}

// complexConstraints tells whether a chain holds anything beyond permitted and
// excluded DNS names that decides about a leaf's names or usages.
func complexConstraints(chain []*x509.Certificate) bool {
	for _, c := range chain {
		if len(c.PermittedIPRanges)+len(c.ExcludedIPRanges)+len(c.PermittedEmailAddresses)+len(c.ExcludedEmailAddresses)+
			len(c.PermittedURIDomains)+len(c.ExcludedURIDomains)+len(c.ExcludedDNSDomains)+len(c.UnhandledCriticalExtensions) > 0 {
			return true
		}
	}
	return len(chain) > 3
}

// shortID names a key in eight hex digits, enough to tell a person's roots apart.
func shortID(public crypto.PublicKey) (string, error) {
	id, err := certs.KeyID(public)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(id[:4]), nil
}

// permittedNames are the DNS subtrees that the chain allows; none means all.
func (a *Authority) permittedNames() []string {
	for _, certificate := range a.Chain { // the issuing CA first
		if len(certificate.PermittedDNSDomains) > 0 {
			return certificate.PermittedDNSDomains
		}
	}
	return a.Root.PermittedDNSDomains
}

// Constrained tells whether the root itself is limited to certain DNS names.
func (a *Authority) Constrained() bool { return len(a.Root.PermittedDNSDomains) > 0 }

// Permits tells whether the chain's constraints allow a DNS name, possibly a wildcard.
func (a *Authority) Permits(name string) bool {
	for _, certificate := range append([]*x509.Certificate{a.Root}, a.Chain...) {
		if len(certificate.PermittedDNSDomains) > 0 && !within(name, certificate.PermittedDNSDomains) ||
			within(name, certificate.ExcludedDNSDomains) {
			return false
		}
	}
	return true
}

// Describe names the root on one line, with what it may sign for and until when.
func (a *Authority) Describe() string {
	return fmt.Sprintf("%s (%s; expires %s)", name(a.Root), summarise(a.permittedNames(), 4), a.Root.NotAfter.UTC().Format(time.DateOnly))
}

// name is how a person recognises a CA certificate.
func name(certificate *x509.Certificate) string {
	if certificate.Subject.CommonName != "" {
		return certificate.Subject.CommonName
	}
	return certificate.Subject.String()
}

// Issued is a signed certificate.
type Issued struct {
	DER      []byte
	Serial   *big.Int
	SHA256   [sha256.Size]byte
	NotAfter time.Time // earlier than asked for when the CA ends first
}

// Issue signs what the request asks for. Unless forced, public IP addresses are
// refused; names outside the constraints always are. It may be called from
// several goroutines.
func (a *Authority) Issue(request certs.Request, force bool) (Issued, error) {
	if err := a.checkNames(request.Names, force); err != nil {
		return Issued{}, err
	}
	// NotBefore lies an hour back, see backdate: what ended within it has ended, too.
	if request.NotBefore.Add(backdate).After(a.Issuing.NotAfter) {
		return Issued{}, diag.New(diag.CAExpired, "the CA expired on "+a.Issuing.NotAfter.UTC().Format(time.DateOnly)).
			Fix("make a new root, have it trusted and re-issue everything", "devca ca rotate")
	}
	// A leaf that outlives its issuer is accepted by every client, until the day
	// the issuer ends and nobody looks at it.
	if request.NotAfter.After(a.Issuing.NotAfter) {
		request.NotAfter = a.Issuing.NotAfter
	}
	template, err := request.Template()
	if err != nil {
		return Issued{}, err
	}
	if template.SerialNumber, err = newSerial(); err != nil {
		return Issued{}, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.Issuing, request.PublicKey, a.signer)
	if err != nil {
		return Issued{}, fmt.Errorf("signing: %w", err)
	}
	if a.verify {
		if err := a.check(der); err != nil {
			return Issued{}, err
		}
	}
	return Issued{DER: der, Serial: template.SerialNumber, SHA256: sha256.Sum256(der), NotAfter: template.NotAfter}, nil
}

// check lets crypto/x509 judge a fresh leaf under an imported chain with
// constraints of other kinds than ours.
func (a *Authority) check(der []byte) error {
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(a.Root)
	for _, certificate := range a.Chain {
		between.AddCert(certificate)
	}
	_, err = leaf.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: leaf.NotBefore.Add(time.Hour),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return diag.New(diag.NameNotPermitted, "the imported CA may not issue this certificate").From(err).
			Fix("see what it may sign for", "devca ca show")
	}
	return nil
}

// newSerial draws a positive serial number of 127 random bits in at most 16
// octets (RFC 5280, 4.1.2.2 allows 20). Firefox refuses a repeated issuer and
// serial, so it is never counted.
func newSerial() (*big.Int, error) {
	for {
		octets := make([]byte, 16)
		if _, err := rand.Read(octets); err != nil {
			return nil, err
		}
		octets[0] &= 0x7f
		if serial := new(big.Int).SetBytes(octets); serial.Sign() > 0 {
			return serial, nil
		}
	}
}

// KeepsRootKey tells whether the root's own key is stored, encrypted.
func (d *Dir) KeepsRootKey(a *Authority) bool {
	_, err := os.Stat(d.authorityPath(a.ID, rootKeyFile))
	return err == nil
}
