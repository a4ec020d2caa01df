package inspect

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"net"
	"net/url"

	"devca/certs"
)

func (r *reader) readCertificate(der []byte) {
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		r.unreadable("certificate", err)
		return
	}
	r.addCertificate(certificate)
}

func (r *reader) addCertificate(certificate *x509.Certificate) {
	if r.certificates == nil {
		r.certificates = map[int]*x509.Certificate{}
	}
	r.certificates[r.add(describeCertificate(certificate))] = certificate
}

func describeCertificate(c *x509.Certificate) Item {
	described := &Certificate{
		Names:   names(c.DNSNames, c.IPAddresses, c.EmailAddresses, c.URIs),
		Subject: c.Subject.String(), Issuer: c.Issuer.String(),
		Serial:    serial(c.SerialNumber.Bytes()),
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(),
		KeyType:   keyType(c.PublicKey, c.RawSubjectPublicKeyInfo),
		Signature: signatureName(c.SignatureAlgorithm, c.Raw),
		KeyUsage:  keyUsages(c.KeyUsage), ExtKeyUsage: extKeyUsages(c),
		SHA256: certs.Fingerprint(c.Raw), SPKIPin: pin(c.RawSubjectPublicKeyInfo),
		SubjectKeyID: hex.EncodeToString(c.SubjectKeyId), IssuerKeyID: hex.EncodeToString(c.AuthorityKeyId),
		OCSP: c.OCSPServer, CRLs: c.CRLDistributionPoints,
		PEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})),
	}
	if c.IsCA {
		described.CA = describeCA(c)
	}
	return Item{Kind: KindCertificate, Certificate: described}
}

func describeCA(c *x509.Certificate) *CA {
	ca := &CA{
		Permitted: constraints(c.PermittedDNSDomains, c.PermittedIPRanges, c.PermittedEmailAddresses, c.PermittedURIDomains),
		Excluded:  constraints(c.ExcludedDNSDomains, c.ExcludedIPRanges, c.ExcludedEmailAddresses, c.ExcludedURIDomains),
	}
	// crypto/x509: -1 and "0 without MaxPathLenZero" both mean that there is none.
	if c.MaxPathLen > 0 || c.MaxPathLenZero {
		length := c.MaxPathLen
		ca.PathLength = &length
	}
	return ca
}

func names(dns []string, ips []net.IP, emails []string, uris []*url.URL) []string {
	all := append([]string{}, dns...)
	for _, ip := range ips {
		all = append(all, ip.String())
	}
	all = append(all, emails...)
	for _, uri := range uris {
		all = append(all, uri.String())
	}
	return all
}

func constraints(dns []string, ips []*net.IPNet, emails, uris []string) []string {
	all := append([]string{}, dns...)
	for _, block := range ips {
		all = append(all, block.String())
	}
	for _, email := range emails {
		all = append(all, "email:"+email)
	}
	for _, uri := range uris {
		all = append(all, "uri:"+uri)
	}
	return all
}

// serial is the serial number in hex, of at least one octet.
func serial(octets []byte) string {
	if len(octets) == 0 {
		return "00"
	}
	return hex.EncodeToString(octets)
}

// pin is the SPKI pin as curl's --pinnedpubkey and RFC 7469 write it.
func pin(spki []byte) string {
	sum := sha256.Sum256(spki)
	return "sha256/" + base64.StdEncoding.EncodeToString(sum[:])
}

// usageNames are the words of RFC 5280, 4.2.1.3, by bit.
var usageNames = [...]string{
	"digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment",
	"keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
}

func keyUsages(usage x509.KeyUsage) []string {
	found := []string{}
	for bit, name := range usageNames {
		if usage&(1<<bit) != 0 {
			found = append(found, name)
		}
	}
	return found
}

func extKeyUsages(c *x509.Certificate) []string {
	found := []string{}
	for _, usage := range c.ExtKeyUsage {
		found = append(found, usage.String())
	}
	for _, oid := range c.UnknownExtKeyUsage {
		found = append(found, oid.String())
	}
	return found
}
