package ca

import (
	"crypto/x509"
	"fmt"
	"time"

	"devca/certs"
)

// AppendForTest enters certificates that were never signed.
func AppendForTest(d *Dir, certificates []Certificate) error {
	records := make([]record, len(certificates))
	for i := range certificates {
		records[i] = record{Op: "issue", Time: time.Now().UTC().Truncate(time.Second), Authority: "00000000", Serial: fmt.Sprintf("%032x", i+1), Issue: &certificates[i]}
	}
	return d.enter(records, false)
}

// FingerprintForTest is the SHA-256 as the ledger writes it.
func FingerprintForTest(c *x509.Certificate) string { return certs.Fingerprint(c.Raw) }
