//go:build unix

package verify_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"devca/verify"
)

// TestBetterTLS runs Netflix's suite, which its Go module generates, the way
// crypto/x509's own test does.
func TestBetterTLS(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tests.json")
	generate := exec.Command("sh", filepath.Join("..", "scripts", "tool.sh"), "bettertls", "export-tests", "--out", file)
	if out, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("generating the cases: %v\n%s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Root   []byte `json:"trustRoot"`
		Suites map[string]struct {
			Cases []struct {
				ID           int      `json:"id"`
				Certificates [][]byte `json:"certificates"`
				Hostname     string   `json:"hostname"`
				Expected     string   `json:"expected"`
			} `json:"testCases"`
		} `json:"suites"`
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	root := verify.ParseCertificate(all.Root)
	if root.Err != nil {
		t.Fatal(root.Err)
	}
	anchors := verify.NewAnchors(verify.Anchor{Certificate: root.X509})
	cases, agreed := 0, 0
	for _, name := range []string{"pathbuilding", "nameconstraints"} {
		for _, c := range all.Suites[name].Cases {
			request := verify.Request{Anchors: anchors, Name: c.Hostname}
			for _, der := range c.Certificates {
				request.Chain = append(request.Chain, verify.ParseCertificate(der))
			}
			cases++
			answer := answerOf(verify.Judge(request), verify.RFC5280).Answer
			if want := map[string]verify.Answer{"ACCEPT": verify.Accepts, "REJECT": verify.Refuses}[c.Expected]; answer == want {
				agreed++
			} else {
				t.Errorf("%s %d, for %s: %s, and %s is expected", name, c.ID, c.Hostname, answer, c.Expected)
			}
		}
	}
	t.Logf("bettertls: cases=%d agreed=%d", cases, agreed)
	if cases < 9572 {
		t.Errorf("only %d cases", cases)
	}
}
