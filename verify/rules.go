package verify

import (
	"fmt"
	"slices"

	"devca/diag"
)

// Rules is the whole table, in the order of the questions.
func Rules() []*Rule { return slices.Clone(rules) }

// rules are put together from one table a question.
var rules = slices.Concat(anchorRules, nameRules, timeRules, revocationRules, usageRules, constraintRules, keyRules, formRules)

// RuleByID finds a rule; nil if there is none.
func RuleByID(id diag.Code) *Rule {
	for _, rule := range rules {
		if rule.ID == id {
			return rule
		}
	}
	return nil
}

// all are the clients and the conformance profiles.
const all = Everyone | conformance

// Fixes that many rules share.
var (
	fixIssue   = fix{do: "issue another certificate", command: []string{"devca", "issue", name}}
	fixRenew   = fix{do: "issue it again; for a certificate of devca's", command: []string{"devca", "renew", "--all"}}
	fixRotate  = fix{do: "make a new CA and issue everything under it; for devca's own", command: []string{"devca", "ca", "rotate"}}
	fixInstall = fix{do: "trust devca's root on this machine, if it is that one", command: []string{"devca", "install"}}
	fixTrust   = fix{do: "trust a root that you know and of which you have the file", command: []string{"devca", "trust", "ROOT.pem"}}
	fixChain   = fix{do: "have the server send the end-entity certificate and every intermediate one after it"}
	fixIssuer  = fix{do: "ask whoever runs this CA for a certificate that follows RFC 5280, or issue one with devca", command: []string{"devca", "issue", name}}
)

// yes is a fault with its detail.
func yes(detail string) fault { return fault{found: true, detail: detail} }

// when is a fault under a condition, with the same detail always.
func when(found bool, detail string) fault { return fault{found: found, detail: detail} }

// whenf is the same with a detail that is put together only if it is needed.
func whenf(found bool, format string, args ...any) fault {
	if !found {
		return fault{}
	}
	return yes(fmt.Sprintf(format, args...))
}
