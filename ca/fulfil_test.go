package ca_test

import (
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/ca"
	"devca/certs"
	"devca/diag"
)

func signable(t *testing.T, now time.Time, names ...string) certs.Request {
	t.Helper()
	parsed, err := certs.ParseNames(names, true)
	must(t, err)
	return certs.Request{Names: parsed, PublicKey: newKey(t).Public(), NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 0, 90)}
}

// TestLeaf: what stands in a certificate, to the last extension.
func TestLeaf(t *testing.T) {
	_, a := newAuthority(t, ca.Options{})
	seen := map[string]bool{}
	for range 50 {
		issued, err := a.Issue(signable(t, time.Now(), "a.test", "*.app.test", "127.0.0.1"), false)
		must(t, err)
		leaf, err := x509.ParseCertificate(issued.DER)
		must(t, err)
		if bits := leaf.SerialNumber.BitLen(); leaf.SerialNumber.Sign() <= 0 || bits > 127 || bits < 80 || seen[leaf.SerialNumber.String()] {
			t.Errorf("serial number %x", leaf.SerialNumber)
		}
		seen[leaf.SerialNumber.String()] = true
		if leaf.IsCA || !leaf.BasicConstraintsValid || string(leaf.AuthorityKeyId) != string(a.Issuing.SubjectKeyId) || len(leaf.SubjectKeyId) != 20 {
			t.Errorf("CA %v, key identifiers %x and %x", leaf.IsCA, leaf.AuthorityKeyId, leaf.SubjectKeyId)
		}
		personal(t, "leaf", leaf)
	}
	// An empty subject makes the names critical (RFC 5280, 4.2.1.6), a common name does not.
	for _, test := range []struct {
		name     string
		critical bool
	}{{"a.test", false}, {"127.0.0.1", true}, {"*.app.test", true}, {"spiffe://td/x", true}} {
		issued, err := a.Issue(signable(t, time.Now(), test.name), false)
		must(t, err)
		leaf, err := x509.ParseCertificate(issued.DER)
		must(t, err)
		i := slices.IndexFunc(leaf.Extensions, func(e pkix.Extension) bool { return e.Id.String() == "2.5.29.17" })
		if i < 0 || leaf.Extensions[i].Critical != test.critical {
			t.Errorf("%s: subject %q, names critical %v", test.name, leaf.Subject, !test.critical)
		}
	}
	for name, want := range map[string]diag.Code{"corp.dev": diag.NameNotPermitted, "localhost.dev": diag.NameNotPermitted, "xlocalhost": diag.NameNotPermitted, "8.8.8.8": diag.NamePublicIP, "2606:4700::1": diag.NamePublicIP} {
		if _, err := a.Issue(signable(t, time.Now(), name), false); code(err) != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if _, err := a.Issue(signable(t, time.Now(), "corp.dev"), true); code(err) != diag.NameNotPermitted {
		t.Errorf("force passes the constraints: %v", err)
	}
	if _, err := a.Issue(signable(t, time.Now(), "8.8.8.8"), true); err != nil {
		t.Errorf("a public address, forced: %v", err)
	}
}

// TestRequestExtensions: nothing that a request asks for comes into the certificate
// but its names and key.
func TestRequestExtensions(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	key := newKey(t)
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		DNSNames: []string{"a.test"}, Subject: pkix.Name{CommonName: "evil.dev", Organization: []string{"Somebody"}},
		ExtraExtensions: []pkix.Extension{
			{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Value: []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 3, 3}}, // code signing
			{Id: asn1.ObjectIdentifier{1, 2, 3, 4, 5}, Critical: true, Value: []byte{5, 0}},
			{Id: asn1.ObjectIdentifier{2, 5, 29, 14}, Value: []byte{4, 1, 7}},
			{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}, // must-staple
		},
	}, key)
	must(t, err)
	public, names, err := certs.ParseRequest(der, false)
	must(t, err)
	wanted := order(t.TempDir(), names.All()...)
	wanted.Request.PublicKey, wanted.KeyType, wanted.Files.Key = public, "", ""
	entry, err := dir.Fulfil(a, wanted, time.Now())
	must(t, err)
	leaf := leafOf(t, entry)
	allowed := []string{"2.5.29.15", "2.5.29.37", "2.5.29.19", "2.5.29.14", "2.5.29.35", "2.5.29.17"}
	for _, extension := range leaf.Extensions {
		if !slices.Contains(allowed, extension.Id.String()) {
			t.Errorf("extension %s", extension.Id)
		}
	}
	if leaf.Subject.String() != "CN=a.test" || !slices.Equal(leaf.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}) || len(leaf.SubjectKeyId) != 20 {
		t.Errorf("subject %q, usages %v", leaf.Subject, leaf.ExtKeyUsage)
	}
	// Renewed, it is for the same key, though the request is gone.
	again, err := dir.Renew(a, entry, false, "", time.Now())
	must(t, err)
	if newer := leafOf(t, again); newer.Equal(leaf) || !samePublic(key.Public(), newer.PublicKey) || !again.FromRequest || again.Files != entry.Files {
		t.Errorf("renewed: from request %v, files %v", again.FromRequest, again.Files)
	}
}

func leafOf(t *testing.T, e ca.Entry) *x509.Certificate {
	t.Helper()
	data, err := os.ReadFile(e.Files.Cert)
	must(t, err)
	all, err := ca.ParseCertificates(data)
	must(t, err)
	if certs.Fingerprint(all[0].Raw) != e.SHA256 {
		t.Errorf("%s is not what the ledger says", e.Files.Cert)
	}
	return all[0]
}

// TestRenew keeps names, files, kind of key and length of life.
func TestRenew(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	folder := t.TempDir()
	for _, kind := range []certs.KeyType{certs.P256, certs.P384, certs.Ed25519} {
		wanted := order(folder, string(kind)+".test", "*."+string(kind)+".test", "127.0.0.1", "me@a.test")
		wanted.KeyType, wanted.Request.Client, wanted.LeafOnly = kind, true, true
		wanted.Files.Combined, wanted.Files.P12, wanted.P12Password = filepath.Join(folder, string(kind)), filepath.Join(folder, string(kind)+".p12"), "changeit"
		entry, err := dir.Fulfil(a, wanted, time.Now())
		must(t, err)
		before := leafOf(t, entry)
		for _, reuse := range []bool{true, false} {
			newer, err := dir.Renew(a, entry, reuse, "changeit", time.Now().Add(time.Minute))
			must(t, err)
			leaf := leafOf(t, newer)
			if newer.Files != entry.Files || !slices.Equal(newer.Names, entry.Names) || newer.KeyType != kind || !newer.Client || !newer.LeafOnly || newer.Serial == entry.Serial {
				t.Errorf("%s, reuse %v: %+v", kind, reuse, newer)
			}
			if life := leaf.NotAfter.Sub(leaf.NotBefore); life != before.NotAfter.Sub(before.NotBefore) {
				t.Errorf("%s: lives %s", kind, life)
			}
			sameKey := string(leaf.RawSubjectPublicKeyInfo) == string(before.RawSubjectPublicKeyInfo)
			if sameKey != reuse {
				t.Errorf("%s: the key is the same: %v, want %v", kind, sameKey, reuse)
			}
			for _, file := range []string{newer.Files.Cert, newer.Files.Combined} {
				key := newer.Files.Key
				if file == newer.Files.Combined {
					key = file
				}
				if _, err := tls.LoadX509KeyPair(file, key); err != nil {
					t.Errorf("%s: %v", file, err)
				}
			}
			p12, err := os.ReadFile(newer.Files.P12)
			must(t, err)
			if content, err := certs.DecodePKCS12(p12, "changeit"); err != nil || !content.Certificates[0].Equal(leaf) {
				t.Errorf("%s: %v", newer.Files.P12, err)
			}
			entry = newer
		}
		ledger, err := dir.Ledger()
		must(t, err)
		current := slices.DeleteFunc(ledger.Current(time.Now()), func(e ca.Entry) bool { return e.KeyType != kind })
		if len(current) != 1 || current[0].Serial != entry.Serial {
			t.Errorf("%s: %d are current", kind, len(current))
		}
		found, err := ledger.Find(string(kind)+".test", time.Now())
		if err != nil || found.Serial != entry.Serial {
			t.Errorf("%s: found %s, %v", kind, found.Serial, err)
		}
	}
}

func TestRefusedRenewals(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	folder := t.TempDir()
	entry, err := dir.Fulfil(a, order(folder, "a.test"), time.Now())
	must(t, err)
	other, err := dir.Fulfil(a, order(folder, "b.test"), time.Now())
	must(t, err)
	key, err := os.ReadFile(other.Files.Key)
	must(t, err)
	must(t, os.WriteFile(entry.Files.Key, key, 0o600))
	if _, err := dir.Renew(a, entry, true, "", time.Now()); code(err) != diag.IssueKeyMismatch {
		t.Errorf("with another's key: %v", err)
	}
	must(t, os.Remove(entry.Files.Key))
	if _, err := dir.Renew(a, entry, true, "", time.Now()); code(err) != diag.IssueKeyMismatch {
		t.Errorf("without its key: %v", err)
	}
	data, err := os.ReadFile(other.Files.Cert)
	must(t, err)
	must(t, os.WriteFile(entry.Files.Cert, data, 0o644))
	if _, err := dir.Renew(a, entry, false, "", time.Now()); code(err) != diag.FileExists {
		t.Errorf("where another certificate stands: %v", err)
	}
	must(t, os.Remove(entry.Files.Cert))
	if _, err := dir.Renew(a, entry, false, "", time.Now()); !errors.Is(err, ca.ErrNoFile) {
		t.Errorf("where no file is: %v", err)
	}
	if entry.HasFile() || !other.HasFile() {
		t.Error("which file is there is not known")
	}
	if known := serials(t, dir); len(known) != 2 {
		t.Errorf("%d are in the ledger", len(known))
	}
}

// TestNothingLeftAfterFailure: neither files nor an entry of what could not be done.
func TestNothingLeftAfterFailure(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	folder := t.TempDir()
	good := order(folder, "a.test")
	refusedName, noFolder, weak := order(folder, "b.test"), order(folder, "c.test"), order(folder, "d.test")
	parsed, err := certs.ParseNames([]string{"corp.dev"}, false)
	must(t, err)
	refusedName.Request.Names = parsed
	noFolder.Files.Cert = filepath.Join(folder, "missing", "c.pem") // staged after the key
	weak.KeyType = "p224"
	for name, wanted := range map[string]ca.Order{"name": refusedName, "folder": noFolder, "key type": weak} {
		if _, err := dir.Fulfil(a, wanted, time.Now()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 0 {
		t.Errorf("left over: %v, %v", entries, err)
	}
	// A ledger that cannot be written: no certificate that it does not know.
	path := filepath.Join(dir.Path(), "ledger.jsonl")
	must(t, os.Mkdir(path, 0o700))
	if _, err := dir.Fulfil(a, good, time.Now()); err == nil {
		t.Error("issued without ledger")
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 0 {
		t.Errorf("left over: %v, %v", entries, err)
	}
	must(t, os.Remove(path))
	// A folder under the certificate's name: the key's name is free and is taken, no more.
	must(t, os.Mkdir(good.Files.Cert, 0o700))
	if _, err := dir.Fulfil(a, good, time.Now()); err == nil {
		t.Error("a folder was replaced")
	}
	entries, err := os.ReadDir(folder)
	must(t, err)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			t.Errorf("left over: %s", entry.Name())
		}
	}
}

// TestTornLine: what a killed writer left is cut off by the next, and never hides
// or joins what is whole.
func TestTornLine(t *testing.T) {
	dir, a := newAuthority(t, ca.Options{})
	path := filepath.Join(dir.Path(), "ledger.jsonl")
	for i, torn := range []string{`{`, `{"op":"issue","time":"2026`, strings.Repeat("x", 100_000), "\x00\x00\x00"} {
		before := len(serials(t, dir))
		file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
		must(t, err)
		_, err = file.WriteString(torn)
		must(t, err)
		must(t, file.Close())
		if known := serials(t, dir); len(known) != before {
			t.Errorf("%.20q: %d are known, want %d", torn, len(known), before)
		}
		entry, err := dir.Fulfil(a, order(t.TempDir(), "a.test"), time.Now())
		must(t, err)
		known := serials(t, dir)
		if _, ok := known[entry.Serial]; !ok || len(known) != i+1 {
			t.Errorf("%.20q: %d are known afterwards", torn, len(known))
		}
		data, err := os.ReadFile(path)
		if err != nil || strings.Count(string(data), "\n") != i+1 || !strings.HasSuffix(string(data), "}\n") {
			t.Errorf("%.20q: the ledger is %q, %v", torn, data, err)
		}
	}
	// Damage inside is named with its line, and the fix shows that line.
	data, err := os.ReadFile(path)
	must(t, err)
	lines := strings.SplitAfter(string(data), "\n")
	lines[2] = "this is no record\n"
	must(t, os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600))
	_, err = dir.Ledger()
	failure, ok := errors.AsType[*diag.Error](err)
	if !ok || failure.Code != diag.LedgerDamaged || !strings.Contains(failure.What, "line 3 ") {
		t.Fatalf("%v", err)
	}
	if out, err := tool(t, "sh", "-c", failure.Fixes[0].Run); err != nil || out != "this is no record\n" {
		t.Errorf("the fix shows %q, %v", out, err)
	}
	if _, err := dir.Fulfil(a, order(t.TempDir(), "b.test"), time.Now()); err != nil {
		t.Errorf("issuing goes on: %v", err)
	}
}

func samePublic(a, b crypto.PublicKey) bool {
	key, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(b)
}
