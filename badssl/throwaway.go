package badssl

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 5280, 4.2.1.2 (1): the usual key identifier, and no signature
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"
)

// Issuer signs end-entity certificates: a throw-away CA, or devca's own.
type Issuer struct {
	Certificate *x509.Certificate
	Chain       [][]byte          // what is sent after the leaf, DER
	Root        *x509.Certificate // above it
	// Sign makes a certificate of a template, as x509.CreateCertificate does.
	Sign func(template *x509.Certificate, public crypto.PublicKey) ([]byte, error)

	key *ecdsa.PrivateKey // of a throw-away CA
}

// throwaway is a root that is made for one run, with an issuing CA below it. Its
// keys live as long as the function that makes the certificates.
type throwaway struct {
	now     time.Time
	names   []string // permitted below the root
	root    *Issuer
	issuing *Issuer
	trusted *Issuer // devca's own, for kinds that it may sign; nil: none
	base    string  // of the addresses in certificates: http://127.0.0.1:PORT
}

// newThrowaway makes root and issuing CA. names are what they may sign for.
func newThrowaway(now time.Time, names []string, base string) (*throwaway, error) {
	t := &throwaway{now: now, names: names, base: base}
	root := t.template("devca throw-away root", -1)
	// The root itself is not constrained: its key is gone before anybody sees it,
	// and names that no constraint can be written for are among the faults.
	root.PermittedDNSDomains, root.PermittedDNSDomainsCritical = nil, false
	var err error
	if t.root, err = t.below(nil, root); err != nil {
		return nil, err
	}
	// Path length 0: should the key of the CA:TRUE leaf be stolen, what it signs has
	// one CA too many for every client, also for those that heed nothing in a root.
	t.issuing, err = t.below(t.root, t.template("devca throw-away issuing", 0))
	return t, err
}

// unconstrained makes an issuing CA for names that are none: OpenSSL does not match
// localhost with a name that ends in a dot, and Firefox cannot read a root with an
// address among the names permitted (measured).
func (t *throwaway) unconstrained(name string) (*Issuer, error) {
	template := t.template(name, 0)
	template.PermittedDNSDomains, template.PermittedDNSDomainsCritical = nil, false
	return t.below(t.root, template)
}

// template is a sound CA's: critical basic and name constraints, as devca's own
// have (RFC 5280, 4.2.1.9 and 4.2.1.10), for a day.
func (t *throwaway) template(name string, pathLength int) *x509.Certificate {
	return &x509.Certificate{
		Subject:   pkix.Name{Organization: []string{"devca, broken on purpose"}, CommonName: name},
		NotBefore: t.now.Add(-backdate), NotAfter: t.now.Add(day),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true, IsCA: true, MaxPathLen: pathLength, MaxPathLenZero: pathLength == 0,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: t.names,
	}
}

// below makes a CA; parent nil means a root. The name ends with the key's id: no
// two CAs may share one.
func (t *throwaway) below(parent *Issuer, template *x509.Certificate) (*Issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if template.SubjectKeyId, err = keyID(key.Public()); err != nil {
		return nil, err
	}
	template.Subject.CommonName += " " + hex.EncodeToString(template.SubjectKeyId[:4])
	above, signer := template, key
	if parent == nil {
		template.AuthorityKeyId = template.SubjectKeyId
	} else {
		above, signer = parent.Certificate, parent.key
	}
	if template.SerialNumber, err = newSerial(); err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, above, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("signing a throw-away CA: %w", err)
	}
	issuer := &Issuer{key: key}
	if issuer.Certificate, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	issuer.Root = issuer.Certificate
	if parent != nil {
		issuer.Root = parent.Root
		issuer.Chain = append([][]byte{der}, parent.Chain...)
	}
	issuer.Sign = func(template *x509.Certificate, public crypto.PublicKey) ([]byte, error) {
		above := *issuer.Certificate
		if template.AuthorityKeyId == nil {
			template.AuthorityKeyId = above.SubjectKeyId
		}
		above.SubjectKeyId = nil // else crypto/x509 takes that instead of the template's
		return x509.CreateCertificate(rand.Reader, template, &above, public, key)
	}
	return issuer, nil
}

// keyID is the SHA-1 sum of the public key's bits (RFC 5280, 4.2.1.2 (1)).
func keyID(public crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	sum := sha1.Sum(info.Key.Bytes) //nolint:gosec // as above
	return sum[:], nil
}

// newSerial draws 127 random bits: Firefox refuses a repeated issuer and serial.
func newSerial() (*big.Int, error) {
	return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
}
