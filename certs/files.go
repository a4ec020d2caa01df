package certs

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"devca/internal/atomicfile"
)

// Files are the paths of one certificate's artefacts; an empty path means that
// the artefact is not wanted.
type Files struct {
	Cert     string `json:"cert,omitempty"`     // leaf, then the chain without the root
	Key      string `json:"key,omitempty"`      // PKCS#8, 0600
	Combined string `json:"combined,omitempty"` // key, leaf and chain in one file (HAProxy, MongoDB), 0600
	P12      string `json:"p12,omitempty"`      // PKCS#12 with key and chain, 0600
}

// All lists the paths that are wanted, keys first.
func (f Files) All() []string {
	var paths []string
	for _, path := range []string{f.Key, f.Combined, f.P12, f.Cert} {
		if path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}

// Bundle is a certificate with what belongs to it.
type Bundle struct {
	Leaf  []byte              // DER
	Chain []*x509.Certificate // above the leaf, without the root
	Key   crypto.Signer       // nil for a certificate made from a request

	LeafOnly  bool   // leave the chain out of Cert and Combined
	Password  string // of the PKCS#12 file
	LegacyP12 bool   // for software that cannot read PBES2
}

// Encode gives the contents of the files, in the order in which they are to
// appear: who sees the new certificate finds the new key already there.
func (b Bundle) Encode(files Files) ([]atomicfile.File, error) {
	var encoded []atomicfile.File
	var key []byte
	if b.Key != nil && (files.Key != "" || files.Combined != "") {
		var err error
		if key, err = EncodeKey(b.Key); err != nil {
			return nil, err
		}
	}
	certificate := b.encodeCertificates()
	if files.Key != "" {
		encoded = append(encoded, atomicfile.File{Path: files.Key, Data: key, Mode: 0o600})
	}
	if files.Combined != "" {
		encoded = append(encoded, atomicfile.File{Path: files.Combined, Data: append(key, certificate...), Mode: 0o600})
	}
	if files.P12 != "" {
		p12, err := b.encodeP12()
		if err != nil {
			return nil, err
		}
		encoded = append(encoded, atomicfile.File{Path: files.P12, Data: p12, Mode: 0o600})
	}
	if files.Cert != "" {
		encoded = append(encoded, atomicfile.File{Path: files.Cert, Data: certificate, Mode: 0o644})
	}
	return encoded, nil
}

func (b Bundle) encodeCertificates() []byte {
	var out bytes.Buffer
	_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: b.Leaf})
	if !b.LeafOnly {
		for _, certificate := range b.Chain {
			_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
		}
	}
	return out.Bytes()
}

func (b Bundle) encodeP12() ([]byte, error) {
	leaf, err := x509.ParseCertificate(b.Leaf)
	if err != nil {
		return nil, fmt.Errorf("reading back the certificate: %w", err)
	}
	return EncodePKCS12(b.Key, append([]*x509.Certificate{leaf}, b.Chain...), b.Password, b.LegacyP12)
}
