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
	case notAfter.Before(notBefore):
		return fmt.Sprintf("never: it ends on %s, before it begins on %s", notAfter.UTC().Format(time.DateOnly), notBefore.UTC().Format(time.DateOnly))
	case now.Before(notBefore):
		return fmt.Sprintf("not valid for another %s, until %s", span(now, notBefore), moment(notBefore, now))
	case now.After(notAfter):
		return fmt.Sprintf("expired %s ago, on %s", span(notAfter, now), moment(notAfter, now))
	case notAfter.Equal(noExpiry):
		return "does not expire"
	}
	return fmt.Sprintf("expires in %s, on %s", span(now, notAfter), moment(notAfter, now))
}

// noExpiry is what a certificate says that has no expiry date (RFC 5280, 4.1.2.5).
var noExpiry = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// Due says in words when a revocation list is to be replaced.
func Due(next, now time.Time) string {
	switch {
	case next.IsZero():
		return "no date given"
	case now.After(next):
		return fmt.Sprintf("overdue for %s, since %s", span(next, now), moment(next, now))
	}
	return fmt.Sprintf("in %s, on %s", span(now, next), moment(next, now))
}

// Ago says in words when something was made: "3 days ago, on 2026-11-20".
func Ago(t, now time.Time) string {
	if t.After(now) {
		return fmt.Sprintf("in %s, on %s", span(now, t), moment(t, now))
	}
	return fmt.Sprintf("%s ago, on %s", span(t, now), moment(t, now))
}

// moment is a date, with the time of day when it is near.
func moment(t, now time.Time) string {
	if distance := t.Sub(now).Abs(); distance < 48*time.Hour {
		return t.UTC().Format("2006-01-02 15:04 UTC")
	}
	return t.UTC().Format(time.DateOnly)
}

// span is the time between two moments in its largest fitting unit.
func span(from, to time.Time) string {
	// Not Sub: it ends at 292 years, and certificates do not.
	seconds := to.Unix() - from.Unix()
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	switch {
	case seconds < minute:
		return "less than a minute"
	case seconds < hour:
		return count(int(seconds/minute), "minute")
	case seconds < 2*day:
		return count(int(seconds/hour), "hour")
	case seconds < 20*365*day:
		// An hour of grace: what was made for 820 days a moment ago has 820 days.
		return count(int((seconds+hour)/day), "day")
	}
	years := to.Year() - from.Year()
	if from.AddDate(years, 0, 0).Unix() > seconds+from.Unix()+hour {
		years--
	}
	return count(years, "year")
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// KeyWords names a key type as people do: "ECDSA P-256", "RSA, 2048 bits".
func KeyWords(keyType string) string {
	words := map[string]string{
		"p224": "ECDSA P-224", "p256": "ECDSA P-256", "p384": "ECDSA P-384", "p521": "ECDSA P-521",
		"ed25519": "Ed25519", "ed448": "Ed448", "x25519": "X25519 (key agreement only)", "x448": "X448 (key agreement only)",
		"dsa": "DSA", "secp256k1": "ECDSA secp256k1",
		"brainpoolP256r1": "ECDSA brainpoolP256r1", "brainpoolP384r1": "ECDSA brainpoolP384r1", "brainpoolP512r1": "ECDSA brainpoolP512r1",
		"rsa-pss": "RSA-PSS", "unknown": "of an unknown kind",
		"ml-dsa-44": "ML-DSA-44", "ml-dsa-65": "ML-DSA-65", "ml-dsa-87": "ML-DSA-87",
	}
	if word, ok := words[keyType]; ok {
		return word
	}
	if bits, ok := strings.CutPrefix(keyType, "rsa"); ok {
		return "RSA, " + bits + " bits"
	}
	return "of an unknown kind (" + keyType + ")"
}

// Purpose says in words what a certificate may be used for (RFC 5280, 4.2.1.12).
func (c *Certificate) Purpose() string {
	if len(c.ExtKeyUsage) == 0 {
		return "anything (no extended key usage)"
	}
	return spoken(c.ExtKeyUsage, map[string]string{
		"serverAuth": "TLS servers", "clientAuth": "TLS clients", "codeSigning": "code", "any": "anything",
		"emailProtection": "e-mail (S/MIME)", "timeStamping": "time stamps", "OCSPSigning": "OCSP answers",
	})
}

// Usage says in words what the key may do (RFC 5280, 4.2.1.3).
func (c *Certificate) Usage() string {
	if len(c.KeyUsage) == 0 {
		return "do anything (no key usage)"
	}
	return spoken(c.KeyUsage, map[string]string{
		"digitalSignature": "sign", "contentCommitment": "sign documents for good", "keyEncipherment": "encrypt keys",
		"dataEncipherment": "encrypt data", "keyAgreement": "agree on keys", "keyCertSign": "sign certificates",
		"cRLSign": "sign revocation lists", "encipherOnly": "only encrypt", "decipherOnly": "only decrypt",
	})
}

// ReasonWords says a revocation reason (RFC 5280, 5.3.1) in words.
func ReasonWords(reason string) string {
	return spoken([]string{reason}, map[string]string{
		"unspecified": "no reason given", "keyCompromise": "key compromised", "cACompromise": "CA compromised",
		"affiliationChanged": "affiliation changed", "cessationOfOperation": "no longer in operation",
		"certificateHold": "on hold", "removeFromCRL": "no longer revoked", "privilegeWithdrawn": "privilege withdrawn",
		"aACompromise": "attribute authority compromised",
	})
}

// spoken translates the words that have a translation.
func spoken(terms []string, words map[string]string) string {
	var said []string
	for _, term := range terms {
		if word, ok := words[term]; ok {
			term = word
		}
		said = append(said, term)
	}
	return strings.Join(said, ", ")
}

// Below says in words which CAs may stand below.
func (c *CA) Below() string {
	switch {
	case c.PathLength == nil:
		return "yes, with any number of CAs below"
	case *c.PathLength == 0:
		return "yes, with no CA below (path length 0)"
	}
	return fmt.Sprintf("yes, with at most %s below (path length %d)", count(*c.PathLength, "CA"), *c.PathLength)
}

// ShortName gives what people know a certificate by: the first of its names,
// else its subject's common name, else the whole subject.
func (c *Certificate) ShortName() string {
	if c.CA == nil && len(c.Names) > 0 {
		return c.Names[0]
	}
	return ShortName(c.Subject)
}

// ShortName gives the part of a distinguished name (RFC 4514) that people know
// it by: its common name, else all of it, else "(empty)".
func ShortName(name string) string {
	if name == "" {
		return "(empty)"
	}
	// Attributes are separated by commas and plus signs that no backslash precedes.
	start := 0
	for i := 0; i <= len(name); i++ {
		switch {
		case i < len(name) && name[i] == '\\':
			i++
		case i == len(name) || name[i] == ',' || name[i] == '+':
			if common, ok := strings.CutPrefix(name[start:i], "CN="); ok && common != "" {
				return common
			}
			start = i + 1
		}
	}
	return name
}
