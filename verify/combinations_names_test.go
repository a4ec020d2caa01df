package verify_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"net/url"
)

// oddNames are names, and how they are asked for.
func oddNames() []combination {
	return []combination{
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
	}
}

// oddAddresses are addresses and subjects.
func oddAddresses() []combination {
	return []combination{
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
	}
}
