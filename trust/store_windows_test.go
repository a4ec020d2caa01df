package trust

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"devca/diag"
)

// These tests change the stores of the Windows that they run on. wine_linux_test.go
// runs them under Wine, in a prefix of their own.

// windowsRoot is a root that no other test has.
func windowsRoot(t *testing.T) Root {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "devca root of a test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return Root{Certificate: certificate, Path: `C:\Users\A B\root.pem`}
}

// windowsMachine notes what was announced.
func windowsMachine(userOnly bool) (machine *Machine, announced *[]string) {
	announced = &[]string{}
	return &Machine{
		GOOS: "windows", UserOnly: userOnly, IsRoot: true,
		Getenv:   func(name string) string { return map[string]string{"SystemRoot": `C:\Windows`}[name] },
		Announce: func(line string) { *announced = append(*announced, line) },
	}, announced
}

// TestWindowsStores installs and removes in both stores. Whether crypt32's engine
// for chains follows is for processes of their own, as it remembers: wine_linux_test.go.
func TestWindowsStores(t *testing.T) {
	for _, test := range []struct {
		name     string
		userOnly bool
		place    string
		step     string
		dialogs  int
	}{
		{"the machine's", false, `LocalMachine\Root`, `C:\Windows\System32\certutil.exe -addstore Root "C:\Users\A B\root.pem"`, 0},
		{"the user's", true, `CurrentUser\Root`, `C:\Windows\System32\certutil.exe -user -addstore Root "C:\Users\A B\root.pem"`, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := windowsRoot(t)
			machine, announced := windowsMachine(test.userOnly)
			store := systemOfWindows(machine)
			if got := store.About(); got.Place != test.place || got.Privileged == test.userOnly {
				t.Errorf("place %s, privileged %v", got.Place, got.Privileged)
			}
			if got := store.Plan(t.Context(), root, Install)[0].Line(true); got != test.step {
				t.Errorf("step %s, not %s", got, test.step)
			}
			for range 2 {
				check(t, store, root, Absent)
				for range 2 {
					apply(t, store, root, Install)
					check(t, store, root, Trusted)
				}
				for range 2 {
					apply(t, store, root, Uninstall)
					check(t, store, root, Absent)
				}
				if len(*announced) < test.dialogs || (len(*announced) == 0) != (test.dialogs == 0) {
					t.Errorf("announced: %q", *announced)
				}
			}
		})
	}
}

func apply(t *testing.T, store Store, root Root, action Action) {
	t.Helper()
	if err := store.Apply(t.Context(), root, action); err != nil {
		t.Fatalf("%s: %v", action, err)
	}
}

func check(t *testing.T, store Store, root Root, want State) {
	t.Helper()
	if got := store.Status(t.Context(), root); got.State != want {
		t.Fatalf("state %s (%s), not %s", got.State, got.Detail, want)
	}
}

// TestWindowsBothStores has the root in both: either is enough, and all goes.
func TestWindowsBothStores(t *testing.T) {
	root := windowsRoot(t)
	user, _ := windowsMachine(true)
	machine, _ := windowsMachine(false)
	apply(t, systemOfWindows(user), root, Install)
	store := systemOfWindows(machine)
	if got := store.Status(t.Context(), root); got.State != Trusted || got.Detail != `through CurrentUser\Root` {
		t.Errorf("state %v", got)
	}
	apply(t, store, root, Install)
	if got := len(store.Plan(t.Context(), root, Uninstall)); got != 2 {
		t.Errorf("%d steps", got)
	}
	apply(t, systemOfWindows(user), root, Uninstall)
	if got := store.Status(t.Context(), root); got.State != Trusted || got.Detail != "" {
		t.Errorf("--user took it from the machine, too: %v", got)
	}
	apply(t, systemOfWindows(user), root, Install)
	apply(t, store, root, Uninstall)
	if got := store.Status(t.Context(), root); got.State != Absent {
		t.Errorf("state %v", got)
	}
}

// TestWindowsDisallowed puts the root among those that Windows refuses.
func TestWindowsDisallowed(t *testing.T) {
	root := windowsRoot(t)
	machine, _ := windowsMachine(true)
	store := systemOfWindows(machine)
	apply(t, store, root, Install)
	if err := addTo(currentUser(), disallowedStore, root.Certificate); err != nil {
		t.Fatal(err)
	}
	if got := store.Status(t.Context(), root); got.State != Untrusted || !strings.Contains(got.Detail, `CurrentUser\Disallowed`) {
		t.Errorf("state %v", got)
	}
	finding, ok := errors.AsType[*diag.Error](store.Apply(t.Context(), root, Install))
	if !ok || finding.Code != diag.TrustDistrusted {
		t.Fatalf("finding %v", finding)
	}
	want := `C:\Windows\System32\certutil.exe -user -delstore Disallowed ` + root.thumbprint()
	if finding.Fixes[0].Run != want {
		t.Errorf("fix %q, not %q", finding.Fixes[0].Run, want)
	}
	// What the fix does.
	if err := deleteFrom(currentUser(), disallowedStore, root.Certificate); err != nil {
		t.Fatal(err)
	}
	apply(t, store, root, Install)
	if got := store.Status(t.Context(), root); got.State != Trusted {
		t.Errorf("state %v", got)
	}
	apply(t, store, root, Uninstall)
}

// TestWindowsPurposes takes purposes from a root, as certmgr.msc does.
func TestWindowsPurposes(t *testing.T) {
	for name, test := range map[string]struct {
		purposes []asn1.ObjectIdentifier
		want     State
	}{
		"none":         {[]asn1.ObjectIdentifier{}, Untrusted},
		"mail only":    {[]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 4}}, Untrusted},
		"servers, too": {[]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 4}, {1, 3, 6, 1, 5, 5, 7, 3, 1}}, Trusted},
		"any":          {[]asn1.ObjectIdentifier{{2, 5, 29, 37, 0}}, Trusted},
	} {
		t.Run(name, func(t *testing.T) {
			root := windowsRoot(t)
			machine, _ := windowsMachine(true)
			store := systemOfWindows(machine)
			restrict(t, root, test.purposes)
			if got := store.Status(t.Context(), root); got.State != test.want {
				t.Errorf("state %v", got)
			}
			// Installing again gives it all purposes.
			apply(t, store, root, Install)
			if got := store.Status(t.Context(), root); got.State != Trusted {
				t.Errorf("state %v after another installation", got)
			}
			apply(t, store, root, Uninstall)
		})
	}
}

func restrict(t *testing.T, root Root, purposes []asn1.ObjectIdentifier) {
	t.Helper()
	value, err := asn1.Marshal(purposes)
	if err != nil {
		t.Fatal(err)
	}
	context, err := windows.CertCreateCertificateContext(windows.X509_ASN_ENCODING, &root.Certificate.Raw[0], uint32(len(root.Certificate.Raw)))
	if err != nil {
		t.Fatal(err)
	}
	defer windows.CertFreeCertificateContext(context) //nolint:errcheck // never fails
	blob := windows.CryptDataBlob{Size: uint32(len(value)), Data: &value[0]}
	ok, _, err := windows.NewLazySystemDLL("crypt32.dll").NewProc("CertSetCertificateContextProperty").
		Call(uintptr(unsafe.Pointer(context)), 9, 0, uintptr(unsafe.Pointer(&blob)))
	if ok == 0 {
		t.Fatal(err)
	}
	store, err := openStore(windows.CERT_STORE_PROV_SYSTEM, currentUser(), rootStore, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer store.close()
	if err := windows.CertAddCertificateContextToStore(store.handle, context, windows.CERT_STORE_ADD_REPLACE_EXISTING, nil); err != nil {
		t.Fatal(err)
	}
	if err := store.commit(); err != nil {
		t.Fatal(err)
	}
}

// TestWindowsCertificates lists what is in the stores themselves.
func TestWindowsCertificates(t *testing.T) {
	root := windowsRoot(t)
	machine, _ := windowsMachine(true)
	store := systemOfWindows(machine)
	apply(t, store, root, Install)
	all, err := store.(lister).Certificates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, certificate := range all {
		found = found || certificate.Equal(root.Certificate)
	}
	if !found {
		t.Errorf("%d certificates, and not the one that was added", len(all))
	}
	apply(t, store, root, Uninstall)
}

// TestWindowsRefusals gives the errors of Windows that Wine never has: it shows
// no dialog and knows no rights.
func TestWindowsRefusals(t *testing.T) {
	machine, _ := windowsMachine(true)
	store := &windowsStore{machine: machine}
	root := windowsRoot(t)
	for _, test := range []struct {
		err   error
		where location
		want  diag.Code
	}{
		{windows.ERROR_CANCELLED, currentUser(), diag.TrustDialogCancelled},
		{syscall.Errno(0x800704c7), currentUser(), diag.TrustDialogCancelled},
		{windows.ERROR_ACCESS_DENIED, currentUser(), diag.TrustAccessDenied},
		{windows.ERROR_ACCESS_DENIED, localMachine(), diag.TrustAccessDenied},
		{syscall.Errno(windows.E_ACCESSDENIED), localMachine(), diag.TrustAccessDenied},
		{errNoAnswer, currentUser(), diag.TrustNoAnswer},
	} {
		finding, ok := errors.AsType[*diag.Error](store.explain(t.Context(), test.err, root, Install, test.where))
		if !ok || finding.Code != test.want || len(finding.Fixes) == 0 || finding.Fixes[0].Do == "" {
			t.Errorf("%v in %s: %v", test.err, test.where.name, finding)
		}
	}
	if err := store.explain(t.Context(), windows.ERROR_DISK_FULL, root, Install, currentUser()); !errors.Is(err, windows.ERROR_DISK_FULL) {
		t.Errorf("%v", err)
	}
}

// TestWithin gives up a call that never returns.
func TestWithin(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, errNoAnswer)
	defer cancel()
	_, err := within(ctx, func() (int, error) { select {} })
	if !errors.Is(err, errNoAnswer) {
		t.Errorf("%v", err)
	}
}
