package ca

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"slices"
	"time"

	"github.com/smallstep/pkcs7"

	"devca/certs"
)

// ExportProfile gives the configuration profile of ExportRoot, signed (CMS
// SignedData, RFC 5652, as Apple's "Configuration Profile Reference" asks). A
// device that does not know the root yet calls the signer unverified, and
// verified from then on.
func (a *Authority) ExportProfile(now time.Time) ([]byte, error) {
	profile, err := mobileConfig(a.Root)
	if err != nil {
		return nil, err
	}
	signer, key, err := a.profileSigner(now)
	if err != nil {
		return nil, err
	}
	signed, err := pkcs7.NewSignedData(profile)
	if err != nil {
		return nil, err
	}
	signed.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	chain := a.Chain
	if len(chain) == 0 {
		chain = []*x509.Certificate{a.Root}
	}
	if err := signed.AddSignerChain(signer, key, chain, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, fmt.Errorf("signing the profile: %w", err)
	}
	return signed.Finish()
}

// profileSigner makes a certificate for one signature, whose key is forgotten
// with it: it names nobody, is for no server and is not in the ledger. The key
// is RSA, the one kind that every device has verified messages with.
func (a *Authority) profileSigner(now time.Time) (*x509.Certificate, *rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	id, err := certs.KeyID(key.Public())
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		// Under DNS name constraints OpenSSL reads a common name as a DNS name
		// if it could be one; with a space it could not.
		Subject:               pkix.Name{Organization: []string{"devca development CA"}, CommonName: "devca profile"},
		NotBefore:             now.Add(-backdate).UTC().Truncate(time.Second),
		NotAfter:              now.AddDate(2, 0, 0).UTC().Truncate(time.Second),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		BasicConstraintsValid: true,
		SubjectKeyId:          id,
	}
	// An imported CA may be for servers only (RFC 5280, 4.2.1.12).
	if above := a.Issuing.ExtKeyUsage; len(above) > 0 && !slices.Contains(above, x509.ExtKeyUsageEmailProtection) {
		template.ExtKeyUsage = above
	}
	if template.NotAfter.After(a.Issuing.NotAfter) {
		template.NotAfter = a.Issuing.NotAfter
	}
	if template.SerialNumber, err = newSerial(); err != nil {
		return nil, nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.Issuing, key.Public(), a.signer)
	if err != nil {
		return nil, nil, fmt.Errorf("certifying the signer: %w", err)
	}
	if err := a.check(der); err != nil {
		return nil, nil, err
	}
	signer, err := x509.ParseCertificate(der)
	return signer, key, err
}
