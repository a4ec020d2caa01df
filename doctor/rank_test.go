package doctor

import (
	"slices"
	"testing"

	"devca/diag"
)

func renewing(check string, rank rank, serials ...string) Finding {
	f := Finding{Check: check, rank: rank, repair: &repair{key: "renew", serials: serials}}
	f.Severity = diag.SeverityError
	return f
}

// TestRenewals: what the server shows and what is in the files may be the same
// certificate, or one of several.
func TestRenewals(t *testing.T) {
	for _, test := range []struct {
		name     string
		findings []Finding
		said     []string   // the checks whose findings stay
		renewed  [][]string // the serials of each repair
	}{
		{"the same", []Finding{renewing("server", rankServer, "a"), renewing("certificates", rankLeaf, "a")}, []string{"server"}, [][]string{{"a"}}},
		{
			"the first of several",
			[]Finding{renewing("server", rankServer, "a"), renewing("certificates", rankLeaf, "a", "b")},
			[]string{"server", "certificates"},
			[][]string{{"a", "b"}},
		},
		{
			"another of several",
			[]Finding{renewing("server", rankServer, "b"), renewing("certificates", rankLeaf, "a", "b")},
			[]string{"server", "certificates"},
			[][]string{{"a", "b"}},
		},
		{
			"expired and expiring",
			[]Finding{renewing("certificates", rankLeaf, "a"), renewing("certificates", rankLeaf, "b")},
			[]string{"certificates", "certificates"},
			[][]string{{"a"}, {"b"}},
		},
	} {
		kept := withoutRepeated(test.findings)
		var said []string
		for _, f := range kept {
			said = append(said, f.Check)
		}
		if !slices.Equal(said, test.said) {
			t.Errorf("%s: findings of %q, not %q", test.name, said, test.said)
		}
		var renewed [][]string
		for _, r := range (&Report{Findings: kept}).repairs() {
			renewed = append(renewed, r.serials)
		}
		if !slices.EqualFunc(renewed, test.renewed, slices.Equal) {
			t.Errorf("%s: %q are renewed, not %q", test.name, renewed, test.renewed)
		}
	}
}

// TestInOrder: errors come first, and what explains the others first among them.
func TestInOrder(t *testing.T) {
	finding := func(check string, severity diag.Severity, rank rank) Finding {
		f := Finding{Check: check, rank: rank}
		f.Severity = severity
		return f
	}
	findings := []Finding{
		finding("a notice", diag.SeverityNotice, rankCommand),
		finding("a store", diag.SeverityError, rankStore),
		finding("a warning", diag.SeverityWarning, rankClock),
		finding("the clock", diag.SeverityError, rankClock),
	}
	inOrder(findings)
	for i, want := range []string{"the clock", "a store", "a warning", "a notice"} {
		if findings[i].Check != want {
			t.Errorf("%d: %s, not %s", i, findings[i].Check, want)
		}
	}
}
