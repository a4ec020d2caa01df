package revocation

import (
	"bytes"
	"crypto/x509"
	"time"
)

// MaxCRL is the largest list that is looked at. The largest of public
// authorities have a few megabytes.
const MaxCRL = 16 << 20

// CheckCRL tells what a revocation list in DER form says about a certificate at
// a time, after RFC 5280, sections 5 and 6.3.3. issuer is the certificate of the
// authority that issued the certificate, and is taken to be trusted.
//
// The list must be the issuer's own and complete: lists that other authorities
// sign (indirect) and lists of changes (delta) are unusable, and called so. A
// list that names another issuer, or other kinds of certificates, has nothing
// to say: Unknown. What an authority signed as revoked is Revoked, even if the
// list is out of date or lacks something by now; what is only on hold needs a
// current list.
//
// Remarks beside Good are crl-duplicate-serial and crl-remove; beside Revoked
// also crl-expired, crl-no-next-update, crl-no-number, crl-number-critical,
// crl-scope, crl-point and crl-some-reasons.
func CheckCRL(der []byte, certificate, issuer *x509.Certificate, at time.Time) Answer {
	a := Answer{Status: Good, Source: SourceCRL}
	if len(der) > MaxCRL {
		a.refuse("crl-too-large", "RFC 5280, 5.1", "the list has %d bytes, and %d is the limit", len(der), MaxCRL)
		return a
	}
	l, err := readList(der)
	if err != nil {
		a.refuse("crl-malformed", "RFC 5280, 5.1", "the list cannot be read: %v", err)
		return a
	}
	a.ThisUpdate, a.NextUpdate = l.thisUpdate, l.nextUpdate
	if !askable(certificate, issuer) || !bytes.Equal(l.issuer, issuer.RawSubject) {
		a.silent("crl-other-issuer", "RFC 5280, 6.3.3 (b)", "the list is of another issuer and says nothing about this certificate")
		return a
	}
	if l.ofOtherKey(issuer) {
		a.silent("crl-other-key", "RFC 5280, 5.2.1", "the list was signed with another key of an issuer with the same name")
		return a
	}
	l.checkIssuer(&a, issuer)
	l.checkExtensions(&a)
	if a.Status == Unusable { // its entries are worth no work
		return a
	}
	found, ok := l.find(serialOf(certificate.SerialNumber))
	if !ok {
		a.refuse("crl-malformed", "RFC 5280, 5.3", "an entry of the list cannot be read")
		return a
	}
	found.check(&a)
	at = at.Truncate(time.Second)
	if at.Before(l.thisUpdate) {
		a.refuse("crl-not-yet", "RFC 5280, 5.1.2.4", "the list is of a time to come, %s", date(l.thisUpdate))
	}
	if a.Status != Unusable {
		l.conclude(&a, found.ours, certificate, at)
	}
	return a
}

// ofOtherKey tells whether the list names a key that is not the issuer's.
func (l *list) ofOtherKey(issuer *x509.Certificate) bool {
	e := extensionOf(l.extensions, oidAuthorityKeyID)
	if e == nil || len(issuer.SubjectKeyId) == 0 {
		return false
	}
	id := keyIdentifier(e.value)
	return id != nil && !bytes.Equal(id, issuer.SubjectKeyId)
}

// checkIssuer checks that the issuer may sign lists and signed this one.
func (l *list) checkIssuer(a *Answer, issuer *x509.Certificate) {
	if present(issuer, oidKeyUsage) && issuer.KeyUsage&x509.KeyUsageCRLSign == 0 {
		a.refuse("crl-sign", "RFC 5280, 4.2.1.3", "the issuer's key usage does not allow it to sign revocation lists (cRLSign)")
	}
	if err := checkSignature(issuer, l.algorithm, l.signed, l.signature); err != nil {
		a.refuse("crl-signature", "RFC 5280, 6.3.3 (g)", "the list's signature is not the issuer's: %v", err)
	}
}

// checkExtensions refuses what is not understood.
func (l *list) checkExtensions(a *Answer) {
	for _, e := range l.extensions {
		switch e.id {
		case oidCRLNumber, oidIssuingPoint: // checkForm, checkScope
		case oidDeltaIndicator:
			a.refuse("crl-delta", "RFC 5280, 5.2.4", "the list holds only changes to another one (delta), which is not supported")
		default:
			// authorityKeyIdentifier, issuerAltName and freshestCRL are never critical,
			// and one that is may mean something else.
			if e.critical {
				a.refuse("crl-critical-extension", "RFC 5280, 5.2", "the list has a critical extension that is not known: %s", dotted(e.id))
			}
		}
	}
	if e := extensionOf(l.extensions, oidIssuingPoint); e != nil {
		l.point = readPoint(a, e.value)
	}
}

// check refuses lists with entries that mean more than they seem to.
func (s scan) check(a *Answer) {
	if s.critical != "" {
		a.refuse("crl-critical-extension", "RFC 5280, 5.3", "an entry of the list has a critical extension that is not known: %s", dotted(s.critical))
	}
	if s.issuer {
		a.refuse("crl-indirect", "RFC 5280, 5.3.3", "the list has entries for certificates of other issuers (indirect), which is not supported")
	}
	if s.repeated {
		a.note("crl-duplicate-serial", "RFC 5280, 5.3", "the list has a serial number twice")
	}
}

// conclude makes the status of a list that is the issuer's and understood.
func (l *list) conclude(a *Answer, ours entry, certificate *x509.Certificate, at time.Time) {
	sound := l.checkForm(a, at)
	covers := l.point.checkScope(a, certificate)
	if ours.found && ours.reason == removeFromCRL { // 6.3.3 (k): as if it were not there
		a.note("crl-remove", "RFC 5280, 5.3.1", "the list is complete and takes an entry out, as only lists of changes do")
		ours.found = false
	}
	switch {
	// Neither age nor form brings back what its issuer called revoked for good.
	case ours.found && (sound || ours.reason != certificateHold):
		a.Status, a.RevokedAt, a.Reason = Revoked, ours.time, Reason(ours.reason)
	case !sound:
		a.Status = Unusable
	case !covers:
		a.Status = Unknown
	}
}

// checkForm notes what keeps the list from saying that a certificate is good.
func (l *list) checkForm(a *Answer, at time.Time) (sound bool) {
	before := len(a.Problems)
	switch {
	case l.nextUpdate.IsZero():
		a.note("crl-no-next-update", "RFC 5280, 5.1.2.5", "the list does not say when the next one is due")
	case at.After(l.nextUpdate):
		a.note("crl-expired", "RFC 5280, 5.1.2.5", "the list is out of date: the next one was due on %s", date(l.nextUpdate))
	}
	switch number := extensionOf(l.extensions, oidCRLNumber); {
	case number == nil:
		a.note("crl-no-number", "RFC 5280, 5.2.3", "the list has no number")
	case number.critical:
		a.note("crl-number-critical", "RFC 5280, 5.2.3", "the list's number is marked critical, which it must not be")
	}
	return len(a.Problems) == before
}
