package ca

import (
	"crypto/sha256"
	"crypto/x509"
	"fmt"

	"howett.net/plist"

	"devca/certs"
)

// ExportRoot gives a root's certificate in one of the forms pem, der, p12 (a
// trust store with the password that Java expects), mobileconfig (an Apple
// configuration profile, unsigned) and k8s (a ConfigMap). None holds a key.
func ExportRoot(root *x509.Certificate, format string) ([]byte, error) {
	switch format {
	case "pem":
		return encodeCertificates(root), nil
	case "der":
		return root.Raw, nil
	case "p12":
		return certs.EncodePKCS12TrustStore(root, name(root), certs.DefaultPKCS12Password)
	case "mobileconfig":
		return mobileConfig(root)
	case "k8s":
		return kubernetesRoot(root), nil
	}
	return nil, fmt.Errorf("export format %q is unknown", format)
}

// mobileConfig makes a profile after Apple's "Device Management: TopLevel" and
// "CertificateRoot" pages: one payload inside the profile, each with a UUID.
func mobileConfig(root *x509.Certificate) ([]byte, error) {
	sum := sha256.Sum256(root.Raw)
	id := fmt.Sprintf("devca.root.%x", sum[:4])
	payload := func(kind, id, uuid, description string, more map[string]any) map[string]any {
		more["PayloadType"], more["PayloadVersion"] = kind, 1
		more["PayloadIdentifier"], more["PayloadUUID"] = id, uuid
		more["PayloadDisplayName"], more["PayloadDescription"] = name(root), description
		return more
	}
	certificate := payload("com.apple.security.root", id+".certificate", uuid(sum[16:]), "Root certificate", map[string]any{
		"PayloadCertificateFileName": "devca-root.cer",
		"PayloadContent":             root.Raw,
	})
	return plist.MarshalIndent(payload("Configuration", id, uuid(sum[:16]),
		"Lets this device trust the development certificates of "+name(root)+".", map[string]any{
			"PayloadOrganization":      "devca",
			"PayloadRemovalDisallowed": false,
			"PayloadContent":           []any{certificate},
		}), plist.XMLFormat, "  ")
}

// uuid gives the same UUID for the same root each time (RFC 9562, version 8), so
// that installing a profile again replaces it.
func uuid(octets []byte) string {
	u := [16]byte(octets)
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
