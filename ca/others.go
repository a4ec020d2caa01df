package ca

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"devca/certs"
	"devca/internal/atomicfile"
)

// Roots of other CAs, without keys. The one folder has those that this person
// chose to trust, the other those that were taken out of the machine's stores,
// so that they can be put back.
const (
	trustedDir = "trusted"
	removedDir = "removed"
)

// Other is somebody else's root of which the directory has a copy.
type Other struct {
	Certificate *x509.Certificate
	Path        string
}

// Trusted lists the roots that KeepTrusted was given, in the order of their names.
func (d *Dir) Trusted() ([]Other, error) {
	folder := filepath.Join(d.path, trustedDir)
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, d.damaged("the list of trusted roots cannot be read").From(err)
	}
	var others []Other
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		if read, err := readCertificates(path); err == nil {
			others = append(others, Other{read[0], path})
		}
	}
	return others, nil
}

// KeepTrusted writes a copy of somebody else's root and gives its path.
func (d *Dir) KeepTrusted(root *x509.Certificate) (string, error) {
	return d.keepOther(trustedDir, root)
}

// KeepRemoved writes a copy of a root that is about to leave the machine's stores.
func (d *Dir) KeepRemoved(root *x509.Certificate) (string, error) {
	return d.keepOther(removedDir, root)
}

// TrustedPath is where KeepTrusted writes the copy.
func (d *Dir) TrustedPath(root *x509.Certificate) string { return d.otherPath(trustedDir, root) }

// ForgetTrusted deletes the copy of a root that is trusted no longer.
func (d *Dir) ForgetTrusted(root *x509.Certificate) error {
	path := d.TrustedPath(root)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_ = os.Remove(filepath.Dir(path)) // when it was the last one
	return nil
}

func (d *Dir) otherPath(folder string, root *x509.Certificate) string {
	return filepath.Join(d.path, folder, certs.Fingerprint(root.Raw)[:16]+".pem")
}

func (d *Dir) keepOther(folder string, root *x509.Certificate) (string, error) {
	if err := d.ensure(); err != nil {
		return "", err
	}
	path := d.otherPath(folder, root)
	if err := d.MakeFolder(filepath.Dir(path), 0o700); err != nil {
		return "", noDirectory(err)
	}
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})
	return path, atomicfile.Write(atomicfile.File{Path: path, Data: data, Mode: 0o644, Own: d.owner.Own})
}
