package verify

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"devca/diag"
)

// violated makes the check of one kind of violation, which refusing refuse. byAnchor
// tells the root's constraints, which not everybody heeds, from an intermediate's.
func violated(kind violationKind, refusing Clients, byAnchor func(p *path, constrainer int) bool) func(*path, *Certificate, int) fault {
	return func(p *path, _ *Certificate, _ int) fault {
		var found fault
		for _, v := range p.limits.list {
			if v.kind != kind || !byAnchor(p, v.constrainer) {
				continue
			}
			among := refusing
			if v.among != 0 {
				among = v.among
			}
			if !found.found || found.among&^(among&^v.except) == 0 { // the one that most mind is told
				found.detail = v.detail
			}
			found.found, found.among = true, found.among|among&^v.except
		}
		return found
	}
}

func isAnchor(p *path, i int) bool  { return p.anchor != nil && i == len(p.certificates)-1 }
func notAnchor(p *path, i int) bool { return !isAnchor(p, i) }
func anyPlace(*path, int) bool      { return true }

var fixPermit = fix{do: "permit the name; for devca's own CA", command: []string{"devca", "ca", "rotate", "--permit", first}}

var constraintRules = []*Rule{
	{
		ID: "verify/constraint-violated", Question: Constrained, Title: "a name that the intermediate CA may not issue for",
		Why: "name constraints say for which names a CA may speak", Source: "RFC 5280, 4.2.1.10 and 6.1.3 (b), (c)", Refusing: all,
		Severity: diag.SeverityError, Fixes: []fix{fixPermit, fixIssue}, scope: whole, check: violated(outside, all, notAnchor),
	},
	{
		ID: "verify/anchor-constraint-violated", Question: Constrained, Title: "a name that the root may not speak for",
		Why: "Java passes over the constraints of a root, and heeds those of an intermediate", Source: "RFC 5280, 4.2.1.10; RFC 5937; Chrome 112; measured",
		Refusing: all &^ Java, Severity: diag.SeverityError, Fixes: []fix{fixPermit, fixIssue}, scope: whole, check: violated(outside, all&^Java, isAnchor),
	},
	{
		ID: "verify/constraint-under-wildcard", Question: Constrained, Title: "a wildcard that covers an excluded name",
		Why: "a certificate for *.app.test is one for b.app.test, too", Source: "RFC 5280, 4.2.1.10; CVE-2025-61727; measured", Refusing: Chrome | Firefox | Go | Rustls | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: whole, check: violated(underWildcard, Chrome|Firefox|Go|Rustls|conformance, anyPlace),
	},
	{
		ID: "verify/constraint-directory", Question: Constrained, Title: "a subject that the CA may not issue for",
		Why: "a constraint on directory names binds subjects", Source: "RFC 5280, 4.2.1.10; measured", Refusing: all &^ (GnuTLS | Go),
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssuer}, scope: whole, check: violated(directory, all&^(GnuTLS|Go), notAnchor),
	},
	{
		ID: "verify/anchor-constraint-directory", Question: Constrained, Title: "a subject that the root may not speak for",
		Why: "a constraint on directory names binds subjects; Java passes over a root's", Source: "RFC 5280, 4.2.1.10; measured", Refusing: all &^ (Java | GnuTLS | Go),
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssuer}, scope: whole, check: violated(directory, all&^(Java|GnuTLS|Go), isAnchor),
	},
	{
		ID: "verify/constraint-common-name", Question: Constrained, Title: "the common name is read as a DNS name, and is not allowed",
		Why: "where there is no DNS name, OpenSSL and GnuTLS hold the common name against constraints; Java those of intermediates", Source: "OpenSSL, v3_ncons.c; measured", Refusing: openssls | GnuTLS | Java,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: whole, check: violated(onlyCommon, openssls|GnuTLS|Java, anyPlace),
	},
	{
		ID: "verify/constraint-self-issued", Question: Constrained, Title: "a self-issued intermediate that the constraints do not allow",
		Why: "RFC 5280 leaves such certificates out; Go does not", Source: "RFC 5280, 6.1.3 (b); crypto/x509, constraints.go", Refusing: Go,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: whole, check: violated(selfIssued, Go, anyPlace),
	},
	{
		ID: "verify/constraint-unsupported", Question: Constrained, Title: "constraints of a kind that not every client knows",
		Why: "a client must refuse what it does not understand, where it is marked critical", Source: "RFC 5280, 4.2.1.10; measured", Refusing: Go | Rustls | GnuTLS | Chrome | Firefox,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssuer}, scope: issuers,
		check: unsupportedConstraint,
	},
	{
		ID: "verify/constraint-work", Question: Constrained, Title: "too many names below too many constraints",
		Why: "a client that compares them all can be kept busy by anybody", Source: "rustls-webpki (250,000 comparisons); CVE-2018-16875", Refusing: Chrome | Rustls | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssuer}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			return whenf(p.limits.tooMuch, "holding the names against the constraints takes more than %d comparisons", maxComparisons)
		},
	},
	{
		ID: "verify/constraint-not-critical", Question: Constrained, Title: "name constraints that are not marked critical",
		Why: "a client that does not know them may go on; every client looked at knows them", Source: "RFC 5280, 4.2.1.10", Refusing: RFC5280,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: issuers,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.facts.constraints.present && !c.facts.constraints.critical, c.Title()+" does not mark its name constraints critical")
		},
	},
	{
		ID: "verify/constraint-in-leaf", Question: Constrained, Title: "name constraints in an end-entity certificate",
		Why: "they are for CAs only", Source: "RFC 5280, 4.2.1.10", Refusing: conformance,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.facts.constraints.present && !c.X509.IsCA, c.Title()+" has name constraints")
		},
	},
	{
		ID: "verify/constraint-syntax", Question: Constrained, Title: "a constraint that is no DNS name",
		Why: "a leading dot is for constraints on URIs and mailboxes; clients read it each in its way", Source: "RFC 5280, 4.2.1.10", Refusing: conformance,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: issuers,
		check: func(_ *path, c *Certificate, _ int) fault {
			for _, name := range slices.Concat(c.X509.PermittedDNSDomains, c.X509.ExcludedDNSDomains) {
				if strings.HasPrefix(name, ".") || strings.Contains(name, "*") {
					return yes(fmt.Sprintf("%s constrains %q", c.Title(), name))
				}
			}
			return fault{}
		},
	},
	{
		ID: "verify/constraint-address-as-name", Question: Constrained, Title: "a constraint on DNS names that is an IP address",
		Why: "Firefox calls every chain below it badly encoded, rustls the constraint malformed", Source: "mozilla::pkix, pkixnames.cpp (SEC_ERROR_BAD_DER); rustls-webpki; measured", Refusing: Firefox | Rustls,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate, fixIssuer}, scope: issuers,
		check: func(_ *path, c *Certificate, _ int) fault {
			for _, name := range slices.Concat(c.X509.PermittedDNSDomains, c.X509.ExcludedDNSDomains) {
				if net.ParseIP(name) != nil {
					return yes(fmt.Sprintf("%s constrains DNS names to %s", c.Title(), name))
				}
			}
			return fault{}
		},
	},
	{
		ID: "verify/path-length", Question: Constrained, Title: "more intermediate CAs than allowed",
		Why: "a CA may say how many CAs stand below it", Source: "RFC 5280, 4.2.1.9 and 6.1.4 (l), (m)", Refusing: all,
		Severity: diag.SeverityError, Fixes: []fix{fixIssuer}, scope: intermediate,
		check: func(p *path, c *Certificate, i int) fault { return overLong(p, c, i, tooLong(p, i, false)) },
	},
	{
		ID: "verify/anchor-path-length", Question: Constrained, Title: "more intermediate CAs than the root allows",
		Why: "Java and rustls do not look at a root's limit", Source: "RFC 5280, 4.2.1.9; RFC 5937; measured", Refusing: all &^ notAnchors,
		Severity: diag.SeverityError, Fixes: []fix{fixIssuer}, scope: anchor,
		check: func(p *path, c *Certificate, i int) fault { return overLong(p, c, i, tooLong(p, i, false)) },
	},
	{
		ID: "verify/path-length-self-issued", Question: Constrained, Title: "more intermediate CAs than allowed, with self-issued ones",
		Why: "RFC 5280 does not count self-issued certificates; Go, Firefox and rustls do", Source: "RFC 5280, 6.1.4 (l); crypto/x509, verify.go; measured", Refusing: Go | Firefox | Rustls,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: issuers,
		check: func(p *path, c *Certificate, i int) fault {
			found := overLong(p, c, i, tooLong(p, i, true) && !tooLong(p, i, false))
			if isAnchor(p, i) {
				found.among = Go | Firefox
			}
			return found
		},
	},
	{
		ID: "verify/depth", Question: Constrained, Title: "a longer chain than was asked for",
		Why: "the question had a limit", Source: "RFC 5280, 6.1.1", Refusing: all, Severity: diag.SeverityError, Fixes: []fix{fixChain}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			return whenf(p.request.LimitDepth && p.between(len(p.certificates)-1, false) > p.request.MaxIntermediates, "the chain has more than %d intermediate certificates", p.request.MaxIntermediates)
		},
	},
	{
		ID: "verify/policy", Question: Constrained, Title: "the certificate policies do not fit together",
		Why: "a CA demands that policies are named, and they are not", Source: "RFC 5280, 6.1.5 (g); measured", Refusing: Go | Java | Chrome | conformance,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssuer}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			found := when(!policiesFit(p), "no certificate policy is valid for the whole path")
			if !slices.ContainsFunc(p.certificates[:len(p.certificates)-1], func(c *Certificate) bool { return c.facts.policy }) {
				found.among = Go | Chrome | conformance // Java passes over what a root demands
			}
			return found
		},
	},
	{
		ID: "verify/policy-not-critical", Question: Constrained, Title: "policy constraints that are not marked critical",
		Why: "a client that does not know them may go on; no client minds", Source: "RFC 5280, 4.2.1.11", Refusing: conformance,
		Severity: diag.SeverityNotice, Fixes: []fix{fixIssuer}, scope: issuers,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.facts.softPolicy, c.Title()+" does not mark its policy constraints critical")
		},
	},
	{
		ID: "verify/unknown-critical", Question: Constrained, Title: "a critical extension that clients do not know",
		Why: "critical means: refuse if you do not understand it", Source: "RFC 5280, 4.2", Refusing: all,
		Severity: diag.SeverityError, Fixes: []fix{fixIssue}, scope: presented, check: unknownCritical,
	},
	{
		ID: "verify/anchor-unknown-critical", Question: Constrained, Title: "a critical extension of the root that clients do not know",
		Why: "Java and rustls do not look at a root's extensions", Source: "RFC 5280, 4.2; measured", Refusing: all &^ notAnchors,
		Severity: diag.SeverityWarning, Fixes: []fix{fixRotate}, scope: anchor, check: unknownCritical,
	},
}

// unsupportedConstraint: Go passes over what is not critical, GnuTLS over subjects
// that are permitted, rustls over everything but subjects and URIs; Chrome and
// Firefox heed no constraint on URIs and so allow none below one; Firefox takes
// subjects for excluded where any is, and an empty one for not permitted (measured).
func unsupportedConstraint(p *path, c *Certificate, _ int) fault {
	var among Clients
	for _, tree := range c.facts.subtrees {
		if tree.tag == tagDirectory && (tree.excluded || p.certificates[0].emptySubject()) {
			among |= Firefox
		}
		if c.facts.constraints.critical {
			among |= Go
		}
		if tree.tag == tagDirectory {
			among |= Rustls
		}
		if tree.tag != tagDirectory || tree.excluded {
			among |= GnuTLS
		}
	}
	if len(c.X509.PermittedURIDomains)+len(c.X509.ExcludedURIDomains) > 0 && len(p.certificates[0].X509.URIs) > 0 {
		among |= Rustls | Chrome | Firefox
	}
	if among == 0 {
		return fault{}
	}
	return fault{found: true, among: among, detail: c.Title() + " constrains names of a kind other than DNS names, addresses and mailboxes"}
}

// unknownCritical is held against those who do not know one of the extensions.
func unknownCritical(p *path, c *Certificate, i int) fault {
	var among Clients
	for _, id := range c.facts.critical {
		among |= strangersTo(c.X509, id)
	}
	if isAnchor(p, i) && len(p.certificates) > 1 {
		among &^= notAnchors
	}
	if among == 0 {
		return fault{}
	}
	return fault{found: true, among: among, detail: fmt.Sprintf("%s has the critical extension %s", c.Title(), c.facts.critical[0])}
}

// between counts the intermediate certificates below the one at i.
func (p *path) between(i int, selfIssuedToo bool) int {
	count := 0
	for below := 1; below < i; below++ {
		if selfIssuedToo || !p.certificates[below].selfIssued() {
			count++
		}
	}
	return count
}

func tooLong(p *path, i int, selfIssuedToo bool) bool {
	x := p.certificates[i].X509
	limited := x.BasicConstraintsValid && x.IsCA && (x.MaxPathLen > 0 || x.MaxPathLen == 0 && x.MaxPathLenZero)
	return limited && p.between(i, selfIssuedToo) > x.MaxPathLen
}

func overLong(p *path, c *Certificate, i int, found bool) fault {
	return whenf(found, "%s allows %d CAs below it, and there are %d", c.Title(), c.X509.MaxPathLen, p.between(i, true))
}
