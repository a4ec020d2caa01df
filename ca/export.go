package ca

import (
	"crypto/sha256"
	"crypto/x509"
	"fmt"

	"howett.net/plist"

	"devca/certs"
)

// ExportRoot gives a root's certificate in one of the forms pem, der, p12 (a
// trust store with the password that Java expects) and mobileconfig (an Apple
// configuration profile, unsigned). None holds a key.
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
	}
	return nil, fmt.Errorf("export format %q is unknown", format)
}

// profilePayload is Apple's "Configuration Profile Reference": the part that
// top level and payloads have in common.
type profilePayload struct {
	Type         string `plist:"PayloadType"`
	Version      int    `plist:"PayloadVersion"`
	Identifier   string `plist:"PayloadIdentifier"`
	UUID         string `plist:"PayloadUUID"`
	DisplayName  string `plist:"PayloadDisplayName"`
	Description  string `plist:"PayloadDescription"`
	Organization string `plist:"PayloadOrganization,omitempty"`
}

type rootPayload struct {
	profilePayload
	FileName string `plist:"PayloadCertificateFileName"`
	Content  []byte `plist:"PayloadContent"`
}

type profile struct {
	profilePayload
	RemovalDisallowed bool          `plist:"PayloadRemovalDisallowed"`
	Content           []rootPayload `plist:"PayloadContent"`
}

func mobileConfig(root *x509.Certificate) ([]byte, error) {
	sum := sha256.Sum256(root.Raw)
	id := fmt.Sprintf("devca.root.%x", sum[:4])
	return plist.MarshalIndent(profile{
		profilePayload: profilePayload{
			Type: "Configuration", Version: 1, Identifier: id, UUID: uuid(sum[:16]),
			DisplayName: name(root), Organization: "devca",
			Description: "Lets this device trust the development certificates of " + name(root) + ".",
		},
		Content: []rootPayload{{
			profilePayload: profilePayload{
				Type: "com.apple.security.root", Version: 1, Identifier: id + ".certificate", UUID: uuid(sum[16:]),
				DisplayName: name(root), Description: "Root certificate",
			},
			FileName: "devca-root.cer", Content: root.Raw,
		}},
	}, plist.XMLFormat, "  ")
}

// uuid gives the same UUID for the same root each time (RFC 9562, version 8), so
// that installing a profile again replaces it.
func uuid(octets []byte) string {
	u := [16]byte(octets)
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
