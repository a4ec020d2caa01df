package revocation

import (
	"bytes"
	"crypto/subtle"
	"crypto/x509"
	"slices"
	"strconv"
	"time"
)

// MaxOCSP is the largest OCSP response that is looked at. Real ones have less
// than three kilobytes.
const MaxOCSP = 1 << 20

const (
	// skew is how far ahead a responder's clock may be; openssl ocsp's default
	// (-validity_period) is the same.
	skew = 5 * time.Minute
	// unpromised is how long an answer counts that does not say how long: a day,
	// as in Firefox (mozilla::pkix, pkixocsp.cpp).
	unpromised = 24 * time.Hour
)

// CheckOCSP tells what an OCSP response in DER form, asked for or stapled, says
// about a certificate at a time, after RFC 6960. issuer is the certificate of the
// authority that issued the certificate, and is taken to be trusted: it must
// have signed the response, or the certificate of the responder that did.
//
// nonce is what was sent with the request, nil if nothing was, as with a stapled
// answer. A different one makes the answer unusable; none is a remark,
// ocsp-no-nonce, because most public responders answer from a store (RFC 5019).
//
// A certificate that was called revoked for good stays so, as in Firefox
// (measured): ocsp-expired and ocsp-nonce are remarks then.
func CheckOCSP(der []byte, certificate, issuer *x509.Certificate, at time.Time, nonce []byte) Answer {
	a := Answer{Status: Good, Source: SourceOCSP}
	if len(der) > MaxOCSP {
		a.refuse("ocsp-too-large", "RFC 6960, 4.2.1", "the answer has %d bytes, and %d is the limit", len(der), MaxOCSP)
		return a
	}
	r, err := readResponse(der)
	if err != nil {
		a.refuse("ocsp-malformed", "RFC 6960, 4.2.1", "the answer cannot be read: %v", err)
		return a
	}
	if r.status != 0 {
		id, what := refusal(r.status)
		a.refuse(id, "RFC 6960, 2.3", "the responder refuses to answer: %s", what)
		return a
	}
	if !askable(certificate, issuer) {
		a.silent("ocsp-other-certificate", "RFC 6960, 3.2 (1)", "the issuer given is not the one of the certificate")
		return a
	}
	one, ok := r.find(certificate, issuer)
	switch {
	case !ok:
		a.refuse("ocsp-malformed", "RFC 6960, 4.2.1", "the answer cannot be read: %v", errResponse)
		return a
	case one == nil:
		a.silent("ocsp-other-certificate", "RFC 6960, 3.2 (1)", "the answer is about another certificate")
		return a
	}
	a.ThisUpdate, a.NextUpdate = one.thisUpdate, one.nextUpdate
	at = at.Truncate(time.Second)
	r.checkSigner(&a, issuer, at)
	checkCritical(&a, r.extensions)
	checkCritical(&a, one.extensions)
	if a.Status != Unusable {
		r.conclude(&a, one, at, nonce)
	}
	return a
}

// refusal names what a responder says instead of an answer (RFC 6960, 2.3).
func refusal(status int) (id, what string) {
	switch status {
	case 1:
		return "ocsp-malformed-request", "it cannot read the request (malformedRequest)"
	case 2:
		return "ocsp-internal-error", "it has an error of its own (internalError)"
	case 3:
		return "ocsp-try-later", "it has no time now (tryLater)"
	case 5:
		return "ocsp-sig-required", "it wants a signed request (sigRequired)"
	case 6:
		return "ocsp-unauthorized", "it does not answer for this issuer, or not to us (unauthorized)"
	}
	return "ocsp-malformed", "its status " + strconv.Itoa(status) + " is none"
}

// checkCritical refuses critical extensions; the nonce may be one.
func checkCritical(a *Answer, extensions []extension) {
	for _, e := range extensions {
		if e.critical && e.id != oidNonce {
			a.refuse("ocsp-critical-extension", "RFC 6960, 4.4", "the answer has a critical extension that is not known: %s", dotted(e.id))
		}
	}
}

// conclude makes the status of an answer whose signature is right.
func (r *response) conclude(a *Answer, one *single, at time.Time, nonce []byte) {
	if at.Add(skew).Before(one.thisUpdate) || at.Add(skew).Before(r.producedAt) {
		a.refuse("ocsp-not-yet", "RFC 6960, 4.2.2.1", "the answer is of a time to come, %s", date(one.thisUpdate))
		return
	}
	fresh := checkAge(a, one, at)
	fresh = r.checkNonce(a, nonce) && fresh
	switch {
	// Neither age nor an old answer in a new one's place brings back what was
	// called revoked for good.
	case one.status == Revoked && (fresh || one.reason != certificateHold):
		a.Status, a.RevokedAt, a.Reason = Revoked, one.revokedAt, Reason(one.reason)
	case !fresh:
		a.Status = Unusable
	case one.status == Unknown:
		a.silent("ocsp-unknown", "RFC 6960, 2.2", "the responder does not know the certificate")
	}
}

// checkAge notes an answer that is out of date.
func checkAge(a *Answer, one *single, at time.Time) bool {
	until := one.nextUpdate
	if until.IsZero() {
		until = one.thisUpdate.Add(unpromised)
	}
	if at.After(until) {
		a.note("ocsp-expired", "RFC 6960, 4.2.2.1", "the answer is out of date since %s", date(until))
		return false
	}
	return true
}

// checkNonce compares the nonce of the request and of the answer.
func (r *response) checkNonce(a *Answer, nonce []byte) bool {
	if nonce == nil {
		return true
	}
	e := extensionOf(r.extensions, oidNonce)
	if e == nil {
		a.note("ocsp-no-nonce", "RFC 9654, 2.1", "the answer does not repeat the request's nonce, so it may be an older one")
		return true
	}
	if !isNonce(e.value, nonce) {
		a.note("ocsp-nonce", "RFC 6960, 4.4.1", "the answer repeats another nonce than the request's: it is the answer to another question")
		return false
	}
	return true
}

// checkSigner checks the signature and that whoever made it may.
func (r *response) checkSigner(a *Answer, issuer *x509.Certificate, at time.Time) {
	var failure error
	if r.namesResponder(issuer) {
		if failure = checkSignature(issuer, r.algorithm, r.signed, r.signature); failure == nil {
			return
		}
	}
	// A responder of its own. The first with the right key decides; the rest of the
	// embedded certificates are its chain, which must have length one (4.2.2.2).
	for _, der := range r.embedded[:min(len(r.embedded), maxEmbedded)] {
		responder, err := x509.ParseCertificate(der)
		if err != nil || !r.namesResponder(responder) {
			continue
		}
		if err := checkSignature(responder, r.algorithm, r.signed, r.signature); err != nil {
			failure = err
			continue
		}
		if why := delegated(responder, issuer, at); why != "" {
			a.refuse("ocsp-responder", "RFC 6960, 4.2.2.2", "the answer's signer may not answer for the issuer: %s", why)
		}
		return
	}
	if failure != nil {
		a.refuse("ocsp-signature", "RFC 6960, 3.2 (2)", "the answer's signature is not that of its responder: %v", failure)
		return
	}
	a.refuse("ocsp-responder", "RFC 6960, 3.2 (3)", "the answer is signed by somebody who is neither the issuer nor a responder whose certificate comes along")
}

// maxEmbedded bounds the certificates that are looked at: each costs a signature.
const maxEmbedded = 8

// namesResponder tells whether the answer says that the certificate's owner made it.
func (r *response) namesResponder(certificate *x509.Certificate) bool {
	if r.responderName != nil {
		return bytes.Equal(r.responderName, certificate.RawSubject)
	}
	key := publicKeyBits(certificate)
	return key != nil && bytes.Equal(r.responderKey, digest(oidSHA1, key))
}

// delegated tells why the responder's certificate does not allow it to answer
// for the issuer; nothing if it does. Whether that certificate is revoked itself
// is not asked: it would need another responder (4.2.2.2.1).
func delegated(responder, issuer *x509.Certificate, at time.Time) string {
	switch {
	case bytes.Equal(responder.RawSubjectPublicKeyInfo, issuer.RawSubjectPublicKeyInfo):
		return "" // the issuer itself, under another certificate
	case !bytes.Equal(responder.RawIssuer, issuer.RawSubject):
		return "its certificate is of another issuer"
	case !hasUsage(responder, x509.ExtKeyUsageOCSPSigning):
		return "its certificate is not for signing OCSP answers (id-kp-OCSPSigning)"
	case at.Before(responder.NotBefore) || at.After(responder.NotAfter):
		return "its certificate is not valid then, but from " + date(responder.NotBefore) + " to " + date(responder.NotAfter)
	case len(responder.UnhandledCriticalExtensions) > 0:
		return "its certificate has a critical extension that is not known: " + responder.UnhandledCriticalExtensions[0].String()
	case issuer.CheckSignature(responder.SignatureAlgorithm, responder.RawTBSCertificate, responder.Signature) != nil:
		return "its certificate was not signed by the issuer"
	}
	return ""
}

func hasUsage(certificate *x509.Certificate, usage x509.ExtKeyUsage) bool {
	return slices.Contains(certificate.ExtKeyUsage, usage)
}

// sameNonce compares in constant time: it costs nothing, and nobody has to think
// about whether it might matter.
func sameNonce(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
