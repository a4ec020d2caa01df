package verify_test

import (
	"crypto"
	"crypto/elliptic"
	_ "crypto/md5"  // for signatures that clients are to refuse
	_ "crypto/sha1" // the same
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"time"
)

// oddKeys are lengths of chains, keys, signatures, dates, numbers and key identifiers.
func oddKeys() []combination {
	return []combination{
		// depth
		{"three issuers", depth(3)},
		{"five issuers", depth(5)},
		{"six issuers", depth(6)},
		{"seven issuers", depth(7)},
		{"eight issuers", depth(8)},
		{"nine issuers", depth(9)},
		{"ten issuers", depth(10)},
		{"fifteen issuers", depth(15)},
		{"twenty issuers", depth(20)},
		// keys
		{"P-384", func(d *draft) { d.leaf.key = onCurve(elliptic.P384()) }},
		{"P-521", func(d *draft) { d.leaf.key = onCurve(elliptic.P521()) }},
		{"issuer P-521", func(d *draft) { d.issuer().key = onCurve(elliptic.P521()) }},
		{"root P-521", func(d *draft) { d.root.key = onCurve(elliptic.P521()) }},
		{"Ed25519", func(d *draft) { d.leaf.key = onEd25519() }},
		{"issuer Ed25519", func(d *draft) { d.issuer().key = onEd25519() }},
		{"root Ed25519", func(d *draft) { d.root.key = onEd25519() }},
		{"root Ed25519, issuer", func(d *draft) { d.root.key = onEd25519(); d.issuer() }},
		{"RSA-2048", func(d *draft) { d.leaf.key = sharedRSA(2048) }},
		{"RSA-2047", func(d *draft) { d.leaf.key = sharedRSA(2047) }},
		{"RSA-1024", func(d *draft) { d.leaf.key = sharedRSA(1024) }},
		{"RSA-1536", func(d *draft) { d.leaf.key = sharedRSA(1536) }},
		{"issuer RSA-1024", func(d *draft) { d.issuer().key = sharedRSA(1024) }},
		{"root RSA-1024", func(d *draft) { d.root.key = sharedRSA(1024) }},
		{"root RSA-1024, issuer", func(d *draft) { d.root.key = sharedRSA(1024); d.issuer() }},
		{"root RSA-1536", func(d *draft) { d.root.key = sharedRSA(1536) }},
		{"root RSA-2040", func(d *draft) { d.root.key = sharedRSA(2040) }},
		{"root RSA-3072", func(d *draft) { d.root.key = sharedRSA(3072) }},
		{"leaf and root RSA-1024", func(d *draft) { d.leaf.key, d.root.key = sharedRSA(1024), sharedRSA(1024) }},
		{"RSA-PSS by the root", func(d *draft) {
			d.root.key = sharedRSA(2048)
			d.leaf.SignatureAlgorithm = x509.SHA256WithRSAPSS
		}},
		{"root signed by itself with RSA-PSS", func(d *draft) {
			d.root.key = sharedRSA(2048)
			d.root.SignatureAlgorithm = x509.SHA384WithRSAPSS
		}},
		{"SHA-512 by P-256", func(d *draft) { d.leaf.SignatureAlgorithm = x509.ECDSAWithSHA512 }},
		{"SHA-256 by P-384", func(d *draft) {
			d.root.key = onCurve(elliptic.P384())
			d.leaf.SignatureAlgorithm = x509.ECDSAWithSHA256
		}},
		{"SHA-384 by P-256", func(d *draft) { d.leaf.SignatureAlgorithm = x509.ECDSAWithSHA384 }},
		{"SHA-512 by RSA", func(d *draft) {
			d.root.key = sharedRSA(2048)
			d.leaf.SignatureAlgorithm = x509.SHA512WithRSA
		}},
		// weak signatures
		{"SHA-1 by RSA", func(d *draft) { d.root.key = sharedRSA(2048); d.leaf.hash = crypto.SHA1 }},
		{"SHA-1 by ECDSA", func(d *draft) { d.leaf.hash = crypto.SHA1 }},
		{"issuer signed with SHA-1 by RSA", func(d *draft) { d.root.key = sharedRSA(2048); d.issuer().hash = crypto.SHA1 }},
		{"issuer signed with SHA-1 by ECDSA", func(d *draft) { d.issuer().hash = crypto.SHA1 }},
		{"leaf signed with SHA-1 by an issuer", func(d *draft) { d.issuer(); d.leaf.hash = crypto.SHA1 }},
		{"leaf signed with MD5", func(d *draft) { d.root.key = sharedRSA(2048); d.leaf.hash = crypto.MD5 }},
		{"issuer signed with MD5", func(d *draft) { d.root.key = sharedRSA(2048); d.issuer().hash = crypto.MD5 }},
		{"root signed by itself with SHA-1", func(d *draft) { d.root.hash = crypto.SHA1 }},
		{"root signed by itself with MD5, issuer", func(d *draft) { d.root.key = sharedRSA(2048); d.root.hash = crypto.MD5; d.issuer() }},
		{"SHA-1 and RSA-1024", func(d *draft) { d.root.key, d.leaf.key = sharedRSA(2048), sharedRSA(1024); d.leaf.hash = crypto.SHA1 }},
		// dates
		{"expired", onLeaf(past)},
		{"too early", onLeaf(future)},
		{"ended a minute ago", onLeaf(func(t *x509.Certificate) { t.NotAfter = time.Now().Add(-time.Minute) })},
		{"begins in a minute", onLeaf(func(t *x509.Certificate) { t.NotBefore = time.Now().Add(2 * time.Minute) })},
		{"ends before it begins", onLeaf(func(t *x509.Certificate) {
			t.NotBefore, t.NotAfter = time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
		})},
		{"until 9999", onLeaf(func(t *x509.Certificate) { t.NotAfter = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC) })},
		{"since 1950", onLeaf(func(t *x509.Certificate) { t.NotBefore = time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC) })},
		{"a hundred years", onLeaf(days(36500))},
		{"root expired", onRoot(past)},
		{"root too early", onRoot(future)},
		{"root expired, issuer", both(onRoot(past), onIssuer())},
		{"issuer expired", onIssuer(past)},
		{"issuer too early", onIssuer(future)},
		{"leaf and root expired", both(onLeaf(past), onRoot(past))},
		{"expired and for another name", both(onLeaf(past), host("other.dev.test", "web.dev.test"))},
		{"leaf longer than its issuer", both(onIssuer(days(2)), onLeaf(days(4000)))},
		// serial numbers
		{"serial of 20 octets", onLeaf(func(t *x509.Certificate) { t.SerialNumber = new(big.Int).Lsh(big.NewInt(1), 158) })},
		{"serial of 21 octets", func(d *draft) { d.leaf.serial = append([]byte{0, 0x80}, make([]byte, 19)...) }},
		{"serial of 30 octets", func(d *draft) { d.leaf.serial = append([]byte{1}, make([]byte, 29)...) }},
		{"serial negative", func(d *draft) { d.leaf.serial = []byte{0x80, 1} }},
		{"issuer's serial negative", func(d *draft) { d.issuer().serial = []byte{0x80, 1} }},
		{"serial zero", func(d *draft) { d.leaf.serial = []byte{0} }},
		{"issuer's serial zero", func(d *draft) { d.issuer().serial = []byte{0} }},
		{"serial not minimal", func(d *draft) { d.leaf.serial = []byte{0, 0, 1} }},
		{"leaf with its root's serial", func(d *draft) { d.leaf.SerialNumber = d.root.SerialNumber }},
		{"leaf with its issuer's serial", func(d *draft) { d.leaf.SerialNumber = d.issuer().SerialNumber }},
		{"issuer with its root's serial", func(d *draft) { d.issuer().SerialNumber = d.root.SerialNumber }},
		// key identifiers
		{"no authority key", func(d *draft) { d.leaf.strip = []asn1.ObjectIdentifier{oidAKI} }},
		{"no authority key, below an issuer", func(d *draft) { d.issuer(); d.leaf.strip = []asn1.ObjectIdentifier{oidAKI} }},
		{"issuer without authority key", func(d *draft) { d.issuer().strip = []asn1.ObjectIdentifier{oidAKI} }},
		{"issuer without subject key", func(d *draft) { d.issuer().strip = []asn1.ObjectIdentifier{oidSKI} }},
		{"root without subject key", func(d *draft) { d.root.strip = []asn1.ObjectIdentifier{oidSKI} }},
		{"no identifiers at all", func(d *draft) {
			d.root.strip, d.leaf.strip = []asn1.ObjectIdentifier{oidSKI}, []asn1.ObjectIdentifier{oidAKI, oidSKI}
		}},
		{"authority key of another", func(d *draft) {
			d.leaf.strip = []asn1.ObjectIdentifier{oidSKI}
			extra(oidAKI, false, []byte{0x30, 6, 0x80, 4, 1, 2, 3, 4})(d.leaf.Certificate)
		}},
		{"authority key of another, below an issuer", func(d *draft) {
			d.issuer()
			extra(oidAKI, false, []byte{0x30, 6, 0x80, 4, 1, 2, 3, 4})(d.leaf.Certificate)
		}},
		{"issuer with the authority key of another", func(d *draft) { extra(oidAKI, false, []byte{0x30, 6, 0x80, 4, 1, 2, 3, 4})(d.issuer().Certificate) }},
		{"root with the authority key of another", onRoot(extra(oidAKI, false, []byte{0x30, 6, 0x80, 4, 1, 2, 3, 4}))},
		{"empty authority key", onLeaf(extra(oidAKI, false, []byte{0x30, 0}))},
		{"critical authority key", func(d *draft) {
			d.before = append(d.before, func(d *draft) {
				d.root.SubjectKeyId = []byte{1, 2, 3, 4}
				crit(oidAKI, []byte{0x30, 6, 0x80, 4, 1, 2, 3, 4})(d.leaf.Certificate)
			})
		}},
		{"authority key by a wrong serial", func(d *draft) {
			d.before = append(d.before, func(d *draft) {
				d.root.SubjectKeyId = []byte{1, 2, 3, 4}
				name := append([]byte{0xa4, byte(len(dn("x")))}, dn("x")...)
				content := append([]byte{0x80, 4, 1, 2, 3, 4, 0xa1, byte(len(name))}, name...)
				content = append(content, 0x82, 1, 9)
				extra(oidAKI, false, append([]byte{0x30, byte(len(content))}, content...))(d.leaf.Certificate)
			})
		}},
		{"critical subject key", onLeaf(crit(oidSKI, []byte{1, 2, 3}))},
	}
}
