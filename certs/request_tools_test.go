package certs_test

import (
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/certs"
	"devca/diag"
)

const requestConfig = `[req]
distinguished_name = dn
req_extensions = ext
prompt = no
[dn]
O = An Organisation
CN = Somebody
emailAddress = me@other.test
[ext]
subjectAltName = DNS:A.test, DNS:*.app.test, IP:127.0.0.1, IP:::1, email:me@a.test, URI:spiffe://td/x
basicConstraints = critical, CA:FALSE
keyUsage = critical, nonRepudiation, keyAgreement
extendedKeyUsage = timeStamping, codeSigning
nsComment = hello
1.2.3.4.5 = critical, DER:0500
`

// TestRequestsOfOthers: requests as OpenSSL, GnuTLS and Java make them.
func TestRequestsOfOthers(t *testing.T) {
	folder := t.TempDir()
	config := write(t, "req.cnf", []byte(requestConfig))
	path := func(name string) string { return filepath.Join(folder, name) }
	want := []string{"a.test", "*.app.test", "127.0.0.1", "::1", "me@a.test", "spiffe://td/x"}
	for kind, options := range map[certs.KeyType][]string{
		"p256":    {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"},
		"p384":    {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"},
		"p521":    {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"},
		"rsa2048": {"-newkey", "rsa:2048", "-sha512"},
		"rsa3072": {"-newkey", "rsa:3072", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"},
		"ed25519": {"-newkey", "ed25519"},
	} {
		file := path("request")
		mustRun(t, append([]string{"openssl", "req", "-new", "-nodes", "-config", config, "-keyout", path("key.pem"), "-out", file}, options...)...)
		mustRun(t, "openssl", "req", "-in", file, "-outform", "DER", "-out", file+".der")
		for _, form := range []string{file, file + ".der"} {
			public, names, err := certs.ParseRequest(read(t, form), false)
			if err != nil || !slices.Equal(names.All(), want) {
				t.Errorf("%s in %s: %v, %v", kind, form, names.All(), err)
				continue
			}
			if certs.KeyTypeOf(public) != kind {
				t.Errorf("%s is read as %s", kind, certs.KeyTypeOf(public))
			}
		}
	}
	mustRun(t, "keytool", "-genkeypair", "-keystore", path("java.p12"), "-storepass", "changeit", "-alias", "a", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=java.test")
	java := mustRun(t, "keytool", "-certreq", "-keystore", path("java.p12"), "-storepass", "changeit", "-alias", "a", "-ext", "san=dns:java.test,ip:127.0.0.1")
	if !strings.Contains(java, "NEW CERTIFICATE REQUEST") {
		t.Errorf("keytool writes %s", java)
	}
	if _, names, err := certs.ParseRequest([]byte(java), false); err != nil || !slices.Equal(names.All(), []string{"java.test", "127.0.0.1"}) {
		t.Errorf("keytool's request: %v, %v", names.All(), err)
	}
	template := write(t, "template", []byte("cn = gnutls.test\ndns_name = gnutls.test\nip_address = 10.0.0.1\n"))
	gnutls := mustRun(t, "certtool", "--generate-request", "--template", template, "--load-privkey", path("key.pem"))
	if _, names, err := certs.ParseRequest([]byte(gnutls), false); err != nil || !slices.Equal(names.All(), []string{"gnutls.test", "10.0.0.1"}) {
		t.Errorf("certtool's request: %v, %v", names.All(), err)
	}
}

// TestWeakRequestsOfOthers: what OpenSSL signs without a word and clients refuse.
func TestWeakRequestsOfOthers(t *testing.T) {
	folder := t.TempDir()
	mustRun(t, "openssl", "dsaparam", "-out", filepath.Join(folder, "dsa"), "2048")
	for name, test := range map[string]struct {
		want    diag.Code
		options []string
	}{
		"RSA-1024":  {diag.KeyWeak, []string{"-newkey", "rsa:1024"}},
		"P-224":     {diag.KeyWeak, []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-224"}},
		"Ed448":     {diag.KeyWeak, []string{"-newkey", "ed448"}},
		"RSA-PSS":   {diag.KeyWeak, []string{"-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"}},
		"DSA":       {diag.KeyWeak, []string{"-newkey", "dsa:" + filepath.Join(folder, "dsa")}},
		"secp256k1": {diag.RequestInvalid, []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"}},
		"brainpool": {diag.RequestInvalid, []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"}},
		"explicit":  {diag.RequestInvalid, []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"}},
	} {
		file := filepath.Join(folder, "request")
		mustRun(t, append([]string{"openssl", "req", "-new", "-nodes", "-subj", "/CN=a.test", "-keyout", filepath.Join(folder, "key"), "-out", file}, test.options...)...)
		if public, _, err := certs.ParseRequest(read(t, file), true); code(err) != test.want || public != nil {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
	mustRun(t, "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:3", "-out", filepath.Join(folder, "e3"))
	file := filepath.Join(folder, "e3.csr")
	mustRun(t, "openssl", "req", "-new", "-key", filepath.Join(folder, "e3"), "-subj", "/CN=a.test", "-out", file)
	if _, _, err := certs.ParseRequest(read(t, file), false); err != nil {
		t.Errorf("exponent 3, which every client takes: %v", err)
	}
}

// TestRequestsChanged: each octet of a request that is changed makes it another
// request or none, never one that its key signed.
func TestRequestsChanged(t *testing.T) {
	key := newKey(t, certs.P256)
	der := newRequest(t, key, &x509.CertificateRequest{DNSNames: []string{"a.test"}})
	for i := range der {
		changed := slices.Clone(der)
		changed[i] ^= 0x01
		if public, names, err := certs.ParseRequest(changed, true); err == nil {
			t.Errorf("octet %d changed: key %v, names %v were taken", i, public, names.All())
		}
	}
}

func TestRequestInAFile(t *testing.T) {
	der := newRequest(t, newKey(t, certs.P256), &x509.CertificateRequest{DNSNames: []string{"a.test"}})
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	good := block("CERTIFICATE REQUEST", der)
	for text, taken := range map[string]bool{
		"remark\r\n" + strings.ReplaceAll(good, "\n", "\r\n") + "remark": true,
		block("PRIVATE KEY", []byte("x")) + good:                         true,
		good + "-----BEGIN":                                              true,
		block("CERTIFICATE REQUEST", append(slices.Clone(der), 0)):       false,
		block("CERTIFICATE REQUEST", nil):                                false,
		block("PRIVATE KEY", der):                                        false,
		strings.Replace(good, "M", "!", 1):                               false,
		good[:len(good)/2]:                                               false,
		"\ufeff" + strings.Repeat("-----BEGIN ", 1000):                   false,
	} {
		_, _, err := certs.ParseRequest([]byte(text), false)
		if taken != (err == nil) || err != nil && code(err) != diag.RequestInvalid {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}

// TestTemplate: what a request decides and what it does not.
func TestTemplate(t *testing.T) {
	now := time.Now()
	for _, test := range []struct {
		names  []string
		kind   certs.KeyType
		client bool
		cn     string
		usage  x509.KeyUsage
		usages []x509.ExtKeyUsage
	}{
		{[]string{"a.test"}, certs.P256, false, "a.test", x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}},
		{[]string{"*.app.test", "127.0.0.1"}, certs.Ed25519, false, "", x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}},
		{[]string{"127.0.0.1", "b.test"}, certs.RSA2048, true, "b.test", x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}},
		{[]string{strings.Repeat("a", 60) + ".long.test"}, certs.P384, false, "", x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}},
		{[]string{"spiffe://td/x"}, certs.P256, false, "", x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}},
	} {
		names, err := certs.ParseNames(test.names, false)
		if err != nil {
			t.Fatal(err)
		}
		request := certs.Request{Names: names, PublicKey: newKey(t, test.kind).Public(), Client: test.client, NotBefore: now, NotAfter: now.Add(time.Hour)}
		template, err := request.Template()
		if err != nil {
			t.Fatal(err)
		}
		if template.Subject.CommonName != test.cn || template.KeyUsage != test.usage || !slices.Equal(template.ExtKeyUsage, test.usages) {
			t.Errorf("%v: common name %q, usage %b, %v", test.names, template.Subject.CommonName, template.KeyUsage, template.ExtKeyUsage)
		}
		if template.IsCA || !template.BasicConstraintsValid || len(template.SubjectKeyId) != 20 || len(template.ExtraExtensions) != 0 {
			t.Errorf("%v: %+v", test.names, template)
		}
	}
	if _, err := (certs.Request{}).Template(); err == nil {
		t.Error("a template without key was made")
	}
}
