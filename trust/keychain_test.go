package trust

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/diag"
	"devca/internal/account"
)

// fakeMac stands for macOS, which the tests cannot run. It has the part of
// security(1) that devca calls; what it prints follows that page, the source of
// Apple's SecurityTool and outputs in public reports: for refusals
// actions/runner-images issues 4734, 11893 and 12438 and anchordotdev/cli issue
// 34, for the form of dump-trust-settings golang/go issue 24652.
type fakeMac struct {
	certificates map[string][]*x509.Certificate // by keychain
	settings     map[string]map[string]string   // by domain ("-d" or "") and name
	refusal      string                         // what security says to every change
	ran          []string
}

const (
	loginPath  = "/Users/a/Library/Keychains/login.keychain-db"
	systemPath = "/Library/Keychains/System.keychain"
	sslRoot    = "   Number of trust settings : 2\n   Trust Setting 0:\n      Policy OID            : SSL\n" +
		"      Result Type           : kSecTrustSettingsResultTrustRoot\n   Trust Setting 1:\n" +
		"      Policy OID            : Apple X509 Basic\n      Result Type           : kSecTrustSettingsResultTrustRoot\n"
)

func newFakeMac() *fakeMac {
	return &fakeMac{certificates: map[string][]*x509.Certificate{}, settings: map[string]map[string]string{"": {}, "-d": {}}}
}

// store is the system store of a Mac; the library's commands are those that the
// plan shows.
func (f *fakeMac) store(userOnly bool) *keychainStore {
	machine := &Machine{
		GOOS: "darwin", UserOnly: userOnly, Run: f.run, Announce: func(string) {},
		Account:  account.Account{UID: os.Getuid(), GID: os.Getgid(), Home: "/Users/a"},
		LookPath: func(name string) (string, error) { return "/usr/bin/" + name, nil },
	}
	store := &keychainStore{machine: machine}
	store.install = func(ctx context.Context, root Root) error {
		file, forget, err := store.file(root)
		if err != nil {
			return err
		}
		defer forget()
		root.Path = file
		return machine.step(ctx, store.addition(store.systemKeychain(), root))
	}
	return store
}

func (f *fakeMac) run(_ context.Context, c Command) ([]byte, error) {
	argv := c.Argv
	f.ran = append(f.ran, strings.Join(argv, " "))
	asRoot := argv[0] == "sudo"
	if asRoot {
		if argv = argv[2:]; argv[0] == "--" {
			argv = argv[1:]
		}
	}
	if argv[0] == "true" {
		return nil, nil
	}
	if argv[0] != "security" {
		return nil, errors.New("this Mac has no " + argv[0])
	}
	domain := ""
	if slices.Contains(argv, "-d") {
		domain = "-d"
	}
	last := argv[len(argv)-1]
	switch argv[1] {
	case "find-certificate":
		return f.find(argv, last)
	case "dump-trust-settings":
		return f.dump(domain)
	}
	if f.refusal != "" {
		return []byte(f.refusal + "\n"), errors.New("exit status 1")
	}
	if (domain == "-d" || last == systemPath) != asRoot {
		return []byte("write permissions error\n"), errors.New("exit status 1")
	}
	switch argv[1] {
	case "add-trusted-cert":
		keychain := argv[slices.Index(argv, "-k")+1]
		certificate := readRoot(last)
		f.certificates[keychain] = append(f.certificates[keychain], certificate)
		f.settings[domain][certificate.Subject.CommonName] = sslRoot
		return nil, nil
	case "remove-trusted-cert":
		name := readRoot(last).Subject.CommonName
		if f.settings[domain][name] == "" {
			return []byte("SecTrustSettingsRemoveTrustSettings: No Trust Settings were found.\n"), errors.New("exit status 1")
		}
		delete(f.settings[domain], name)
		return nil, nil
	case "delete-certificate":
		return f.forget(argv[3], last)
	}
	return nil, errors.New("security has no such command in this test: " + argv[1])
}

func (f *fakeMac) find(argv []string, keychain string) ([]byte, error) {
	var out bytes.Buffer
	for _, certificate := range f.certificates[keychain] {
		switch {
		case slices.Contains(argv, "-p"):
			_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
		case certificate.Subject.CommonName == argv[slices.Index(argv, "-c")+1]:
			fmt.Fprintf(&out, "SHA-256 hash: %X\nSHA-1 hash: %X\nkeychain: \"%s\"\nversion: 512\nclass: 0x80001000\n",
				sha256.Sum256(certificate.Raw), sha1.Sum(certificate.Raw), keychain)
		}
	}
	return out.Bytes(), nil
}

func (f *fakeMac) dump(domain string) ([]byte, error) {
	if len(f.settings[domain]) == 0 {
		return []byte("SecTrustSettingsCopyCertificates: No Trust Settings were found.\n"), errors.New("exit status 1")
	}
	var out strings.Builder
	fmt.Fprintf(&out, "Number of trusted certs = %d\n", len(f.settings[domain]))
	for name, section := range f.settings[domain] {
		out.WriteString("Cert 0: " + name + "\n" + section)
	}
	return []byte(out.String()), nil
}

func (f *fakeMac) forget(hash, keychain string) ([]byte, error) {
	at := slices.IndexFunc(f.certificates[keychain], func(c *x509.Certificate) bool {
		return fmt.Sprintf("%X", sha256.Sum256(c.Raw)) == hash
	})
	if at < 0 {
		return []byte("Unable to delete certificate matching \"" + hash + "\"\n"), errors.New("exit status 1")
	}
	f.certificates[keychain] = slices.Delete(f.certificates[keychain], at, at+1)
	return nil, nil
}

func readRoot(path string) *x509.Certificate {
	data, err := os.ReadFile(path)
	if err != nil {
		return &x509.Certificate{}
	}
	block, _ := pem.Decode(data)
	certificate, _ := x509.ParseCertificate(block.Bytes)
	return certificate
}

func (f *fakeMac) empty() bool {
	return len(f.certificates[loginPath])+len(f.certificates[systemPath])+len(f.settings[""])+len(f.settings["-d"]) == 0
}

// macRoot is a root whose Path is another's, as it is for earlier ones.
func macRoot(t testing.TB, name string) Root {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return Root{Certificate: certificate, Path: "/ca/root.pem"}
}

func wantState(t *testing.T, store Store, root Root, want State) {
	t.Helper()
	if got := store.Status(t.Context(), root); got.State != want {
		t.Fatalf("state %q (%s, %v), not %q", got.State, got.Detail, got.Finding, want)
	}
}

func mustApply(t *testing.T, store Store, root Root, action Action) {
	t.Helper()
	if err := store.Apply(t.Context(), root, action); err != nil {
		t.Fatalf("%s: %v", action, err)
	}
}

// TestKeychains installs and removes in each keychain, several times, and asks
// that nothing is left and that another root with the same name stays.
func TestKeychains(t *testing.T) {
	for name, userOnly := range map[string]bool{"System": false, "login": true} {
		t.Run(name, func(t *testing.T) {
			mac := newFakeMac()
			store := mac.store(userOnly)
			root := macRoot(t, "devca root 0a1b2c3d")
			for range 2 {
				wantState(t, store, root, Absent)
				mustApply(t, store, root, Install)
				wantState(t, store, root, Trusted)
				wantState(t, store, macRoot(t, "devca root ffffffff"), Absent)
				if all, err := store.Certificates(t.Context()); err != nil || len(all) != 1 || !all[0].Equal(root.Certificate) {
					t.Errorf("certificates: %v, %v", all, err)
				}
				mustApply(t, store, root, Uninstall)
				mustApply(t, store, root, Uninstall)
			}
			wantState(t, store, root, Absent)
			if !mac.empty() {
				t.Errorf("left: %v", mac)
			}
			if used := slices.ContainsFunc(mac.ran, func(line string) bool { return strings.HasPrefix(line, "sudo") }); used == userOnly {
				t.Errorf("sudo: %v\n%s", used, strings.Join(mac.ran, "\n"))
			}
		})
	}
}

// TestKeychainsBoth has the root in both keychains, as two tools leave it.
func TestKeychainsBoth(t *testing.T) {
	mac := newFakeMac()
	root := macRoot(t, "devca root 0a1b2c3d")
	mustApply(t, mac.store(true), root, Install)
	if got := mac.store(false).Status(t.Context(), root); got.State != Trusted || got.Detail != "through the login keychain" {
		t.Errorf("%v", got)
	}
	mustApply(t, mac.store(false), root, Install)
	mustApply(t, mac.store(true), root, Uninstall)
	if got := mac.store(true).Status(t.Context(), root); got.State != Trusted || got.Detail != "through the System keychain" {
		t.Errorf("%v", got)
	}
	mustApply(t, mac.store(true), root, Install)
	mustApply(t, mac.store(false), root, Uninstall)
	if !mac.empty() {
		t.Errorf("left: %v", mac)
	}
}

// TestKeychainRepair breaks what was installed, also as a kill between two steps does.
func TestKeychainRepair(t *testing.T) {
	const name = "devca root 0a1b2c3d"
	for what, test := range map[string]struct {
		damage func(*fakeMac)
		want   string
	}{
		"settings dropped by an upgrade of macOS": {func(f *fakeMac) { delete(f.settings["-d"], name) }, "in the System keychain without trust settings"},
		"never trust": {
			func(f *fakeMac) { f.settings["-d"][name] = strings.ReplaceAll(sslRoot, "TrustRoot", "Deny") },
			"in the System keychain, and its trust settings say never to trust it",
		},
		"never trust for this person": {
			func(f *fakeMac) { f.settings[""][name] = strings.ReplaceAll(sslRoot, "TrustRoot", "Deny") },
			"in the System keychain, and its trust settings say never to trust it",
		},
		"certificate deleted": {func(f *fakeMac) { delete(f.certificates, systemPath) }, "trust settings without the certificate"},
	} {
		t.Run(what, func(t *testing.T) {
			mac := newFakeMac()
			store, root := mac.store(false), macRoot(t, name)
			mustApply(t, store, root, Install)
			test.damage(mac)
			if got := store.Status(t.Context(), root); got.State != Untrusted || got.Detail != test.want {
				t.Errorf("%v", got)
			}
			mustApply(t, store, root, Uninstall)
			if !mac.empty() {
				t.Errorf("left: %v", mac)
			}
			mustApply(t, store, root, Install)
			wantState(t, store, root, Trusted)
		})
	}
}

func TestKeychainRefusals(t *testing.T) {
	for _, test := range []struct {
		says string
		want diag.Code
	}{
		{"SecTrustSettingsSetTrustSettings: The authorization was denied since no user interaction was possible.", diag.TrustNoScreen},
		{"SecTrustSettingsSetTrustSettings: errSecInternalComponent", diag.TrustNoScreen},
		{"security: SecKeychainItemImport: User interaction is not allowed.", diag.TrustNoScreen},
		{"SecTrustSettingsSetTrustSettings: The authorization was canceled by the user.", diag.TrustDialogCancelled},
		{"NO (-60005)", diag.TrustAccessDenied},
		{"SecTrustSettingsSetTrustSettings: The authorization was denied.", diag.TrustAccessDenied},
	} {
		for _, userOnly := range []bool{true, false} {
			for _, action := range []Action{Install, Uninstall} {
				mac := newFakeMac()
				store, root := mac.store(userOnly), macRoot(t, "devca root 0a1b2c3d")
				if action == Uninstall {
					mustApply(t, store, root, Install)
				}
				mac.refusal = test.says
				finding, ok := errors.AsType[*diag.Error](store.Apply(t.Context(), root, action))
				if !ok || finding.Code != test.want || finding.Fixes[0].Run == "" {
					t.Errorf("%s: %v", test.says, finding)
				}
			}
		}
	}
	mac := newFakeMac()
	mac.refusal = "security: SecKeychainItemCreate: the disk is full"
	err := mac.store(false).Apply(t.Context(), macRoot(t, "a"), Install)
	if err == nil || !strings.HasSuffix(err.Error(), "the disk is full") {
		t.Errorf("%v", err)
	}
}

// TestKeychainNoAnswer has a dialog that nobody answers.
func TestKeychainNoAnswer(t *testing.T) {
	mac := newFakeMac()
	store := mac.store(false)
	store.install = func(ctx context.Context, _ Root) error {
		_, err := within(ctx, func() (int, error) { select {} })
		return err
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, errNoAnswer)
	defer cancel()
	finding, ok := errors.AsType[*diag.Error](store.Apply(ctx, macRoot(t, "a"), Install))
	if !ok || finding.Code != diag.TrustNoAnswer {
		t.Errorf("%v", finding)
	}
}

// A Mac without a terminal for sudo gets the commands instead of a hanging prompt.
func TestKeychainNeedsRoot(t *testing.T) {
	mac := newFakeMac()
	store := mac.store(false)
	store.machine.Run = func(ctx context.Context, c Command) ([]byte, error) {
		if c.Argv[0] == "sudo" {
			return []byte("sudo: a password is required\n"), errors.New("exit status 1")
		}
		return mac.run(ctx, c)
	}
	finding, ok := errors.AsType[*diag.Error](store.Apply(t.Context(), macRoot(t, "a"), Install))
	if !ok || finding.Code != diag.TrustNeedsRoot {
		t.Fatalf("%v", finding)
	}
	want := "sudo security add-trusted-cert -d -r trustRoot -p ssl -p basic -k /Library/Keychains/System.keychain /ca/root.pem"
	if finding.Fixes[0].Run != want {
		t.Errorf("fix %q, not %q", finding.Fixes[0].Run, want)
	}
}

// TestKeychainUnreadable has a keychain that is damaged: the one that is changed
// decides.
func TestKeychainUnreadable(t *testing.T) {
	mac := newFakeMac()
	root := macRoot(t, "devca root 0a1b2c3d")
	mustApply(t, mac.store(false), root, Install)
	for _, userOnly := range []bool{true, false} {
		store := mac.store(userOnly)
		store.machine.Run = func(ctx context.Context, c Command) ([]byte, error) {
			if slices.Contains(c.Argv, systemPath) {
				return []byte("security: SecKeychainSearchCopyNext: The keychain is damaged.\n"), errors.New("exit status 1")
			}
			return mac.run(ctx, c)
		}
		want := Unreadable
		if userOnly {
			want = Absent
		}
		wantState(t, store, root, want)
	}
}

func TestReadTrustSettings(t *testing.T) {
	section := func(lines ...string) string {
		return "Number of trusted certs = 2\nCert 0: another\n   Number of trust settings : 0\nCert 1: mine\n   Number of trust settings : 9\n" +
			strings.Join(lines, "\n") + "\nCert 2: last\n   Number of trust settings : 0\n"
	}
	const one, two = "   Trust Setting 0:", "   Trust Setting 1:"
	const ssl, mail = "      Policy OID            : SSL", "      Policy OID            : S/MIME"
	const trusts, never = "      Result Type           : kSecTrustSettingsResultTrustRoot", "      Result Type           : kSecTrustSettingsResultDeny"
	for name, test := range map[string]struct {
		dump string
		want verdict
	}{
		"nothing":               {"", unsettled},
		"no settings at all":    {"SecTrustSettingsCopyCertificates: No Trust Settings were found.\n", unsettled},
		"another's only":        {"Cert 0: another\n" + sslRoot, unsettled},
		"a longer name":         {"Cert 0: mine too\n" + sslRoot, unsettled},
		"always":                {"Cert 0: mine\n   Number of trust settings : 0\n", settled},
		"TLS":                   {"Cert 0: mine\n" + sslRoot, settled},
		"Windows' line ends":    {strings.ReplaceAll("Cert 0: mine\n"+sslRoot, "\n", "\r\n"), settled},
		"mail only":             {section(one, mail, trusts), unsettled},
		"mail never, TLS yes":   {section(one, mail, never, two, ssl, trusts), settled},
		"TLS never":             {section(one, ssl, never), denied},
		"never after always":    {section(one, ssl, trusts, two, never), denied},
		"always after never":    {section(one, never, two, ssl, trusts), denied},
		"no result":             {section(one, ssl), settled},
		"no policy":             {section(one, trusts), settled},
		"one host only":         {section(one, ssl, "      Policy String         : promise.local", trusts), unsettled},
		"one program only":      {section(one, "      Application           : Mail.app", trusts), unsettled},
		"unspecified":           {section(one, ssl, "      Result Type           : kSecTrustSettingsResultUnspecified"), unsettled},
		"expiry is forgiven":    {section(one, ssl, "      Allowed Error         : CSSMERR_TP_CERT_EXPIRED", trusts), settled},
		"two with one name":     {"Cert 0: mine\n" + sslRoot + "Cert 1: mine\n" + strings.ReplaceAll(sslRoot, "TrustRoot", "Deny"), denied},
		"a name with a colon":   {"Cert 0: mine: all\n" + sslRoot, unsettled},
		"cut off in the middle": {"Cert 0: mine\n   Number of trust settings : 1\n", unsettled},
	} {
		if got := readTrustSettings(test.dump, "mine"); got != test.want {
			t.Errorf("%s: %q, not %q", name, got, test.want)
		}
	}
}

func FuzzReadTrustSettings(f *testing.F) {
	f.Add("Cert 0: mine\n"+sslRoot, "mine")
	f.Add("Cert 0: mine\n   Number of trust settings : 0\n", "mine")
	f.Fuzz(func(t *testing.T, dump, name string) {
		if got := readTrustSettings(dump, name); got != unsettled && !strings.Contains(dump, name) {
			t.Errorf("%q for a name that is not there", got)
		}
	})
}
