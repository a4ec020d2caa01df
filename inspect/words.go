package inspect

import (
	"fmt"
	"strings"
	"time"
)

// Validity says in words how long something is still good, or since when it is
// not: "expires in 820 days, on 2029-02-20".
func Validity(notBefore, notAfter, now time.Time) string {
	switch {
	case now.Before(notBefore):
		return fmt.Sprintf("not valid for another %s, until %s", span(notBefore.Sub(now)), moment(notBefore, now))
	case now.After(notAfter):
		return fmt.Sprintf("expired %s ago, on %s", span(now.Sub(notAfter)), moment(notAfter, now))
	}
	return fmt.Sprintf("expires in %s, on %s", span(notAfter.Sub(now)), moment(notAfter, now))
}

// Due says in words when a revocation list is to be replaced.
func Due(next, now time.Time) string {
	switch {
	case next.IsZero():
		return "no date for the next list"
	case now.After(next):
		return fmt.Sprintf("overdue for %s, since %s", span(now.Sub(next)), moment(next, now))
	}
	return fmt.Sprintf("next list due in %s, on %s", span(next.Sub(now)), moment(next, now))
}

// moment is a date, with the time of day when it is near.
func moment(t, now time.Time) string {
	if distance := t.Sub(now).Abs(); distance < 48*time.Hour {
		return t.UTC().Format("2006-01-02 15:04 UTC")
	}
	return t.UTC().Format(time.DateOnly)
}

// span is a length of time in its largest fitting unit. An hour of grace lets
// what was made for 820 days a moment ago be 820 days.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return count(int(d/time.Hour), "hour")
	}
	return count(int((d+time.Hour)/(24*time.Hour)), "day")
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// KeyWords names a key type as people do: "ECDSA P-256", "RSA, 2048 bits".
func KeyWords(keyType string) string {
	switch {
	case strings.HasPrefix(keyType, "rsa"):
		return "RSA, " + strings.TrimPrefix(keyType, "rsa") + " bits"
	case keyType == "ed25519":
		return "Ed25519"
	case keyType == "x25519":
		return "X25519 (key agreement only)"
	case strings.HasPrefix(keyType, "p") && len(keyType) == 4:
		return "ECDSA P-" + keyType[1:]
	}
	return "of an unknown kind"
}

// usageWords are what extended key usages (RFC 5280, 4.2.1.12) are good for, by
// the names that crypto/x509 gives them.
func usageWords(usage string) string {
	words := map[string]string{
		"serverAuth": "TLS servers", "clientAuth": "TLS clients", "codeSigning": "code signing",
		"emailProtection": "e-mail (S/MIME)", "timeStamping": "time stamps", "OCSPSigning": "OCSP answers", "any": "anything",
	}
	if word, ok := words[usage]; ok {
		return word
	}
	return usage
}

// Purpose says in words what a certificate may be used for.
func (c *Certificate) Purpose() string {
	var words []string
	for _, usage := range c.ExtKeyUsage {
		words = append(words, usageWords(usage))
	}
	switch {
	case c.CA != nil && len(words) == 0:
		return "signing certificates"
	case c.CA != nil:
		return "signing certificates for " + strings.Join(words, ", ")
	case len(words) == 0:
		return "anything (no extended key usage)"
	}
	return strings.Join(words, ", ")
}

// Below says in words which CAs may stand below.
func (c *CA) Below() string {
	switch {
	case c.PathLength == nil:
		return "yes, with any number of CAs below"
	case *c.PathLength == 0:
		return "yes, for leaves only (path length 0)"
	}
	return fmt.Sprintf("yes, with at most %s below (path length %d)", count(*c.PathLength, "CA"), *c.PathLength)
}

// ShortName gives the part of a distinguished name that people know it by: its
// common name, else all of it, else "(empty)".
func ShortName(name string) string {
	for part := range strings.SplitSeq(name, ",") {
		if common, ok := strings.CutPrefix(part, "CN="); ok && !strings.HasSuffix(common, `\`) {
			return common
		}
	}
	if name == "" {
		return "(empty)"
	}
	return name
}
