package fetch

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"devca/certs"
	"devca/diag"
)

// Pick gives the certificate whose SHA-256 is want, or, where want is nil, the
// only one there is. source names for the person where they came from.
func Pick(source string, found []*x509.Certificate, want []byte) (*x509.Certificate, error) {
	if len(found) == 0 {
		return nil, nothing(source, errors.New("it is neither PEM nor DER"))
	}
	var different []*x509.Certificate
	for _, certificate := range found {
		if !slices.ContainsFunc(different, certificate.Equal) {
			different = append(different, certificate)
		}
	}
	if want != nil {
		return pick(source, different, want)
	}
	if len(different) > 1 {
		return nil, diag.New(diag.FetchSeveral, fmt.Sprintf("%s holds %d certificates", source, len(different))).
			Because("which of them is to be trusted, only a fingerprint can say").
			Fix("ask the owner of the root for its SHA-256", diag.CommandLine("devca", "trust", source, "--fingerprint", "SHA256"))
	}
	return different[0], nil
}

// pick compares in constant time. A fingerprint is no secret; it costs nothing,
// and nobody has to think about whether it might matter.
func pick(source string, found []*x509.Certificate, want []byte) (*x509.Certificate, error) {
	for _, certificate := range found {
		if sum := sha256.Sum256(certificate.Raw); subtle.ConstantTimeCompare(sum[:], want) == 1 {
			return certificate, nil
		}
	}
	there := fmt.Sprintf("it holds %d others", len(found))
	if len(found) == 1 {
		there = "its SHA-256 is " + certs.Fingerprint(found[0].Raw)
	}
	return nil, diag.New(diag.FetchFingerprint, source+" holds another certificate than the one asked for").
		Because(there+"; either the root was replaced, or somebody answers in its owner's place").
		Fix("ask the owner of the root, by another way than the one that the file came, for its SHA-256; trust nothing until they agree", "")
}

// certificates reads what CAs hand out: PEM, DER, or step-ca's {"ca": "PEM"}.
func certificates(source string, data []byte) ([]*x509.Certificate, error) {
	var step struct {
		CA string `json:"ca"`
	}
	if json.Unmarshal(data, &step) == nil && step.CA != "" {
		data = []byte(step.CA)
	}
	if certificate, err := x509.ParseCertificate(data); err == nil {
		return []*x509.Certificate{certificate}, nil
	}
	var found []*x509.Certificate
	var refused error
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			// A bundle may hold one that Go refuses beside the one that is wanted.
			refused = err
			continue
		}
		found = append(found, certificate)
	}
	if len(found) > 0 {
		return found, nil
	}
	if refused == nil {
		refused = errors.New("it is neither PEM nor DER" + looksLike(data))
	}
	return nil, nothing(source, refused)
}

// looksLike names the usual answer to a wrong path.
func looksLike(data []byte) string {
	if start := strings.ToLower(string(data[:min(len(data), 200)])); strings.Contains(start, "<html") || strings.Contains(start, "<!doctype") {
		return ", but a page for browsers"
	}
	return ""
}

func nothing(source string, cause error) error {
	return diag.New(diag.FetchNothing, source+" holds no certificate").From(cause).
		Fix("ask the owner of the CA for its root in PEM form; a devca prints it with", "devca ca export")
}
