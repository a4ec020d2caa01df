package verify

import (
	"crypto/x509"
	"fmt"
)

// Certificate is one that was presented, whether crypto/x509 can read it or not.
type Certificate struct {
	DER  []byte
	X509 *x509.Certificate // nil if it cannot be read
	Err  error             // why it cannot
	// Loose is what could be made out of one that cannot be read, for
	// explanation only: nothing is ever trusted because of it.
	Loose *Loose

	facts facts
}

// MaxCertificate bounds a certificate. Real ones have two kilobytes; with thousands
// of names, some hundred.
const MaxCertificate = 1 << 20

// ParseCertificate reads a DER certificate. It always gives one: what is wrong
// with it is in Err, and becomes a finding.
func ParseCertificate(der []byte) *Certificate {
	c := &Certificate{DER: der}
	if len(der) > MaxCertificate {
		c.Err, c.Loose = fmt.Errorf("it has more than %d MiB", MaxCertificate>>20), &Loose{}
		return c
	}
	c.X509, c.Err = x509.ParseCertificate(der)
	if c.Err != nil {
		c.X509, c.Loose = nil, ReadLoosely(der)
		return c
	}
	c.facts = factsOf(c.X509)
	return c
}

// FromX509 takes one that is parsed already.
func FromX509(certificate *x509.Certificate) *Certificate {
	return &Certificate{DER: certificate.Raw, X509: certificate, facts: factsOf(certificate)}
}

// Title names the certificate for people: its common name, else its first name,
// else its subject.
func (c *Certificate) Title() string {
	switch {
	case c.X509 != nil:
		return titleOf(c.X509)
	case c.Loose != nil && c.Loose.title != "":
		return c.Loose.title
	case c.Loose != nil && len(c.Loose.Names) > 0:
		return c.Loose.Names[0]
	default:
		return "a certificate that cannot be read"
	}
}

func titleOf(c *x509.Certificate) string {
	switch {
	case c.Subject.CommonName != "":
		return c.Subject.CommonName
	case len(c.DNSNames) > 0:
		return c.DNSNames[0]
	case len(c.IPAddresses) > 0:
		return c.IPAddresses[0].String()
	case len(c.Subject.Names) > 0:
		return c.Subject.String()
	default:
		return "serial number " + c.SerialNumber.Text(16)
	}
}
