package revocation_test

import (
	"crypto/x509"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"devca/revocation"
)

// TestOpenSSLResponder asks openssl ocsp, with its own kinds of keys, about
// certificates good, revoked and unknown.
func TestOpenSSLResponder(t *testing.T) {
	for _, kind := range []string{"rsa:2048", "rsa:2048 -sigopt rsa_padding_mode:pss", "ec -pkeyopt ec_paramgen_curve:P-384"} {
		t.Run(kind, func(t *testing.T) {
			folder := t.TempDir()
			index := "V\t301231235959Z\t\tAA\tunknown\t/CN=a\nR\t301231235959Z\t260101000000Z,keyCompromise\tBB\tunknown\t/CN=b\n"
			if err := os.WriteFile(filepath.Join(folder, "index.txt"), []byte(index), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"req", "-x509", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "2", "-newkey"}
			openssl(t, folder, append(args, strings.Fields(kind)...)...)
			ca := readCertificate(t, filepath.Join(folder, "ca.pem"))
			for number, want := range map[int64]revocation.Status{0xaa: revocation.Good, 0xbb: revocation.Revoked, 0xcc: revocation.Unknown} {
				l := &x509.Certificate{SerialNumber: big.NewInt(number), RawIssuer: ca.RawSubject}
				nonce, err := revocation.NewNonce()
				if err != nil {
					t.Fatal(err)
				}
				request, err := revocation.Request(l, ca, nonce)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, "request.der"), request, 0o600); err != nil {
					t.Fatal(err)
				}
				sign := []string{"ocsp", "-index", "index.txt", "-rsigner", "ca.pem", "-rkey", "ca.key", "-CA", "ca.pem", "-ndays", "1", "-reqin", "request.der", "-respout", "answer.der"}
				if strings.Contains(kind, "pss") {
					sign = append(sign, "-rsigopt", "rsa_padding_mode:pss")
				}
				out := openssl(t, folder, sign...)
				answer, err := os.ReadFile(filepath.Join(folder, "answer.der"))
				if err != nil {
					t.Fatal(err, out)
				}
				a := revocation.CheckOCSP(answer, l, ca, time.Now(), nonce)
				if a.Status != want || want != revocation.Unknown && len(a.Problems) > 0 {
					t.Errorf("%x: %+v", number, a)
				}
			}
		})
	}
}

// TestOpenSSLCA: the lists that openssl ca makes, with keys and digests as people use them.
func TestOpenSSLCA(t *testing.T) {
	for _, kind := range []string{"rsa:2048 -sha256", "rsa:3072 -sha512 -sigopt rsa_padding_mode:pss", "ec -pkeyopt ec_paramgen_curve:P-384 -sha384", "ed25519"} {
		t.Run(kind, func(t *testing.T) {
			folder := t.TempDir()
			config := "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=default\ndefault_crl_days=1\ncrl_extensions=x\n[x]\nauthorityKeyIdentifier=keyid\n"
			words := strings.Fields(kind)
			var pss []string
			if len(words) > 3 && words[2] == "-sigopt" {
				pss = []string{"-sigopt", words[3]}
			}
			for name, text := range map[string]string{"ca.cnf": config, "number": "1000\n", "index.txt": "V\t301231235959Z\t\tAA\tunknown\t/CN=a\nR\t301231235959Z\t260101000000Z,keyCompromise\tBB\tunknown\t/CN=b\n"} {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			args := append([]string{"req", "-x509", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "2", "-newkey"}, words...)
			out := openssl(t, folder, args...)
			out += openssl(t, folder, append([]string{"ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "list.pem"}, pss...)...)
			data, err := os.ReadFile(filepath.Join(folder, "list.pem"))
			if err != nil {
				t.Fatal(err, out)
			}
			lists := revocation.Lists(data)
			if len(lists) != 1 {
				t.Fatalf("%d lists", len(lists))
			}
			ca := readCertificate(t, filepath.Join(folder, "ca.pem"))
			for number, want := range map[int64]revocation.Status{0xaa: revocation.Good, 0xbb: revocation.Revoked} {
				l := &x509.Certificate{SerialNumber: big.NewInt(number), RawIssuer: ca.RawSubject}
				a := revocation.CheckCRL(lists[0], l, ca, time.Now())
				if a.Status != want || len(a.Problems) != 0 {
					t.Errorf("%x: %+v", number, a)
				}
			}
		})
	}
}

func readCertificate(t testing.TB, path string) *x509.Certificate {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(decode(t, data))
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}
