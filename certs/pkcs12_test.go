package certs_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"maps"
	"math/big"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/certs"
	"devca/diag"
)

// chainOf makes a certificate for the key under a CA of its own, leaf first.
func chainOf(t testing.TB, key crypto.Signer) []*x509.Certificate {
	t.Helper()
	caKey := newKey(t, certs.P256)
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(305_419_896), Subject: pkix.Name{CommonName: "a CA"}, NotBefore: now, NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, MaxPathLen: 1, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1_234_567_890), NotBefore: now, NotAfter: now.Add(time.Hour), DNSNames: []string{"a.test"}}
	var chain []*x509.Certificate
	for _, pair := range []struct {
		template *x509.Certificate
		public   crypto.PublicKey
	}{{leaf, key.Public()}, {authority, caKey.Public()}} {
		der, err := x509.CreateCertificate(rand.Reader, pair.template, authority, pair.public, caKey)
		if err != nil {
			t.Fatal(err)
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		chain = append(chain, certificate)
	}
	return chain
}

const readStores = `import java.io.*; import java.security.*; import java.util.*;
public class ReadStores { public static void main(String[] a) throws Exception {
  for (int i = 1; i < a.length; i++) { KeyStore s = KeyStore.getInstance("PKCS12"); s.load(new FileInputStream(a[i]), a[0].toCharArray());
    for (String n : Collections.list(s.aliases())) { Key k = s.getKey(n, a[0].toCharArray());
      System.out.println(new File(a[i]).getName() + " " + (k == null ? "trusts" : k.getAlgorithm() + " " + s.getCertificateChain(n).length)); } } } }`

// TestPKCS12ReadByOthers: every kind of key, modern and legacy, with its chain.
func TestPKCS12ReadByOthers(t *testing.T) {
	folder := t.TempDir()
	java := []string{"java", write(t, "ReadStores.java", []byte(readStores)), "pass word"}
	wanted := []string{}
	for kind, algorithm := range map[certs.KeyType]string{certs.P256: "EC", certs.P384: "EC", certs.RSA2048: "RSA", certs.Ed25519: "EdDSA"} {
		password := "pass word"
		if kind == certs.P384 {
			password = "pass wörd €" // which Java takes for the legacy form only: "Password is not ASCII"
		}
		key := newKey(t, kind)
		chain := chainOf(t, key)
		pkcs8, err := certs.EncodeKey(key)
		if err != nil {
			t.Fatal(err)
		}
		for _, legacy := range []bool{false, true} {
			name := string(kind) + map[bool]string{true: "-legacy", false: ""}[legacy] + ".p12"
			data, err := certs.EncodePKCS12(key, chain, password, legacy)
			if err != nil {
				t.Fatal(err)
			}
			path := write(t, name, data)
			if kind != certs.P384 {
				java, wanted = append(java, path), append(wanted, name+" "+algorithm+" 2")
			}
			pem := mustRun(t, slices.Concat([]string{"openssl", "pkcs12", "-in", path, "-passin", "pass:" + password, "-nodes"}, map[bool][]string{true: {"-legacy"}}[legacy])...)
			if !strings.Contains(pem, string(pkcs8)) || strings.Count(pem, "BEGIN CERTIFICATE") != 2 {
				t.Errorf("%s: OpenSSL reads\n%s", name, pem)
			}
			if !legacy {
				mustRun(t, "node", "-e", "require('tls').createSecureContext({pfx: require('fs').readFileSync(process.argv[1]), passphrase: process.argv[2]})", path, password)
			}
			if kind == certs.Ed25519 {
				continue // neither NSS nor GnuTLS's tool takes such a key out of PKCS#12
			}
			if out := mustRun(t, "certtool", "--p12-info", "--inder", "--infile", path, "--password", password); strings.Count(out, "BEGIN CERTIFICATE") != 2 {
				t.Errorf("%s: certtool reads\n%s", name, out)
			}
			if out := mustRun(t, "pk12util", "-l", path, "-W", password); strings.Count(out, "Certificate") < 2 || !strings.Contains(out, "has private key") {
				t.Errorf("%s: pk12util reads\n%s", name, out)
			}
			nss := filepath.Join(folder, name)
			mustRun(t, "mkdir", nss)
			mustRun(t, "certutil", "-N", "-d", "sql:"+nss, "--empty-password")
			mustRun(t, "pk12util", "-i", path, "-d", "sql:"+nss, "-W", password, "-K", "")
			if out := mustRun(t, "certutil", "-K", "-d", "sql:"+nss); strings.Count(out, "<") != 1 {
				t.Errorf("%s: in NSS are the keys\n%s", name, out)
			}
		}
	}
	store, err := certs.EncodePKCS12TrustStore(chainOf(t, newKey(t, certs.P256))[1], "root", "pass word")
	if err != nil {
		t.Fatal(err)
	}
	java, wanted = append(java, write(t, "store.p12", store)), append(wanted, "store.p12 trusts")
	out := mustRun(t, java...)
	for _, line := range wanted {
		if !strings.Contains(out, line+"\n") {
			t.Errorf("Java does not say %q:\n%s", line, out)
		}
	}
}

// TestPKCS12OfOthers: what OpenSSL, GnuTLS and Java write is read.
func TestPKCS12OfOthers(t *testing.T) {
	key := newKey(t, certs.RSA2048)
	chain := chainOf(t, key)
	pkcs8, err := certs.EncodeKey(key)
	if err != nil {
		t.Fatal(err)
	}
	var pems []byte
	for _, certificate := range chain {
		pems = append(pems, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})...)
	}
	keyPath, chainPath := write(t, "key.pem", pkcs8), write(t, "chain.pem", pems)
	folder := t.TempDir()
	export := []string{"openssl", "pkcs12", "-export", "-inkey", keyPath, "-in", chainPath, "-passout", "pass:changeit", "-out"}
	makers := map[string][]string{}
	for name, options := range map[string][]string{
		"openssl":            {},
		"openssl legacy":     {"-legacy", "-certpbe", "PBE-SHA1-3DES"},
		"openssl RC2":        {"-legacy"},
		"openssl AES-128":    {"-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC"},
		"openssl SHA-384":    {"-macalg", "sha384"}, // which the library does not check
		"openssl SHA-512":    {"-macalg", "sha512", "-iter", "100000"},
		"openssl no cipher":  {"-keypbe", "NONE", "-certpbe", "NONE"},
		"openssl with names": {"-name", "fünf", "-caname", "ca"},
	} {
		makers[name] = slices.Concat(export, []string{filepath.Join(folder, name)}, options)
	}
	makers["certtool"] = []string{"certtool", "--to-p12", "--load-privkey", keyPath, "--load-certificate", chainPath, "--p12-name", "a", "--password", "changeit", "--outder", "--outfile", filepath.Join(folder, "certtool")}
	makers["keytool"] = []string{"keytool", "-importkeystore", "-srckeystore", filepath.Join(folder, "openssl"), "-srcstorepass", "changeit", "-destkeystore", filepath.Join(folder, "keytool"), "-deststorepass", "changeit", "-deststoretype", "PKCS12"}
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(makers))) { // keytool reads what openssl wrote
		mustRun(t, makers[name]...)
		data := read(t, filepath.Join(folder, name))
		content, err := certs.DecodePKCS12(data, "changeit")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		signer, ok := content.Key.(crypto.Signer)
		if !ok || !same(signer.Public(), key.Public()) || !slices.EqualFunc(content.Certificates, chain, (*x509.Certificate).Equal) || len(content.OtherKeys) > 0 {
			t.Errorf("%s: other content", name)
		}
		for _, password := range []string{"", "Changeit", "changeit ", "\x00", strings.Repeat("x", 10_000), "\U0001f511"} {
			if _, err := certs.DecodePKCS12(data, password); code(err) == "" {
				t.Errorf("%s, password %.10q: %v", name, password, err)
			}
		}
		if _, err := certs.DecodePKCS12(data, "wrong"); code(err) != diag.PKCS12Password {
			t.Errorf("%s, wrong password: %v", name, err)
		}
	}
	mustRun(t, "keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", chainPath, "-keystore", filepath.Join(folder, "trust"), "-storepass", "changeit", "-storetype", "PKCS12")
	if content, err := certs.DecodePKCS12(read(t, filepath.Join(folder, "trust")), "changeit"); err != nil || content.Key != nil || len(content.Certificates) != 1 {
		t.Errorf("a trust store of keytool: %+v, %v", content, err)
	}
}

// TestPKCS12WithoutOneKey: certificates alone, a key alone, several keys, and no
// MAC, all of which the library refuses.
func TestPKCS12WithoutOneKey(t *testing.T) {
	folder := t.TempDir()
	file := func(name string) string { return filepath.Join(folder, name) }
	var keys []crypto.Signer
	var chains [][]*x509.Certificate
	for _, name := range []string{"one", "two"} {
		key := newKey(t, certs.P256)
		chain := chainOf(t, key)
		keys, chains = append(keys, key), append(chains, chain)
		data, err := certs.EncodePKCS12(key, chain, "changeit", false)
		if err != nil {
			t.Fatal(err)
		}
		mustRun(t, "openssl", "pkcs12", "-in", write(t, name, data), "-passin", "pass:changeit", "-nodes", "-out", file(name+".pem"))
		mustRun(t, "openssl", "pkcs12", "-export", "-in", file(name+".pem"), "-name", name, "-passout", "pass:changeit", "-out", file(name))
		mustRun(t, "keytool", "-importkeystore", "-noprompt", "-srckeystore", file(name), "-srcstorepass", "changeit", "-destkeystore", file("keytool, two keys"), "-deststorepass", "changeit", "-deststoretype", "PKCS12")
	}
	for _, name := range []string{"keytool, two keys", "nothing"} {
		mustRun(t, "keytool", "-genseckey", "-alias", "neither", "-keyalg", "AES", "-keysize", "256", "-keystore", file(name), "-storepass", "changeit", "-storetype", "PKCS12")
	}
	mustRun(t, "keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", file("one.pem"), "-keystore", file("keytool, trust"), "-storepass", "changeit", "-storetype", "PKCS12")
	mustRun(t, "keytool", "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE", "-J-Dkeystore.pkcs12.macAlgorithm=NONE", "-importcert", "-noprompt", "-alias", "ca", "-file", file("one.pem"), "-keystore", file("keytool, open"), "-storepass", "changeit", "-storetype", "PKCS12")
	export := []string{"openssl", "pkcs12", "-export", "-in", file("one.pem"), "-passout", "pass:changeit", "-out"}
	for name, options := range map[string][]string{
		"certificates":              {"-nokeys"},
		"certificates, legacy":      {"-nokeys", "-legacy"},
		"certificates in the clear": {"-nokeys", "-certpbe", "NONE"},
		"a key":                     {"-nocerts"},
		"no MAC":                    {"-nomac"},
	} {
		mustRun(t, slices.Concat(export, []string{file(name)}, options)...)
	}
	for name, want := range map[string]struct{ keys, certificates int }{
		"keytool, two keys": {2, 4}, "keytool, trust": {0, 1}, "keytool, open": {0, 1},
		"certificates": {0, 2}, "certificates, legacy": {0, 2}, "certificates in the clear": {0, 2}, "a key": {1, 0}, "no MAC": {1, 2}, "nothing": {},
	} {
		content, err := certs.DecodePKCS12(read(t, file(name)), "changeit")
		if name == "nothing" {
			if code(err) != diag.PKCS12Unreadable {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found := content.OtherKeys
		if content.Key != nil {
			found = append([]crypto.PrivateKey{content.Key}, found...)
		}
		if len(found) != want.keys || len(content.Certificates) != want.certificates {
			t.Errorf("%s: %d keys and %d certificates", name, len(found), len(content.Certificates))
		}
		for i, key := range found {
			if signer, ok := key.(crypto.Signer); !ok || !same(signer.Public(), keys[i].Public()) {
				t.Errorf("%s: key %d is another", name, i)
			}
		}
		known := slices.Concat(chains...)
		for _, certificate := range content.Certificates {
			if !slices.ContainsFunc(known, certificate.Equal) {
				t.Errorf("%s: a certificate of %s, which is not in it", name, certificate.Subject)
			}
		}
		// What is open to all takes any password, and damage without a MAC is no
		// more than damage.
		if _, err := certs.DecodePKCS12(read(t, file(name)), "wrong"); code(err) != diag.PKCS12Password && name != "no MAC" && name != "keytool, open" {
			t.Errorf("%s, wrong password: %v", name, err)
		}
	}
}

// replaced gives the structure with every INTEGER of one value after a salt made
// another, and its salt given another tag, in whatever it is nested.
func replaced(t *testing.T, der []byte, from, to *big.Int, saltClass int) []byte {
	t.Helper()
	var out []byte
	values := []asn1.RawValue{}
	for rest := der; len(rest) > 0; {
		var value asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &value); err != nil {
			return der
		}
		values = append(values, value)
	}
	for i, value := range values {
		switch {
		case value.IsCompound || value.Tag == asn1.TagOctetString && len(value.Bytes) > 2 && value.Bytes[0] == 0x30:
			value.Bytes = replaced(t, value.Bytes, from, to, saltClass)
		case value.Tag == asn1.TagInteger && bytes.Equal(value.Bytes, from.Bytes()):
			value.Bytes = append([]byte{0}, to.Bytes()...)
			if value.Bytes[1]&0x80 == 0 {
				value.Bytes = value.Bytes[1:]
			}
		case value.Tag == asn1.TagOctetString && i+1 < len(values) && bytes.Equal(values[i+1].Bytes, from.Bytes()):
			value.Class = saltClass
		}
		value.FullBytes = nil
		encoded, err := asn1.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, encoded...)
	}
	return out
}

// manyKeys is a file with one key over and over, neither encrypted nor sealed.
func manyKeys(t *testing.T, key crypto.Signer, n int) []byte {
	t.Helper()
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	type bag struct {
		Type  asn1.ObjectIdentifier
		Value asn1.RawValue
	}
	type info struct {
		Type asn1.ObjectIdentifier
		Data []byte `asn1:"tag:0,explicit"`
	}
	der := func(value any) []byte {
		data, err := asn1.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	data := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	value := asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: pkcs8}
	bags := slices.Repeat([]bag{{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 1}, value}}, n)
	return der(struct {
		Version int
		Safes   info
	}{3, info{data, der([]info{{data, der(bags)}})}})
}

// TestPKCS12Bombs: files that ask for years of key derivation. Where the bound
// did not hold, this test would not end.
func TestPKCS12Bombs(t *testing.T) {
	key := newKey(t, certs.P256)
	pkcs8, err := certs.EncodeKey(key)
	if err != nil {
		t.Fatal(err)
	}
	keyPath := write(t, "key.pem", pkcs8)
	certificate := write(t, "a.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: selfSigned(t, key).Raw}))
	marker := big.NewInt(0x123456 / 100)
	for name, options := range map[string][]string{
		"everywhere":     {},
		"in the MAC":     {"-keypbe", "NONE", "-certpbe", "NONE"},
		"in the ciphers": {"-nomac"},
		"in old ciphers": {"-nomac", "-legacy"},
	} {
		path := filepath.Join(t.TempDir(), "bomb")
		mustRun(t, slices.Concat([]string{"openssl", "pkcs12", "-export", "-inkey", keyPath, "-in", certificate, "-passout", "pass:changeit", "-iter", marker.String(), "-out", path}, options)...)
		data := read(t, path)
		for _, class := range []int{asn1.ClassUniversal, asn1.ClassContextSpecific} {
			for _, rounds := range []*big.Int{
				big.NewInt(10_000_001), big.NewInt(1 << 30), big.NewInt(1 << 31), big.NewInt(1<<31 + 1), big.NewInt(1 << 40), big.NewInt(1<<63 - 1), new(big.Int).Lsh(big.NewInt(1), 100),
			} {
				bomb := replaced(t, data, marker, rounds, class)
				if bytes.Equal(bomb, data) {
					t.Fatalf("%s: there is no count in it", name)
				}
				if _, err := certs.DecodePKCS12(bomb, "changeit"); code(err) != diag.PKCS12Unreadable || !strings.Contains(err.Error(), "rounds of key derivation") {
					t.Errorf("%s, %v rounds, salt of class %d: %v", name, rounds, class, err)
				}
			}
		}
	}
	if _, err := certs.DecodePKCS12(manyKeys(t, key, 1001), ""); code(err) != diag.PKCS12Unreadable || !strings.Contains(err.Error(), "more than 1000 parts") {
		t.Errorf("1001 keys: %v", err)
	}
	if content, err := certs.DecodePKCS12(manyKeys(t, key, 1000), ""); err != nil || len(content.OtherKeys) != 999 {
		t.Errorf("1000 keys: %v", err)
	}
	deep := []byte{0x05, 0x00}
	for range 2000 {
		if deep, err = asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: deep}); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range map[string][]byte{"deep": deep, "empty": nil, "text": []byte("hello"), "large": make([]byte, 17<<20)} {
		if _, err := certs.DecodePKCS12(data, ""); code(err) != diag.PKCS12Unreadable {
			t.Errorf("%s: %v", name, err)
		}
	}
}
