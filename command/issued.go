package command

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"devca/ca"
	"devca/certs"
)

// entryResult is a certificate of the ledger in JSON: the answer of issue, and
// an element of those of list, renew and revoke.
type entryResult struct {
	Serial     string      `json:"serial"`
	Names      []string    `json:"names"`
	KeyType    string      `json:"key_type"`
	Client     bool        `json:"client"`
	NotBefore  time.Time   `json:"not_before"`
	NotAfter   time.Time   `json:"not_after"`
	SHA256     string      `json:"sha256"`
	Files      certs.Files `json:"files"`
	Status     ca.Status   `json:"status"`
	IssuedAt   time.Time   `json:"issued_at"`
	RevokedAt  *time.Time  `json:"revoked_at,omitempty"`
	ReplacedBy string      `json:"replaced_by,omitempty"`
	Authority  string      `json:"ca"`
	Broken     string      `json:"broken,omitempty"` // the fault that it has on purpose
}

func describeEntry(e ca.Entry, now time.Time) entryResult {
	result := entryResult{
		Serial: e.Serial, Names: e.Names, KeyType: string(e.KeyType), Client: e.Client,
		NotBefore: e.NotBefore, NotAfter: e.NotAfter, SHA256: e.SHA256, Files: e.Files,
		Status: e.Status(now), IssuedAt: e.IssuedAt, ReplacedBy: e.ReplacedBy, Authority: e.Authority, Broken: e.Broken,
	}
	if !e.RevokedAt.IsZero() {
		result.RevokedAt = &e.RevokedAt
	}
	return result
}

// issued prints the answer of issue.
func (p *program) issued(dir *ca.Dir, entry ca.Entry) error {
	if p.json {
		return p.result(describeEntry(entry, time.Now()))
	}
	p.fields(issuedRows(entry))
	if _, err := os.Stat(dir.JournalPath()); err != nil {
		p.note("No client trusts it yet. Next: devca install")
	}
	return nil
}

func issuedRows(entry ca.Entry) [][2]string {
	content := "(leaf and issuing CA)"
	if entry.LeafOnly {
		content = "(leaf only)"
	}
	rows := [][2]string{{"Certificate", shortPath(entry.Files.Cert) + "  " + content}}
	if entry.Files.Key != "" {
		rows = append(rows, [2]string{"Key", shortPath(entry.Files.Key) + "  (" + string(entry.KeyType) + ", mode 0600)"})
	}
	if entry.Files.Combined != "" {
		rows = append(rows, [2]string{"Combined", shortPath(entry.Files.Combined) + "  (key, leaf and issuing CA, mode 0600)"})
	}
	if entry.Files.P12 != "" {
		password := "password: " + certs.DefaultPKCS12Password
		if entry.P12Password != "" {
			password = "password: first line of " + shortPath(entry.P12Password)
		}
		rows = append(rows, [2]string{"PKCS#12", shortPath(entry.Files.P12) + "  (" + password + ")"})
	}
	return append(rows,
		[2]string{"Valid for", strings.Join(entry.Names, ", ")},
		[2]string{"Expires", until(entry.NotAfter)},
		[2]string{"SHA-256", entry.SHA256})
}

// shortPath shows a path relative to the current folder where that is shorter.
func shortPath(path string) string { return pathShortener()(path) }

// pathShortener is shortPath for many paths: it asks for the folder once.
func pathShortener() func(string) string {
	folder, err := os.Getwd()
	return func(path string) string {
		if err != nil || path == "" {
			return path
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil || len(relative)+2 >= len(path) || strings.HasPrefix(relative, "..") {
			return path
		}
		return "." + string(filepath.Separator) + relative
	}
}
