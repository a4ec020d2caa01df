package doctor

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"devca/diag"
)

// rank orders causes: what has a smaller one explains what has a larger one. A
// wrong clock makes every certificate look expired; a name that leads elsewhere
// makes another server answer.
type rank int

const (
	rankCommand   rank = iota // what a command that was run says itself
	rankClock                 // everything with a date
	rankReach                 // the name, the address, the port
	rankServer                // what the server shows
	rankAccount               // whose files and stores these are
	rankAuthority             // the CA's own files
	rankHalf                  // a change that was killed
	rankSameName              // two roots of one name
	rankHidden                // a store that is read in place of another
	rankStore                 // a store that does not trust the root
	rankVariable              // variables and settings of single programs
	rankClient                // a program that reads no store
	rankLeaf                  // certificates that were issued
	rankRemark                // everything else
)

// repair mends a finding from here. Findings that are mended by the same repair
// share its key.
type repair struct {
	key   string
	do    string
	steps func(context.Context) []string
	apply func(context.Context) error
}

// inOrder sorts findings: errors first, and within a severity the cause first.
func inOrder(findings []Finding) {
	severity := func(f Finding) int {
		return slices.Index([]diag.Severity{diag.SeverityError, diag.SeverityWarning, diag.SeverityNotice}, f.Severity)
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(severity(a), severity(b)), cmp.Compare(a.rank, b.rank))
	})
}

// withoutRepeated leaves out what another finding says already: that the
// certificate of a server has expired, and the file that it came from.
func withoutRepeated(findings []Finding) []Finding {
	var kept []Finding
	for _, f := range findings {
		said := func(other Finding) bool {
			return f.repair != nil && other.repair != nil && f.repair.key == other.repair.key && f.Check != other.Check && strings.HasPrefix(f.repair.key, "renew ")
		}
		if !slices.ContainsFunc(kept, said) {
			kept = append(kept, f)
		}
	}
	return kept
}
