package ca_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"devca/ca"
	"devca/certs"
)

// BenchmarkBatchLimit is the floor that issue --batch is measured against: make a
// key, sign, encode and write two files, on all cores, and nothing else.
func BenchmarkBatchLimit(b *testing.B) {
	_, authority := newAuthority(b, ca.Options{})
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	parent, folder := issuer(authority, key), b.TempDir()
	var next atomic.Int64
	b.ResetTimer()
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := bare(parent, key, folder, i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	workers.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "certificates/s")
}

// bare makes one certificate with nothing but the standard library.
func bare(parent *x509.Certificate, key *ecdsa.PrivateKey, folder string, i int64) error {
	leaf, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, fmt.Sprintf("host%d.test", i))
	now := time.Now()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(i), NotBefore: now, NotAfter: now.AddDate(0, 0, 820), DNSNames: []string{filepath.Base(path)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, parent, leaf.Public(), key)
	if err != nil {
		return err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(leaf)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+"-key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(path+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

// issuer is a certificate to sign under with a key of the benchmark's own.
func issuer(authority *ca.Authority, key *ecdsa.PrivateKey) *x509.Certificate {
	parent := *authority.Issuing
	parent.PublicKey = key.Public()
	return &parent
}

// BenchmarkBatch is what issue --batch does for each line.
func BenchmarkBatch(b *testing.B) {
	dir, authority := newAuthority(b, ca.Options{})
	folder := b.TempDir()
	now := time.Now()
	issued := 0
	batch := &ca.Batch{
		Dir: dir, Authority: authority,
		Order: func(line string) (ca.Order, error) {
			names, err := certs.ParseNames(strings.Fields(line), false)
			stem := filepath.Join(folder, certs.FileStem(names, false))
			return ca.Order{
				Request: certs.Request{Names: names, NotBefore: now, NotAfter: now.AddDate(0, 0, 820)}, KeyType: certs.P256,
				Files: certs.Files{Cert: stem + ".pem", Key: stem + "-key.pem"},
			}, err
		},
		Done: func(count int) { issued += count },
		Bad:  func(number int, err error) { b.Errorf("line %d: %v", number, err) },
	}
	b.ResetTimer()
	line := 0
	err := batch.Run(context.Background(), folder, func() (ca.Line, bool, error) {
		line++
		return ca.Line{Number: line, Text: fmt.Sprintf("host%d.test www%d.test", line, line)}, line <= b.N, nil
	})
	if err != nil || issued != b.N {
		b.Fatalf("issued %d of %d: %v", issued, b.N, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "certificates/s")
}
