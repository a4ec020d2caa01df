package verify_test

import (
	"crypto/x509"
	"encoding/asn1"
	"testing"
)

// oddChains are what is served and what is trusted.
func oddChains() []combination {
	return []combination{
		// chains
		{"root sent", func(d *draft) {
			d.after = append(d.after, func(d *draft) { d.served = [][]byte{d.leaf.der, d.root.der} })
		}},
		{"issuer not sent", func(d *draft) {
			d.issuer()
			d.after = append(d.after, func(d *draft) { d.served = [][]byte{d.leaf.der} })
		}},
		{"middle issuer not sent", func(d *draft) {
			depth(3)(d)
			d.after = append(d.after, func(d *draft) { d.served = [][]byte{d.leaf.der, d.issuers[2].der, d.issuers[0].der} })
		}},
		{"issuers in the wrong order", func(d *draft) {
			depth(3)(d)
			d.after = append(d.after, func(d *draft) {
				d.served = [][]byte{d.leaf.der, d.issuers[0].der, d.issuers[1].der, d.issuers[2].der}
			})
		}},
		{"leaf sent twice", func(d *draft) {
			d.issuer()
			d.after = append(d.after, func(d *draft) { d.served = [][]byte{d.leaf.der, d.leaf.der, d.issuers[0].der} })
		}},
		{"issuer sent twice", func(d *draft) {
			d.issuer()
			d.after = append(d.after, func(d *draft) { d.served = [][]byte{d.leaf.der, d.issuers[0].der, d.issuers[0].der} })
		}},
		{"unrelated sent between", func(d *draft) {
			d.issuer()
			d.after = append(d.after, func(d *draft) {
				other := newSheet("unrelated", authority)
				other.sign(nilT{}, other)
				d.served = [][]byte{d.leaf.der, other.der, d.issuers[0].der}
			})
		}},
		{"garbage sent behind", func(d *draft) {
			d.issuer()
			d.after = append(d.after, func(d *draft) { d.served = [][]byte{d.leaf.der, d.issuers[0].der, {0x30, 3, 1, 2, 3}} })
		}},
		{"negative serial sent behind", func(d *draft) {
			d.issuer()
			d.after = append(d.after, func(d *draft) {
				other := newSheet("unrelated", authority)
				other.serial = []byte{0x80}
				other.sign(nilT{}, other)
				d.served = [][]byte{d.leaf.der, d.issuers[0].der, other.der}
			})
		}},
		{"cross-signed issuer first", cross(func(*draft, *sheet) {})},
		{"expired cross-signed issuer first", cross(func(_ *draft, twin *sheet) { past(twin.Certificate) })},
		{"cross-signed issuer without CA first", cross(func(_ *draft, twin *sheet) { twin.IsCA = false })},
		{"root with a twin of its name", func(d *draft) {
			d.after = append(d.after, func(d *draft) {
				twin := newSheet(d.root.Subject.CommonName, authority)
				twin.sign(nilT{}, twin)
				d.trusted = [][]byte{twin.der, d.root.der}
			})
		}},
		{"root with a twin of its name, no identifiers", func(d *draft) {
			d.leaf.strip = []asn1.ObjectIdentifier{oidAKI}
			d.after = append(d.after, func(d *draft) {
				twin := newSheet(d.root.Subject.CommonName, authority)
				twin.sign(nilT{}, twin)
				d.trusted = [][]byte{twin.der, d.root.der}
			})
		}},
		{"only a twin of the root's name", func(d *draft) {
			d.after = append(d.after, func(d *draft) {
				twin := newSheet(d.root.Subject.CommonName, authority)
				twin.sign(nilT{}, twin)
				d.trusted = [][]byte{twin.der}
			})
		}},
		{"root renewed, old one trusted and expired too", func(d *draft) {
			d.after = append(d.after, func(d *draft) {
				twin := &sheet{Certificate: template(d.root.Subject.CommonName, authority, past), key: d.root.key}
				twin.sign(nilT{}, twin)
				d.trusted = [][]byte{twin.der, d.root.der}
			})
		}},
		{"issuer trusted", func(d *draft) {
			d.issuer()
			d.after = append(d.after, func(d *draft) { d.trusted = [][]byte{d.issuers[0].der} })
		}},
		{"issuer and root trusted", func(d *draft) {
			d.issuer()
			d.after = append(d.after, func(d *draft) { d.trusted = [][]byte{d.issuers[0].der, d.root.der} })
		}},
		{"issuer trusted, and not sent", func(d *draft) {
			d.issuer()
			d.after = append(d.after, func(d *draft) {
				d.trusted = [][]byte{d.issuers[0].der}
				d.served = [][]byte{d.leaf.der}
			})
		}},
		{"leaf trusted", func(d *draft) {
			d.after = append(d.after, func(d *draft) { d.trusted = [][]byte{d.leaf.der} })
		}},
		{"leaf and root trusted", func(d *draft) {
			d.after = append(d.after, func(d *draft) { d.trusted = [][]byte{d.leaf.der, d.root.der} })
		}},
		{"self-signed leaf trusted", selfSigned()},
		{"self-signed leaf trusted, a CA", selfSigned(func(t *x509.Certificate) {
			t.IsCA, t.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
		})},
		{"self-signed leaf trusted, expired", selfSigned(past)},
		{"self-signed leaf trusted, no purposes", selfSigned(purposes())},
		{"self-signed leaf trusted, without constraints", selfSigned(func(t *x509.Certificate) { t.BasicConstraintsValid = false })},
		{"self-signed leaf trusted, for clients", selfSigned(purposes(x509.ExtKeyUsageClientAuth))},
		{"self-signed leaf trusted, other name", selfSigned(func(t *x509.Certificate) { t.DNSNames = []string{"other.test"} })},
		{"self-signed leaf not trusted", func(d *draft) {
			selfSigned()(d)
			d.after = append(d.after, func(d *draft) {
				other := newSheet("unrelated", authority)
				other.sign(nilT{}, other)
				d.trusted = [][]byte{other.der}
			})
		}},
		{"nobody trusted", func(d *draft) {
			d.after = append(d.after, func(d *draft) {
				other := newSheet("unrelated", authority)
				other.sign(nilT{}, other)
				d.trusted = [][]byte{other.der}
			})
		}},
		{"signature by another key", func(d *draft) {
			d.after = append(d.after, func(d *draft) {
				broken := append([]byte{}, d.leaf.der...)
				broken[len(broken)-1] ^= 1
				d.served = [][]byte{broken}
			})
		}},
	}
}

// cross makes two certificates of one issuer, the mended one by another root and first.
func cross(mend func(d *draft, twin *sheet)) func(*draft) {
	return func(d *draft) {
		d.issuer()
		d.after = append(d.after, func(d *draft) {
			other := newSheet(d.root.Subject.CommonName+" beside", authority)
			other.sign(nilT{}, other)
			twin := &sheet{Certificate: template(d.issuers[0].Subject.CommonName, authority), key: d.issuers[0].key}
			mend(d, twin)
			twin.sign(nilT{}, other)
			d.served = [][]byte{d.leaf.der, twin.der, d.issuers[0].der}
		})
	}
}

func selfSigned(change ...func(*x509.Certificate)) func(*draft) {
	return func(d *draft) {
		all(change...)(d.leaf.Certificate)
		d.after = append(d.after, func(d *draft) {
			s := d.leaf
			s.Subject = d.root.Subject
			s.parsed = nil
			s.sign(nilT{}, s)
			d.trusted, d.served = [][]byte{s.der}, [][]byte{s.der}
		})
	}
}

// nilT is for what is signed by a closure, where nothing is expected to fail.
type nilT struct{ testing.TB }

func (nilT) Helper()           {}
func (nilT) Log(...any)        {}
func (nilT) Fatal(args ...any) { panic(args) }
