package ca_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"devca/ca"
	"devca/certs"
)

// BenchmarkLedger reads a ledger of 100,000 certificates.
func BenchmarkLedger(b *testing.B) {
	dir, _ := newAuthority(b, ca.Options{})
	const entries = 100_000
	now := time.Now()
	var certificates []ca.Certificate
	for i := range entries {
		stem := filepath.Join("/home/someone/project/certs", fmt.Sprintf("host%d.test+1", i))
		certificates = append(certificates, ca.Certificate{
			Names: []string{fmt.Sprintf("host%d.test", i), fmt.Sprintf("www%d.test", i)}, KeyType: certs.P256,
			NotBefore: now, NotAfter: now.AddDate(0, 0, 820), SHA256: fmt.Sprintf("%064x", i),
			Files: certs.Files{Cert: stem + ".pem", Key: stem + "-key.pem"},
		})
	}
	if err := ca.AppendForTest(dir, certificates); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		ledger, err := dir.Ledger()
		if err != nil || len(ledger.Entries) != entries {
			b.Fatalf("read %d entries: %v", len(ledger.Entries), err)
		}
	}
	b.ReportMetric(float64(entries)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
