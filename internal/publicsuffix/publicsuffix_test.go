package publicsuffix_test

import (
	"strings"
	"testing"

	"golang.org/x/net/publicsuffix"

	ours "devca/internal/publicsuffix"
)

// The library is the second opinion here, where its cost does not matter.
func TestAgreesWithTheLibrary(t *testing.T) {
	for _, name := range []string{
		"com", "uk", "co.uk", "s3.amazonaws.com", "a.github.io", "x.compute.amazonaws.com", "www.ck", "foo.ck", "ck", "kobe.jp", "a.kobe.jp", "city.kobe.jp", "xn--p1ai",
		"example.com", "a.b.example.co.uk", "github.io", "home.arpa", "in-addr.arpa", "b.c.d.kawasaki.jp",
	} {
		suffix, icann := publicsuffix.PublicSuffix(name)
		if want := icann && suffix == name; ours.Is(name) != want {
			t.Errorf("Is(%q) = %v, the library says %v", name, !want, want)
		}
		if want := !icann && suffix == name && strings.Contains(name, "."); ours.IsPrivate(name) != want {
			t.Errorf("IsPrivate(%q) = %v, the library says %v", name, !want, want)
		}
	}
}

func TestRegistrable(t *testing.T) {
	for name, want := range map[string]string{
		"a.b.example.co.uk": "example.co.uk", "example.com": "example.com", "com": "com",
		"app.corp": "app.corp", "x.y.myhost": "y.myhost", "localhost": "localhost", "deep.www.ck": "www.ck",
	} {
		if got := ours.Registrable(name); got != want {
			t.Errorf("Registrable(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestHostileNames(t *testing.T) {
	for _, name := range []string{"", "\n", "com\nnet", ".", "..", "*", "!www.ck", strings.Repeat("a.", 200)} {
		_ = ours.Registrable(name)
		if ours.Is(name) {
			t.Errorf("Is(%q) = true", name)
		}
	}
}
