package verify_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"devca/verify"
)

// peerlabCase is one situation and what real clients made of it, with its root
// installed as a local trust anchor.
type peerlabCase struct {
	ID       string            `json:"id"`
	Needs    string            `json:"needs"`
	Host     string            `json:"host"`
	Staple   string            `json:"ocsp_staple_b64"`
	Time     string            `json:"validation_time"`
	Trusted  string            `json:"trusted_certs"`
	Served   string            `json:"served_chain"`
	Verdicts map[string]string `json:"verdicts"`
	Errors   map[string]string `json:"errors"`
}

// recorded are the recordings that each profile must agree with, by the
// beginning of their names.
var recorded = []struct {
	client string
	of     map[string]verify.Clients
}{
	{"chrome", map[string]verify.Clients{"chrome-": verify.Chrome}},
	{"firefox", map[string]verify.Clients{"firefox-": verify.Firefox}},
	{"go", map[string]verify.Clients{"go-": verify.Go}},
	{"openssl", map[string]verify.Clients{"openssl-": verify.OpenSSL}},
	{"curl", map[string]verify.Clients{"curl-": verify.Curl}},
	{"node", map[string]verify.Clients{"node-20.": verify.Node20, "node-24.": verify.Node24}},
	{"python", map[string]verify.Clients{"python-3.11.": verify.Python311, "python-3.14.": verify.Python313}},
	{"java", map[string]verify.Clients{"java-17.": verify.Java17, "java-25.": verify.Java25}},
	{"gnutls", map[string]verify.Clients{"gnutls-": verify.GnuTLS}},
	{"rustls", map[string]verify.Clients{"rustls-": verify.Rustls}},
}

// TestPeerlab holds the clients' profiles against recordings of the clients. A
// case counts as agreed for a client if every recorded version is matched. Cases
// that need the network count where the verdict does not depend on it. $PEERLAB
// names another file than the recordings in testdata.
func TestPeerlab(t *testing.T) {
	file, judged := filepath.Join("testdata", "peerlab.json.gz"), true
	if other := os.Getenv("PEERLAB"); other != "" {
		file, judged = other, false
	}
	var lab struct {
		Cases []peerlabCase `json:"cases"`
	}
	if err := json.NewDecoder(openMaybeZipped(t, file)).Decode(&lab); err != nil || len(lab.Cases) == 0 {
		t.Fatalf("%s: %d cases, %v", file, len(lab.Cases), err)
	}
	type result struct{ cases, agreed, falseAccepts, falseRejects int }
	results := map[string]*result{}
	for _, c := range lab.Cases {
		report, err := runPeerlab(c)
		if err != nil {
			t.Fatalf("%s: %v", c.ID, err)
		}
		nameless(t, c.ID, report)
		for _, r := range recorded {
			if results[r.client] == nil {
				results[r.client] = &result{}
			}
			count := results[r.client]
			agreed, accepts, rejects, open := true, false, false, false
			for version, verdict := range c.Verdicts {
				for prefix, bit := range r.of {
					if !strings.HasPrefix(version, prefix) {
						continue
					}
					given := answerOf(report, bit)
					if given.Answer == verify.Depends || outsideRequest(c.Needs, given.Client) {
						open = true
						continue
					}
					if said := given.Answer == verify.Accepts; said != (verdict == "accept") {
						agreed, accepts, rejects = false, accepts || said, rejects || !said
						t.Logf("%s: %s is recorded to %s (%s), the profile %s %v", c.ID, version, verdict, c.Errors[version], given.Answer, given.Reasons)
					}
				}
			}
			if open {
				continue
			}
			count.cases++
			switch {
			case agreed:
				count.agreed++
			case accepts:
				count.falseAccepts++
			case rejects:
				count.falseRejects++
			}
		}
	}
	for _, r := range recorded {
		count := results[r.client]
		fmt.Printf("peerlab: client=%s cases=%d agreed=%d false_accepts=%d false_rejects=%d\n", r.client, count.cases, count.agreed, count.falseAccepts, count.falseRejects)
		if judged && count.cases-count.agreed > 0 {
			t.Errorf("%s: %d deviations", r.client, count.cases-count.agreed)
		}
	}
}

// outsideRequest: what decides such a case is not in its data: the answer of a
// server that a client would ask, or what the client has seen before.
func outsideRequest(needs string, client *verify.Profile) bool {
	switch {
	case needs == "", strings.HasPrefix(needs, "ocsp staple"), strings.HasPrefix(needs, "anchor"):
		return false
	case strings.HasPrefix(needs, "network"):
		return client.OCSP && strings.Contains(needs, "OCSP")
	default:
		return true
	}
}

func runPeerlab(c peerlabCase) (*verify.Report, error) {
	at, err := time.Parse(time.RFC3339, c.Time)
	if err != nil {
		return nil, err
	}
	staple, err := base64.StdEncoding.DecodeString(c.Staple)
	if err != nil {
		return nil, err
	}
	request := verify.Request{Anchors: anchorsOf(unwrap(c.Trusted)), Name: c.Host, At: at, Live: true, Staple: staple}
	for _, der := range unwrap(c.Served) {
		request.Chain = append(request.Chain, verify.ParseCertificate(der))
	}
	return verify.Judge(request), nil
}

func answerOf(report *verify.Report, bit verify.Clients) verify.Verdict {
	for _, verdict := range report.Verdicts {
		if verdict.Client.Bit == bit {
			return verdict
		}
	}
	return verify.Verdict{}
}

// nameless checks that whoever refuses says by which rule, and that the rule says
// what to do.
func nameless(t *testing.T, id string, report *verify.Report) {
	t.Helper()
	for _, verdict := range report.Verdicts {
		if verdict.Answer == verify.Accepts {
			continue
		}
		if len(verdict.Reasons) == 0 {
			t.Errorf("%s: %s %s without a reason", id, verdict.Client.Name, verdict.Answer)
		}
		for _, reason := range verdict.Reasons {
			found := false
			for _, finding := range report.Findings {
				found = found || finding.Rule.ID == reason && finding.Detail != "" && len(finding.Fixes) > 0
			}
			if !found {
				t.Errorf("%s: %s: no finding with a way out for %s", id, verdict.Client.Name, reason)
			}
		}
	}
}
