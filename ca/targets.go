package ca

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"slices"

	"devca/certs"
)

// CheckTargets refuses to write over files that devca did not write: a
// certificate that no authority of this directory issued, and a key that does
// not belong to such a certificate. What devca issued may be replaced.
func (d *Dir) CheckTargets(a *Authority, files certs.Files) error {
	var existing []string
	for _, path := range files.All() {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return inTheWay(path, "it is not a regular file")
		}
		existing = append(existing, path)
	}
	if len(existing) == 0 {
		return nil
	}
	chain, err := readCertificates(files.Cert)
	if err != nil {
		return inTheWay(existing[0], "no certificate of ours is beside it")
	}
	leaf := chain[0]
	if !a.issued(leaf) && !d.issuedEarlier(leaf) {
		return inTheWay(existing[0], "the certificate in "+files.Cert+" was issued by somebody else")
	}
	if !slices.Contains(existing, files.Key) {
		return nil
	}
	key, err := readKey(files.Key)
	if err != nil || !samePublicKey(leaf.PublicKey, key.Public()) && !d.interrupted(files.Cert, leaf) {
		return inTheWay(files.Key, "the key in it does not belong to "+files.Cert)
	}
	return nil
}

func samePublicKey(a, b crypto.PublicKey) bool {
	key, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(b)
}

// issued tells whether the authority issued the certificate.
func (a *Authority) issued(leaf *x509.Certificate) bool { return issuedBy(a.Issuing, leaf) }

func issuedBy(issuing, leaf *x509.Certificate) bool {
	return bytes.Equal(leaf.RawIssuer, issuing.RawSubject) && bytes.Equal(leaf.AuthorityKeyId, issuing.SubjectKeyId)
}

// issuedEarlier tells whether any authority that was ever here issued it.
func (d *Dir) issuedEarlier(leaf *x509.Certificate) bool {
	ids, err := d.authorityIDs()
	if err != nil {
		return false
	}
	return slices.ContainsFunc(ids, func(id string) bool {
		issuing, err := readCertificates(d.authorityPath(id, issuingFile))
		return err == nil && issuedBy(issuing[0], leaf)
	})
}

// interrupted tells whether the file holds a certificate of ours that a newer one
// was about to replace when the process was killed: the newer key is there already.
func (d *Dir) interrupted(file string, leaf *x509.Certificate) bool {
	ledger, err := d.Ledger()
	if err != nil {
		return false
	}
	newest, ok := ledger.last(func(e Entry) bool { return e.Files.Cert == file })
	return ok && newest.SHA256 != certs.Fingerprint(leaf.Raw) && d.wrote(file, leaf)
}

func inTheWay(path, why string) error {
	return InTheWay(path, why).
		Fix("write elsewhere", "devca issue --out DIR NAME").
		Fix("or replace it", "devca issue --force NAME")
}
