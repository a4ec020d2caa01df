package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"devca/ca"
	"devca/diag"
)

// TestAuthorityEnds: the root comes first, whatever ends, and each is told of with
// its own dates.
func TestAuthorityEnds(t *testing.T) {
	dir, err := ca.Locate(filepath.Join(t.TempDir(), "ca"), os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	authority, _, err := dir.OpenOrCreate(ca.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		at    time.Time
		code  diag.Code
		words string
	}{
		{authority.Root.NotAfter.Add(-10*24*time.Hour - time.Minute), diag.DoctorAuthorityExpires, "expires in 10 days"},
		{authority.Root.NotAfter.Add(10*24*time.Hour + time.Minute), diag.CAExpired, "has expired 10 days ago"},
		{authority.Root.NotBefore.Add(-10*24*time.Hour - time.Minute), diag.DoctorClock, "is not valid yet, for 10 days"},
	} {
		for range 10 {
			e := &exam{Patient: &Patient{Dir: dir, Now: func() time.Time { return test.at }}, authority: sync.OnceValues(dir.Open)}
			a := askAuthority(t.Context(), e)
			if len(a.findings) != 2 || len(a.certificates) != 2 {
				t.Fatalf("%s: %d findings, %d certificates", test.words, len(a.findings), len(a.certificates))
			}
			for i, name := range []string{"the CA's root ", "the CA's issuing certificate "} {
				if f := a.findings[i]; f.Code != test.code || f.What != name+test.words {
					t.Fatalf("%d: %s: %s", i, f.Code, f.What)
				}
			}
		}
	}
	issuing := *authority.Issuing
	issuing.NotBefore = authority.Root.NotBefore.AddDate(0, 1, 0)
	at := issuing.NotBefore.Add(-48 * time.Hour)
	why := ending(&issuing, describeCertificate("issuing", &issuing, "", at), at).Why
	if !strings.HasPrefix(why, "it begins "+day(issuing.NotBefore)) {
		t.Error(why)
	}
}
