package inspect

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"slices"
)

// maxChecks bounds the signatures that are checked to find who signed whom. A
// bundle of all public roots needs 150.
const maxChecks = 2000

// maxModulus bounds the RSA keys that are used for it: the work grows with the
// square of the length, and a file may claim any.
const maxModulus = 16384

// errUnchecked is the answer where a signature was not looked at.
var errUnchecked = errors.New("not checked")

// mayCheck spends one of the checks, if the key is fit for it.
func (r *reader) mayCheck(public crypto.PublicKey) error {
	key, isRSA := public.(*rsa.PublicKey)
	if r.checks <= 0 || isRSA && key.N.BitLen() > maxModulus {
		return errUnchecked
	}
	r.checks--
	return nil
}

// check tells whether the signer's key made the signature. What may sign is not
// asked: the fact counts here.
func (r *reader) check(signer *x509.Certificate, algorithm x509.SignatureAlgorithm, signed, signature []byte) error {
	if err := r.mayCheck(signer.PublicKey); err != nil {
		return err
	}
	return signer.CheckSignature(algorithm, signed, signature)
}

// checkable tells a signature that is wrong from one of which nothing is known:
// made with MD5, which crypto/x509 refuses, or with an algorithm it does not have.
func checkable(err error) bool {
	_, insecure := errors.AsType[x509.InsecureAlgorithmError](err)
	return !insecure && !errors.Is(err, errUnchecked) && !errors.Is(err, x509.ErrUnsupportedAlgorithm)
}

// link finds who signed what, and whose key is whose, within one input.
func (r *reader) link() {
	r.linkKeys()
	numbers := make([]int, 0, len(r.certificates))
	for number := range r.certificates {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	bySubject := map[string][]int{}
	for _, number := range numbers {
		subject := string(r.certificates[number].RawSubject)
		bySubject[subject] = append(bySubject[subject], number)
	}
	for _, number := range numbers {
		c, item := r.certificates[number], r.items[number-1].Certificate
		if string(c.RawSubject) == string(c.RawIssuer) {
			// The signature counts where it can be checked: two CAs may have one name.
			err := r.check(c, c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature)
			item.SelfSigned = err == nil || !checkable(err)
		}
		if !item.SelfSigned {
			item.SignedBy = r.signer(bySubject[string(c.RawIssuer)], number, c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature)
		}
	}
	for number, list := range r.crls {
		r.items[number-1].CRL.SignedBy = r.signer(bySubject[string(list.RawIssuer)], 0, list.SignatureAlgorithm, list.RawTBSRevocationList, list.Signature)
	}
}

// signer gives the number of the first certificate, other than its own, that
// signed; 0 if none did.
func (r *reader) signer(candidates []int, own int, algorithm x509.SignatureAlgorithm, signed, signature []byte) int {
	for _, number := range candidates {
		if number != own && r.check(r.certificates[number], algorithm, signed, signature) == nil {
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
