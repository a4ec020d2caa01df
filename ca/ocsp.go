package ca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"sync"
	"time"

	"devca/certs"
	"devca/diag"
)

// responderLife is how long a responder's certificate counts. Its key is never
// stored, so one is made for every start of a responder.
const responderLife = 7 * 24 * time.Hour

// OCSPResponder makes a key and the certificate that lets it sign OCSP answers
// for certificates of the issuing CA (RFC 6960, 4.2.2.2). The key exists in
// memory only and the certificate is not in the ledger: nobody can ask about it,
// which id-pkix-ocsp-nocheck says.
func (a *Authority) OCSPResponder(now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	if now.After(a.Issuing.NotAfter) {
		return nil, nil, diag.New(diag.CAExpired, "the CA expired on "+a.Issuing.NotAfter.UTC().Format(time.DateOnly)).
			Fix("make a new root, have it trusted and re-issue everything", "devca ca rotate")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	id, err := certs.KeyID(key.Public())
	if err != nil {
		return nil, nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		// No common name: below DNS constraints GnuTLS and OpenSSL read it as a host's.
		Subject:               pkix.Name{Organization: []string{"devca development CA"}, OrganizationalUnit: []string{"OCSP responder"}},
		SerialNumber:          serial,
		NotBefore:             now.Add(-backdate).UTC().Truncate(time.Second),
		NotAfter:              now.Add(responderLife).UTC().Truncate(time.Second),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
		BasicConstraintsValid: true,
		SubjectKeyId:          id,
		// id-pkix-ocsp-nocheck, whose value is NULL (RFC 6960, 4.2.2.2.1).
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: asn1.NullBytes}},
	}
	if template.NotAfter.After(a.Issuing.NotAfter) {
		template.NotAfter = a.Issuing.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.Issuing, key.Public(), a.signer)
	if err != nil {
		return nil, nil, fmt.Errorf("signing the responder's certificate: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	return certificate, key, err
}

// IssuingPath is where the certificate of an authority's issuing CA stands.
func (d *Dir) IssuingPath(a *Authority) string { return d.authorityPath(a.ID, issuingFile) }

// Register is the ledger by serial number, read again when it has grown: a
// revocation by another process is seen by the next question. It may be used by
// several goroutines.
type Register struct {
	dir *Dir
	id  string // of the authority

	mu       sync.Mutex // guards all below
	seen     ledgerMark
	bySerial map[string]Entry
	revoked  int
}

// Register gives the certificates that an authority issued.
func (d *Dir) Register(a *Authority) *Register { return &Register{dir: d, id: a.ID} }

// Find gives the entry of a serial number, and whether there is one.
func (r *Register) Find(serial *big.Int) (Entry, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refresh(); err != nil {
		return Entry{}, false, err
	}
	e, found := r.bySerial[fmt.Sprintf("%x", serial.Bytes())]
	return e, found && serial.Sign() > 0, nil
}

// Revoked counts the certificates that are revoked; it never falls.
func (r *Register) Revoked() (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.refresh()
	return r.revoked, err
}

// refresh reads the ledger if it is not as it was.
func (r *Register) refresh() error {
	mark, err := r.dir.markLedger()
	if err != nil || r.bySerial != nil && mark == r.seen {
		return err
	}
	ledger, err := r.dir.Ledger()
	if err != nil {
		return err
	}
	bySerial, revoked := make(map[string]Entry, len(ledger.Entries)), 0
	for _, e := range ledger.Entries {
		if e.Authority != r.id {
			continue
		}
		bySerial[e.Serial] = e
		if !e.RevokedAt.IsZero() {
			revoked++
		}
	}
	// The mark is of before reading: what came in between is read once more.
	r.seen, r.bySerial, r.revoked = mark, bySerial, revoked
	return nil
}
