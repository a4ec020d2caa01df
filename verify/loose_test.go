package verify_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"devca/verify"
)

// parts are a certificate in pieces, each of them DER that a test may damage.
type parts struct {
	version, serial, algorithm, issuer, validity, subject, key []byte
	extensions                                                 [][]byte
	outer, signature                                           []byte
	tail                                                       []byte // within the certificate
}

// der makes an element.
func der(tag asn1.Tag, contents ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(contents, nil)) })
	return b.BytesOrPanic()
}

func sequence(contents ...[]byte) []byte { return der(asn1.SEQUENCE, contents...) }

// oid makes one out of the hexadecimal digits that stand in dumps.
func oid(raw string) []byte { return der(asn1.OBJECT_IDENTIFIER, []byte(raw)) }

func nameWith(tag asn1.Tag, text string) []byte {
	return sequence(der(asn1.SET, sequence(oid("\x55\x04\x03"), der(tag, []byte(text)))))
}

func times(tag asn1.Tag, texts ...string) []byte {
	var all [][]byte
	for _, text := range texts {
		all = append(all, der(tag, []byte(text)))
	}
	return sequence(all...)
}

func extensionOf(id string, value []byte, critical ...byte) []byte {
	var flag []byte
	if len(critical) > 0 {
		flag = der(asn1.BOOLEAN, critical)
	}
	return sequence(oid(id), flag, der(asn1.OCTET_STRING, value))
}

func alternativeNames(names ...[]byte) []byte {
	return extensionOf("\x55\x1d\x11", sequence(names...))
}

func ecKey(curve []byte, point string) []byte {
	return sequence(sequence(oid("\x2a\x86\x48\xce\x3d\x02\x01"), curve), der(asn1.BIT_STRING, []byte("\x00"+point)))
}

var (
	ecdsaSHA256 = oid("\x2a\x86\x48\xce\x3d\x04\x03\x02")
	rsaKeyOID   = oid("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
	p256        = oid("\x2a\x86\x48\xce\x3d\x03\x01\x07")
	dnsTag      = asn1.Tag(2).ContextSpecific()
	appTest     = der(dnsTag, []byte("app.test"))
)

// whole are parts that nothing is wrong with.
func whole() *parts {
	return &parts{
		version: der(asn1.Tag(0).ContextSpecific().Constructed(), der(asn1.INTEGER, []byte{2})),
		serial:  der(asn1.INTEGER, []byte{1, 2, 3}), algorithm: sequence(ecdsaSHA256), outer: sequence(ecdsaSHA256),
		issuer: nameWith(asn1.UTF8String, "an issuer"), subject: nameWith(asn1.UTF8String, "app.test"),
		validity: times(asn1.UTCTime, "260101000000Z", "270101000000Z"),
		key:      sequence(sequence(oid("\x2b\x65\x70")), der(asn1.BIT_STRING, make([]byte, 33))),
		extensions: [][]byte{
			alternativeNames(appTest, der(asn1.Tag(7).ContextSpecific(), []byte{127, 0, 0, 1})),
		},
		signature: der(asn1.BIT_STRING, []byte{0, 1, 2}),
	}
}

func (p *parts) der() []byte {
	var extensions []byte
	if p.extensions != nil {
		extensions = der(asn1.Tag(3).ContextSpecific().Constructed(), sequence(p.extensions...))
	}
	return sequence(
		sequence(p.version, p.serial, p.algorithm, p.issuer, p.validity, p.subject, p.key, extensions),
		p.outer, p.signature, p.tail,
	)
}

// TestReadLoosely damages a certificate in each way and wants exactly that found.
func TestReadLoosely(t *testing.T) {
	t.Run("nothing", func(t *testing.T) {
		got := verify.ReadLoosely(whole().der())
		want := &verify.Loose{
			Serial: "010203", Issuer: "CN=an issuer", Subject: "CN=app.test", NotBefore: "2026-01-01T00:00:00Z", NotAfter: "2027-01-01T00:00:00Z",
			Names: []string{"app.test", "127.0.0.1"}, Key: "Ed25519", Signature: "SHA-256 with ECDSA",
		}
		if got.Serial != want.Serial || got.Issuer != want.Issuer || got.Subject != want.Subject || got.NotBefore != want.NotBefore ||
			got.NotAfter != want.NotAfter || !slices.Equal(got.Names, want.Names) || got.Key != want.Key || got.Signature != want.Signature || len(got.Problems) > 0 {
			t.Errorf("%+v", got)
		}
		if _, err := x509.ParseCertificate(whole().der()); err != nil {
			t.Error(err)
		}
	})
	for _, c := range damages {
		t.Run(c.name, func(t *testing.T) {
			p := whole()
			c.change(p)
			checkLoose(t, p.der(), c.want...)
		})
	}
}

// checkLoose wants crypto/x509 to refuse, and these problems found and no others.
func checkLoose(t *testing.T, certificate []byte, want ...string) {
	t.Helper()
	if _, err := x509.ParseCertificate(certificate); err == nil {
		t.Error("crypto/x509 reads it")
	}
	if got := verify.ReadLoosely(certificate).Problems; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

type damage struct {
	name   string
	change func(*parts)
	want   []string
}

var damages = []damage{
	{"version 4", func(p *parts) { p.version[4] = 3 }, []string{"its version is written as 3; there are 0, 1 and 2, for versions 1 to 3 (RFC 5280, 4.1.2.1)"}},
	{"negative version", func(p *parts) { p.version[4] = 0xff }, []string{"its version is written as -1; there are 0, 1 and 2, for versions 1 to 3 (RFC 5280, 4.1.2.1)"}},
	{"padded serial number", func(p *parts) { p.serial = der(asn1.INTEGER, []byte{0, 1}) }, []string{"its serial number is padded: 0001 (X.690, 8.3.2)"}},
	{"no serial number", func(p *parts) { p.serial = nil }, []string{"in the place of the serial number there is a sequence (RFC 5280, 4.1)"}},
	{"empty serial number", func(p *parts) { p.serial = der(asn1.INTEGER) }, []string{"its serial number is empty (RFC 5280, 4.1.2.2)"}},
	{"two signature algorithms", func(p *parts) { p.outer = sequence(oid("\x2a\x86\x48\xce\x3d\x04\x03\x03")) }, []string{
		"its two signature algorithms differ: SHA-256 with ECDSA is signed, and SHA-384 with ECDSA stands outside (RFC 5280, 4.1.1.2)",
	}},
	{"an algorithm that is none", func(p *parts) { p.algorithm, p.outer = sequence(), sequence() }, []string{"its signature algorithm cannot be read: malformed OID (RFC 5280, 4.1.1.2)"}},
	{"@ in PrintableString", func(p *parts) { p.subject = nameWith(asn1.PrintableString, "me@app.test") }, []string{
		`its subject has "me@app.test" as a text (PrintableString), which does not have the character "@" (RFC 5280, 4.1.2.6)`,
	}},
	{"Latin-1 in UTF8String", func(p *parts) { p.subject = nameWith(asn1.UTF8String, "caf\xe9") }, []string{
		`its subject has "café" as a text (UTF8String), and it is not UTF-8 (RFC 5280, 4.1.2.6)`,
	}},
	{"UTF-8 in IA5String", func(p *parts) { p.issuer = nameWith(asn1.IA5String, "café") }, []string{
		`its issuer has "café" as a text (IA5String), which has ASCII only (RFC 5280, 4.1.2.4)`,
	}},
	{"half a BMPString", func(p *parts) { p.subject = nameWith(asn1.Tag(30), "\x00a\x00") }, []string{
		`its subject has "a" as something with tag 0x1E, with half a character at its end (RFC 5280, 4.1.2.6)`,
	}},
	{"a name of another type", func(p *parts) { p.subject = nameWith(asn1.INTEGER, "\x01") }, []string{
		"its subject cannot be read: invalid RDNSequence: invalid attribute value: unsupported string type: 2 (RFC 5280, 4.1.2.6)",
	}},
	{"time with fraction", func(p *parts) { p.validity = times(asn1.GeneralizedTime, "20260101000000.5Z", "20600101000000Z") }, []string{
		`its first day (notBefore) is written "20260101000000.5Z"; it has to have seconds, no fraction of them, and Z (RFC 5280, 4.1.2.5.2)`,
	}},
	{"time without zone", func(p *parts) { p.validity = times(asn1.UTCTime, "260101000000Z", "270101000000") }, []string{
		`its last day (notAfter) is written "270101000000"; it has to have seconds, no fraction of them, and Z (RFC 5280, 4.1.2.5.1)`,
	}},
	{"31 June", func(p *parts) { p.validity = times(asn1.UTCTime, "260101000000Z", "260631000000Z") }, []string{
		`its last day (notAfter) is "260631000000Z", which no calendar has (RFC 5280, 4.1.2.5.1)`,
	}},
	{"time as text", func(p *parts) { p.validity = times(asn1.UTF8String, "2026-01-01", "2027-01-01") }, []string{
		"its first day (notBefore) is no time but a text (UTF8String) (RFC 5280, 4.1.2.5)", "its last day (notAfter) is no time but a text (UTF8String) (RFC 5280, 4.1.2.5)",
	}},
	{"one time", func(p *parts) { p.validity = times(asn1.UTCTime, "260101000000Z") }, []string{"its last day (notAfter) is missing (RFC 5280, 4.1.2.5)"}},
	{"RSA without NULL", func(p *parts) {
		p.key = sequence(sequence(rsaKeyOID), der(asn1.BIT_STRING, []byte{0}, sequence(der(asn1.INTEGER, []byte{0x7f}), der(asn1.INTEGER, []byte{3}))))
	}, []string{"its RSA key's algorithm does not have NULL for its parameters (RFC 3279, 2.3.1)"}},
	{"RSA with a negative modulus", func(p *parts) {
		p.key = sequence(sequence(rsaKeyOID, der(asn1.NULL)), der(asn1.BIT_STRING, []byte{0}, sequence(der(asn1.INTEGER, []byte{0x80, 1}), der(asn1.INTEGER, []byte{3}))))
	}, []string{"its RSA key's modulus is not positive (RFC 8017, 3.1)"}},
	{"RSA with nothing", func(p *parts) {
		p.key = sequence(sequence(rsaKeyOID, der(asn1.NULL)), der(asn1.BIT_STRING, []byte{0}))
	}, []string{"its RSA key has no modulus and exponent (RFC 3279, 2.3.1)"}},
	{"unnamed curve", func(p *parts) { p.key = ecKey(der(asn1.NULL), "\x04") }, []string{"its elliptic curve is not named (RFC 5480, 2.1.1)"}},
	{"compressed point", func(p *parts) { p.key = ecKey(p256, "\x02"+strings.Repeat("\x01", 32)) }, []string{
		"its key is a compressed point, which Go and the browsers do not take (RFC 5480, 2.2)",
	}},
	{"short point", func(p *parts) { p.key = ecKey(p256, "\x04\x01\x02") }, []string{"its key has 3 octets; a point of P-256 has 65 (RFC 5480, 2.2)"}},
	{"point beside the curve", func(p *parts) { p.key = ecKey(p256, "\x04"+strings.Repeat("\x01", 64)) }, []string{
		"its public key cannot be read: P256 point not on curve (RFC 5280, 4.1.2.7)",
	}},
	{"short Ed25519", func(p *parts) {
		p.key = sequence(sequence(oid("\x2b\x65\x70"), der(asn1.NULL)), der(asn1.BIT_STRING, make([]byte, 20)))
	}, []string{
		"its Ed25519 key's algorithm has parameters, and must not (RFC 8410, 3)", "its Ed25519 key has 19 octets instead of 32 (RFC 8410, 4)",
	}},
	{"the same extension twice", func(p *parts) { p.extensions = append(p.extensions, p.extensions[0]) }, []string{
		"it has the same extension twice: alternative names (RFC 5280, 4.2)",
	}},
	{"critical flag of one", func(p *parts) { p.extensions = [][]byte{extensionOf("\x55\x1d\x0f", []byte("\x03\x02\x07\x80"), 1)} }, []string{
		"key usage: its critical flag is neither true nor false (X.690, 11.1)",
	}},
	{"critical key identifiers", func(p *parts) {
		p.extensions = [][]byte{extensionOf("\x55\x1d\x0e", der(asn1.OCTET_STRING, []byte{1}), 0xff), extensionOf("\x55\x1d\x23", sequence(), 0xff)}
	}, []string{
		"subject key identifier: it is critical, and must not be (RFC 5280, 4.2.1.2)", "authority key identifier: it is critical, and must not be (RFC 5280, 4.2.1.1)",
	}},
	{"an extension without a kind", func(p *parts) { p.extensions = [][]byte{sequence(der(asn1.OCTET_STRING))} }, []string{
		"an extension has no object identifier (RFC 5280, 4.2)",
	}},
	{"basic constraints that are none", func(p *parts) { p.extensions = [][]byte{extensionOf("\x55\x1d\x13", []byte{1}, 0xff)} }, []string{
		"basic constraints: it cannot be read: invalid basic constraints (RFC 5280, 4.2.1.9)",
	}},
	{"name constraints without any", func(p *parts) { p.extensions = [][]byte{extensionOf("\x55\x1d\x1e", sequence())} }, []string{
		"name constraints: it cannot be read: empty name constraints extension (RFC 5280, 4.2.1.10)",
	}},
	{"UTF-8 in a DNS name", func(p *parts) { p.extensions = [][]byte{alternativeNames(der(dnsTag, []byte("bücher.test")))} }, []string{
		`the DNS name "bücher.test" has characters beyond ASCII; it has to be written with xn-- (RFC 5280, 7.2)`,
	}},
	{"an address of 5 octets", func(p *parts) {
		p.extensions = [][]byte{alternativeNames(appTest, der(asn1.Tag(7).ContextSpecific(), []byte("10.01")))}
	}, []string{`an IP address has 5 octets ("10.01"); it has to have 4 or 16 (RFC 5280, 4.2.1.6)`}},
	{"a mailbox beyond ASCII", func(p *parts) {
		p.extensions = [][]byte{alternativeNames(der(asn1.Tag(1).ContextSpecific(), []byte("jürgen@app.test")))}
	}, []string{`the mailbox "jürgen@app.test" has characters beyond ASCII (RFC 5280, 4.2.1.6)`}},
	{"a URI that is none", func(p *parts) {
		p.extensions = [][]byte{alternativeNames(der(asn1.Tag(6).ContextSpecific(), []byte("http://[::1")))}
	}, []string{`alternative names: it cannot be read: cannot parse URI "http://[::1": parse "http://[::1": missing ']' in host (RFC 5280, 4.2.1.6)`}},
	{"no signature", func(p *parts) { p.signature = nil }, []string{"the signature is missing (RFC 5280, 4.1)"}},
	{"a signature of another type", func(p *parts) { p.signature = der(asn1.OCTET_STRING, []byte{1}) }, []string{
		"in the place of the signature there is an octet string (RFC 5280, 4.1)",
	}},
	{"an empty signature", func(p *parts) { p.signature = der(asn1.BIT_STRING) }, []string{"its signature is a bit string without its first octet (X.690, 11.2)"}},
	{"several things", func(p *parts) {
		p.serial = der(asn1.INTEGER, []byte{0xff})
		p.validity = times(asn1.UTCTime, "2601010000Z", "270101000000+0100")
		p.extensions = append(p.extensions, p.extensions[0])
	}, []string{
		"its serial number is negative: -1 (RFC 5280, 4.1.2.2)",
		`its first day (notBefore) is written "2601010000Z"; it has to have seconds, no fraction of them, and Z (RFC 5280, 4.1.2.5.1)`,
		`its last day (notAfter) is written "270101000000+0100"; it has to have seconds, no fraction of them, and Z (RFC 5280, 4.1.2.5.1)`,
		"it has the same extension twice: alternative names (RFC 5280, 4.2)",
	}},
}

// TestReadLooselyForm damages the encoding as a whole.
func TestReadLooselyForm(t *testing.T) {
	certificate := whole().der()
	body := certificate[4:] // 30 81 or 82 and a length stand before
	if certificate[1] != 0x82 {
		body = certificate[3:]
	}
	checkLoose(t, append(slices.Clone(certificate), 0, 0), "2 bytes follow its end (RFC 5280, 4.1)")
	checkLoose(t, append([]byte{0x30, 0x84, 0, 0, byte(len(body) >> 8), byte(len(body))}, body...),
		"it has a length that is not in its shortest form: BER, and not DER (X.690, 10.1)")
	checkLoose(t, append(append([]byte{0x30, 0x80}, body...), 0, 0), "it has an element of indefinite length: BER, and not DER (X.690, 10.1)")
	checkLoose(t, certificate[:len(certificate)-3], "it is cut off: 3 bytes are missing (X.690, 8.1.3)")
	if got := verify.ReadLoosely(certificate[:len(certificate)-30]); got.Subject != "CN=app.test" {
		t.Errorf("half a certificate has no subject: %+v", got)
	}
	checkLoose(t, nil, "the certificate is missing (RFC 5280, 4.1)")
	checkLoose(t, []byte{0x30}, "it is cut off (X.690, 8.1.3)")
	checkLoose(t, []byte("<html>"), "in the place of the certificate there is something with tag 0x3C (RFC 5280, 4.1)")
	checkLoose(t, []byte{0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1}, "it has an element whose length makes no sense (X.690, 8.1)")
	checkLoose(t, []byte("\x30\x03\x30\x05\x02"), "an element in it is longer than what it stands in (X.690, 8.1.3)")
	p := whole()
	p.version = nil // version 1: crypto/x509 passes over the extensions
	if got := verify.ReadLoosely(p.der()).Problems; !slices.Equal(got, []string{"it has extensions, and is of version 1; only version 3 has them (RFC 5280, 4.1.2.9)"}) {
		t.Errorf("%q", got)
	}
}

// TestReadLooselyOpenSSL reads what openssl makes and Go does not.
func TestReadLooselyOpenSSL(t *testing.T) {
	for _, c := range []struct{ curve, encoding, key, want string }{
		{"prime256v1", "explicit", "ECDSA, explicit parameters", "its elliptic curve is written out (explicit parameters) instead of named (RFC 5480, 2.1.1)"},
		{"prime192v1", "named_curve", "ECDSA P-192", "its key is on the elliptic curve P-192, which Go and the browsers do not have (RFC 5480, 2.1.1)"},
		{"secp256k1", "named_curve", "ECDSA secp256k1", "its key is on the elliptic curve secp256k1, which Go and the browsers do not have (RFC 5480, 2.1.1)"},
		{"brainpoolP256r1", "named_curve", "ECDSA brainpoolP256r1", "its key is on the elliptic curve brainpoolP256r1, which Go and the browsers do not have (RFC 5480, 2.1.1)"},
	} {
		out, err := exec.Command("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:"+c.curve, "-pkeyopt", "ec_param_enc:"+c.encoding,
			"-nodes", "-keyout", os.DevNull, "-subj", "/CN=app.test", "-addext", "subjectAltName=DNS:app.test").Output()
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(out)
		checkLoose(t, block.Bytes, c.want)
		if got := verify.ReadLoosely(block.Bytes); got.Key != c.key || !slices.Equal(got.Names, []string{"app.test"}) {
			t.Errorf("%+v", got)
		}
	}
}

// TestUnreadable judges such a certificate: everybody refuses, and is told why.
func TestUnreadable(t *testing.T) {
	p := whole()
	p.issuer = nameWith(asn1.PrintableString, "a_b")
	c := verify.ParseCertificate(p.der())
	report := verify.Judge(verify.Request{Chain: []*verify.Certificate{c}, Anchors: verify.NewAnchors()})
	if len(report.Findings) != 1 || !strings.Contains(report.Findings[0].Detail, "which does not have the character") {
		t.Errorf("%+v", report.Findings)
	}
	if c.Title() != "app.test" {
		t.Error(c.Title())
	}
	for _, verdict := range report.Verdicts {
		if verdict.Answer != verify.Refuses {
			t.Errorf("%s %s", verdict.Client.Name, verdict.Answer)
		}
	}
}

// TestReadLooselyLimbo has x509-limbo's certificates that crypto/x509 refuses
// explained, all of them.
func TestReadLooselyLimbo(t *testing.T) {
	files, _ := limboFiles()
	found := map[string]int{}
	for _, file := range files {
		for _, c := range readLimbo(t, file) {
			for _, text := range append(append([]string{c.Peer}, c.Intermediates...), c.Trusted...) {
				explain(t, c.ID, text, found)
			}
		}
	}
	t.Log(found)
	if os.Getenv("LIMBO") == "" && len(found) == 0 {
		t.Error("the development cases have certificates that crypto/x509 refuses, and none was seen")
	}
}

func explain(t *testing.T, id, text string, found map[string]int) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return
	}
	if _, err := x509.ParseCertificate(block.Bytes); err == nil {
		return
	}
	problems := verify.ReadLoosely(block.Bytes).Problems
	if len(problems) == 0 {
		t.Errorf("%s is not explained", id)
	}
	for _, problem := range problems {
		found[problem]++
	}
}

// FuzzReadLoosely reads any bytes. What crypto/x509 refuses has a problem here,
// and every answer is bounded.
func FuzzReadLoosely(f *testing.F) {
	for _, c := range damages {
		p := whole()
		c.change(p)
		f.Add(p.der())
	}
	certificate := whole().der()
	f.Add(certificate)
	f.Add(certificate[:90])
	f.Add(append([]byte{0x30, 0x80, 0x30, 0x80}, certificate...))
	f.Fuzz(func(t *testing.T, certificate []byte) {
		l := verify.ReadLoosely(certificate)
		if _, err := x509.ParseCertificate(certificate); err != nil && len(l.Problems) == 0 {
			t.Errorf("%v, and nothing is wrong with it: %+v", err, l)
		}
		size := len(l.Serial) + len(l.NotBefore) + len(l.NotAfter) + len(l.Key) + len(l.Signature) + len(strings.Join(l.Problems, ""))
		if size > 20<<10+len(certificate)*4 || len(l.Names) > 100 {
			t.Errorf("%d bytes of answer to %d", size, len(certificate))
		}
		verify.ParseCertificate(certificate).Title()
	})
}
