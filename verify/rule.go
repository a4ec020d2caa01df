package verify

import "devca/diag"

// Question is what a client asks of a chain, in the order in which people do.
type Question int

// The questions.
const (
	Anchored Question = iota
	Named
	Valid
	Unrevoked
	Used
	Constrained
	Keyed
	Formed
)

// String gives the question in words.
func (q Question) String() string {
	return [...]string{
		"is the chain anchored", "is it for this name", "is it valid now", "has it been revoked",
		"may it be used for this", "are the constraints kept", "are keys and signatures strong enough", "is it well formed",
	}[q]
}

// scope says which certificates of a path a rule looks at.
type scope int

const (
	leaf         scope = iota // the end-entity certificate
	intermediate              // those between end entity and anchor
	anchor                    // the last, if it is trusted
	issuers                   // intermediates and anchor
	presented                 // end entity and intermediates: what an anchor's trust does not cover
	every
	whole // the path, once
)

// Rule is one demand on a chain. Rules are data: what a client asks for is in
// Refusing, and docs/verification.md is made from this table.
type Rule struct {
	ID       diag.Code // verify/...
	Question Question
	Title    string        // the fault in a few words
	Why      string        // what the rule is good for, or why clients care
	Source   string        // RFC and section, or the client's source
	Refusing Clients       // who refuses a chain with this fault
	Severity diag.Severity // for people none of whose clients refuse
	Fixes    []fix         // ways out

	scope scope
	// check looks at one certificate of the path and reports whether the fault is
	// there. It is called once for each certificate in scope; for whole with the
	// end entity.
	check func(p *path, c *Certificate, i int) fault
}

// fault is what a check found. The zero value is: nothing.
type fault struct {
	found  bool
	detail string
	// among narrows the clients that refuse down, for rules that depend on how a
	// client matches; 0: all of the rule's.
	among Clients
	// depends are those that would fetch something and may then accept.
	depends Clients
}
