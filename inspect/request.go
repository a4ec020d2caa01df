package inspect

import (
	"crypto/x509"

	"devca/certs"
)

func (r *reader) readRequest(der []byte) {
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		r.unreadable("certificate request", err)
		return
	}
	r.addRequest(request)
}

func (r *reader) tryRequest(der []byte) bool {
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return false
	}
	r.addRequest(request)
	return true
}

func (r *reader) addRequest(request *x509.CertificateRequest) {
	r.add(Item{Kind: KindRequest, Request: &Request{
		Names:   names(request.DNSNames, request.IPAddresses, request.EmailAddresses, request.URIs),
		Subject: request.Subject.String(), KeyType: keyType(request.PublicKey, request.RawSubjectPublicKeyInfo),
		Signature: signatureName(request.SignatureAlgorithm, request.Raw), State: r.checkRequest(request),
		AsksForCA: certs.AsksForCA(request), SPKIPin: pin(request.RawSubjectPublicKeyInfo),
	}})
}

func (r *reader) checkRequest(request *x509.CertificateRequest) State {
	err := r.mayCheck(request.PublicKey)
	if err == nil {
		err = request.CheckSignature()
	}
	switch {
	case err == nil:
		return SignatureGood
	case checkable(err):
		return SignatureBad
	}
	return SignatureUnchecked
}
