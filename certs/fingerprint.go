package certs

import (
	"crypto/sha256"
	"encoding/hex"
)

// Fingerprint is the SHA-256 of a certificate's DER form in lowercase hex.
func Fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}
