package ca

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"devca/certs"
	"devca/diag"
)

// CheckTargets refuses to write over files that devca did not write: a
// certificate that no authority of this directory issued, and a key that does
// not belong to such a certificate. What devca issued may be replaced.
func (d *Dir) CheckTargets(files certs.Files) error {
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
		if err := d.checkTarget(path, files); err != nil {
			return err
		}
	}
	return nil
}

func (d *Dir) checkTarget(path string, files certs.Files) error {
	certificate := path
	if path == files.Key || path == files.P12 {
		certificate = files.Cert
	}
	chain, err := readCertificates(certificate)
	if err != nil {
		return inTheWay(path, "no certificate of ours is beside it")
	}
	leaf := chain[0]
	if !d.issued(leaf) {
		return inTheWay(path, "the certificate in "+certificate+" was issued by somebody else")
	}
	if path != files.Key {
		return nil
	}
	key, err := readKey(path)
	if err != nil || !samePublicKey(leaf.PublicKey, key.Public()) {
		return inTheWay(path, "the key in it does not belong to "+certificate)
	}
	return nil
}

func samePublicKey(a, b crypto.PublicKey) bool {
	key, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(b)
}

// issued tells whether an authority of this directory issued the certificate.
func (d *Dir) issued(leaf *x509.Certificate) bool {
	ids, err := d.authorityIDs()
	if err != nil {
		return false
	}
	for _, id := range ids {
		issuing, err := readCertificates(d.authorityPath(id, issuingFile))
		if err == nil && bytes.Equal(leaf.RawIssuer, issuing[0].RawSubject) && bytes.Equal(leaf.AuthorityKeyId, issuing[0].SubjectKeyId) {
			return true
		}
	}
	return false
}

func inTheWay(path, why string) error {
	return diag.New(diag.FileExists, fmt.Sprintf("%s is in the way", path)).Because(why).
		Fix("write elsewhere", "devca issue --out DIR NAME").
		Fix("or replace it", "devca issue --force NAME")
}
