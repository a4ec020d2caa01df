package keystore

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/pavlo-v-chernykh/keystore-go/v4"
)

// MakeJKS makes a store of trusted certificates, which every Java reads, also
// without the password. The same entries and the same time give the same bytes,
// which PKCS#12 with its salts does not.
//
// Java keeps one entry a name, whatever its case: further ones, and those without a
// name, are told apart by the certificate's fingerprint.
func MakeJKS(entries []Entry, made time.Time, password string) ([]byte, error) {
	library := keystore.New(keystore.WithCaseExactAliases(), keystore.WithOrderedAliases())
	for _, entry := range entries {
		alias := strings.ToLower(entry.Alias)
		if library.IsTrustedCertificateEntry(alias) || alias == "" {
			sum := sha256.Sum256(entry.Certificate.Raw)
			alias = strings.TrimPrefix(alias+"-"+hex.EncodeToString(sum[:8]), "-")
		}
		err := library.SetTrustedCertificateEntry(alias, keystore.TrustedCertificateEntry{
			CreationTime: made, Certificate: keystore.Certificate{Type: jksCertificate, Content: entry.Certificate.Raw},
		})
		if err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	err := library.Store(&out, []byte(password))
	return out.Bytes(), err
}
