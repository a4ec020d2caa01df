package ca

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"devca/certs"
	"devca/diag"
)

// ErrNoFile tells that a certificate's file is no longer where it was written.
var ErrNoFile = errors.New("its file is gone")

// Renew makes a certificate anew: same names, files, kind of key and length of
// life; a new key unless reuse is set or the key is a requester's.
func (d *Dir) Renew(a *Authority, e Entry, reuse bool, password string, now time.Time) (Entry, error) {
	names, err := certs.ParseNames(e.Names, true)
	if err != nil {
		return Entry{}, err
	}
	public, err := d.checkRenewal(e)
	if err != nil {
		return Entry{}, err
	}
	order := Order{
		Request: certs.Request{
			Names: names, Client: e.Client, Revocation: e.Revocation,
			NotBefore: now.Add(-backdate), NotAfter: now.Add(e.NotAfter.Sub(e.NotBefore) - backdate),
		},
		KeyType: e.KeyType, Files: e.Files, LeafOnly: e.LeafOnly,
		P12Password: password, P12PasswordFile: e.P12Password, P12Legacy: e.P12Legacy, Force: e.Forced,
	}
	switch {
	case e.FromRequest:
		order.KeyType, order.Request.PublicKey = "", public
	case reuse:
		if order.Key, err = e.key(public); err != nil {
			return Entry{}, err
		}
	}
	return d.Fulfil(a, order, now)
}

// checkRenewal makes sure that the file still holds the certificate that the
// ledger means, and gives its public key. An earlier one of ours will do, too: it
// is there when a process was killed between giving the new key and the new
// certificate their names.
func (d *Dir) checkRenewal(e Entry) (crypto.PublicKey, error) {
	chain, err := readCertificates(e.Files.Cert)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", e.Files.Cert, ErrNoFile)
	}
	if err == nil && (certs.Fingerprint(chain[0].Raw) == e.SHA256 || d.wrote(e.Files.Cert, chain[0])) {
		return chain[0].PublicKey, nil
	}
	return nil, diag.New(diag.FileExists, e.Files.Cert+" is not the certificate that was issued into it").From(err).
		Fix("make a new one in another place", "devca issue --out DIR NAME")
}

// wrote tells whether the ledger knows the certificate as one that went into the file.
func (d *Dir) wrote(file string, leaf *x509.Certificate) bool {
	ledger, err := d.Ledger()
	if err != nil {
		return false
	}
	sum := certs.Fingerprint(leaf.Raw)
	return slices.ContainsFunc(ledger.Entries, func(e Entry) bool { return e.Files.Cert == file && e.SHA256 == sum })
}

// key reads the private key that belongs to the certificate.
func (e Entry) key(public crypto.PublicKey) (crypto.Signer, error) {
	path := e.Files.Key
	if path == "" {
		path = e.Files.Combined
	}
	key, err := readKey(path)
	if err == nil && samePublicKey(public, key.Public()) {
		return key, nil
	}
	if err == nil {
		err = errors.New("the key belongs to another certificate")
	}
	return nil, diag.New(diag.IssueKeyMismatch, "the key in "+path+" cannot be used again").From(err).
		Fix("renew with a new key", diag.CommandLine("devca", "renew", e.Files.Cert))
}

// HasFile tells whether the certificate's file is still there.
func (e Entry) HasFile() bool {
	_, err := os.Lstat(e.Files.Cert)
	return err == nil
}
