package certs

import (
	"crypto/x509"

	"software.sslmate.com/src/go-pkcs12"
)

// DefaultPKCS12Password is what Java tools and mkcert's users expect. The key
// lies beside the file in the clear anyway; a password of one's own comes from
// a file.
const DefaultPKCS12Password = "changeit"

// EncodePKCS12TrustStore makes a PKCS#12 file with a trusted certificate and no
// key, as Java reads it (the entry carries Oracle's trusted-key-usage attribute).
func EncodePKCS12TrustStore(root *x509.Certificate, alias, password string) ([]byte, error) {
	return pkcs12.Modern2023.EncodeTrustStoreEntries([]pkcs12.TrustStoreEntry{{Cert: root, FriendlyName: alias}}, password)
}
