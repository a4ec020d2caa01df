package badssl_test

import (
	"slices"
	"testing"
	"time"

	"devca/badssl"
	"devca/diag"
)

// fixture makes one certificate of every kind.
func fixture(t *testing.T) *badssl.Fixture {
	t.Helper()
	f, err := badssl.New(badssl.Options{Base: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestPlanted checks that devca/verify finds in each certificate exactly the
// faults that were planted there.
func TestPlanted(t *testing.T) {
	f := fixture(t)
	for _, made := range f.Made {
		var found []diag.Code
		for _, finding := range made.Judge(time.Time{}).Findings {
			found = append(found, finding.Rule.ID)
			t.Logf("%s: %s: %s (%s)", made.Kind.Name, finding.Rule.ID, finding.Detail, finding.Clients)
		}
		planted := slices.Clone(made.Kind.Finds)
		slices.Sort(planted)
		slices.Sort(found)
		if !slices.Equal(found, planted) {
			t.Errorf("%s: found %v, planted %v", made.Kind.Name, found, planted)
		}
	}
}
