package inspect

import (
	"crypto/x509"
	"errors"

	"devca/certs"
	"devca/diag"
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
	_, _, err := certs.ParseRequest(request.Raw, true)
	refusal, _ := errors.AsType[*diag.Error](err)
	r.add(Item{Kind: KindRequest, Request: &Request{
		Names:   names(request.DNSNames, request.IPAddresses, request.EmailAddresses, request.URIs),
		Subject: request.Subject.String(), KeyType: keyType(request.PublicKey),
		Signature: request.SignatureAlgorithm.String(), SignatureOK: request.CheckSignature() == nil,
		AsksForCA: refusal != nil && refusal.Code == diag.RequestCA, SPKIPin: pin(request.RawSubjectPublicKeyInfo),
	}})
}
