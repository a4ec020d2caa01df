package certs_test

import (
	"errors"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"devca/certs"
	"devca/diag"
)

// TestHostileNames: what people and scripts paste by mistake or in malice.
func TestHostileNames(t *testing.T) {
	for text, want := range map[string]diag.Code{
		"[::1]:8443":                    diag.NameWithPort,
		"127.0.0.1:443":                 diag.NameWithPort,
		"bücher.test:443":               diag.NameWithPort,
		"http://app.test":               diag.NameWithPort,
		"https://[::1]/":                diag.NameWithPort,
		"localhost:":                    diag.NameInvalid,
		"localhost:99999":               diag.NameInvalid,
		"[::1":                          diag.NameInvalid,
		"::1]":                          diag.NameInvalid,
		"[app.test]":                    diag.NameInvalid,
		"fe80::1%25eth0":                diag.NameInvalid,
		"::ffff:10.0.0.1%lo":            diag.NameInvalid,
		"010.0.0.1":                     diag.NameInvalid,
		"0x7f000001":                    diag.NameInvalid,
		"2130706433":                    diag.NameInvalid,
		"127.1":                         diag.NameInvalid,
		"10.0.0.0/8":                    diag.NameInvalid,
		"a.test\r\nX-Evil: 1":           diag.NameInvalid,
		"[a:b]:443":                     diag.NameWithPort,
		"a:b:443":                       diag.NameInvalid,
		"a\u0085b.test":                 diag.NameInvalid,
		"a\u009b31m.test":               diag.NameInvalid,
		"\u202eabc.test":                diag.NameInvalid,
		"a\u2066b.test":                 diag.NameInvalid,
		"אa.test":                       diag.NameInvalid, // both directions in one label
		"..":                            diag.NameInvalid,
		"a.test。":                       diag.NameInvalid,
		`C:\Windows`:                    diag.NameInvalid,
		`\\server\share`:                diag.NameInvalid,
		"$(id).test":                    diag.NameInvalid,
		"`id`.test":                     diag.NameInvalid,
		"a;b.test":                      diag.NameInvalid,
		"%2e%2e.test":                   diag.NameInvalid,
		"--force":                       diag.NameInvalid,
		"xn--.test":                     diag.NameInvalid,
		"xn--a.test":                    diag.NameInvalid,
		"＊.app.test":                    diag.NameInvalid,
		"**.app.test":                   diag.NameWildcard,
		"*.":                            diag.NameWildcard,
		"*.*":                           diag.NameWildcard,
		"*.internal":                    diag.NameWildcard,
		"xn--*.app.test":                diag.NameWildcard,
		"a@b@c.test":                    diag.NameInvalid,
		"@app.test":                     diag.NameInvalid,
		"me@*.test":                     diag.NameInvalid,
		"me@[127.0.0.1]":                diag.NameInvalid,
		"me@app.test, you@app.test":     diag.NameInvalid,
		`"a b"@app.test`:                diag.NameInvalid,
		"://":                           diag.NameInvalid,
		"spiffe://":                     diag.NameInvalid,
		"spiffe://a b/c":                diag.NameInvalid,
		"urn:":                          diag.NameInvalid,
		"my_app.app.test":               diag.NameUnderscore,
		"*.my_app.test":                 diag.NameUnderscore,
		"_acme-challenge.app.test":      diag.NameUnderscore,
		strings.Repeat("ü", 63) + ".de": diag.NameInvalid, // 63 characters, more as an A-label
	} {
		names, err := certs.ParseNames([]string{"good.test", text}, false)
		failure, ok := errors.AsType[*diag.Error](err)
		if !ok || failure.Code != want {
			t.Errorf("%q: %v, %v, want %s", text, names.All(), err, want)
			continue
		}
		if names.Len() != 0 {
			t.Errorf("%q: %v was given beside the error", text, names.All())
		}
		if len(failure.What) > 700 || strings.ContainsAny(failure.What, "\n\r\t\x00\x1b\u202e\u009b") {
			t.Errorf("%q: the error shows %q", text, failure.What)
		}
	}
}

// TestUnusualNames are strange and right.
func TestUnusualNames(t *testing.T) {
	for text, want := range map[string]string{
		"😀.test":                       "xn--e28h.test",
		"аpple.test":                   "xn--pple-43d.test", // its a is Cyrillic, which the A-label shows
		"שלום.test":                    "xn--9dbne9b.test",
		"lo\u200bcalhost":              "localhost", // browsers drop it, too (UTS #46)
		"a。test":                       "a.test",
		" a.test\t":                    "a.test",
		"a\u2044b.test":                "xn--ab-c6t.test", // a fraction slash
		"xn--e28h.test":                "xn--e28h.test",
		"XN--E28H.TEST":                "xn--e28h.test",
		"a--b.test":                    "a--b.test",
		"1.test":                       "1.test",
		"0.0.0.0":                      "0.0.0.0",
		"::":                           "::",
		"::FFFF:C000:0201":             "192.0.2.1",
		"2001:DB8:0:0::1":              "2001:db8::1",
		"*.a.b":                        "*.a.b",
		"*.github.io":                  "*.github.io", // not of the ICANN section: every client takes it
		"*.BÜCHER.test":                "*.xn--bcher-kva.test",
		"o'neil+x@app.test":            "o'neil+x@app.test",
		"Me@App.test":                  "Me@app.test", // only the domain has no case
		"spiffe://td/ns/default/sa/me": "spiffe://td/ns/default/sa/me",
		"urn:example:a":                "urn:example:a",
	} {
		names, err := certs.ParseNames([]string{text}, false)
		if err != nil || !slices.Equal(names.All(), []string{want}) {
			t.Errorf("%q: %v, %v, want %q", text, names.All(), err, want)
		}
	}
}

func TestKindsOfNames(t *testing.T) {
	names, err := certs.ParseNames([]string{"spiffe://td/x", "::ffff:10.0.0.1", "a.test", "10.0.0.1", "me@a.test", "*.app.test"}, false)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(names.DNS, []string{"a.test", "*.app.test"}) || !slices.Equal(names.IP, []netip.Addr{netip.MustParseAddr("10.0.0.1")}) ||
		!slices.Equal(names.Email, []string{"me@a.test"}) || len(names.URI) != 1 || names.URI[0].String() != "spiffe://td/x" {
		t.Errorf("%+v", names)
	}
	if want := []string{"spiffe://td/x", "10.0.0.1", "a.test", "me@a.test", "*.app.test"}; !slices.Equal(names.All(), want) || names.Len() != len(want) {
		t.Errorf("%v, want %v", names.All(), want)
	}
}

// plainFile is one file name on Linux, macOS and Windows, which no shell and no
// program takes for a flag.
var plainFile = regexp.MustCompile(`^[A-Za-z0-9_@+][A-Za-z0-9._@+-]*$`)

// deviceName is a name that Windows takes for a device, whatever its extension.
var deviceName = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$`)

func FuzzFileStem(f *testing.F) {
	for _, seed := range []string{
		"../../etc/passwd", "spiffe://x/../../../etc/passwd", "spiffe://x/%2e%2e/..", "con", "CON.test", "com1@a.test", "aux.test b.test",
		"-rf@a.test", ".hidden@a.test", "*.app.test", "::1", "urn:..", "urn:" + strings.Repeat("a.", 100), "~root@a.test", "$HOME@a.test", "a.test 127.0.0.1",
		"/etc@a.test", "urn:nul.", "😀.test", "https://a.test/", strings.Repeat("a", 63) + "." + strings.Repeat("b", 63) + ".test",
	} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, text string, client bool) {
		names, err := certs.ParseNames(strings.Fields(text), true)
		if err != nil || names.Len() == 0 {
			return
		}
		stem := certs.FileStem(names, client)
		if !plainFile.MatchString(stem) || deviceName.MatchString(stem) || len(stem) > 130 || strings.HasSuffix(stem, ".") {
			t.Errorf("%q: %q is no plain file name", text, stem)
		}
		for _, suffix := range []string{"", ".pem", "-key.pem", ".p12"} {
			if path := filepath.Join(folder, stem+suffix); filepath.Dir(path) != folder || filepath.Base(path) != stem+suffix {
				t.Errorf("%q: %q leaves the folder", text, stem+suffix)
			}
		}
		if client != strings.HasSuffix(stem, "-client") && !strings.HasSuffix(names.All()[0], "-client") {
			t.Errorf("%q: client %v: %q", text, client, stem)
		}
	})
}
