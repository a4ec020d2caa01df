package ca

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"devca/certs"
	"devca/diag"
	"devca/internal/atomicfile"
)

// SignBroken signs an end-entity certificate that clients are to refuse. The
// fault may take something from it and give it nothing: it is for no CA, for names
// that the constraints permit, for servers or clients and nothing else (Java does
// not heed the issuing CA's purposes), and for no longer than any other.
func (a *Authority) SignBroken(template *x509.Certificate, public crypto.PublicKey) ([]byte, error) {
	purposes := []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	const signs = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	// Extensions of its own replace those that crypto/x509 makes of the template.
	replaced := slices.ContainsFunc(template.ExtraExtensions, func(e pkix.Extension) bool {
		return len(e.Id) > 2 && e.Id[0] == 2 && e.Id[1] == 5 && e.Id[2] == 29
	})
	switch {
	case replaced, template.IsCA, template.KeyUsage&signs != 0, template.KeyUsage == 0,
		len(template.ExtKeyUsage) == 0, len(template.UnknownExtKeyUsage) > 0,
		slices.ContainsFunc(template.ExtKeyUsage, func(usage x509.ExtKeyUsage) bool { return !slices.Contains(purposes, usage) }),
		len(template.IPAddresses)+len(template.EmailAddresses)+len(template.URIs) > 0,
		template.NotAfter.After(template.NotBefore.AddDate(1, 0, 0)):
		return nil, fmt.Errorf("signing: the fault would make the certificate more than a good one")
	}
	names := template.DNSNames
	if template.Subject.CommonName != "" { // which old clients read as a host's name
		names = append(slices.Clone(names), template.Subject.CommonName)
	}
	for _, name := range names {
		if !a.Permits(name) {
			return nil, notPermitted(name, a)
		}
	}
	if template.NotAfter.After(a.Issuing.NotAfter) {
		template.NotAfter = a.Issuing.NotAfter
	}
	return x509.CreateCertificate(rand.Reader, template, a.Issuing, public, a.signer)
}

// Broken is a certificate of SignBroken's and its files.
type Broken struct {
	Kind  string
	Names []string
	Leaf  *x509.Certificate
	Files certs.Files
	Write []atomicfile.File // the contents of Files, the key first
}

// EnterBroken puts the files of a certificate that SignBroken signed into place
// and enters it into the ledger, in the order of Fulfil. It is never renewed.
func (d *Dir) EnterBroken(a *Authority, b Broken, now time.Time) (Entry, error) {
	ready := staged{record: record{
		Op: "issue", Time: now.UTC().Truncate(time.Second), Authority: a.ID, Serial: hex.EncodeToString(b.Leaf.SerialNumber.Bytes()),
		Issue: &Certificate{
			Names: b.Names, KeyType: certs.KeyTypeOf(b.Leaf.PublicKey), NotBefore: b.Leaf.NotBefore, NotAfter: b.Leaf.NotAfter,
			SHA256: certs.Fingerprint(b.Leaf.Raw), Files: b.Files, Broken: b.Kind,
		},
	}}
	for _, file := range b.Write {
		file.Own = d.own()
		pending, err := atomicfile.Stage(file, false)
		if err != nil {
			ready.discard()
			return Entry{}, err
		}
		ready.pending = append(ready.pending, pending)
	}
	if err := d.commit([]staged{ready}); err != nil {
		return Entry{}, err
	}
	return ready.entry(), nil
}

// InTheWay is the error about a file that is not to be replaced.
func InTheWay(path, why string) *diag.Error {
	return diag.New(diag.FileExists, fmt.Sprintf("%s is in the way", path)).Because(why)
}
