package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"devca/ca"
	"devca/diag"
	"devca/trust"
)

// shownLeaves is how many issued certificates the table has at most: those that
// end first.
const shownLeaves = 20

// askCertificates looks at the certificates that were issued and are still in
// their files.
func askCertificates(_ context.Context, e *exam) answer {
	ledger, err := e.ledger()
	if errors.Is(err, fs.ErrNotExist) {
		return answer{state: NotApplicable, detail: "none was issued yet"}
	}
	if failure, ok := errors.AsType[*diag.Error](err); ok {
		return answer{detail: failure.What, findings: []Finding{found(failure, rankAuthority)}}
	}
	if err != nil {
		return unread("the ledger cannot be read", err)
	}
	now := e.Now()
	current := ledger.Current(now)
	slices.SortFunc(current, func(a, b ca.Entry) int { return a.NotAfter.Compare(b.NotAfter) })
	var a answer
	var expired, expiring []ca.Entry
	for i, entry := range current {
		if entry.NotAfter.Sub(now) > soon && i >= shownLeaves {
			break
		}
		if !entry.HasFile() {
			continue
		}
		state, detail := life(entry.NotBefore, entry.NotAfter, now)
		a.certificates = append(a.certificates, Certificate{
			Kind: "leaf", Name: entry.Names[0], SHA256: entry.SHA256, File: entry.Files.Cert, NotAfter: entry.NotAfter.UTC(), State: state, Detail: detail,
		})
		switch {
		case now.After(entry.NotAfter):
			expired = append(expired, entry)
		case entry.NotAfter.Sub(now) < soon:
			expiring = append(expiring, entry)
		}
		if finding, ok := e.keyOf(entry); ok {
			a.findings = append(a.findings, finding)
		}
	}
	a.detail = count(len(current), "certificate") + " in use"
	if len(current) == 0 {
		a.state, a.detail = NotApplicable, "none is in use"
	}
	if len(expired) > 0 {
		a.findings = append(a.findings, Finding{rank: rankLeaf, Finding: renewal(count(len(expired), "certificate")+" "+has(len(expired))+" expired", expired).Finding}.by(e.renew(expired)))
	}
	if len(expiring) > 0 {
		a.findings = append(a.findings, Finding{rank: rankLeaf, Finding: warning(renewal(count(len(expiring), "certificate")+" will expire within 30 days", expiring)).Finding}.by(e.renew(expiring)))
	}
	return a
}

func number(n int) string { return strconv.Itoa(n) }

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func has(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func renewal(what string, entries []ca.Entry) *diag.Error {
	var files []string
	for _, entry := range entries {
		files = append(files, entry.Files.Cert)
	}
	e := diag.New(diag.DoctorLeafExpired, what+": "+some(files)).
		Because("servers that show them are refused by every client, until they are renewed and the server is told to reload")
	if len(files) == 1 {
		return e.Fix("renew it", diag.CommandLine("devca", "renew", files[0]))
	}
	return e.Fix("renew them", "devca renew --expiring 30d")
}

// some lists the first few.
func some(words []string) string {
	if len(words) > 3 {
		return strings.Join(words[:3], ", ") + fmt.Sprintf(" and %d more", len(words)-3)
	}
	return strings.Join(words, ", ")
}

// keyOf looks at the permissions of a certificate's key.
func (e *exam) keyOf(entry ca.Entry) (Finding, bool) {
	path := entry.Files.Key
	info, err := os.Stat(path)
	if path == "" || err != nil || runtime.GOOS == "windows" {
		return Finding{}, false
	}
	switch mode := info.Mode().Perm(); {
	case mode&0o400 == 0:
		return found(diag.New(diag.DoctorKeyAccess, fmt.Sprintf("the key %s cannot be read by its owner (mode %04o)", path, mode)).
			Because("a server that runs as you cannot start with it").
			Fix("open it for its owner", diag.CommandLine("chmod", "600", path)), rankServer).by(e.chmod(path)), true
	case mode&0o004 != 0:
		return found(warning(diag.New(diag.DoctorKeyAccess, fmt.Sprintf("every user of this machine can read the key %s (mode %04o)", path, mode)).
			Because("whoever has it can stand in for "+entry.Names[0]).
			Fix("close it", diag.CommandLine("chmod", "600", path))), rankRemark).by(e.chmod(path)), true
	}
	return Finding{}, false
}

// renew makes certificates anew, into the same files.
func (e *exam) renew(entries []ca.Entry) *repair {
	authority, err := e.authority()
	if err != nil {
		return nil
	}
	if slices.ContainsFunc(entries, func(entry ca.Entry) bool { return entry.Files.P12 != "" }) {
		return nil // somebody has to give the password
	}
	serials := make([]string, len(entries))
	for i, entry := range entries {
		serials[i] = entry.Serial
	}
	return &repair{
		key: "renew", do: "renew " + count(len(entries), "certificate"), serials: serials,
		steps: func(context.Context, []trust.Planned) []string {
			var steps []string
			for _, entry := range entries {
				steps = append(steps, diag.CommandLine("devca", "renew", entry.Files.Cert))
			}
			return steps
		},
		apply: func(context.Context) error {
			var problems []error
			for _, entry := range entries {
				_, err := e.Dir.Renew(authority, entry, false, "", time.Now())
				problems = append(problems, err)
			}
			return errors.Join(problems...)
		},
	}
}
