package badssl

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"

	"devca/diag"
	"devca/revocation"
)

// The files that the server has for whoever asks over plain HTTP.
const (
	issuerFile = "issuer.crt"
	listFile   = "revoked.crl"
	ocspFile   = "ocsp"
)

// longLived: Firefox does not ask about certificates that live for less than ten
// days, and passes over what is stapled to them (security.pki.cert_short_lifetime_in_days;
// measured).
const longLived = 90

// keyCompromise is the reason that revoked certificates are given (RFC 5280, 5.3.1).
const keyCompromise = 1

var revokedKinds = []*Kind{
	{
		Name: "must-staple", Wrong: "the certificate promises an OCSP answer in the handshake, and the server brings none",
		Finds: []diag.Code{"verify/must-staple"}, Harmless: true,
		alter: func(o *order) error {
			o.template.NotAfter = o.days(longLived)
			// TLS feature status_request, 5 (RFC 7633, 4.1).
			o.extend(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, false, 0x30, 3, 2, 1, 5)
			return nil
		},
	},
	{
		Name: "revoked", Wrong: "the certificate was revoked: the staple, the responder and the list say so",
		Finds: []diag.Code{"verify/revoked-staple"},
		alter: func(o *order) error {
			o.template.NotAfter = o.days(longLived)
			o.template.OCSPServer = []string{o.ca.base + "/" + ocspFile}
			o.template.CRLDistributionPoints = []string{o.ca.base + "/" + listFile}
			o.finish = func(made *Made, leaf *x509.Certificate) error {
				at := o.ca.now.Add(-backdate)
				var err error
				if made.Staple, err = o.ca.answer(leaf, revocation.Revoked, at, o.days(1)); err == nil {
					made.List, err = o.ca.list(leaf, at)
				}
				return err
			}
			return nil
		},
	},
	{
		Name: "ocsp-expired", Wrong: "the OCSP answer in the handshake is out of date",
		Finds: []diag.Code{"verify/staple-unusable"},
		alter: func(o *order) error {
			o.template.NotAfter = o.days(longLived)
			o.finish = func(made *Made, leaf *x509.Certificate) error {
				var err error
				made.Staple, err = o.ca.answer(leaf, revocation.Good, o.days(-14), o.days(-7))
				return err
			}
			return nil
		},
	},
}

// answer makes an OCSP response of a responder that the issuing CA delegated to
// (RFC 6960, 4.2.2.2).
func (t *throwaway) answer(leaf *x509.Certificate, status revocation.Status, from, until time.Time) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:   pkix.Name{Organization: []string{"devca, broken on purpose"}, CommonName: "devca throw-away OCSP responder"},
		NotBefore: from, NotAfter: t.now.Add(day),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
		BasicConstraintsValid: true,
		// id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1), NULL.
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: []byte{5, 0}}},
	}
	if template.SerialNumber, err = newSerial(); err != nil {
		return nil, err
	}
	der, err := t.issuing.Sign(template, key.Public())
	if err != nil {
		return nil, err
	}
	responder, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	request, err := revocation.Request(leaf, t.issuing.Certificate, nil)
	if err != nil {
		return nil, err
	}
	query, err := revocation.ReadRequest(request)
	if err != nil {
		return nil, err
	}
	reply := revocation.Reply{ThisUpdate: from, NextUpdate: until, Responder: responder, Key: key}
	for _, id := range query.IDs {
		reply.Statements = append(reply.Statements, revocation.Statement{ID: id, Status: status, RevokedAt: from, Reason: keyCompromise})
	}
	return reply.Sign()
}

// list makes a revocation list with one certificate.
func (t *throwaway) list(leaf *x509.Certificate, at time.Time) ([]byte, error) {
	return x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: at, NextUpdate: t.now.Add(day),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: leaf.SerialNumber, RevocationTime: at, ReasonCode: keyCompromise}},
	}, t.issuing.Certificate, t.issuing.key)
}
