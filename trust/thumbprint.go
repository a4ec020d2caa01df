package trust

import (
	"crypto/sha1" //nolint:gosec // a name that others gave, not a protection
	"encoding/hex"
)

// thumbprint is the SHA-1 of the certificate, by which Windows' programs name it.
func (r Root) thumbprint() string {
	sum := sha1.Sum(r.Certificate.Raw) //nolint:gosec // see above
	return hex.EncodeToString(sum[:])
}
