package verify

import (
	"bytes"
	"strings"

	"devca/diag"
)

var formRules = []*Rule{
	{
		ID: "verify/negative-serial", Question: Formed, Title: "a negative serial number",
		Why: "Go does not read such a certificate; the others do", Source: "RFC 5280, 4.1.2.2; measured", Refusing: Go | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssuer}, scope: every,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.serial().Sign() < 0, c.Title()+" has a negative serial number")
		},
	},
	{
		ID: "verify/zero-serial", Question: Formed, Title: "the serial number 0",
		Why: "it must be positive; no client minds, and public roots have it", Source: "RFC 5280, 4.1.2.2; measured", Refusing: conformance,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: presented,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.serial().Sign() == 0, c.Title()+" has the serial number 0")
		},
	},
	{
		ID: "verify/long-serial", Question: Formed, Title: "a serial number of more than 20 octets",
		Why: "clients need to store no more; none of those looked at minds", Source: "RFC 5280, 4.1.2.2; measured", Refusing: conformance,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: every,
		check: func(_ *path, c *Certificate, _ int) fault {
			// DER needs an octet more where the first bit is set.
			return whenf(c.serial().BitLen()/8+1 > 20, "the serial number of %s has %d octets", c.Title(), c.serial().BitLen()/8+1)
		},
	},
	{
		ID: "verify/reused-serial", Question: Formed, Title: "two certificates of one issuer with one serial number",
		Why: "issuer and serial number name a certificate; Firefox keeps account and refuses the second one it meets", Source: "RFC 5280, 4.1.2.2; SEC_ERROR_REUSED_ISSUER_AND_SERIAL; measured",
		Refusing: Firefox, Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: whole, check: reusedSerial,
	},
	{
		ID: "verify/no-authority-key", Question: Formed, Title: "no authority key identifier",
		Why: "Python 3.13 sets OpenSSL's strict flag, which wants one in everything but a root", Source: "RFC 5280, 4.2.1.1; X509_V_FLAG_X509_STRICT; measured", Refusing: Python313 | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: presented,
		check: func(_ *path, c *Certificate, _ int) fault {
			found := when(len(c.X509.AuthorityKeyId) == 0 && !c.selfIssued(), c.Title()+" has no authority key identifier")
			if c.X509.Version < 3 {
				found.among = conformance // it has no room for one
			}
			return found
		},
	},
	{
		ID: "verify/anchor-no-authority-key", Question: Formed, Title: "a root issued by another CA, without an authority key identifier",
		Why: "only what signed itself may do without", Source: "RFC 5280, 4.2.1.1", Refusing: conformance,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: anchor,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(len(c.X509.AuthorityKeyId) == 0 && !c.selfIssued(), c.Title()+" has no authority key identifier")
		},
	},
	{
		ID: "verify/no-subject-key", Question: Formed, Title: "a CA without a subject key identifier",
		Why: "Python 3.13 sets OpenSSL's strict flag, which wants one in every CA", Source: "RFC 5280, 4.2.1.2; X509_V_FLAG_X509_STRICT; measured", Refusing: Python313 | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate, fixIssuer}, scope: issuers,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.X509.Version == 3 && c.X509.BasicConstraintsValid && len(c.X509.SubjectKeyId) == 0, c.Title()+" has no subject key identifier")
		},
	},
	{
		ID: "verify/authority-key-mismatch", Question: Formed, Title: "the authority key identifier is not the issuer's",
		Why: "OpenSSL, Java and GnuTLS look for the issuer by it, the others only sort by it", Source: "RFC 5280, 4.2.1.1; measured", Refusing: openssls | Java | GnuTLS,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue, fixRotate}, scope: presented,
		check: func(p *path, c *Certificate, i int) fault {
			if i+1 >= len(p.certificates) {
				return fault{}
			}
			issuer := p.certificates[i+1]
			id, certificate := c.keyFits(issuer)
			if id && certificate {
				return fault{}
			}
			found := yes(c.Title() + " names another key of its issuer than " + issuer.Title() + " has")
			found.among = openssls
			if !id {
				found.among |= GnuTLS
			} else {
				found.detail = c.Title() + " names another certificate of its issuer than " + issuer.Title() + " by serial number or issuer"
			}
			if isAnchor(p, i+1) {
				found.among |= Java // which looks for roots only so
			}
			return found
		},
	},
	{
		ID: "verify/anchor-authority-key", Question: Formed, Title: "a root whose authority key identifier is more or other than its own key's",
		Why: "public roots must not name an issuer or serial number there; no client minds", Source: "CA/Browser Forum BR, 7.1.2.1.3", Refusing: WebPKI,
		Severity: diag.SeverityNotice, Fixes: []fix{fixRotate}, scope: anchor,
		check: func(_ *path, c *Certificate, _ int) fault {
			a := c.facts.authority
			odd := len(a.id) == 0 || a.issuer || a.serial || !bytes.Equal(a.id, c.X509.SubjectKeyId)
			return when(c.selfIssued() && c.facts.authorityKey.present && odd, c.Title()+" has an authority key identifier other than its own")
		},
	},
	{
		ID: "verify/must-not-be-critical", Question: Formed, Title: "an extension is marked critical that must not be",
		Why: "a client that does not know it has to refuse", Source: "RFC 5280, 4.2.1.1, 4.2.1.2 and 4.2.2.1", Refusing: Python313 | conformance,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: every,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(len(c.facts.odd) > 0, c.Title()+" marks critical: "+strings.Join(c.facts.odd, ", "))
		},
	},
	{
		ID: "verify/constraints-not-critical", Question: Formed, Title: "a CA whose basic constraints are not marked critical",
		Why: "Python 3.13 sets OpenSSL's strict flag, which wants that", Source: "RFC 5280, 4.2.1.9; X509_V_FLAG_X509_STRICT; measured", Refusing: Python313 | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate, fixIssuer}, scope: issuers,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.facts.basicConstraints.present && !c.facts.basicConstraints.critical, c.Title()+" does not mark its basic constraints critical")
		},
	},
	{
		ID: "verify/empty-subject", Question: Formed, Title: "an empty subject, and alternative names that are not marked critical",
		Why: "where the subject is empty, the alternative names are all there is", Source: "RFC 5280, 4.1.2.6 and 4.2.1.6; measured", Refusing: Chrome | Python313 | Java | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.emptySubject() && c.facts.altName.present && !c.facts.altName.critical, c.Title()+" has an empty subject and alternative names that are not critical")
		},
	},
	{
		ID: "verify/critical-names", Question: Formed, Title: "alternative names marked critical beside a subject",
		Why: "public CAs must not; no client minds", Source: "CA/Browser Forum BR, 7.1.2.7.12", Refusing: WebPKI,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(!c.emptySubject() && c.facts.altName.critical, c.Title()+" marks its alternative names critical beside a subject")
		},
	},
	{
		ID: "verify/issuer-empty-subject", Question: Formed, Title: "a CA without a name",
		Why: "nothing can name it as its issuer", Source: "RFC 5280, 4.1.2.4 and 4.1.2.6", Refusing: Python313 | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate, fixIssuer}, scope: issuers,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.emptySubject(), "a CA in the chain has an empty subject")
		},
	},
	{
		ID: "verify/empty-issuer", Question: Formed, Title: "a certificate that names no issuer",
		Why: "nothing can be found by an empty name", Source: "RFC 5280, 4.1.2.4", Refusing: Python313 | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: every,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(bytes.Equal(c.X509.RawIssuer, []byte{0x30, 0}), c.Title()+" has an empty issuer")
		},
	},
	{
		ID: "verify/old-version", Question: Formed, Title: "a certificate of version 1 or 2",
		Why: "it has no room for what makes a CA or a server; Python 3.13 refuses such a root", Source: "RFC 5280, 4.1.2.1; measured for roots", Refusing: Python313 | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue, fixRotate}, scope: every,
		check: func(_ *path, c *Certificate, i int) fault {
			found := whenf(c.X509.Version < 3, "%s is of version %d", c.Title(), c.X509.Version)
			if i == 0 {
				found.among = conformance
			}
			return found
		},
	},
}

func reusedSerial(p *path, _ *Certificate, _ int) fault {
	for i, c := range p.certificates {
		for _, other := range p.certificates[:i] {
			if c.serial().Cmp(other.serial()) == 0 && bytes.Equal(c.X509.RawIssuer, other.X509.RawIssuer) {
				return yes(other.Title() + " and " + c.Title() + " have one issuer and one serial number")
			}
		}
	}
	return fault{}
}
