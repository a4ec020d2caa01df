package badssl

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"slices"
	"strings"
	"time"
)

// order is a certificate about to be made. It begins as a good one; a kind alters
// what its fault is about.
type order struct {
	kind     *Kind
	host     string
	ca       *throwaway
	issuer   *Issuer
	template *x509.Certificate
	key      func() (crypto.Signer, error)

	// What crypto/x509 does not make of a template is changed in what it made,
	// before it is signed once more.
	rewrite rewriting
	// arrange gives what is sent; nil: the leaf and its issuer's chain.
	arrange func(leaf []byte) [][]byte
	// finish adds what is made for the finished certificate, such as a staple.
	finish func(made *Made, leaf *x509.Certificate) error

	made Made
}

// newOrder is the order for a good certificate.
func (t *throwaway) newOrder(kind *Kind, host string, others []string) *order {
	o := &order{kind: kind, host: host, ca: t, issuer: t.issuing, key: p256}
	o.made.Root = t.root.Certificate
	if t.trusted != nil && kind.Harmless {
		o.issuer = t.trusted
		o.made.Own, o.made.Root = true, t.trusted.Root
	}
	o.made.Names = append([]string{host}, others...)
	o.template = &x509.Certificate{
		// The subject names nobody: a common name would be read as a host name.
		Subject:   pkix.Name{Organization: []string{"devca, broken on purpose"}, OrganizationalUnit: []string{kind.Name}},
		NotBefore: t.now.Add(-backdate), NotAfter: t.now.Add(day),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		DNSNames:              slices.Clone(o.made.Names),
	}
	return o
}

// make makes a kind's certificate for a host, and other names that it also gets.
func (t *throwaway) make(kind *Kind, host string, others []string) (*Made, error) {
	o := t.newOrder(kind, host, others)
	if kind.alter != nil {
		if err := kind.alter(o); err != nil {
			return nil, err
		}
	}
	made, err := o.complete()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind.Name, err)
	}
	return made, nil
}

// complete makes key and certificate.
func (o *order) complete() (*Made, error) {
	key, err := o.key()
	if err != nil {
		return nil, err
	}
	if o.template.SerialNumber == nil {
		if o.template.SerialNumber, err = newSerial(); err != nil {
			return nil, err
		}
	}
	if o.template.SubjectKeyId, err = keyID(key.Public()); err != nil {
		return nil, err
	}
	var der []byte
	if o.issuer == nil {
		der, err = x509.CreateCertificate(rand.Reader, o.template, o.template, key.Public(), key)
	} else {
		der, err = o.issuer.Sign(o.template, key.Public())
	}
	if err != nil {
		return nil, err
	}
	if o.rewrite.asked() {
		if der, err = o.rewrite.apply(der, o.issuer.key); err != nil {
			return nil, err
		}
	}
	made := o.made
	made.Kind, made.Host, made.Key = o.kind, o.host, key
	made.NotAfter = o.template.NotAfter.UTC()
	switch {
	case o.arrange != nil:
		made.Chain = o.arrange(der)
	case o.issuer == nil:
		made.Chain = [][]byte{der}
	default:
		made.Chain = append([][]byte{der}, o.issuer.Chain...)
	}
	if o.finish == nil {
		return &made, nil
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &made, o.finish(&made, leaf)
}

// firstLabel and rest split the host at its first dot.
func (o *order) firstLabel() string { label, _, _ := strings.Cut(o.host, "."); return label }
func (o *order) rest() string       { _, rest, _ := strings.Cut(o.host, "."); return rest }

// days is a time so many days from now.
func (o *order) days(n int) time.Time { return o.ca.now.Add(time.Duration(n) * day) }

func p256() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }
func p521() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P521(), rand.Reader) }

func onEd25519() (crypto.Signer, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return key, err
}

func rsa1024() (crypto.Signer, error) {
	return rsa.GenerateKey(rand.Reader, 1024) //nolint:gosec // the fault that is asked for
}
