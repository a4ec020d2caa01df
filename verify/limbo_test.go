package verify_test

import (
	"compress/gzip"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/verify"
)

// limboCase is a test case of C2SP's x509-limbo, as far as it is used here.
type limboCase struct {
	ID             string   `json:"id"`
	Kind           string   `json:"validation_kind"`
	Trusted        []string `json:"trusted_certs"`
	Intermediates  []string `json:"untrusted_intermediates"`
	Peer           string   `json:"peer_certificate"`
	Time           *string  `json:"validation_time"`
	ExtKeyUsage    []string `json:"extended_key_usage"`
	Expected       string   `json:"expected_result"`
	PeerName       *name    `json:"expected_peer_name"`
	PeerNames      []name   `json:"expected_peer_names"`
	MaxChainDepth  *int     `json:"max_chain_depth"`
	CRLs           []string `json:"crls"`
	SignatureAlgos []string `json:"signature_algorithms"`
}

type name struct{ Kind, Value string }

// deviation is a case in which a profile and the suite disagree, and why. Every
// one of them among the development cases is here, and in docs/verification.md.
var deviations = map[string]string{
	"cve::cve-2024-0567":                     "the suite accepts a root without an authority key identifier that did not sign itself, and refuses the same in rfc5280::aki::cross-signed-root-missing-aki",
	"webpki::nc::nc-permits-dns-san-pattern": "the suite accepts a common name that is none of the alternative names, and refuses the same in webpki::cn::not-in-san",
	"webpki::san::exact-localhost-ip-san":    "the same",
}

// score counts one namespace.
type score struct{ cases, agreed, falseAccepts, falseRejects, skipped, goAgreed int }

// limboFiles are those of $LIMBO, or else the development cases, by which the
// engine is judged. They are C2SP's (x509-limbo, Apache-2.0).
func limboFiles() (files []string, judged bool) {
	if list := os.Getenv("LIMBO"); list != "" {
		return filepath.SplitList(list), false
	}
	return []string{filepath.Join("testdata", "limbo.json.gz")}, true
}

// TestLimbo runs x509-limbo's cases, each under the profile that its namespace
// asks for: webpki for webpki, rfc5280 for everything else. $LIMBO names other
// files than the development cases in testdata; those are reported on, and not judged.
func TestLimbo(t *testing.T) {
	files, judged := limboFiles()
	scores, total := map[string]*score{}, score{}
	var slowest time.Duration
	for _, file := range files {
		for _, c := range readLimbo(t, file) {
			space := c.ID[:max(strings.LastIndex(c.ID, "::"), 0)]
			if scores[space] == nil {
				scores[space] = &score{}
			}
			start := time.Now()
			profile := verify.RFC5280
			if strings.HasPrefix(c.ID, "webpki") {
				profile = verify.WebPKI
			}
			accepted, why, err := runLimbo(c, profile)
			slowest = max(slowest, time.Since(start))
			for _, s := range []*score{scores[space], &total} {
				s.cases++
				switch want := c.Expected == "SUCCESS"; {
				case err != nil:
					s.skipped++
				case accepted == want:
					s.agreed++
				case accepted:
					s.falseAccepts++
				default:
					s.falseRejects++
				}
				if plainGo(c) == (c.Expected == "SUCCESS") {
					s.goAgreed++
				}
			}
			switch reason, known := deviations[c.ID]; {
			case err != nil:
				t.Logf("%s: skipped: %v", c.ID, err)
			case accepted != (c.Expected == "SUCCESS"):
				t.Logf("%s: the suite says %s: %s (%s)", c.ID, c.Expected, strings.Join(why, "; "), reason)
				if judged && !known {
					t.Errorf("%s: a deviation without a reason", c.ID)
				}
			}
		}
	}
	t.Logf("%-28s %6s %6s %4s %4s %4s %8s", "NAMESPACE", "CASES", "AGREED", "FA", "FR", "SKIP", "PLAIN GO")
	for _, space := range sortedKeys(scores) {
		s := scores[space]
		t.Logf("%-28s %6d %6d %4d %4d %4d %8d", space, s.cases, s.agreed, s.falseAccepts, s.falseRejects, s.skipped, s.goAgreed)
	}
	fmt.Printf("limbo: cases=%d agreed=%d false_accepts=%d false_rejects=%d skipped=%d slowest_ms=%d\n",
		total.cases, total.agreed, total.falseAccepts, total.falseRejects, total.skipped, slowest.Milliseconds())
	if judged && (total.falseAccepts > 0 || total.skipped > 0 || total.falseRejects > 3) {
		t.Error("too many deviations")
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// openMaybeZipped reads a file that may be compressed.
func openMaybeZipped(t *testing.T, path string) io.Reader {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	if !strings.HasSuffix(path, ".gz") {
		return file
	}
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	return unzipped
}

func readLimbo(t *testing.T, path string) []limboCase {
	t.Helper()
	var suite struct {
		Version   int         `json:"version"`
		TestCases []limboCase `json:"testcases"`
	}
	if err := json.NewDecoder(openMaybeZipped(t, path)).Decode(&suite); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if suite.Version != 1 || len(suite.TestCases) == 0 {
		t.Fatalf("%s: version %d, %d cases", path, suite.Version, len(suite.TestCases))
	}
	return suite.TestCases
}

// unwrap gives the DER of PEM texts.
func unwrap(texts ...string) [][]byte {
	var found [][]byte
	for _, text := range texts {
		for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
			found = append(found, block.Bytes)
		}
	}
	return found
}

// anchorsOf gives the anchors among DER certificates; those that cannot be read
// are none.
func anchorsOf(ders [][]byte) *verify.Anchors {
	anchors := verify.NewAnchors()
	for _, der := range ders {
		anchors.AddPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), "the case", 0)
	}
	return anchors
}

func runLimbo(c limboCase, profile verify.Clients) (accepted bool, why []string, err error) {
	request := verify.Request{Anchors: anchorsOf(unwrap(c.Trusted...)), CRLs: unwrap(c.CRLs...)}
	for _, der := range slices.Concat(unwrap(c.Peer), unwrap(c.Intermediates...)) {
		request.Chain = append(request.Chain, verify.ParseCertificate(der))
	}
	if c.Kind == "CLIENT" {
		request.Usage = verify.Client
	}
	for _, usage := range c.ExtKeyUsage {
		switch {
		case usage == "serverAuth" && c.Kind == "SERVER", usage == "clientAuth" && c.Kind == "CLIENT":
		default:
			return false, nil, fmt.Errorf("extended key usage %s for %s", usage, c.Kind)
		}
	}
	if c.Time != nil {
		if request.At, err = time.Parse(time.RFC3339Nano, *c.Time); err != nil {
			return false, nil, err
		}
	}
	if c.PeerName != nil {
		request.Name = c.PeerName.Value
	}
	if c.MaxChainDepth != nil {
		request.LimitDepth, request.MaxIntermediates = true, *c.MaxChainDepth
	}
	report := verify.Judge(request)
	for _, verdict := range report.Verdicts {
		if verdict.Client.Bit == profile {
			accepted = verdict.Answer == verify.Accepts
		}
	}
	for _, finding := range report.Findings {
		if finding.Clients&profile != 0 {
			why = append(why, string(finding.Rule.ID)+": "+finding.Detail)
		}
	}
	if accepted && len(c.PeerNames) > 0 {
		accepted = hasMailboxes(request.Chain[0], c.PeerNames)
	}
	return accepted, why, nil
}

func hasMailboxes(c *verify.Certificate, names []name) bool {
	for _, want := range names {
		if want.Kind == "RFC822" && !slices.Contains(c.X509.EmailAddresses, want.Value) {
			return false
		}
	}
	return true
}

// plainGo is crypto/x509 alone, for comparison.
func plainGo(c limboCase) bool {
	roots, others := x509.NewCertPool(), x509.NewCertPool()
	for _, der := range unwrap(c.Trusted...) {
		if certificate, err := x509.ParseCertificate(der); err == nil {
			roots.AddCert(certificate)
		}
	}
	for _, der := range unwrap(c.Intermediates...) {
		if certificate, err := x509.ParseCertificate(der); err == nil {
			others.AddCert(certificate)
		}
	}
	end, err := x509.ParseCertificate(unwrap(c.Peer)[0])
	if err != nil || len(c.CRLs) > 0 || c.MaxChainDepth != nil {
		return false
	}
	options := x509.VerifyOptions{Roots: roots, Intermediates: others}
	if c.PeerName != nil {
		options.DNSName = c.PeerName.Value
	}
	if c.Time != nil {
		options.CurrentTime, _ = time.Parse(time.RFC3339Nano, *c.Time)
	}
	if c.Kind == "CLIENT" {
		options.KeyUsages = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	_, err = end.Verify(options)
	return err == nil
}
