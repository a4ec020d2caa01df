package revocation_test

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
	"time"

	"devca/revocation"
)

const serial = 0x1234

// family is a CA with all that the lists of the tests need.
type family struct {
	root, ca, twin, other, mute *owner
	leaf, between, pointed      *owner
}

func newFamily(t testing.TB) family {
	t.Helper()
	f := family{root: sign(t, template("root"), fixed(t, "root"), nil)}
	below := func(name, key string) *owner { return sign(t, template(name), fixed(t, key), f.root) }
	f.ca, f.twin, f.other = below("ca", "ca"), below("ca", "twin"), below("other", "other")
	silent := template("mute")
	silent.KeyUsage = x509.KeyUsageCertSign
	f.mute = sign(t, silent, p256(t), f.root)
	f.leaf = leaf(t, serial, f.ca)
	f.pointed = leaf(t, serial, f.ca, func(c *x509.Certificate) {
		c.CRLDistributionPoints = []string{"http://a.test/1.crl", "http://a.test/2.crl"}
	})
	inner := template("between")
	inner.SerialNumber = f.leaf.SerialNumber
	f.between = sign(t, inner, p256(t), f.ca)
	return f
}

// point is an issuingDistributionPoint.
type point struct {
	Place       place `asn1:"optional,tag:0"`
	Users       bool  `asn1:"optional,tag:1"`
	Authorities bool  `asn1:"optional,tag:2"`
	Indirect    bool  `asn1:"optional,tag:4"`
	Attributes  bool  `asn1:"optional,tag:5"`
}

type place struct {
	Full []asn1.RawValue `asn1:"optional,tag:0"`
}

// pointed makes the extension.
func pointed(t testing.TB, p point) []pkix.Extension {
	return []pkix.Extension{{Id: id(2, 5, 29, 28), Critical: true, Value: value(t, p)}}
}

func critical(t testing.TB, arcs ...int) []pkix.Extension {
	return []pkix.Extension{{Id: arcs, Critical: true, Value: value(t, 1)}}
}

// listCase is one list, what we say about it, and what openssl verify -crl_check
// says, which is there as a second opinion and not as a judge.
type listCase struct {
	name    string
	list    spec
	about   *owner // the leaf unless it says otherwise
	by      *owner // its issuer, the CA unless it says otherwise
	status  revocation.Status
	ids     string
	openssl string
}

func listCases(t testing.TB, f family) []listCase {
	revoked := []entry{{serial: 1}, {serial: serial, extensions: reason(t, 1)}, {serial: 3}}
	others := []entry{{serial: 1}, {serial: 0x1235}, {serial: -serial}}
	hold := []entry{{serial: serial, extensions: reason(t, 6)}}
	good, gone, unknown, unusable := revocation.Good, revocation.Revoked, revocation.Unknown, revocation.Unusable
	place := func(names ...string) point {
		var p point
		for _, name := range names {
			p.Place.Full = append(p.Place.Full, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(name)})
		}
		return p
	}
	bare := []pkix.Extension{{Id: id(1, 2, 3), Value: value(t, 1)}}
	unnumbered := spec{by: f.ca, extensions: bare}
	return []listCase{
		{name: "good", list: spec{by: f.ca, entries: others}, status: good, openssl: "OK"},
		{name: "empty", list: spec{by: f.ca}, status: good, openssl: "OK"},
		{name: "revoked", list: spec{by: f.ca, entries: revoked}, status: gone, openssl: "certificate revoked"},
		{name: "hold", list: spec{by: f.ca, entries: hold}, status: gone, openssl: "certificate revoked"},
		{name: "removed", list: spec{by: f.ca, entries: []entry{{serial: serial, extensions: reason(t, 8)}}}, status: good, ids: "crl-remove", openssl: "OK"},
		{name: "removed and revoked", list: spec{by: f.ca, entries: append([]entry{{serial: serial, extensions: reason(t, 8)}}, revoked...)}, status: gone, ids: "crl-duplicate-serial", openssl: "*"},
		{name: "twice", list: spec{by: f.ca, entries: append(others, others...)}, status: good, ids: "crl-duplicate-serial", openssl: "OK"},
		{name: "revoked in the future", list: spec{by: f.ca, entries: []entry{{serial: serial, at: now.Add(day)}}}, status: gone, openssl: "certificate revoked"},
		{name: "far dates", list: spec{by: f.ca, nextUpdate: time.Date(2060, 1, 1, 0, 0, 0, 0, time.UTC)}, status: good, openssl: "OK"},

		{name: "last second", list: spec{by: f.ca, thisUpdate: now.Add(-day), nextUpdate: now}, status: good, openssl: "*"},
		{name: "first second", list: spec{by: f.ca, thisUpdate: now}, status: good, openssl: "*"},
		{name: "expired", list: spec{by: f.ca, thisUpdate: now.Add(-2 * day), nextUpdate: now.Add(-time.Second)}, status: unusable, ids: "crl-expired", openssl: "CRL has expired"},
		{name: "expired and revoked", list: spec{by: f.ca, thisUpdate: now.Add(-2 * day), nextUpdate: now.Add(-day), entries: revoked}, status: gone, ids: "crl-expired", openssl: "CRL has expired"},
		{name: "expired and on hold", list: spec{by: f.ca, thisUpdate: now.Add(-2 * day), nextUpdate: now.Add(-day), entries: hold}, status: unusable, ids: "crl-expired", openssl: "CRL has expired"},
		{name: "to come", list: spec{by: f.ca, thisUpdate: now.Add(time.Second)}, status: unusable, ids: "crl-not-yet", openssl: "CRL is not yet valid"},
		{name: "no next update", list: spec{by: f.ca, nextUpdate: never}, status: unusable, ids: "crl-no-next-update", openssl: "OK"},

		{name: "no number", list: unnumbered, status: unusable, ids: "crl-no-number", openssl: "OK"},
		{name: "version 1", list: spec{by: f.ca, version: -1, extensions: []pkix.Extension{}}, status: unusable, ids: "crl-no-number", openssl: "OK"},
		{name: "version 1 with extensions", list: spec{by: f.ca, version: -1}, status: unusable, ids: "crl-malformed", openssl: "*"},
		{name: "version 3", list: spec{by: f.ca, version: 2}, status: unusable, ids: "crl-malformed", openssl: "*"},
		{name: "critical number", list: spec{by: f.ca, number: &pkix.Extension{Id: id(2, 5, 29, 20), Critical: true, Value: value(t, 7)}}, status: unusable, ids: "crl-number-critical", openssl: "OK"},
		{name: "critical extension", list: spec{by: f.ca, more: critical(t, 1, 2, 3)}, status: unusable, ids: "crl-critical-extension", openssl: "unhandled critical CRL extension"},
		{name: "known one made critical", list: spec{by: f.ca, more: critical(t, 2, 5, 29, 46)}, status: unusable, ids: "crl-critical-extension", openssl: "unhandled critical CRL extension"},
		{name: "extension", list: spec{by: f.ca, more: bare}, status: good, openssl: "OK"},
		{name: "extension twice", list: spec{by: f.ca, more: append(bare, bare...)}, status: unusable, ids: "crl-malformed", openssl: "*"},
		// OpenSSL 3.0.19 takes a list of changes for a whole one; another 3.0 was seen to refuse it.
		{name: "delta", list: spec{by: f.ca, more: critical(t, 2, 5, 29, 27)}, status: unusable, ids: "crl-delta", openssl: "different CRL scope|unable to get certificate CRL|leaf.pem: OK"},
		{name: "critical extension of an entry", list: spec{by: f.ca, entries: []entry{{serial: 1, extensions: critical(t, 1, 2, 3)}}}, status: unusable, ids: "crl-critical-extension", openssl: "unhandled critical CRL extension"},
		{name: "invalidity date", list: spec{by: f.ca, entries: []entry{{serial: 1, extensions: []pkix.Extension{{Id: id(2, 5, 29, 24), Critical: true, Value: value(t, now)}}}}}, status: good, openssl: "unhandled critical CRL extension"},
		{name: "entry of another issuer", list: spec{by: f.ca, entries: []entry{{serial: 1, extensions: critical(t, 2, 5, 29, 29)}}}, status: unusable, ids: "crl-indirect", openssl: "*"},

		{name: "other issuer", list: spec{by: f.other, entries: revoked}, status: unknown, ids: "crl-other-issuer", openssl: "unable to get certificate CRL|unable to get certificate revocation"},
		{name: "other issuer, our name", list: spec{by: f.other, issuer: f.ca.RawSubject, entries: revoked}, status: unknown, ids: "crl-other-key", openssl: "CRL|certificate revocation"},
		{name: "other key", list: spec{by: f.twin, entries: revoked}, status: unknown, ids: "crl-other-key", openssl: "CRL|certificate revocation"},
		{name: "other key, unnamed", list: spec{by: f.twin, extensions: []pkix.Extension{{Id: id(2, 5, 29, 20), Value: value(t, 1)}}, entries: revoked}, status: unusable, ids: "crl-signature", openssl: "CRL signature failure"},
		{name: "changed", list: spec{by: f.ca, entries: others, spoil: func(der []byte) []byte {
			return bytes.Replace(der, []byte{2, 2, 0x12, 0x35}, []byte{2, 2, 0x12, 0x36}, 1)
		}}, status: unusable, ids: "crl-signature", openssl: "CRL signature failure"},
		{name: "may not sign lists", list: spec{by: f.mute}, about: leaf(t, serial, f.mute), by: f.mute, status: unusable, ids: "crl-sign", openssl: "key usage does not include CRL signing"},
		{name: "certificate of another issuer", list: spec{by: f.ca, entries: revoked}, about: leaf(t, serial, f.other), status: unknown, ids: "crl-other-issuer", openssl: "*"},

		{name: "end entities", list: spec{by: f.ca, more: pointed(t, point{Users: true})}, status: good, openssl: "OK"},
		{name: "end entities, a CA", list: spec{by: f.ca, more: pointed(t, point{Users: true})}, about: f.between, status: unknown, ids: "crl-scope", openssl: "Different CRL scope"},
		{name: "CAs", list: spec{by: f.ca, more: pointed(t, point{Authorities: true})}, status: unknown, ids: "crl-scope", openssl: "Different CRL scope"},
		{name: "CAs, a CA", list: spec{by: f.ca, more: pointed(t, point{Authorities: true})}, about: f.between, status: good, openssl: "OK"},
		{name: "CAs, but listed", list: spec{by: f.ca, entries: revoked, more: pointed(t, point{Authorities: true})}, status: gone, ids: "crl-scope", openssl: "Different CRL scope"},
		{name: "attributes", list: spec{by: f.ca, more: pointed(t, point{Attributes: true})}, status: unknown, ids: "crl-scope", openssl: "Different CRL scope"},
		{name: "indirect", list: spec{by: f.ca, more: pointed(t, point{Indirect: true})}, status: unusable, ids: "crl-indirect", openssl: "*"},
		{name: "our point", list: spec{by: f.ca, more: pointed(t, place("http://a.test/2.crl"))}, about: f.pointed, status: good, openssl: "OK"},
		{name: "one of its points", list: spec{by: f.ca, more: pointed(t, place("http://a.test/0.crl", "http://a.test/1.crl"))}, about: f.pointed, status: good, openssl: "OK"},
		{name: "other point", list: spec{by: f.ca, more: pointed(t, place("http://a.test/3.crl"))}, about: f.pointed, status: unknown, ids: "crl-point", openssl: "Different CRL scope"},
		{name: "almost our point", list: spec{by: f.ca, more: pointed(t, place("http://a.test/%32.crl"))}, about: f.pointed, status: unknown, ids: "crl-point", openssl: "Different CRL scope"},
		{name: "no point", list: spec{by: f.ca, more: pointed(t, place("http://a.test/1.crl"))}, status: unknown, ids: "crl-point", openssl: "Different CRL scope"},
		{name: "relative name", list: spec{by: f.ca, more: []pkix.Extension{{Id: id(2, 5, 29, 28), Critical: true, Value: []byte{0x30, 6, 0xa0, 4, 0xa1, 2, 0x31, 0}}}}, status: unusable, ids: "crl-relative-name", openssl: "*"},
		{name: "some reasons", list: spec{by: f.ca, more: []pkix.Extension{{Id: id(2, 5, 29, 28), Critical: true, Value: []byte{0x30, 4, 0x83, 2, 6, 0x40}}}}, status: unknown, ids: "crl-some-reasons", openssl: "unable to get certificate CRL"},
		{name: "some reasons, ours", list: spec{by: f.ca, entries: revoked, more: []pkix.Extension{{Id: id(2, 5, 29, 28), Critical: true, Value: []byte{0x30, 4, 0x83, 2, 6, 0x40}}}}, status: gone, ids: "crl-some-reasons", openssl: "*"},
		{name: "unreadable point", list: spec{by: f.ca, more: []pkix.Extension{{Id: id(2, 5, 29, 28), Critical: true, Value: []byte{0x30, 1, 1}}}}, status: unusable, ids: "crl-malformed", openssl: "*"},
	}
}
