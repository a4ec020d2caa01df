package inspect

import (
	"testing"
	"time"
)

func TestValidity(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) time.Time { return now.Add(d) }
	const day = 24 * time.Hour
	for _, test := range []struct {
		notBefore, notAfter time.Time
		want                string
	}{
		{at(-time.Hour), at(820*day - time.Second), "expires in 820 days, on 2029-02-20"},
		{at(-time.Hour), at(820*day - 2*time.Hour), "expires in 819 days, on 2029-02-20"},
		{at(-time.Hour), at(2 * day), "expires in 2 days, on 2026-11-25"},
		{at(-time.Hour), at(2*day - time.Minute), "expires in 47 hours, on 2026-11-25 11:59 UTC"},
		{at(-time.Hour), at(time.Hour), "expires in 1 hour, on 2026-11-23 13:00 UTC"},
		{at(-time.Hour), at(time.Minute), "expires in 1 minute, on 2026-11-23 12:01 UTC"},
		{at(-time.Hour), at(0), "expires in less than a minute, on 2026-11-23 12:00 UTC"},
		{at(-9 * day), at(-time.Second), "expired less than a minute ago, on 2026-11-23 11:59 UTC"},
		{at(-9 * day), at(-3 * day), "expired 3 days ago, on 2026-11-20"},
		{at(2 * time.Hour), at(day), "not valid for another 2 hours, until 2026-11-23 14:00 UTC"},
		{at(9 * day), at(99 * day), "not valid for another 9 days, until 2026-12-02"},
		{at(9 * day), at(8 * day), "never: it ends on 2026-12-01, before it begins on 2026-12-02"},
		{at(-9 * day), time.Date(2051, 11, 23, 12, 0, 0, 0, time.UTC), "expires in 25 years, on 2051-11-23"},
		// Further away than a time.Duration reaches.
		{at(-9 * day), time.Date(9998, 1, 1, 0, 0, 0, 0, time.UTC), "expires in 7971 years, on 9998-01-01"},
		{at(-9 * day), noExpiry, "does not expire"},
		{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), "expired 2025 years ago, on 0001-01-02"},
	} {
		if got := Validity(test.notBefore, test.notAfter, now); got != test.want {
			t.Errorf("from %v to %v: %q, not %q", test.notBefore, test.notAfter, got, test.want)
		}
	}
}

func TestDueAndAgo(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct{ got, want string }{
		{Due(time.Time{}, now), "no date given"},
		{Due(now.AddDate(0, 0, 30), now), "in 30 days, on 2026-12-23"},
		{Due(now.AddDate(0, 0, -30), now), "overdue for 30 days, since 2026-10-24"},
		{Ago(now.AddDate(0, 0, -3), now), "3 days ago, on 2026-11-20"},
		{Ago(now.Add(-5*time.Second), now), "less than a minute ago, on 2026-11-23 11:59 UTC"},
		{Ago(now.AddDate(0, 0, 3), now), "in 3 days, on 2026-11-26"},
	} {
		if test.got != test.want {
			t.Errorf("%q, not %q", test.got, test.want)
		}
	}
}

func TestWords(t *testing.T) {
	one := 1
	for _, test := range []struct{ got, want string }{
		{KeyWords("p256"), "ECDSA P-256"},
		{KeyWords("rsa4096"), "RSA, 4096 bits"},
		{KeyWords("rsa-pss"), "RSA-PSS"},
		{KeyWords("ed25519"), "Ed25519"},
		{KeyWords("1.2.3"), "of an unknown kind (1.2.3)"},
		{KeyWords("unknown"), "of an unknown kind"},
		{ReasonWords("keyCompromise"), "key compromised"},
		{ReasonWords("reason 77"), "reason 77"},
		{(&Certificate{ExtKeyUsage: []string{"serverAuth", "1.2.3"}}).Purpose(), "TLS servers, 1.2.3"},
		{(&Certificate{}).Purpose(), "anything (no extended key usage)"},
		{(&Certificate{KeyUsage: []string{"digitalSignature", "keyEncipherment"}}).Usage(), "sign, encrypt keys"},
		{(&CA{}).Below(), "yes, with any number of CAs below"},
		{(&CA{PathLength: &one}).Below(), "yes, with at most 1 CA below (path length 1)"},
		{ShortName("O=x,CN=devca root,C=DE"), "devca root"},
		{ShortName(`CN=a\,CN=b,O=x`), `a\,CN=b`},
		{ShortName(`O=a\,CN=b`), `O=a\,CN=b`},
		{ShortName("O=x+CN=y"), "y"},
		{ShortName("CN=,O=x"), "CN=,O=x"},
		{ShortName(`CN=x\`), `CN=x\`},
		{ShortName(""), "(empty)"},
		{(&Certificate{Subject: "CN=x", Names: []string{"a.test"}}).ShortName(), "a.test"},
		{(&Certificate{Subject: "CN=x", Names: []string{"a.test"}, CA: &CA{}}).ShortName(), "x"},
		{reason(1), "keyCompromise"},
		{reason(7), "reason 7"},
		{reason(-1), "reason -1"},
		{reason(11), "reason 11"},
		{serial(nil), "00"},
	} {
		if test.got != test.want {
			t.Errorf("%q, not %q", test.got, test.want)
		}
	}
}
