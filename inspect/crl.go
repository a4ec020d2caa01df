package inspect

import (
	"crypto/x509"
	"fmt"
)

// shownEntries is how many revoked certificates are shown of a list.
const shownEntries = 10

func (r *reader) readCRL(der []byte) {
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		r.unreadable("revocation list", err)
		return
	}
	r.addCRL(list)
}

func (r *reader) tryCRL(der []byte) bool {
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		return false
	}
	r.addCRL(list)
	return true
}

func (r *reader) addCRL(list *x509.RevocationList) {
	described := &CRL{
		Issuer: list.Issuer.String(), ThisUpdate: list.ThisUpdate.UTC(), NextUpdate: list.NextUpdate.UTC(),
		Signature: signatureName(list.SignatureAlgorithm, list.Raw), Count: len(list.RevokedCertificateEntries), Entries: []Revoked{},
	}
	if list.Number != nil {
		described.Number = list.Number.String()
	}
	for _, entry := range list.RevokedCertificateEntries[:min(shownEntries, described.Count)] {
		described.Entries = append(described.Entries, Revoked{
			Serial: serial(entry.SerialNumber.Bytes()), Time: entry.RevocationTime.UTC(), Reason: reason(entry.ReasonCode),
		})
	}
	if r.crls == nil {
		r.crls = map[int]*x509.RevocationList{}
	}
	r.crls[r.add(Item{Kind: KindCRL, CRL: described})] = list
}

// reasonNames are the words of RFC 5280, 5.3.1; 7 is not used.
var reasonNames = [...]string{
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
	"certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise",
}

func reason(code int) string {
	if code >= 0 && code < len(reasonNames) && reasonNames[code] != "" {
		return reasonNames[code]
	}
	return fmt.Sprintf("reason %d", code)
}
