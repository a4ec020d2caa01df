package verify_test

import (
	"context"
	"crypto"
	"crypto/elliptic"
	_ "crypto/md5"  // for signatures that clients are to refuse
	_ "crypto/sha1" // the same
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"devca/verify"
)

// combination is something odd about a chain, of a kind of which clients are
// asked here and now what they make of it.
type combination struct {
	name   string
	change func(d *draft)
}

func host(name string, sans ...string) func(*draft) {
	return func(d *draft) { d.host = name; d.names(sans...) }
}

func onlyCommonName(host, common string, change ...func(*x509.Certificate)) func(*draft) {
	return func(d *draft) {
		d.host = host
		d.names()
		d.leaf.Subject = pkix.Name{CommonName: common}
		for _, f := range change {
			f(d.leaf.Certificate)
		}
	}
}

func onLeaf(change ...func(*x509.Certificate)) func(*draft) {
	return func(d *draft) { all(change...)(d.leaf.Certificate) }
}

func onRoot(change ...func(*x509.Certificate)) func(*draft) {
	return func(d *draft) { all(change...)(d.root.Certificate) }
}

func onIssuer(change ...func(*x509.Certificate)) func(*draft) {
	return func(d *draft) { d.issuer(change...) }
}

func both(changes ...func(*draft)) func(*draft) {
	return func(d *draft) {
		for _, change := range changes {
			change(d)
		}
	}
}

func depth(n int) func(*draft) {
	return func(d *draft) {
		for range n {
			d.issuer()
		}
	}
}

var (
	oidAKI        = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidSKI        = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidKU         = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidPolicies   = asn1.ObjectIdentifier{2, 5, 29, 32}
	oidMappings   = asn1.ObjectIdentifier{2, 5, 29, 33}
	oidPolicyCons = asn1.ObjectIdentifier{2, 5, 29, 36}
	oidInhibitAny = asn1.ObjectIdentifier{2, 5, 29, 54}
	oidCRLPoints  = asn1.ObjectIdentifier{2, 5, 29, 31}
	oidAIA        = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}
	oidIssuerAlt  = asn1.ObjectIdentifier{2, 5, 29, 18}
	oidNetscape   = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 1, 1}
	oidComment    = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 1, 13}
	oidServerAuth = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}
	oidStepUp     = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 4, 1}
	oidAnyPolicy  = asn1.ObjectIdentifier{2, 5, 29, 32, 0}
)

type policyInformation struct{ ID asn1.ObjectIdentifier }

// names of other kinds.
func sanOf(tag int, compound bool, content []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: compound, Bytes: content}
}

func rawSAN(critical bool, names ...asn1.RawValue) func(*draft) {
	return func(d *draft) {
		d.names()
		extra(oidSAN, critical, names)(d.leaf.Certificate)
	}
}

func dn(organization string) []byte {
	der, err := asn1.Marshal(pkix.Name{Organization: []string{organization}}.ToRDNSequence())
	if err != nil {
		panic(err)
	}
	return der
}

func ranges(texts ...string) []*net.IPNet {
	var list []*net.IPNet
	for _, text := range texts {
		_, one, err := net.ParseCIDR(text)
		if err != nil {
			panic(err)
		}
		list = append(list, one)
	}
	return list
}

func constraint(change func(*x509.Certificate)) func(*x509.Certificate) {
	return func(t *x509.Certificate) { t.PermittedDNSDomainsCritical = true; change(t) }
}

func exclude(domains ...string) func(*x509.Certificate) {
	return constraint(func(t *x509.Certificate) { t.ExcludedDNSDomains = domains })
}

func permitIP(texts ...string) func(*x509.Certificate) {
	return constraint(func(t *x509.Certificate) { t.PermittedIPRanges = ranges(texts...) })
}

func excludeIP(texts ...string) func(*x509.Certificate) {
	return constraint(func(t *x509.Certificate) { t.ExcludedIPRanges = ranges(texts...) })
}

func permitMail(texts ...string) func(*x509.Certificate) {
	return constraint(func(t *x509.Certificate) { t.PermittedEmailAddresses = texts })
}

func permitURI(texts ...string) func(*x509.Certificate) {
	return constraint(func(t *x509.Certificate) { t.PermittedURIDomains = texts })
}

// otherConstraint is one of a kind that crypto/x509 does not write.
func otherConstraint(excluded bool, base asn1.RawValue, critical bool) func(*x509.Certificate) {
	type tree struct{ Base asn1.RawValue }
	var der []byte
	var err error
	if excluded {
		der, err = asn1.Marshal(struct {
			Trees []tree `asn1:"optional,tag:1"`
		}{[]tree{{base}}})
	} else {
		der, err = asn1.Marshal(struct {
			Trees []tree `asn1:"optional,tag:0"`
		}{[]tree{{base}}})
	}
	if err != nil {
		panic(err)
	}
	return extra(oidNC, critical, der)
}

func ocspBy(status int, signer func(d *draft) *sheet, change func(*ocsp.Response)) func(*draft) {
	return func(d *draft) {
		d.after = append(d.after, func(d *draft) {
			response := ocsp.Response{
				Status: status, SerialNumber: d.leaf.parsed.SerialNumber, ThisUpdate: time.Now().Add(-48 * time.Hour),
				NextUpdate: time.Now().Add(48 * time.Hour), RevokedAt: time.Now().Add(-50 * time.Hour),
			}
			if change != nil {
				change(&response)
			}
			by := signer(d)
			issuer := d.root
			if n := len(d.issuers); n > 0 {
				issuer = d.issuers[n-1]
			}
			der, err := ocsp.CreateResponse(issuer.parsed, by.parsed, response, by.key)
			if err != nil {
				panic(err)
			}
			d.staple = der
		})
	}
}

func byRoot(d *draft) *sheet { return d.root }

func combinations() []combination {
	crit := func(id asn1.ObjectIdentifier, value any) func(*x509.Certificate) { return extra(id, true, value) }
	cross := func(mend func(d *draft, twin *sheet)) func(*draft) {
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
	return append([]combination{
		{"plain", func(*draft) {}},
		// names
		{"wildcard", host("a.app.test", "*.app.test")},
		{"wildcard, upper case", host("a.app.test", "*.APP.test")},
		{"asked in upper case", host("A.APP.test", "a.app.test")},
		{"wildcard, IDN below", host("xn--bcher-kva.app.test", "*.app.test")},
		{"wildcard below an IDN", host("a.xn--bcher-kva.test", "*.xn--bcher-kva.test")},
		{"IDN partly wild", host("xn--bcher-kva.app.test", "xn--*.app.test")},
		{"wildcard at the end of a label", host("foo.app.test", "fo*.app.test")},
		{"wildcard at the beginning of a label", host("foo.app.test", "*oo.app.test")},
		{"wildcard inside a label", host("foo.app.test", "f*o.app.test")},
		{"wildcard for nothing", host("foo.app.test", "foo*.app.test")},
		{"two wildcards in a label", host("foo.app.test", "f*o*.app.test")},
		{"two wildcards", host("a.b.app.test", "*.*.app.test")},
		{"wildcard second of three", host("a.b.test", "a.*.test")},
		{"wildcard last", host("app.test", "app.*")},
		{"wildcard for two labels", host("a.b.app.test", "*.app.test")},
		{"wildcard, apex", host("app.test", "*.app.test")},
		{"double wildcard", host("foo.app.test", "**.app.test")},
		{"*.local", host("web.local", "*.local")},
		{"*.lan", host("web.lan", "*.lan")},
		{"*.home.arpa", host("web.home.arpa", "*.home.arpa")},
		{"*.kawasaki.jp", host("foo.kawasaki.jp", "*.kawasaki.jp")},
		{"*.foo.kawasaki.jp", host("web.foo.kawasaki.jp", "*.foo.kawasaki.jp")},
		{"*.city.kawasaki.jp", host("web.city.kawasaki.jp", "*.city.kawasaki.jp")},
		{"*.foo.ck", host("web.foo.ck", "*.foo.ck")},
		{"*.com.au", host("web.com.au", "*.com.au")},
		{"*.s3.amazonaws.com", host("web.s3.amazonaws.com", "*.s3.amazonaws.com")},
		{"*.web.app", host("a.web.app", "*.web.app")},
		{"wildcard, trailing dot", host("a.app.test", "*.app.test.")},
		{"a top-level wildcard, and the name", host("app.test", "*.test", "app.test")},
		{"two names, second fits", host("web.dev.test", "other.test", "web.dev.test")},
		{"single label", host("devbox", "devbox")},
		{"underscore first", host("_web.app.test", "_web.app.test")},
		{"underscore, wildcard", host("my_web.app.test", "*.app.test")},
		{"underscore in the parent, wildcard", host("a.my_app.test", "*.my_app.test")},
		{"hyphen first", host("-web.app.test", "-web.app.test")},
		{"hyphen last", host("web-.app.test", "web-.app.test")},
		{"hyphen first, wildcard", host("-web.app.test", "*.app.test")},
		{"digits", host("1.2.3.test", "1.2.3.test")},
		{"digits, wildcard", host("1.2.3.test", "*.2.3.test")},
		{"another underscore name beside", host("web.dev.test", "a_b.test", "web.dev.test")},
		{"a wildcard beside", host("web.dev.test", "*.test", "f*.dev.test", "web.dev.test")},
		{"an address as DNS name beside", host("web.dev.test", "web.dev.test", "x")},
		{"a space beside", both(rawSAN(false, sanOf(2, false, []byte("a b.test")), sanOf(2, false, []byte("web.dev.test"))))},
		{"a NUL inside", both(rawSAN(false, sanOf(2, false, []byte("web.dev.test\x00.evil.test"))))},
		{"a NUL beside", both(rawSAN(false, sanOf(2, false, []byte("web.dev.test\x00.evil.test")), sanOf(2, false, []byte("web.dev.test"))))},
		{"UTF-8 beside", both(rawSAN(false, sanOf(2, false, []byte("bücher.test")), sanOf(2, false, []byte("web.dev.test"))))},
		{"a leading dot", host("a.app.test", ".app.test")},
		{"an empty name beside", both(rawSAN(false, sanOf(2, false, nil), sanOf(2, false, []byte("web.dev.test"))))},
		{"an address of five bytes beside", both(rawSAN(false, sanOf(7, false, []byte{1, 2, 3, 4, 5}), sanOf(2, false, []byte("web.dev.test"))))},
		{"another name beside", both(rawSAN(false, sanOf(0, true, []byte{0x06, 3, 0x2a, 3, 4, 0xa0, 4, 0x0c, 2, 'h', 'i'}), sanOf(2, false, []byte("web.dev.test"))))},
		{"a registered identifier beside", both(rawSAN(false, sanOf(8, false, []byte{0x2a, 3, 4}), sanOf(2, false, []byte("web.dev.test"))))},
		{"a directory name beside", both(rawSAN(false, sanOf(4, true, dn("x")), sanOf(2, false, []byte("web.dev.test"))))},
		{"a mailbox and a URI beside", onLeaf(func(t *x509.Certificate) {
			t.EmailAddresses, t.URIs = []string{"me@dev.test"}, []*url.URL{{Scheme: "https", Host: "dev.test"}}
		})},
		{"a mailbox that is none beside", both(rawSAN(false, sanOf(1, false, []byte("not a mailbox")), sanOf(2, false, []byte("web.dev.test"))))},
		{"no names at all", both(rawSAN(false))},
		// common names
		{"CN only", onlyCommonName("web.dev.test", "web.dev.test")},
		{"CN only, upper case", onlyCommonName("web.dev.test", "WEB.dev.TEST")},
		{"CN only, wildcard", onlyCommonName("web.dev.test", "*.dev.test")},
		{"CN only, wildcard on top", onlyCommonName("web.test", "*.test")},
		{"CN only, partial wildcard", onlyCommonName("web.dev.test", "w*.dev.test")},
		{"CN only, trailing dot", onlyCommonName("web.dev.test", "web.dev.test.")},
		{"CN only, single label", onlyCommonName("devbox", "devbox")},
		{"CN only, underscore", onlyCommonName("my_web.dev.test", "my_web.dev.test")},
		{"CN only, localhost", onlyCommonName("localhost", "localhost")},
		{"CN first of two", onlyCommonName("web.dev.test", "", func(t *x509.Certificate) {
			t.Subject = pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: "web.dev.test"}, {Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: "other.test"}}}
		})},
		{"CN last of two", onlyCommonName("web.dev.test", "", func(t *x509.Certificate) {
			t.Subject = pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: "other.test"}, {Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: "web.dev.test"}}}
		})},
		{"CN beside another DNS name", func(d *draft) { d.names("other.test"); d.leaf.Subject = pkix.Name{CommonName: "web.dev.test"} }},
		{"CN beside an address", func(d *draft) { d.names("10.0.0.1"); d.leaf.Subject = pkix.Name{CommonName: "web.dev.test"} }},
		{"CN beside a directory name", both(onlyCommonName("web.dev.test", "web.dev.test"), rawSAN(false, sanOf(4, true, dn("x"))))},
		{"CN beside a registered identifier", both(onlyCommonName("web.dev.test", "web.dev.test"), rawSAN(false, sanOf(8, false, []byte{0x2a, 3, 4})))},
		{"CN beside another name", both(onlyCommonName("web.dev.test", "web.dev.test"), rawSAN(false, sanOf(0, true, []byte{0x06, 3, 0x2a, 3, 4, 0xa0, 4, 0x0c, 2, 'h', 'i'})))},
		{"CN beside an empty name", both(onlyCommonName("web.dev.test", "web.dev.test"), rawSAN(false, sanOf(2, false, nil)))},
		{"CN beside a mailbox and a URI", onlyCommonName("web.dev.test", "web.dev.test", func(t *x509.Certificate) {
			t.EmailAddresses, t.URIs = []string{"me@dev.test"}, []*url.URL{{Scheme: "https", Host: "dev.test"}}
		})},
		{"CN an IPv4 address", onlyCommonName("127.0.0.1", "127.0.0.1")},
		{"CN an IPv6 address", onlyCommonName("::1", "::1")},
		{"CN an address, beside a DNS name", func(d *draft) {
			d.host = "127.0.0.1"
			d.names("other.test")
			d.leaf.Subject = pkix.Name{CommonName: "127.0.0.1"}
		}},
		{"CN an address, beside a mailbox", onlyCommonName("127.0.0.1", "127.0.0.1", func(t *x509.Certificate) { t.EmailAddresses = []string{"me@dev.test"} })},
		{"CN an address, beside a URI", onlyCommonName("127.0.0.1", "127.0.0.1", func(t *x509.Certificate) { t.URIs = []*url.URL{{Scheme: "https", Host: "127.0.0.1"}} })},
		// addresses
		{"IPv4", host("127.0.0.1", "127.0.0.1")},
		{"IPv4 as DNS name", both(host("127.0.0.1"), rawSAN(false, sanOf(2, false, []byte("127.0.0.1"))))},
		{"IPv4 wild", both(host("127.0.0.1"), rawSAN(false, sanOf(2, false, []byte("*.0.0.1"))))},
		{"IPv4 beside names", host("127.0.0.1", "a.test", "10.0.0.1", "127.0.0.1")},
		{"IPv4, other", host("127.0.0.1", "127.0.0.2")},
		{"IPv6", host("::1", "::1")},
		{"IPv6, other", host("::1", "::2")},
		{"IPv4 in a URI", both(onlyCommonName("127.0.0.1", "", func(t *x509.Certificate) { t.URIs = []*url.URL{{Scheme: "https", Host: "127.0.0.1"}} }))},
		{"mapped address", both(host("127.0.0.1"), rawSAN(false, sanOf(7, false, net.ParseIP("127.0.0.1").To16())))},
		// subjects
		{"empty subject", onLeaf(noSubject)},
		{"empty subject, address, not critical", both(host("127.0.0.1"), rawSAN(false, sanOf(7, false, []byte{127, 0, 0, 1})), onLeaf(noSubject))},
		{"empty subject, no names", both(rawSAN(false), onLeaf(noSubject))},
		{"subject and critical names", both(rawSAN(true, sanOf(2, false, []byte("web.dev.test"))))},
		{"issuer with the leaf's name", func(d *draft) { d.leaf.Subject = d.root.Subject }},
		// purposes
		{"server and client", onLeaf(purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth))},
		{"server and any", onLeaf(purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageAny))},
		{"client and any", onLeaf(purposes(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageAny))},
		{"code signing", onLeaf(purposes(x509.ExtKeyUsageCodeSigning))},
		{"OCSP signing", onLeaf(purposes(x509.ExtKeyUsageOCSPSigning))},
		{"OCSP signing and server", onLeaf(purposes(x509.ExtKeyUsageOCSPSigning, x509.ExtKeyUsageServerAuth))},
		{"mail", onLeaf(purposes(x509.ExtKeyUsageEmailProtection))},
		{"Netscape's server gated crypto", onLeaf(purposes(x509.ExtKeyUsageNetscapeServerGatedCrypto))},
		{"Microsoft's server gated crypto", onLeaf(purposes(x509.ExtKeyUsageMicrosoftServerGatedCrypto))},
		{"unknown purpose", onLeaf(purposes(), func(t *x509.Certificate) { t.UnknownExtKeyUsage = []asn1.ObjectIdentifier{oidUnknown} })},
		{"unknown purpose and server", onLeaf(func(t *x509.Certificate) { t.UnknownExtKeyUsage = []asn1.ObjectIdentifier{oidUnknown} })},
		{"critical purposes", onLeaf(purposes(), crit(oidEKU, []asn1.ObjectIdentifier{oidServerAuth}))},
		{"no purposes, no key usage", onLeaf(purposes(), usage(0))},
		{"issuer for server and client", onIssuer(purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth))},
		{"issuer for server and any", onIssuer(purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageAny))},
		{"issuer for client and any", onIssuer(purposes(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageAny))},
		{"issuer for code", onIssuer(purposes(x509.ExtKeyUsageCodeSigning))},
		{"issuer for OCSP signing and server", onIssuer(purposes(x509.ExtKeyUsageOCSPSigning, x509.ExtKeyUsageServerAuth))},
		{"issuer for step-up", onIssuer(purposes(x509.ExtKeyUsageNetscapeServerGatedCrypto))},
		{"issuer for Microsoft's step-up", onIssuer(purposes(x509.ExtKeyUsageMicrosoftServerGatedCrypto))},
		{"issuer for an unknown purpose", onIssuer(purposes(), func(t *x509.Certificate) { t.UnknownExtKeyUsage = []asn1.ObjectIdentifier{oidUnknown} })},
		{"issuer for nothing", onIssuer(purposes(), extra(oidEKU, false, []asn1.ObjectIdentifier{}))},
		{"upper of two issuers for clients", both(onIssuer(purposes(x509.ExtKeyUsageClientAuth)), onIssuer())},
		{"root for servers", onRoot(purposes(x509.ExtKeyUsageServerAuth))},
		{"root for any", onRoot(purposes(x509.ExtKeyUsageAny))},
		{"root for clients and any", onRoot(purposes(x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageAny))},
		{"root for code", onRoot(purposes(x509.ExtKeyUsageCodeSigning))},
		{"root for step-up", onRoot(purposes(x509.ExtKeyUsageNetscapeServerGatedCrypto))},
		{"root for nothing", onRoot(purposes(), extra(oidEKU, false, []asn1.ObjectIdentifier{}))},
		{"root and issuer for clients", both(onRoot(purposes(x509.ExtKeyUsageClientAuth)), onIssuer(purposes(x509.ExtKeyUsageClientAuth)))},
		// key usage
		{"signature and encipherment", onLeaf(usage(x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment))},
		{"encipherment and agreement", onLeaf(usage(x509.KeyUsageKeyEncipherment | x509.KeyUsageKeyAgreement))},
		{"RSA, encipherment", both(onLeaf(usage(x509.KeyUsageKeyEncipherment)), func(d *draft) { d.leaf.key = sharedRSA(2048) })},
		{"RSA, agreement", both(onLeaf(usage(x509.KeyUsageKeyAgreement)), func(d *draft) { d.leaf.key = sharedRSA(2048) })},
		{"RSA, commitment", both(onLeaf(usage(x509.KeyUsageContentCommitment)), func(d *draft) { d.leaf.key = sharedRSA(2048) })},
		{"data encipherment", onLeaf(usage(x509.KeyUsageDataEncipherment))},
		{"commitment", onLeaf(usage(x509.KeyUsageContentCommitment))},
		{"commitment and agreement", onLeaf(usage(x509.KeyUsageContentCommitment | x509.KeyUsageKeyAgreement))},
		{"certificates only", onLeaf(usage(x509.KeyUsageCertSign))},
		{"lists only", onLeaf(usage(x509.KeyUsageCRLSign))},
		{"no bit of key usage", onLeaf(usage(0), crit(oidKU, asn1.BitString{}))},
		{"key usage not critical", onLeaf(usage(0), extra(oidKU, false, asn1.BitString{Bytes: []byte{0x80}, BitLength: 1}))},
		{"issuer signs certificates only", onIssuer(usage(x509.KeyUsageCertSign))},
		{"issuer signs lists only", onIssuer(usage(x509.KeyUsageCRLSign))},
		{"issuer signs data only", onIssuer(usage(x509.KeyUsageDigitalSignature))},
		{"root signs data only", onRoot(usage(x509.KeyUsageDigitalSignature))},
		{"root signs certificates only", onRoot(usage(x509.KeyUsageCertSign))},
		{"root, no bit of key usage", onRoot(usage(0), crit(oidKU, asn1.BitString{}))},
		{"issuer, no bit of key usage", onIssuer(usage(0), crit(oidKU, asn1.BitString{}))},
		// basic constraints
		{"leaf a CA", onLeaf(func(t *x509.Certificate) { t.IsCA = true })},
		{"leaf a CA with its usage", onLeaf(func(t *x509.Certificate) {
			t.IsCA, t.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
		})},
		{"leaf a CA, below an issuer", both(onIssuer(), onLeaf(func(t *x509.Certificate) { t.IsCA = true }))},
		{"leaf a CA, below pathLen 0", both(onIssuer(func(t *x509.Certificate) { t.MaxPathLenZero = true }), onLeaf(func(t *x509.Certificate) { t.IsCA = true }))},
		{"leaf without constraints", onLeaf(func(t *x509.Certificate) { t.BasicConstraintsValid = false })},
		{"leaf, constraints not critical", onLeaf(func(t *x509.Certificate) { t.BasicConstraintsValid = false }, extra(oidBC, false, basicConstraints{}))},
		{"leaf, CA:FALSE with pathLen", onLeaf(func(t *x509.Certificate) { t.BasicConstraintsValid = false }, crit(oidBC, []byte{0x30, 3, 2, 1, 0}))},
		{"leaf, CA:FALSE written out", onLeaf(func(t *x509.Certificate) { t.BasicConstraintsValid = false }, crit(oidBC, []byte{0x30, 3, 1, 1, 0}))},
		{"issuer, constraints not critical", onIssuer(func(t *x509.Certificate) { t.BasicConstraintsValid = false }, extra(oidBC, false, basicConstraints{true}))},
		{"issuer without constraints", onIssuer(func(t *x509.Certificate) { t.BasicConstraintsValid, t.IsCA = false, false })},
		{"issuer CA:FALSE", onIssuer(func(t *x509.Certificate) { t.IsCA = false })},
		{"upper issuer CA:FALSE", both(onIssuer(func(t *x509.Certificate) { t.IsCA = false }), onIssuer())},
		{"root CA:FALSE", onRoot(func(t *x509.Certificate) { t.IsCA = false })},
		{"root without constraints", onRoot(func(t *x509.Certificate) { t.BasicConstraintsValid, t.IsCA = false, false })},
		{"root without constraints or usage", onRoot(func(t *x509.Certificate) { t.BasicConstraintsValid, t.IsCA, t.KeyUsage = false, false, 0 })},
		{"root of version 1", func(d *draft) { d.root.version = 1 }},
		{"root of version 1, issuer", func(d *draft) { d.root.version = 1; d.issuer() }},
		{"issuer of version 1", func(d *draft) { d.issuer().version = 1 }},
		{"leaf of version 1, CN", both(onlyCommonName("web.dev.test", "web.dev.test"), func(d *draft) { d.leaf.version = 1 })},
		{"root pathLen 0", onRoot(func(t *x509.Certificate) { t.MaxPathLenZero = true })},
		{"root pathLen 0, issuer", both(onRoot(func(t *x509.Certificate) { t.MaxPathLenZero = true }), onIssuer())},
		{"root pathLen 1, two issuers", both(onRoot(func(t *x509.Certificate) { t.MaxPathLen = 1 }), depth(2))},
		{"issuer pathLen 0, issuer", both(onIssuer(func(t *x509.Certificate) { t.MaxPathLenZero = true }), onIssuer())},
		{"issuer pathLen 1, issuer", both(onIssuer(func(t *x509.Certificate) { t.MaxPathLen = 1 }), onIssuer())},
		{"root pathLen 0, self-issued issuer", both(onRoot(func(t *x509.Certificate) { t.MaxPathLenZero = true }), func(d *draft) { d.issuer().Subject = d.root.Subject })},
		{"issuer pathLen 0, self-issued issuer", func(d *draft) {
			d.issuer(func(t *x509.Certificate) { t.MaxPathLenZero = true })
			d.issuer().Subject = d.issuers[0].Subject
		}},
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
		// constraints on names
		{"permitted", onRoot(permit(true, "dev.test"))},
		{"permitted, not critical", onRoot(permit(false, "dev.test"))},
		{"not permitted", onRoot(permit(true, "other.test"))},
		{"not permitted by the issuer", onIssuer(permit(true, "other.test"))},
		{"permitted with a leading dot", onRoot(permit(true, ".dev.test"))},
		{"permitted with a leading dot, apex", both(host("dev.test", "dev.test"), onRoot(permit(true, ".dev.test")))},
		{"permitted with a leading dot, apex, by the issuer", both(host("dev.test", "dev.test"), onIssuer(permit(true, ".dev.test")))},
		{"permitted, apex", both(host("dev.test", "dev.test"), onRoot(permit(true, "dev.test")))},
		{"permitted everything", onRoot(permit(true, ""))},
		{"permitted in upper case", onRoot(permit(true, "DEV.Test"))},
		{"permitted with a final dot", onRoot(permit(true, "dev.test."))},
		{"permitted a part of a label", both(host("webdev.test", "webdev.test"), onRoot(permit(true, "dev.test")))},
		{"permitted below a wildcard", both(host("a.dev.test", "*.dev.test"), onRoot(permit(true, "dev.test")))},
		{"permitted less than a wildcard", both(host("a.dev.test", "*.dev.test"), onRoot(permit(true, "a.dev.test")))},
		{"permitted less than a wildcard, by the issuer", both(host("a.dev.test", "*.dev.test"), onIssuer(permit(true, "a.dev.test")))},
		{"permitted a wildcard", onRoot(permit(true, "*.dev.test"))},
		{"permitted by both", both(onRoot(permit(true, "test")), onIssuer(permit(true, "dev.test")))},
		{"permitted by the issuer only", both(onRoot(permit(true, "other.test")), onIssuer(permit(true, "dev.test")))},
		{"permitted, second name not", both(host("web.dev.test", "web.dev.test", "x.other"), onIssuer(permit(true, "dev.test")))},
		{"excluded", onRoot(exclude("dev.test"))},
		{"excluded by the issuer", onIssuer(exclude("dev.test"))},
		{"excluded beside", onRoot(exclude("other.test"))},
		{"excluded everything", onRoot(exclude(""))},
		{"excluded below a wildcard", both(host("a.dev.test", "*.dev.test"), onRoot(exclude("b.dev.test")))},
		{"excluded below a wildcard, by the issuer", both(host("a.dev.test", "*.dev.test"), onIssuer(exclude("b.dev.test")))},
		{"excluded deep below a wildcard", both(host("a.dev.test", "*.dev.test"), onIssuer(exclude("c.b.dev.test")))},
		{"excluded with a leading dot, apex", both(host("dev.test", "dev.test"), onIssuer(exclude(".dev.test")))},
		{"excluded with a leading dot", onIssuer(exclude(".dev.test"))},
		{"permitted and excluded", onIssuer(permit(true, "test"), exclude("web.dev.test"))},
		{"address permitted", both(host("127.0.0.1", "127.0.0.1"), onRoot(permitIP("127.0.0.0/8")))},
		{"address not permitted", both(host("127.0.0.1", "127.0.0.1"), onRoot(permitIP("10.0.0.0/8")))},
		{"address not permitted by the issuer", both(host("127.0.0.1", "127.0.0.1"), onIssuer(permitIP("10.0.0.0/8")))},
		{"address excluded", both(host("127.0.0.1", "127.0.0.1"), onRoot(excludeIP("127.0.0.0/8")))},
		{"address excluded by the issuer", both(host("127.0.0.1", "127.0.0.1"), onIssuer(excludeIP("127.0.0.0/8")))},
		{"every IPv4 address excluded, name", onRoot(excludeIP("0.0.0.0/0"))},
		{"every address excluded, name", onIssuer(excludeIP("0.0.0.0/0", "::/0"))},
		{"every address excluded, names permitted", onRoot(permit(true, "test"), excludeIP("0.0.0.0/0", "::/0"))},
		{"IPv6 below IPv4", both(host("::1", "::1"), onRoot(permitIP("127.0.0.0/8")))},
		{"IPv6 below IPv4, excluded", both(host("::1", "::1"), onRoot(excludeIP("0.0.0.0/0")))},
		{"IPv6 permitted", both(host("::1", "::1"), onRoot(permitIP("::1/128")))},
		{"name below permitted addresses", onRoot(permitIP("127.0.0.0/8"))},
		{"name and address, address not permitted", both(host("web.dev.test", "web.dev.test", "127.0.0.1"), onRoot(permitIP("10.0.0.0/8")))},
		{"address below names", both(host("127.0.0.1", "127.0.0.1"), onRoot(permit(true, "dev.test")))},
		{"address below names, empty subject", both(host("127.0.0.1", "127.0.0.1"), onLeaf(noSubject), onRoot(permit(true, "dev.test")))},
		{"address below excluded names", both(host("127.0.0.1", "127.0.0.1"), onRoot(exclude("dev.test")))},
		{"address with a common name below names", both(host("127.0.0.1", "127.0.0.1"), onLeaf(commonName("some thing")), onRoot(permit(true, "dev.test")))},
		{"address with a name as common name below names", both(host("127.0.0.1", "127.0.0.1"), onLeaf(commonName("web.other")), onRoot(permit(true, "dev.test")))},
		{"common name not permitted beside names", both(onLeaf(commonName("web.other")), onRoot(permit(true, "dev.test")))},
		{"CN only, permitted", both(onlyCommonName("web.dev.test", "web.dev.test"), onRoot(permit(true, "dev.test")))},
		{"CN only, not permitted", both(onlyCommonName("web.dev.test", "web.dev.test"), onRoot(permit(true, "other.test")))},
		{"CN only, not permitted by the issuer", both(onlyCommonName("web.dev.test", "web.dev.test"), onIssuer(permit(true, "other.test")))},
		{"CN only, excluded", both(onlyCommonName("web.dev.test", "web.dev.test"), onIssuer(exclude("dev.test")))},
		{"mailboxes permitted, name", onRoot(permitMail("dev.test"))},
		{"mailbox not permitted", both(onRoot(permitMail("other.test")), onLeaf(func(t *x509.Certificate) { t.EmailAddresses = []string{"me@dev.test"} }))},
		{"mailbox not permitted by the issuer", both(onIssuer(permitMail("other.test")), onLeaf(func(t *x509.Certificate) { t.EmailAddresses = []string{"me@dev.test"} }))},
		{"URIs permitted, name", onRoot(permitURI("dev.test"))},
		{"URI not permitted", both(onRoot(permitURI("other.test")), onLeaf(func(t *x509.Certificate) { t.URIs = []*url.URL{{Scheme: "https", Host: "dev.test"}} }))},
		{"URI not permitted by the issuer", both(onIssuer(permitURI("other.test")), onLeaf(func(t *x509.Certificate) { t.URIs = []*url.URL{{Scheme: "https", Host: "dev.test"}} }))},
		{"URI permitted by the issuer", both(onIssuer(permitURI("dev.test")), onLeaf(func(t *x509.Certificate) { t.URIs = []*url.URL{{Scheme: "https", Host: "dev.test"}} }))},
		{"subject permitted", onRoot(otherConstraint(false, sanOf(4, true, dn("devca tests")), true))},
		{"subject permitted, not critical", onRoot(otherConstraint(false, sanOf(4, true, dn("devca tests")), false))},
		{"subject not permitted", onRoot(otherConstraint(false, sanOf(4, true, dn("others")), true))},
		{"subject permitted by the issuer", onIssuer(otherConstraint(false, sanOf(4, true, dn("devca tests")), true))},
		{"subject not permitted by the issuer", onIssuer(otherConstraint(false, sanOf(4, true, dn("others")), true))},
		{"subject not permitted by the issuer, not critical", onIssuer(otherConstraint(false, sanOf(4, true, dn("others")), false))},
		{"empty subject below permitted subjects", both(onLeaf(noSubject), onIssuer(otherConstraint(false, sanOf(4, true, dn("others")), true)))},
		{"subject excluded", onRoot(otherConstraint(true, sanOf(4, true, dn("devca tests")), true))},
		{"subject excluded by the issuer", onIssuer(otherConstraint(true, sanOf(4, true, dn("devca tests")), true))},
		{"other subject excluded by the issuer", onIssuer(otherConstraint(true, sanOf(4, true, dn("others")), true))},
		{"registered identifier permitted by the issuer", onIssuer(otherConstraint(false, sanOf(8, false, []byte{0x2a, 3, 4}), true))},
		{"registered identifier permitted by the root", onRoot(otherConstraint(false, sanOf(8, false, []byte{0x2a, 3, 4}), true))},
		{"constraints that are empty", onIssuer(crit(oidNC, []byte{0x30, 0}))},
		{"constraint of five bytes on addresses", onIssuer(otherConstraint(false, sanOf(7, false, []byte{1, 2, 3, 4, 5}), true))},
		{"constraint with an odd mask", both(host("127.0.0.1", "127.0.0.1"), onIssuer(otherConstraint(false, sanOf(7, false, []byte{127, 0, 0, 1, 255, 0, 255, 255}), true)))},
		{"an address as a constraint on names", onRoot(permit(true, "dev.test", "127.0.0.1"))},
		{"constraints in the leaf", onLeaf(permit(true, "dev.test"))},
		{"issuer's own names not permitted", both(onRoot(permit(true, "dev.test")), onIssuer(func(t *x509.Certificate) { t.DNSNames = []string{"ca.other"} }))},
		{"below two issuers, upper permits others", both(onIssuer(permit(true, "other.test")), onIssuer())},
		// critical extensions
		{"unknown critical", onLeaf(crit(oidUnknown, 1))},
		{"unknown, not critical", onLeaf(extra(oidUnknown, false, 1))},
		{"unknown critical, issuer", onIssuer(crit(oidUnknown, 1))},
		{"unknown critical, root", onRoot(crit(oidUnknown, 1))},
		{"critical policies", onLeaf(crit(oidPolicies, []policyInformation{{oidUnknown}}))},
		{"critical policies, issuer", onIssuer(crit(oidPolicies, []policyInformation{{oidAnyPolicy}}))},
		{"critical policies, root", onRoot(crit(oidPolicies, []policyInformation{{oidUnknown}}))},
		{"critical points of lists", onLeaf(crit(oidCRLPoints, []byte{0x30, 0x1b, 0x30, 0x19, 0xa0, 0x17, 0xa0, 0x15, 0x86, 0x13, 'h', 't', 't', 'p', ':', '/', '/', '1', '2', '7', '.', '0', '.', '0', '.', '1', '/', 'x', 'y'}))},
		{"critical authority information", onLeaf(crit(oidAIA, []byte{0x30, 0x1f, 0x30, 0x1d, 6, 8, 0x2b, 6, 1, 5, 5, 7, 48, 2, 0x86, 0x11, 'h', 't', 't', 'p', ':', '/', '/', '1', '2', '7', '.', '0', '.', '0', '.', '1', '/'}))},
		{"critical other names of the issuer", onLeaf(crit(oidIssuerAlt, []asn1.RawValue{sanOf(2, false, []byte("ca.test"))}))},
		{"critical must-staple", onLeaf(crit(oidMustStaple, []int{5}))},
		{"must-staple", onLeaf(extra(oidMustStaple, false, []int{5}))},
		{"must-staple for another feature", onLeaf(extra(oidMustStaple, false, []int{17}))},
		{"must-staple in the issuer", onIssuer(extra(oidMustStaple, false, []int{5}))},
		{"critical Netscape type, server", onLeaf(crit(oidNetscape, asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}))},
		{"Netscape type, client", onLeaf(extra(oidNetscape, false, asn1.BitString{Bytes: []byte{0x80}, BitLength: 1}))},
		{"Netscape type, server CA, of the issuer", onIssuer(extra(oidNetscape, false, asn1.BitString{Bytes: []byte{0x04}, BitLength: 6}))},
		{"Netscape type, mail CA, of the issuer", onIssuer(extra(oidNetscape, false, asn1.BitString{Bytes: []byte{0x02}, BitLength: 7}))},
		{"critical comment", onLeaf(crit(oidComment, asn1.RawValue{Tag: asn1.TagIA5String, Bytes: []byte("hello")}))},
		{"one extension twice", onLeaf(extra(oidUnknown, false, 1), extra(oidUnknown, false, 2))},
		{"policies demanded by the issuer", onIssuer(crit(oidPolicyCons, []byte{0x30, 3, 0x80, 1, 0}))},
		{"policies demanded by the root", onRoot(crit(oidPolicyCons, []byte{0x30, 3, 0x80, 1, 0}))},
		{"policies demanded and given", both(onIssuer(crit(oidPolicyCons, []byte{0x30, 3, 0x80, 1, 0}), extra(oidPolicies, false, []policyInformation{{oidUnknown}})), onLeaf(extra(oidPolicies, false, []policyInformation{{oidUnknown}})))},
		{"policies demanded, another given", both(onIssuer(crit(oidPolicyCons, []byte{0x30, 3, 0x80, 1, 0}), extra(oidPolicies, false, []policyInformation{{oidUnknown}})), onLeaf(extra(oidPolicies, false, []policyInformation{{oidStepUp}})))},
		{"policies demanded, not critical", onIssuer(extra(oidPolicyCons, false, []byte{0x30, 3, 0x80, 1, 0}))},
		{"any policy inhibited", onIssuer(crit(oidInhibitAny, 0))},
		{"policies mapped", onIssuer(crit(oidMappings, []struct{ A, B asn1.ObjectIdentifier }{{oidUnknown, oidStepUp}}), extra(oidPolicies, false, []policyInformation{{oidUnknown}}))},
		{"policies mapped, not critical", onIssuer(extra(oidMappings, false, []struct{ A, B asn1.ObjectIdentifier }{{oidUnknown, oidStepUp}}), extra(oidPolicies, false, []policyInformation{{oidUnknown}}))},
		{"policy mapping inhibited", onIssuer(crit(oidPolicyCons, []byte{0x30, 3, 0x81, 1, 0}))},
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
	}, staples()...)
}

func staples() []combination {
	delegate := func(change ...func(*x509.Certificate)) func(d *draft) *sheet {
		return func(d *draft) *sheet {
			s := newSheet("responder", server(), func(t *x509.Certificate) {
				t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
			})
			all(change...)(s.Certificate)
			s.sign(nilT{}, d.root)
			return s
		}
	}
	with := func(s func(d *draft) *sheet, status int) func(*draft) {
		return func(d *draft) {
			d.after = append(d.after, func(d *draft) {
				made := s(d)
				der, err := ocsp.CreateResponse(d.root.parsed, made.parsed, ocsp.Response{
					Status: status, SerialNumber: d.leaf.parsed.SerialNumber, ThisUpdate: time.Now().Add(-time.Hour),
					NextUpdate: time.Now().Add(48 * time.Hour), RevokedAt: time.Now().Add(-50 * time.Hour), Certificate: made.parsed,
				}, made.key)
				if err != nil {
					panic(err)
				}
				d.staple = der
			})
		}
	}
	must := onLeaf(extra(oidMustStaple, false, []int{5}))
	return []combination{
		{"staple good", ocspBy(ocsp.Good, byRoot, nil)},
		{"staple good, must-staple", both(must, ocspBy(ocsp.Good, byRoot, nil))},
		{"staple revoked", ocspBy(ocsp.Revoked, byRoot, nil)},
		{"staple revoked, on hold", ocspBy(ocsp.Revoked, byRoot, func(r *ocsp.Response) { r.RevocationReason = ocsp.CertificateHold })},
		{"staple unknown", ocspBy(ocsp.Unknown, byRoot, nil)},
		{"staple stale", ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.NextUpdate = time.Now().Add(-time.Hour) })},
		{"staple stale, revoked", ocspBy(ocsp.Revoked, byRoot, func(r *ocsp.Response) { r.NextUpdate = time.Now().Add(-time.Hour) })},
		{"staple stale, must-staple", both(must, ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.NextUpdate = time.Now().Add(-time.Hour) }))},
		{"staple from tomorrow", ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.ThisUpdate = time.Now().Add(24 * time.Hour) })},
		{"staple without an end", ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.NextUpdate = time.Time{} })},
		{"staple of a month ago without an end", ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) {
			r.ThisUpdate, r.NextUpdate = time.Now().AddDate(0, -1, 0), time.Time{}
		})},
		{"staple for another serial", ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.SerialNumber = big.NewInt(7) })},
		{"staple for another serial, revoked", ocspBy(ocsp.Revoked, byRoot, func(r *ocsp.Response) { r.SerialNumber = big.NewInt(7) })},
		{"staple by a stranger", ocspBy(ocsp.Good, func(*draft) *sheet {
			s := newSheet("stranger", authority)
			s.sign(nilT{}, s)
			return s
		}, nil)},
		{"revoked staple by a stranger", ocspBy(ocsp.Revoked, func(*draft) *sheet {
			s := newSheet("stranger", authority)
			s.sign(nilT{}, s)
			return s
		}, nil)},
		{"staple by a delegate", with(delegate(), ocsp.Good)},
		{"revoked staple by a delegate", with(delegate(), ocsp.Revoked)},
		{"revoked staple by a delegate without the purpose", with(delegate(purposes(x509.ExtKeyUsageServerAuth)), ocsp.Revoked)},
		{"staple by a delegate without the purpose", with(delegate(purposes(x509.ExtKeyUsageServerAuth)), ocsp.Good)},
		{"staple by an expired delegate", with(delegate(past), ocsp.Good)},
		{"staple that is garbage", func(d *draft) { d.staple = []byte{0x30, 3, 1, 2, 3} }},
		{"staple that says try later", func(d *draft) { d.staple = []byte{0x30, 3, 0x0a, 1, 3} }},
		{"short-lived, staple stale", both(onLeaf(days(5)), ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.NextUpdate = time.Now().Add(-time.Hour) }))},
		{"short-lived, staple revoked", both(onLeaf(days(5)), ocspBy(ocsp.Revoked, byRoot, nil))},
		{"short-lived, must-staple", both(onLeaf(days(5)), must)},
		{"below an issuer, staple revoked", both(onIssuer(), ocspBy(ocsp.Revoked, func(d *draft) *sheet { return d.issuers[0] }, nil))},
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

// unlike are the combinations in which a client is known to differ from its
// profile: why, and who. A client that does not differ must not be here.
var unlike = []struct {
	reason string
	cases  map[string]verify.Clients
}{
	{"crypto/x509 does not read it, and what it does not read is explained and never trusted", map[string]verify.Clients{
		"UTF-8 beside":                          measured &^ (verify.Go | verify.Chrome),
		"an address of five bytes beside":       measured &^ (verify.Go | verify.Chrome | verify.Java),
		"one extension twice":                   verify.Firefox | ossl | verify.Rustls,
		"serial not minimal":                    verify.Chrome | verify.Java | verify.GnuTLS | verify.Rustls,
		"critical authority information":        verify.Firefox | verify.GnuTLS,
		"critical authority key":                verify.GnuTLS,
		"critical subject key":                  verify.GnuTLS,
		"constraint of five bytes on addresses": verify.Firefox | lax | verify.Rustls,
		"constraint with an odd mask":           verify.Firefox | lax | verify.Java,
		"constraints that are empty":            lax | verify.Java | verify.GnuTLS | verify.Rustls,
		"permitted with a final dot":            verify.Chrome | verify.Java | verify.GnuTLS,
	}},
	{"it builds one path and does not go back", map[string]verify.Clients{
		"cross-signed issuer first":                    ossl | verify.GnuTLS,
		"cross-signed issuer without CA first":         ossl | verify.GnuTLS,
		"expired cross-signed issuer first":            verify.GnuTLS,
		"root with a twin of its name, no identifiers": lax,
	}},
	{"Deno checks the handshake with another library than ring; the profile follows recordings of rustls-webpki alone", map[string]verify.Clients{
		"RSA-1024": verify.Rustls, "RSA-1536": verify.Rustls, "RSA-2047": verify.Rustls, "issuer P-521": verify.Rustls, "root P-521": verify.Rustls,
	}},
	{"a staple that is no DER at all ends the handshake", map[string]verify.Clients{"staple that is garbage": verify.OpenSSL | verify.Java}},
	{"measured with these two, the bound is somewhere between", map[string]verify.Clients{"twenty issuers": verify.Chrome}},
	{"crypto/x509 judges policies, and leaves a root's out", map[string]verify.Clients{"policies demanded by the root": verify.Chrome}},
}

// lax are the clients with OpenSSL that do not set its strict flag.
const lax = ossl &^ verify.Python313

// excuse gives the reason why a client differs from its profile; empty if it
// must not.
func excuse(name string, bit verify.Clients) string {
	for _, u := range unlike {
		if u.cases[name]&bit != 0 {
			return u.reason
		}
	}
	return ""
}

// compare holds what a client did against its profile.
func compare(t *testing.T, name, client string, refused bool, verdict verify.Verdict) (excused bool) {
	t.Helper()
	reason := excuse(name, verdict.Client.Bit)
	switch same := refused == (verdict.Answer != verify.Accepts); {
	case same && reason != "":
		t.Errorf("%s: %s does as its profile says, and is excused: %s", name, client, reason)
	case !same && reason == "":
		t.Errorf("%s: %s refuses: %v; its profile %s %v", name, client, refused, verdict.Answer, verdict.Reasons)
	}
	return reason != ""
}

// staged makes all combinations.
func staged(t *testing.T) map[string]*draft {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	drafts := map[string]*draft{}
	for _, c := range combinations() {
		if drafts[c.name] != nil {
			t.Fatalf("%s: twice", c.name)
		}
		d := newDraft()
		c.change(d)
		d.make(t)
		drafts[c.name] = d
	}
	return drafts
}

// TestCombinations holds the profiles against what real clients said to the same
// combinations: testdata/combinations.json has, for each, those who refused.
// Every machine has some of the clients; TestClients asks them again.
func TestCombinations(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "combinations.json"))
	if err != nil {
		t.Fatal(err)
	}
	var recording struct {
		Clients map[string]string   `json:"clients"` // by profile: the version
		Refused map[string][]string `json:"refused"` // by combination
	}
	if err := json.Unmarshal(data, &recording); err != nil {
		t.Fatal(err)
	}
	drafts, compared := staged(t), map[string]bool{}
	for name, d := range drafts {
		refused, known := recording.Refused[name]
		if !known {
			t.Errorf("%s: nobody was asked", name)
			continue
		}
		report := verify.Judge(d.request())
		nameless(t, name, report)
		for _, verdict := range report.Verdicts {
			client := strings.TrimSpace(verdict.Client.Name + " " + verdict.Client.Versions)
			if recording.Clients[client] == "" {
				continue
			}
			compare(t, name, client, slices.Contains(refused, client), verdict)
			compared[client] = true
		}
	}
	for client := range recording.Clients {
		if !compared[client] {
			t.Errorf("%s: recorded, and there is no such profile", client)
		}
	}
	for name := range recording.Refused {
		if drafts[name] == nil {
			t.Errorf("%s: recorded, and there is none", name)
		}
	}
	deviations := 0
	for _, u := range unlike {
		deviations += len(u.cases)
		for name := range u.cases {
			if drafts[name] == nil {
				t.Errorf("%s: a deviation of nothing", name)
			}
		}
	}
	page, err := os.ReadFile(filepath.Join("..", "docs", "verification.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{fmt.Sprintf("said to %d combinations", len(drafts)), fmt.Sprintf("In %d of the combinations", deviations)} {
		if !strings.Contains(string(page), words) {
			t.Errorf("docs/verification.md lacks %q", words)
		}
	}
}

// TestClients has the real clients of this machine judge every combination on a
// port, and compares that with their profiles.
func TestClients(t *testing.T) {
	folder := t.TempDir()
	var cases []*served
	for name, d := range staged(t) {
		cases = append(cases, serve(t, folder, len(cases), name, d))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 9*time.Minute)
	defer cancel()
	for _, j := range judges(folder) {
		start := time.Now()
		said, err := j.ask(ctx, cases)
		if err != nil {
			t.Errorf("%s: %v", j.name, err)
			continue
		}
		agreed, excused := 0, 0
		for _, c := range cases {
			verdict := answerOf(verify.Judge(c.draft.request()), j.bit)
			client := j.name
			if said[c.Name] != "" {
				client += fmt.Sprintf(" (%q)", said[c.Name])
			}
			if compare(t, c.Name, client, said[c.Name] != "", verdict) {
				excused++
			} else {
				agreed++
			}
		}
		t.Logf("clients: client=%s cases=%d agreed=%d explained=%d (%v)", j.name, len(cases), agreed, excused, time.Since(start).Round(time.Second))
	}
}
