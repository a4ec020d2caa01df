package verify

import (
	"time"

	"devca/diag"
)

// notAnchors are those that judge a root by its key and name alone.
const notAnchors = Java | Rustls

// appleLimit and appleSince: support.apple.com 103769.
const appleLimit = 825 * 24 * time.Hour

var appleSince = time.Date(2019, 7, 1, 0, 0, 0, 0, time.UTC)

// day is how dates are shown.
const day = "2006-01-02 15:04"

func expired(p *path, c *Certificate, _ int) fault {
	return whenf(p.now.After(c.X509.NotAfter), "%s was valid until %s UTC", c.Title(), c.X509.NotAfter.UTC().Format(day))
}

func early(p *path, c *Certificate, _ int) fault {
	return whenf(p.now.Before(c.X509.NotBefore), "%s is valid from %s UTC on", c.Title(), c.X509.NotBefore.UTC().Format(day))
}

var timeRules = []*Rule{
	{
		ID: "verify/expired", Question: Valid, Title: "expired",
		Why: "after its end nobody keeps account of the certificate any more", Source: "RFC 5280, 4.1.2.5 and 6.1.3 (a)(2)",
		Refusing: all, Severity: diag.SeverityError, Fixes: []fix{fixRenew, fixIssue}, scope: presented, check: expired,
	},
	{
		ID: "verify/not-yet-valid", Question: Valid, Title: "not yet valid",
		Why: "the clock of this machine or of the one that issued it is wrong, or somebody was early", Source: "RFC 5280, 4.1.2.5 and 6.1.3 (a)(2)",
		Refusing: all, Severity: diag.SeverityError, Fixes: []fix{{do: "compare the clock", command: []string{"date", "-u"}}, fixIssue}, scope: presented, check: early,
	},
	{
		ID: "verify/anchor-expired", Question: Valid, Title: "the root has expired",
		Why: "most clients look at a root's dates; Java and rustls do not", Source: "RFC 5280, 6.1.1 (d), leaves it to the client; measured",
		Refusing: all &^ notAnchors, Severity: diag.SeverityWarning, Fixes: []fix{fixRotate}, scope: anchor, check: expired,
	},
	{
		ID: "verify/anchor-not-yet-valid", Question: Valid, Title: "the root is not yet valid",
		Why: "most clients look at a root's dates; Java and rustls do not", Source: "RFC 5280, 6.1.1 (d), leaves it to the client; measured",
		Refusing: all &^ notAnchors, Severity: diag.SeverityWarning, Fixes: []fix{{do: "compare the clock", command: []string{"date", "-u"}}, fixRotate}, scope: anchor, check: early,
	},
	{
		ID: "verify/before-1970", Question: Valid, Title: "valid since before 1970",
		Why: "Firefox and rustls count from there, and do not read such a date", Source: "mozilla::pkix, pkixder.cpp; rustls-webpki, time.rs; measured",
		Refusing: Firefox | Rustls, Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: presented,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.X509.NotBefore.Unix() < 0, c.Title()+" is valid since "+c.X509.NotBefore.UTC().Format(day))
		},
	},
	{
		ID: "verify/validity-too-long", Question: Valid, Title: "valid for more than 825 days",
		Why:    "Apple refuses it, below roots that people added, too; the 398 days of public CAs do not count there",
		Source: "support.apple.com 103769; Chromium, net/docs/certificate_lifetimes.md", Refusing: Safari, Severity: diag.SeverityWarning,
		Fixes: []fix{fixIssue}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			length := c.X509.NotAfter.Sub(c.X509.NotBefore)
			return whenf(p.request.Usage != Authority && length > appleLimit && !c.X509.NotBefore.Before(appleSince), "%s is valid for %d days", c.Title(), int(length/(24*time.Hour)))
		},
	},
}
