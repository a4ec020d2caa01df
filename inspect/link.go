package inspect

import (
	"crypto/x509"
	"slices"
)

// maxLinked bounds the work of finding who signed whom: a bundle of public roots
// needs no links, and every one is a signature to check.
const maxLinked = 200

// link finds who signed what, and whose key is whose, within one input.
func (r *reader) link() {
	r.linkKeys()
	if len(r.certificates) > maxLinked {
		return
	}
	numbers := make([]int, 0, len(r.certificates))
	for number := range r.certificates {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	for _, number := range numbers {
		child := r.certificates[number]
		r.items[number-1].Certificate.SignedBy = signer(r.certificates, numbers, number, func(parent *x509.Certificate) bool {
			return string(child.RawIssuer) == string(parent.RawSubject) && child.CheckSignatureFrom(parent) == nil
		})
	}
	for number, list := range r.crls {
		r.items[number-1].CRL.SignedBy = signer(r.certificates, numbers, 0, func(parent *x509.Certificate) bool {
			return string(list.RawIssuer) == string(parent.RawSubject) && list.CheckSignatureFrom(parent) == nil
		})
	}
}

// signer gives the number of the first certificate, other than its own, that
// signed; 0 if none did.
func signer(certificates map[int]*x509.Certificate, numbers []int, own int, signed func(*x509.Certificate) bool) int {
	for _, number := range numbers {
		if number != own && signed(certificates[number]) {
			return number
		}
	}
	return 0
}

// linkKeys tells by the SPKI pin which certificate or request has which key.
func (r *reader) linkKeys() {
	byPin := map[string]int{}
	for i, item := range slices.Backward(r.items) {
		switch {
		case item.Certificate != nil:
			byPin[item.Certificate.SPKIPin] = i + 1
		case item.Request != nil:
			byPin[item.Request.SPKIPin] = i + 1
		}
	}
	for _, item := range r.items {
		if item.Key != nil && item.Key.SPKIPin != "" {
			item.Key.BelongsTo = byPin[item.Key.SPKIPin]
		}
	}
}
