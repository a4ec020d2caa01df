package ca

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"devca/certs"
	"devca/diag"
)

// Find gives the certificate that a person means by a file, a serial number (or
// its first eight digits or more) or a name. A name means the certificate that
// is in its file now, not the replaced ones.
func (l *Ledger) Find(text string, now time.Time) (Entry, error) {
	if absolute, err := filepath.Abs(text); err == nil {
		if e, ok := l.last(func(e Entry) bool { return slices.Contains(e.Files.All(), absolute) }); ok {
			return e, nil
		}
	}
	if digits := strings.ToLower(text); len(digits) >= 8 {
		if e, ok := l.last(func(e Entry) bool { return strings.HasPrefix(e.Serial, digits) }); ok {
			return e, nil
		}
	}
	return l.findName(text, now)
}

func (l *Ledger) findName(text string, now time.Time) (Entry, error) {
	name := text
	if parsed, err := certs.ParseNames([]string{text}, true); err == nil {
		name = parsed.All()[0]
	}
	current := l.Current(now)
	matches := slices.DeleteFunc(slices.Clone(current), func(e Entry) bool { return !slices.Contains(e.Names, name) })
	if first := slices.DeleteFunc(slices.Clone(matches), func(e Entry) bool { return e.Names[0] != name }); len(first) == 1 {
		return first[0], nil
	}
	switch len(matches) {
	case 0:
		return Entry{}, l.notFound(text, name)
	case 1:
		return matches[0], nil
	}
	return Entry{}, diag.New(diag.LedgerAmbiguous, fmt.Sprintf("%d certificates are for %q", len(matches), text)).
		Fix("name its file or serial number, as shown by", diag.CommandLine("devca", "list", name))
}

// notFound tells what was revoked from what never was.
func (l *Ledger) notFound(text, name string) *diag.Error {
	what := fmt.Sprintf("no certificate was issued here for %q", text)
	if _, ok := l.last(func(e Entry) bool { return !e.RevokedAt.IsZero() && slices.Contains(e.Names, name) }); ok {
		what = fmt.Sprintf("no certificate for %q is in use: what was issued here is revoked", text)
	}
	return diag.New(diag.LedgerNotFound, what).
		Fix("see what was", "devca list --all").Fix("or issue it", diag.CommandLine("devca", "issue", text))
}

func (l *Ledger) last(matches func(Entry) bool) (Entry, bool) {
	for _, e := range slices.Backward(l.Entries) {
		if matches(e) {
			return e, true
		}
	}
	return Entry{}, false
}

// Current gives the certificates that are in use as far as the ledger knows:
// neither replaced nor revoked, nor broken on purpose: those nobody renews.
func (l *Ledger) Current(now time.Time) []Entry {
	return slices.DeleteFunc(slices.Clone(l.Entries), func(e Entry) bool {
		status := e.Status(now)
		return status == Replaced || status == Revoked || e.Broken != ""
	})
}

// Expiring gives the current certificates that end before the time, expired ones included.
func (l *Ledger) Expiring(now, before time.Time) []Entry {
	return slices.DeleteFunc(l.Current(now), func(e Entry) bool { return e.NotAfter.After(before) })
}
