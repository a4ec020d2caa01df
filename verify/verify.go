// Package verify judges a certificate chain as real clients do: is it anchored,
// is it for this name, is it valid now, has it been revoked; then usage,
// constraints, keys and signatures. It reports every finding, not only the first,
// and a verdict for each client.
//
// crypto/x509 builds the paths and checks the signatures. Everything else is a
// table of rules ([Rules]) that run over each path that was built. A client is the
// set of rules for which it refuses a chain, and so are the two conformance
// profiles, RFC 5280 and the web PKI's.
//
// The package does not touch the network or a file. What a client would fetch is
// given in the [Request].
package verify

import (
	"crypto/x509"
	"time"

	"devca/diag"
)

// Usage is what the certificate is to be used for.
type Usage int

// The usages.
const (
	Server Usage = iota // a TLS server shows it
	Client              // a TLS client shows it
	Email               // S/MIME
	// Authority: the certificate is a CA's, judged for its own sake.
	Authority
)

// Request is one question. The zero value of every field but Chain and Anchors
// leaves that part of the question out.
type Request struct {
	Chain         []*Certificate // as presented, the end-entity certificate first
	Intermediates []*Certificate // known from elsewhere: every client is taken to have them
	Fetched       []*Certificate // got by the addresses in certificates (AIA): only some clients do that
	Anchors       *Anchors

	Name  string    // the host name, IP address or, for Email, mailbox that was asked for
	Usage Usage     // of the end-entity certificate
	At    time.Time // zero: now

	// Live says that the chain was shown by a server in a handshake, in which a
	// missing staple means something.
	Live    bool
	Version uint16   // of TLS, which the handshake settled on; 0: there was none
	Staple  []byte   // the OCSP response of the handshake, DER
	OCSP    [][]byte // fetched OCSP responses, DER
	CRLs    [][]byte // revocation lists, DER
	// Demand makes the lack of an answer about revocation a finding for everybody
	// (hard-fail).
	Demand bool

	MaxIntermediates int  // with LimitDepth: how many may stand between end entity and anchor, self-issued ones not counted
	LimitDepth       bool // MaxIntermediates counts
}

// Report is the answer.
type Report struct {
	Path     []*Certificate // the best path, end entity first; as far as it goes if it is not anchored
	Anchor   *Anchor        // nil if there is none
	Paths    int            // how many paths were built to an anchor
	Findings []Finding      // of the best path, the worst first
	Verdicts []Verdict      // one for each of Profiles, in that order
	Status   Revocation     // of the end entity, as far as it is known
}

// Revocation says what is known about the end entity.
type Revocation struct {
	Status string    // good, revoked, unknown, or empty: nothing was asked
	Source string    // staple, ocsp or crl
	At     time.Time // of the revocation
	Reason string    // RFC 5280's word for it
}

// Verdict is one client's.
type Verdict struct {
	Client  *Profile
	Answer  Answer
	Reasons []diag.Code // of the rules for which it refuses, or on which it depends
}

// Answer is yes, no, or it depends.
type Answer string

// The answers.
const (
	Accepts Answer = "accepts"
	Refuses Answer = "refuses"
	// Depends: the client fetches something that was not given here.
	Depends Answer = "depends"
)

// Finding is one fact about a path that a rule brought up.
type Finding struct {
	Rule        *Rule
	Certificate *Certificate // the one it is about; nil: the path as a whole
	Index       int          // its place in Report.Path; -1: none
	Clients     Clients      // those that refuse the chain, and for this among others
	Detail      string       // what was found, in words
	Fixes       []diag.Fix
}

// Diag gives the finding in the form that every part of devca reports in. It is
// an error if a client among those asked for refuses because of it.
func (f Finding) Diag(asked Clients) diag.Finding {
	severity := f.Rule.Severity
	if f.Clients&asked != 0 {
		severity = diag.SeverityError
	}
	return diag.Finding{Code: f.Rule.ID, Severity: severity, What: f.Detail, Why: f.Rule.Why, Fixes: f.Fixes}
}

// Anchors are the roots that are trusted. It may be used by many goroutines.
type Anchors struct{ anchors }

// Anchor is one of them.
type Anchor struct {
	Certificate *x509.Certificate
	Source      string  // where it comes from, in words: "the system's store", a file
	Missing     Clients // those that do not have it
}
