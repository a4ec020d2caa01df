// Package revocation judges what an authority says about a certificate that it
// may have taken back: lists of revoked certificates (CRL; RFC 5280, sections 5
// and 6.3) with CheckCRL, and answers of its responder (OCSP; RFC 6960) with
// CheckOCSP. It also makes the request for a responder, and reads from a
// certificate where to ask.
//
// The package touches no network and no files: who fetched the bytes, and
// whether a stranger's address should be fetched at all, is the caller's
// decision (see devca/fetch). Nothing here is believed before its signature was
// checked; what the bytes hold can be hostile, and costs time and memory in
// proportion to their length, which is bounded.
//
// The answer is never a plain yes or no. A source can say that the certificate
// is good or revoked, it can have nothing to say about it, and it can be one that
// must not be used. What a client makes of the last two, refuse or go on, is a
// matter of its policy and not decided here.
//
// golang.org/x/crypto/ocsp is the second opinion of the tests and not used here:
// it leaves out the nonce, the issuer that an answer is about, whether the
// responder may sign answers at all, every embedded certificate but the first,
// and Ed25519.
package revocation

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"strconv"
	"time"
)

// Status is what one source says about one certificate.
type Status string

// The statuses.
const (
	// Good: the source is current, speaks of the certificate, and does not call it revoked.
	Good Status = "good"
	// Revoked: the authority took the certificate back.
	Revoked Status = "revoked"
	// Unknown: the source has nothing to say about this certificate. It is the
	// list of another authority or for other certificates, or the responder does
	// not know it. The problems say which.
	Unknown Status = "unknown"
	// Unusable: the source must not be used. The problems say why.
	Unusable Status = "unusable"
)

// The kinds of sources.
const (
	SourceCRL  = "crl"
	SourceOCSP = "ocsp"
)

// Answer is what one source says about one certificate.
type Answer struct {
	Status     Status    `json:"status"`
	RevokedAt  time.Time `json:"revoked_at,omitzero"`
	Reason     string    `json:"reason,omitempty"` // in RFC 5280's words, such as keyCompromise; of Revoked
	ThisUpdate time.Time `json:"this_update,omitzero"`
	NextUpdate time.Time `json:"next_update,omitzero"` // zero if the source promises none
	Source     string    `json:"source"`               // SourceCRL or SourceOCSP

	// Problems are what is wrong with the source. For Unknown and Unusable they
	// are the reason; beside Good and Revoked they are remarks.
	Problems []Problem `json:"problems,omitempty"`
}

// Problem is one thing that is wrong with a source.
type Problem struct {
	ID   string `json:"id"`   // stable, such as crl-expired
	What string `json:"what"` // lower case, no full stop
	RFC  string `json:"rfc"`  // where the rule stands, such as "RFC 5280, 5.2.3"
}

// Has tells whether the problem is among the answer's.
func (a Answer) Has(id string) bool {
	for _, problem := range a.Problems {
		if problem.ID == id {
			return true
		}
	}
	return false
}

// note adds a problem without a verdict.
func (a *Answer) note(id, rfc, format string, values ...any) {
	a.Problems = append(a.Problems, Problem{ID: id, What: fmt.Sprintf(format, values...), RFC: rfc})
}

// refuse adds a problem that makes the source unusable.
func (a *Answer) refuse(id, rfc, format string, values ...any) {
	a.note(id, rfc, format, values...)
	a.Status = Unusable
}

// silent adds a problem that leaves the source with nothing to say, unless it is
// unusable anyway.
func (a *Answer) silent(id, rfc, format string, values ...any) {
	a.note(id, rfc, format, values...)
	if a.Status != Unusable {
		a.Status = Unknown
	}
}

// reasons are the words of RFC 5280, 5.3.1. Number 7 is not used.
var reasons = [...]string{
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
	"certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise",
}

// The reasons that are not for good.
const (
	certificateHold = 6
	removeFromCRL   = 8
)

// Reason gives RFC 5280's word for the number of a reason.
func Reason(number int) string {
	if number >= 0 && number < len(reasons) && reasons[number] != "" {
		return reasons[number]
	}
	return "reason " + strconv.Itoa(number)
}

// askable tells whether the issuer is the certificate's, as far as names tell.
func askable(certificate, issuer *x509.Certificate) bool {
	return certificate != nil && issuer != nil && certificate.SerialNumber != nil &&
		bytes.Equal(certificate.RawIssuer, issuer.RawSubject)
}

// date is how times are written in problems.
func date(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }
