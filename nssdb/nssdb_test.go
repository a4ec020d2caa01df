package nssdb_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"devca/nssdb"
)

// newRoot makes a self-signed CA.
func newRoot(t testing.TB, name string, key crypto.Signer) *x509.Certificate {
	t.Helper()
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		t.Fatal(err)
	}
	return newRootWith(t, name, serial, key)
}

func newRootWith(t testing.TB, name string, serial *big.Int, key crypto.Signer) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func ecKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func rsaKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// tool runs a program of NSS on the database and gives what it printed.
func tool(t testing.TB, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader("\n\n")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// certutil runs it and expects success.
func certutil(t testing.TB, folder string, args ...string) string {
	t.Helper()
	out, err := tool(t, "certutil", append(args, "-d", "sql:"+folder)...)
	if err != nil {
		t.Fatalf("certutil %v: %v\n%s", args, err, out)
	}
	return out
}

// passwordFile is a file for certutil's -f and -@.
func passwordFile(t testing.TB, password string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func pemFile(t testing.TB, certificate *x509.Certificate) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "root.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, folder string) *nssdb.DB {
	t.Helper()
	db, err := nssdb.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// says is the verdict of a program with a new NSS on the certificate.
func says(t testing.TB, folder string, certificate *x509.Certificate) string {
	t.Helper()
	found, there, err := open(t, folder).Find(t.Context(), certificate)
	if err != nil {
		t.Fatal(err)
	}
	if !there {
		return "absent"
	}
	now, _ := found.Verdict()
	return string(now)
}

// listed tells what certutil -L says, which follows what NSS itself concludes.
func listed(t testing.TB, folder, nickname string) string {
	t.Helper()
	match := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(nickname) + ` +(\S*,\S*,\S*) *$`).FindStringSubmatch(certutil(t, folder, "-L"))
	if match == nil {
		return "absent"
	}
	return match[1]
}

// Databases in every state that a browser or certutil leaves them in, and both
// kinds of keys: NSS reads what was written, and the other way round.
func TestWithCertutil(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, folder string){
		"fresh": func(t *testing.T, folder string) {
			if err := nssdb.Create(t.Context(), folder); err != nil {
				t.Fatal(err)
			}
		},
		"of certutil": func(t *testing.T, folder string) { certutil(t, folder, "-N", "--empty-password") },
		"without key4.db": func(t *testing.T, folder string) {
			certutil(t, folder, "-N", "--empty-password")
			if err := os.Remove(filepath.Join(folder, "key4.db")); err != nil {
				t.Fatal(err)
			}
		},
		"an empty file": func(t *testing.T, folder string) {
			for _, name := range []string{"cert9.db", "key4.db"} {
				if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		},
	} {
		for kind, key := range map[string]crypto.Signer{"EC": ecKey(t), "RSA": rsaKey(t)} {
			t.Run(name+" "+kind, func(t *testing.T) {
				folder := t.TempDir()
				prepare(t, folder)
				root := newRoot(t, "test root", key)
				other := newRoot(t, "other root", key)
				if got := says(t, folder, root); got != "absent" {
					t.Fatalf("before: %q", got)
				}
				for range 2 { // twice is as good as once
					if err := open(t, folder).Add(t.Context(), root, "my root", ""); err != nil {
						t.Fatal(err)
					}
				}
				if got := says(t, folder, root); got != "trusted" {
					t.Errorf("added: %q", got)
				}
				if name == "without key4.db" {
					certutil(t, folder, "-N", "--empty-password") // as a browser does at its start
				}
				if got := listed(t, folder, "my root"); got != "C,," {
					t.Errorf("certutil says %q", got)
				}
				if out := certutil(t, folder, "-V", "-u", "L", "-n", "my root"); !strings.Contains(out, "certificate is valid") {
					t.Errorf("certutil -V: %s", out)
				}
				// A password set later keeps the trust, and another one after it.
				first, second := passwordFile(t, "first"), passwordFile(t, "second")
				certutil(t, folder, "-W", "-f", passwordFile(t, ""), "-@", first)
				certutil(t, folder, "-W", "-f", first, "-@", second)
				if got := says(t, folder, root); got != "trusted" {
					t.Errorf("under a password: %q", got)
				}
				err := open(t, folder).Add(t.Context(), other, "other", "")
				if nssdb.ReasonOf(err) != nssdb.Locked {
					t.Errorf("without the password: %v", err)
				}
				err = open(t, folder).Add(t.Context(), other, "other", "first")
				if nssdb.ReasonOf(err) != nssdb.WrongPassword {
					t.Errorf("with the wrong password: %v", err)
				}
				if err := open(t, folder).Add(t.Context(), other, "other", "second"); err != nil {
					t.Fatal(err)
				}
				certutil(t, folder, "-W", "-f", second, "-@", first)
				// Without a password again, NSS looks at the MACs at once.
				certutil(t, folder, "-W", "-f", first, "-@", passwordFile(t, ""))
				if got := listed(t, folder, "other"); got != "C,," {
					t.Errorf("certutil says %q of what was added under a password", got)
				}
				for _, certificate := range []*x509.Certificate{root, other} {
					if err := open(t, folder).Remove(t.Context(), certificate); err != nil {
						t.Fatal(err)
					}
				}
				if got := says(t, folder, root) + listed(t, folder, "my root"); got != "absentabsent" {
					t.Errorf("removed: %q", got)
				}
				if left := rows(t, folder, "key4.db", "SELECT id FROM metaData WHERE id LIKE 'sig_cert%'"); left != "" {
					t.Errorf("MACs are left: %s", left)
				}
			})
		}
	}
}

// rows asks Python's SQLite, another program than the one under test.
func rows(t testing.TB, folder, file, query string) string {
	t.Helper()
	const program = `import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for row in db.execute(sys.argv[2]): print([c.hex() if isinstance(c, bytes) else c for c in row])
db.commit()`
	out, err := tool(t, "python3", "-c", program, filepath.Join(folder, file), query)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return out
}

// What certutil writes and what this package writes is the same to the last
// byte, salts and ids apart.
func TestSameRows(t *testing.T) {
	for kind, key := range map[string]crypto.Signer{"EC": ecKey(t), "RSA": rsaKey(t)} {
		root := newRoot(t, "test root", key)
		var both [2]string
		for i := range both {
			folder := t.TempDir()
			certutil(t, folder, "-N", "--empty-password")
			if i == 0 {
				certutil(t, folder, "-A", "-n", "my root", "-t", "C,,", "-i", pemFile(t, root))
			} else if err := open(t, folder).Add(t.Context(), root, "my root", ""); err != nil {
				t.Fatal(err)
			}
			objects := rows(t, folder, "cert9.db", "SELECT * FROM nssPublic ORDER BY a0")
			objects = regexp.MustCompile(`(?m)^\[\d+, `).ReplaceAllString(objects, "[")
			// The MACs are of random salts: their names and lengths, without the id.
			macs := rows(t, folder, "key4.db", "SELECT substr(id, 19), length(item1), item2 FROM metaData WHERE id LIKE 'sig%' ORDER BY 1")
			both[i] = objects + macs + rows(t, folder, "cert9.db", "SELECT type, name, sql FROM sqlite_master")
		}
		if both[0] != both[1] {
			t.Errorf("%s: certutil\n%s\nnssdb\n%s", kind, both[0], both[1])
		}
	}
}

// A new database is what NSS makes.
func TestCreate(t *testing.T) {
	base := t.TempDir()
	ours, theirs := filepath.Join(base, "a 'b'", "ours"), filepath.Join(base, "a 'b'", "their")
	if err := nssdb.Create(t.Context(), ours); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(theirs, 0o700); err != nil {
		t.Fatal(err)
	}
	root := newRoot(t, "test root", ecKey(t))
	if err := open(t, ours).Add(t.Context(), root, "my root", ""); err != nil {
		t.Fatal(err)
	}
	certutil(t, theirs, "-N", "--empty-password")
	for _, name := range nssdb.Files() {
		info, err := os.Stat(filepath.Join(ours, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	a, _ := os.ReadFile(filepath.Join(ours, "pkcs11.txt"))
	b, _ := os.ReadFile(filepath.Join(theirs, "pkcs11.txt"))
	if want := strings.ReplaceAll(string(b), "their'", "ours'"); string(a) != want || len(a) == 0 {
		t.Errorf("pkcs11.txt\n%s\nnot\n%s", a, want)
	}
	for _, query := range [][2]string{
		{"cert9.db", "SELECT type, name, sql FROM sqlite_master ORDER BY name"},
		{"key4.db", "SELECT type, name, sql FROM sqlite_master ORDER BY name"},
		// All but what is random: salts, the vector and what was encrypted.
		{"key4.db", "SELECT id, length(item1), substr(hex(item2), 1, 60), substr(hex(item2), 137, 54), length(item2) FROM metaData WHERE id = 'password'"},
	} {
		if a, b := rows(t, ours, query[0], query[1]), rows(t, theirs, query[0], query[1]); a != b {
			t.Errorf("%s\n%s\nnot\n%s", query[1], a, b)
		}
	}
	if err := nssdb.Create(t.Context(), theirs); err != nil {
		t.Error(err) // one that is there stays
	}
	if got := listed(t, ours, "my root"); got != "C,," {
		t.Error(got)
	}
}

// What others did to the trust of a root is seen.
func TestTrustOfOthers(t *testing.T) {
	root := newRoot(t, "test root", ecKey(t))
	folder := t.TempDir()
	certutil(t, folder, "-N", "--empty-password")
	if err := open(t, folder).Add(t.Context(), root, "my root", ""); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ flags, want string }{
		{",,", "unspecified"}, {"p,,", "distrusted"}, {"CT,C,C", "trusted"}, {"T,,", "unspecified"}, {"P,,", "unspecified"}, {"C,,", "trusted"},
	} {
		certutil(t, folder, "-M", "-t", step.flags, "-n", "my root")
		if got := says(t, folder, root); got != step.want {
			t.Errorf("certutil -M -t %s: %q, not %q", step.flags, got, step.want)
		}
	}
	certutil(t, folder, "-D", "-n", "my root")
	if got := says(t, folder, root); got != "absent" {
		t.Errorf("certutil -D: %q", got)
	}
}

// Rows that somebody appended or altered are believed neither here nor by NSS.
func TestMACs(t *testing.T) {
	for name, query := range map[string]string{
		"taken away":       "DELETE FROM metaData WHERE id LIKE '%_ce536358'",
		"altered":          "UPDATE metaData SET item1 = CAST(substr(item1, 1, length(item1) - 1) || x'00' AS BLOB) WHERE id LIKE '%_ce536358'",
		"of the other one": "UPDATE metaData SET item1 = (SELECT item1 FROM metaData WHERE id LIKE '%_ce536359') WHERE id LIKE '%_ce536358'",
		"garbage":          "UPDATE metaData SET item1 = x'3003020101' WHERE id LIKE '%_ce536358'",
	} {
		t.Run(name, func(t *testing.T) {
			root := newRoot(t, "test root", ecKey(t))
			folder := t.TempDir()
			certutil(t, folder, "-N", "--empty-password")
			db := open(t, folder)
			if err := db.Add(t.Context(), root, "my root", ""); err != nil {
				t.Fatal(err)
			}
			rows(t, folder, "key4.db", query)
			if got := says(t, folder, root); got != "unsigned" {
				t.Errorf("%q", got)
			}
			if got := listed(t, folder, "my root"); got != ",," {
				t.Errorf("certutil says %q", got)
			}
			if err := db.Add(t.Context(), root, "my root", ""); err != nil {
				t.Fatal(err)
			}
			if got := says(t, folder, root) + listed(t, folder, "my root"); got != "trustedC,," {
				t.Errorf("mended: %q", got)
			}
		})
	}
}

// A name is not a certificate: another one with the same subject and serial
// number is neither found nor removed, nor overwritten.
func TestContentCounts(t *testing.T) {
	folder := t.TempDir()
	certutil(t, folder, "-N", "--empty-password")
	serial := big.NewInt(1)
	mine, theirs := newRootWith(t, "root", serial, ecKey(t)), newRootWith(t, "root", serial, ecKey(t))
	certutil(t, folder, "-A", "-n", "root", "-t", "C,,", "-i", pemFile(t, theirs))
	if got := says(t, folder, mine); got != "absent" {
		t.Errorf("found %q", got)
	}
	if err := open(t, folder).Add(t.Context(), mine, "root", ""); nssdb.ReasonOf(err) != nssdb.Collision {
		t.Errorf("added beside the other: %v", err)
	}
	if err := open(t, folder).Remove(t.Context(), mine); err != nil {
		t.Error(err)
	}
	if got := says(t, folder, theirs) + listed(t, folder, "root"); got != "trustedC,," {
		t.Errorf("the other one is %q", got)
	}
}

// Paths with everything that means something in a URI.
func TestPaths(t *testing.T) {
	root := newRoot(t, "test root", ecKey(t))
	for _, name := range []string{"a b", "100%", "%41", "what?mode=memory", "a#b", "a'b\"c", "über", "&x=1", "file:x", "\xff"} {
		folder := filepath.Join(t.TempDir(), name)
		if err := nssdb.Create(t.Context(), folder); err != nil {
			t.Fatal(err)
		}
		if err := open(t, folder).Add(t.Context(), root, "my root", ""); err != nil {
			t.Fatal(err)
		}
		if got := says(t, folder, root); got != "trusted" {
			t.Errorf("%q: %s", name, got)
		}
		entries, _ := os.ReadDir(folder)
		if len(entries) != 3 {
			t.Errorf("%q: %v", name, entries)
		}
	}
}

func TestErrors(t *testing.T) {
	root := newRoot(t, "test root", ecKey(t))
	whole := t.TempDir()
	certutil(t, whole, "-N", "--empty-password")
	data, err := os.ReadFile(filepath.Join(whole, "cert9.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		files map[string]string
		want  nssdb.Reason
	}{
		{"nothing", nil, nssdb.Missing},
		{"before 2018", map[string]string{"cert8.db": "x", "key3.db": "y"}, nssdb.Legacy},
		{"truncated", map[string]string{"cert9.db": string(data[:9000])}, nssdb.Damaged},
		{"half a header", map[string]string{"cert9.db": string(data[:50])}, nssdb.Damaged},
		{"garbage", map[string]string{"cert9.db": strings.Repeat("garbage ", 1000)}, nssdb.Damaged},
		{"key4.db is garbage", map[string]string{"cert9.db": string(data), "key4.db": "garbage"}, nssdb.Damaged},
		{"no folder", nil, nssdb.Missing},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			for name, content := range test.files {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if test.name == "no folder" {
				folder = filepath.Join(folder, "none")
			}
			db, err := nssdb.Open(folder)
			if err == nil {
				_, err = db.Certificates(t.Context())
				if changed := db.Add(t.Context(), root, "x", ""); nssdb.ReasonOf(changed) != nssdb.ReasonOf(err) {
					t.Errorf("Add: %v", changed)
				}
			}
			if nssdb.ReasonOf(err) != test.want {
				t.Errorf("%v", err)
			}
			for name, content := range test.files {
				if now, _ := os.ReadFile(filepath.Join(folder, name)); string(now) != content {
					t.Errorf("%s was changed", name)
				}
			}
		})
	}
	var failure *nssdb.Error
	if _, err := nssdb.Open("/nonexistent"); !errors.As(err, &failure) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// In FIPS mode only the rules for passwords are others, not the database.
func TestFIPS(t *testing.T) {
	folder, password := t.TempDir(), "one Complicated 1 pass"
	file := passwordFile(t, password)
	certutil(t, folder, "-N", "-f", file)
	if out, err := tool(t, "modutil", "-force", "-fips", "true", "-dbdir", "sql:"+folder); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	root := newRoot(t, "test root", ecKey(t))
	if err := open(t, folder).Add(t.Context(), root, "my root", ""); nssdb.ReasonOf(err) != nssdb.Locked {
		t.Errorf("without the password: %v", err)
	}
	if err := open(t, folder).Add(t.Context(), root, "my root", password); err != nil {
		t.Fatal(err)
	}
	certutil(t, folder, "-W", "-f", file, "-@", passwordFile(t, "two Complicated 2 pass"))
	if got := listed(t, folder, "my root"); got != "C,," {
		t.Errorf("certutil says %q", got)
	}
}

// Reading leaves every byte and the list of files as they are, also where a
// killed program left a journal.
func TestReadingChangesNothing(t *testing.T) {
	root := newRoot(t, "test root", ecKey(t))
	folder := t.TempDir()
	certutil(t, folder, "-N", "--empty-password")
	if err := open(t, folder).Add(t.Context(), root, "my root", ""); err != nil {
		t.Fatal(err)
	}
	// A change that was killed after its pages were written: the database has
	// them, and the journal takes them back.
	const program = `import sqlite3, sys, os
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE")
db.execute("DELETE FROM nssPublic")
db.execute("CREATE TABLE filler (x)")
for i in range(500): db.execute("INSERT INTO filler VALUES (zeroblob(4000))")
os._exit(9)`
	_, _ = tool(t, "python3", "-c", program, filepath.Join(folder, "cert9.db"))
	before := contents(t, folder)
	if !strings.Contains(before, "cert9.db-journal") {
		t.Fatalf("no journal was left: %s", before)
	}
	if got := says(t, folder, root); got != "trusted" {
		t.Errorf("%q", got)
	}
	if after := contents(t, folder); after != before {
		t.Errorf("reading changed\n%s\nto\n%s", before, after)
	}
	// A change rolls it back, as NSS does.
	if err := open(t, folder).Remove(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	if got := says(t, folder, root); got != "absent" || strings.Contains(contents(t, folder), "journal") {
		t.Errorf("%q %s", got, contents(t, folder))
	}
}

// contents is a fingerprint of all files of a folder.
func contents(t testing.TB, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		info, infoErr := entry.Info()
		if err := errors.Join(err, infoErr); err != nil {
			t.Fatal(err)
		}
		h := crypto.SHA256.New()
		h.Write(data)
		fmt.Fprintf(&b, "%s %v %x\n", entry.Name(), info.ModTime(), h.Sum(nil))
	}
	return b.String()
}
