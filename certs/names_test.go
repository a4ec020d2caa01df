package certs_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devca/certs"
	"devca/diag"
)

func TestParseNames(t *testing.T) {
	long := strings.Repeat("a", 63)
	for _, test := range []struct {
		text string
		want string    // how it stands in the certificate
		code diag.Code // or why it is refused
	}{
		{text: "localhost", want: "localhost"},
		{text: "LocalHost.", want: "localhost"},
		{text: "a.b.test", want: "a.b.test"},
		{text: "*.app.test", want: "*.app.test"},
		{text: "*.app.localhost", want: "*.app.localhost"},
		{text: "bücher.test", want: "xn--bcher-kva.test"},
		{text: "ＡＢＣ.test", want: "abc.test"},
		{text: "faß.test", want: "xn--fa-hia.test"},
		{text: "127.0.0.1", want: "127.0.0.1"},
		{text: "::1", want: "::1"},
		{text: "[::1]", want: "::1"},
		{text: "0:0::1", want: "::1"},
		{text: "::ffff:10.0.0.1", want: "10.0.0.1"},
		{text: "me@app.test", want: "me@app.test"},
		{text: "me@Bücher.test", want: "me@xn--bcher-kva.test"},
		{text: "spiffe://example/db", want: "spiffe://example/db"},
		{text: "urn:uuid:f81d4fae", want: "urn:uuid:f81d4fae"},
		{text: long + ".test", want: long + ".test"},

		{text: "", code: diag.NameInvalid},
		{text: ".", code: diag.NameInvalid},
		{text: "a..test", code: diag.NameInvalid},
		{text: "-rf", code: diag.NameInvalid},
		{text: "a-.test", code: diag.NameInvalid},
		{text: "../../etc/passwd", code: diag.NameInvalid},
		{text: "a\x00b.test", code: diag.NameInvalid},
		{text: "a\nb.test", code: diag.NameInvalid},
		{text: "a\x1b[31m.test", code: diag.NameInvalid},
		{text: "a b.test", code: diag.NameInvalid},
		{text: "a/b.test", code: diag.NameInvalid},
		{text: long + "a.test", code: diag.NameInvalid},
		{text: strings.Repeat("a.", 127) + "test", code: diag.NameInvalid},
		{text: strings.Repeat("a", 300), code: diag.NameInvalid},
		{text: strings.Repeat("a", 3000), code: diag.NameInvalid},
		{text: "\u202etest.moc", code: diag.NameInvalid},
		{text: "\xff\xfe.test", code: diag.NameInvalid},
		{text: "1.2.3", code: diag.NameInvalid},
		{text: "10.0.0.256", code: diag.NameInvalid},
		{text: "app.0x7f", code: diag.NameInvalid},
		{text: "fe80::1%eth0", code: diag.NameInvalid},
		{text: "mé@app.test", code: diag.NameInvalid},
		{text: "Me <me@app.test>", code: diag.NameInvalid},
		{text: "me@", code: diag.NameInvalid},
		{text: "spiffe://é/db", code: diag.NameInvalid},
		{text: "localhost:8443", code: diag.NameWithPort},
		{text: "https://localhost:8443/x", code: diag.NameWithPort},
		{text: "*", code: diag.NameWildcard},
		{text: "*.test", code: diag.NameWildcard},
		{text: "*.localhost", code: diag.NameWildcard},
		{text: "*.com", code: diag.NameWildcard},
		{text: "*.co.uk", code: diag.NameWildcard},
		{text: "*.home.arpa", code: diag.NameWildcard},
		{text: "f*.app.test", code: diag.NameWildcard},
		{text: "*a.app.test", code: diag.NameWildcard},
		{text: "a.*.app.test", code: diag.NameWildcard},
		{text: "*.*.app.test", code: diag.NameWildcard},
		{text: "my_app.test", code: diag.NameUnderscore},
	} {
		names, err := certs.ParseNames([]string{test.text}, false)
		if test.code == "" {
			if err != nil || !slices.Equal(names.All(), []string{test.want}) {
				t.Errorf("%q: %v, %v, want %q", test.text, names.All(), err, test.want)
			}
			continue
		}
		failure, ok := errors.AsType[*diag.Error](err)
		if !ok || failure.Code != test.code {
			t.Errorf("%q: %v, %v, want %s", test.text, names.All(), err, test.code)
		}
		if ok && len(failure.Fixes) == 0 {
			t.Errorf("%q: no way out is named", test.text)
		}
	}
}

func TestForcedNames(t *testing.T) {
	for _, text := range []string{"*.test", "*.co.uk", "my_app.test", "https://app.test/x"} {
		if _, err := certs.ParseNames([]string{text}, true); err != nil {
			t.Errorf("%q is refused though forced: %v", text, err)
		}
	}
	for _, text := range []string{"a*.test", "../x", "a\nb"} {
		if _, err := certs.ParseNames([]string{text}, true); err == nil {
			t.Errorf("%q is taken when forced", text)
		}
	}
}

func TestNamesAreDistinct(t *testing.T) {
	names, err := certs.ParseNames([]string{"B.test", "b.test.", "::1", "[0::1]", "a.test"}, false)
	if want := []string{"b.test", "::1", "a.test"}; err != nil || !slices.Equal(names.All(), want) {
		t.Errorf("%v, %v, want %v", names.All(), err, want)
	}
	many := make([]string, 1001)
	for i := range many {
		many[i] = strings.Repeat("a", i%60+1) + strings.Repeat(".b", i/60) + ".test"
	}
	if _, err := certs.ParseNames(many, false); err == nil {
		t.Error("1001 names in one certificate are taken")
	}
}

func TestFileStem(t *testing.T) {
	for want, texts := range map[string][]string{
		"localhost":                   {"localhost"},
		"localhost+2":                 {"localhost", "127.0.0.1", "::1"},
		"__1":                         {"::1"},
		"_wildcard.app.test+1":        {"*.app.test", "app.test"},
		"me@app.test":                 {"me@app.test"},
		"spiffe___x_.._.._etc_passwd": {"spiffe://x/../../etc/passwd"},
		"_con.test":                   {"con.test"},
		"_com1":                       {"com1"},
	} {
		names, err := certs.ParseNames(texts, true)
		if err != nil {
			t.Fatal(err)
		}
		if got := certs.FileStem(names, false); got != want {
			t.Errorf("%v: %q, want %q", texts, got, want)
		}
	}
}

// checkStem: a stem is one plain file name, short enough for suffixes.
func checkStem(t *testing.T, stem string) {
	t.Helper()
	if stem == "" || filepath.Base(stem) != stem || strings.ContainsAny(stem, "/\\:*?\"<>|\x00\n ") ||
		strings.HasPrefix(stem, ".") || strings.HasPrefix(stem, "-") || len(stem) > 130 {
		t.Errorf("%q is no plain file name", stem)
	}
}

func FuzzParseNames(f *testing.F) {
	for _, seed := range []string{
		"localhost 127.0.0.1 ::1", "*.app.test", "../../etc/passwd", "a\x00b", "xn--bcher-kva.test", "bücher.test", "😀.test",
		"me@app.test", "spiffe://x/../..", "-rf", "::ffff:1.2.3.4", "аpple.test", "a_b.test", "CON", "https://x:1",
	} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, text string, force bool) {
		names, err := certs.ParseNames(strings.Split(text, " "), force)
		if err != nil {
			if _, ok := errors.AsType[*diag.Error](err); !ok {
				t.Errorf("%q: not a finding: %v", text, err)
			}
			return
		}
		if names.Len() == 0 {
			return
		}
		checkStem(t, certs.FileStem(names, false))
		// What is in a certificate is read back as the same names.
		again, err := certs.ParseNames(names.All(), true)
		if err != nil || !slices.Equal(again.All(), names.All()) {
			t.Errorf("%q: %v is read back as %v, %v", text, names.All(), again.All(), err)
		}
		if all := strings.Join(names.All(), ""); strings.IndexFunc(all, func(r rune) bool { return r < 0x21 || r > 0x7e }) >= 0 {
			t.Errorf("%q: %q is not printable ASCII", text, all)
		}
	})
}
