package verify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/verify"
)

// combination is something odd about a chain, of a kind of which clients are
// asked here and now what they make of it.
type combination struct {
	name   string
	change func(d *draft)
}

func combinations() []combination {
	plain := []combination{{"plain", func(*draft) {}}}
	return slices.Concat(plain, oddNames(), oddAddresses(), oddUsage(), oddKeys(), oddConstraints(), oddChains(), staples())
}

// unlike are the combinations in which a client is known to differ from its
// profile: why, and who. A client that does not differ must not be here.
var unlike = []struct {
	reason string
	cases  map[string]verify.Clients
}{
	{"crypto/x509 does not read it, and what it does not read is explained and never trusted", map[string]verify.Clients{
		"UTF-8 beside":                          measured &^ (verify.Go | verify.Chrome),
		"an address of five bytes beside":       measured &^ (verify.Go | verify.Chrome | verify.Java),
		"one extension twice":                   verify.Firefox | ossl | verify.Rustls,
		"serial not minimal":                    verify.Chrome | verify.Java | verify.GnuTLS | verify.Rustls,
		"critical authority information":        verify.Firefox | verify.GnuTLS,
		"critical authority key":                verify.GnuTLS,
		"critical subject key":                  verify.GnuTLS,
		"constraint of five bytes on addresses": verify.Firefox | lax | verify.Rustls,
		"constraint with an odd mask":           verify.Firefox | lax | verify.Java,
		"constraints that are empty":            lax | verify.Java | verify.GnuTLS | verify.Rustls,
		"permitted with a final dot":            verify.Chrome | verify.Java | verify.GnuTLS,
	}},
	{"it builds one path and does not go back", map[string]verify.Clients{
		"cross-signed issuer first":                    ossl | verify.GnuTLS,
		"cross-signed issuer without CA first":         ossl | verify.GnuTLS,
		"expired cross-signed issuer first":            verify.GnuTLS,
		"root with a twin of its name, no identifiers": lax,
	}},
	{"Deno checks the handshake with another library than ring; the profile follows recordings of rustls-webpki alone", map[string]verify.Clients{
		"RSA-1024": verify.Rustls, "RSA-1536": verify.Rustls, "RSA-2047": verify.Rustls, "issuer P-521": verify.Rustls, "root P-521": verify.Rustls,
	}},
	{"a staple that is no DER at all ends the handshake", map[string]verify.Clients{"staple that is garbage": verify.OpenSSL | verify.Java}},
	{"measured with these two, the bound is somewhere between", map[string]verify.Clients{"twenty issuers": verify.Chrome}},
	{"crypto/x509 judges policies, and leaves a root's out", map[string]verify.Clients{"policies demanded by the root": verify.Chrome}},
}

// lax are the clients with OpenSSL that do not set its strict flag.
const lax = ossl &^ verify.Python313

// excuse gives the reason why a client differs from its profile; empty if it
// must not.
func excuse(name string, bit verify.Clients) string {
	for _, u := range unlike {
		if u.cases[name]&bit != 0 {
			return u.reason
		}
	}
	return ""
}

// compare holds what a client did against its profile.
func compare(t *testing.T, name, client string, refused bool, verdict verify.Verdict) (excused bool) {
	t.Helper()
	reason := excuse(name, verdict.Client.Bit)
	switch same := refused == (verdict.Answer != verify.Accepts); {
	case same && reason != "":
		t.Errorf("%s: %s does as its profile says, and is excused: %s", name, client, reason)
	case !same && reason == "":
		t.Errorf("%s: %s refuses: %v; its profile %s %v", name, client, refused, verdict.Answer, verdict.Reasons)
	}
	return reason != ""
}

// staged makes all combinations.
func staged(t *testing.T) map[string]*draft {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	drafts := map[string]*draft{}
	for _, c := range combinations() {
		if drafts[c.name] != nil {
			t.Fatalf("%s: twice", c.name)
		}
		d := newDraft()
		c.change(d)
		d.make(t)
		drafts[c.name] = d
	}
	return drafts
}

// TestCombinations holds the profiles against what real clients said to the same
// combinations: testdata/combinations.json has, for each, those who refused.
// Every machine has some of the clients; TestClients asks them again.
func TestCombinations(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "combinations.json"))
	if err != nil {
		t.Fatal(err)
	}
	var recording struct {
		Clients map[string]string   `json:"clients"` // by profile: the version
		Refused map[string][]string `json:"refused"` // by combination
	}
	if err := json.Unmarshal(data, &recording); err != nil {
		t.Fatal(err)
	}
	drafts, compared := staged(t), map[string]bool{}
	for name, d := range drafts {
		refused, known := recording.Refused[name]
		if !known {
			t.Errorf("%s: nobody was asked", name)
			continue
		}
		report := verify.Judge(d.request())
		nameless(t, name, report)
		for _, verdict := range report.Verdicts {
			client := strings.TrimSpace(verdict.Client.Name + " " + verdict.Client.Versions)
			if recording.Clients[client] == "" {
				continue
			}
			compare(t, name, client, slices.Contains(refused, client), verdict)
			compared[client] = true
		}
	}
	for client := range recording.Clients {
		if !compared[client] {
			t.Errorf("%s: recorded, and there is no such profile", client)
		}
	}
	for name := range recording.Refused {
		if drafts[name] == nil {
			t.Errorf("%s: recorded, and there is none", name)
		}
	}
	deviations := 0
	for _, u := range unlike {
		deviations += len(u.cases)
		for name := range u.cases {
			if drafts[name] == nil {
				t.Errorf("%s: a deviation of nothing", name)
			}
		}
	}
	page, err := os.ReadFile(filepath.Join("..", "docs", "verification.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{fmt.Sprintf("said to %d combinations", len(drafts)), fmt.Sprintf("In %d of the combinations", deviations)} {
		if !strings.Contains(string(page), words) {
			t.Errorf("docs/verification.md lacks %q", words)
		}
	}
}

// TestClients has the real clients of this machine judge every combination on a
// port, and compares that with their profiles.
func TestClients(t *testing.T) {
	folder := t.TempDir()
	var cases []*served
	for name, d := range staged(t) {
		cases = append(cases, serve(t, folder, len(cases), name, d))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 9*time.Minute)
	defer cancel()
	for _, j := range judges(folder) {
		start := time.Now()
		said, err := j.ask(ctx, cases)
		if err != nil {
			t.Errorf("%s: %v", j.name, err)
			continue
		}
		agreed, excused := 0, 0
		for _, c := range cases {
			verdict := answerOf(verify.Judge(c.draft.request()), j.bit)
			client := j.name
			if said[c.Name] != "" {
				client += fmt.Sprintf(" (%q)", said[c.Name])
			}
			if compare(t, c.Name, client, said[c.Name] != "", verdict) {
				excused++
			} else {
				agreed++
			}
		}
		t.Logf("clients: client=%s cases=%d agreed=%d explained=%d (%v)", j.name, len(cases), agreed, excused, time.Since(start).Round(time.Second))
	}
}
