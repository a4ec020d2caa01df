package verify

import (
	"fmt"
	"strings"
	"time"

	"devca/diag"
	"devca/revocation"
)

// withdrawal is what is known about the certificates of one path.
type withdrawal struct {
	stapled revocation.Answer // of the end entity; zero if there is no staple
	fetched revocation.Answer // the most telling of the OCSP answers
	lists   []listed          // one for each certificate with a list of its issuer
}

// listed is what a list says about the certificate at a place in the path.
type listed struct {
	index  int
	answer revocation.Answer
}

// maxAsked bounds the bytes of lists and answers that are read for one request: a
// list is read once for each issuer that stands above a certificate in some path.
const maxAsked = 64 << 20

// inquiry remembers what was asked, since paths share most of their certificates.
type inquiry struct {
	answers map[asked]revocation.Answer
	bytes   int
}

// asked is one question: a source, by its number among those of its kind, and
// the certificate and issuer that it is asked about.
type asked struct {
	kind                byte // s, o, c: staple, OCSP, CRL
	number              int
	certificate, issuer *Certificate
}

func (q *inquiry) ask(about asked, der []byte, now time.Time) revocation.Answer {
	if answer, known := q.answers[about]; known {
		return answer
	}
	answer := revocation.Answer{Status: revocation.Unusable, Problems: []revocation.Problem{{
		ID: "too-much", What: "there is too much to read for one chain", RFC: "none",
	}}}
	if q.bytes += len(der); q.bytes <= maxAsked {
		check := func(der []byte) revocation.Answer {
			return revocation.CheckOCSP(der, about.certificate.X509, about.issuer.X509, now, nil)
		}
		if about.kind == 'c' {
			check = func(der []byte) revocation.Answer {
				return revocation.CheckCRL(der, about.certificate.X509, about.issuer.X509, now)
			}
		}
		answer = check(der)
	}
	if q.answers == nil {
		q.answers = map[asked]revocation.Answer{}
	}
	q.answers[about] = answer
	return answer
}

// withdrawn asks everything that was given about the path's certificates.
func (p *path) withdrawn(q *inquiry) withdrawal {
	var w withdrawal
	if len(p.certificates) < 2 {
		return w
	}
	leaf, issuer := p.certificates[0], p.certificates[1]
	if len(p.request.Staple) > 0 {
		w.stapled = q.ask(asked{'s', 0, leaf, issuer}, p.request.Staple, p.now)
	}
	for i, der := range p.request.OCSP {
		if answer := q.ask(asked{'o', i, leaf, issuer}, der, p.now); w.fetched.Status == "" || telling(answer.Status) > telling(w.fetched.Status) {
			w.fetched = answer
		}
	}
	if len(p.request.CRLs) == 0 {
		return w
	}
	for i, c := range p.certificates[:len(p.certificates)-1] {
		best := revocation.Answer{Status: revocation.Unknown}
		for number, der := range p.request.CRLs {
			if answer := q.ask(asked{'c', number, c, p.certificates[i+1]}, der, p.now); telling(answer.Status) > telling(best.Status) {
				best = answer
			}
		}
		if best.Status != revocation.Unknown {
			w.lists = append(w.lists, listed{i, best})
		}
	}
	return w
}

// telling orders answers: a revocation is never hidden behind another answer.
func telling(status revocation.Status) int {
	switch status {
	case revocation.Revoked:
		return 3
	case revocation.Good:
		return 2
	case revocation.Unusable:
		return 1
	default:
		return 0
	}
}

// status puts together what is known about the end entity.
func (w withdrawal) status() Revocation {
	best := Revocation{}
	rank := -1
	take := func(source string, answer revocation.Answer) {
		if answer.Status != "" && telling(answer.Status) > rank {
			rank = telling(answer.Status)
			best = Revocation{Status: string(answer.Status), Source: source, At: answer.RevokedAt, Reason: answer.Reason}
		}
	}
	take("staple", w.stapled)
	take("ocsp", w.fetched)
	for _, l := range w.lists {
		if l.index == 0 {
			take("crl", l.answer)
		}
	}
	return best
}

func revokedAt(c *Certificate, by string, answer revocation.Answer) string {
	text := fmt.Sprintf("%s was revoked on %s UTC", c.Title(), answer.RevokedAt.UTC().Format(day))
	if answer.Reason != "" {
		text += " (" + answer.Reason + ")"
	}
	return text + ", says " + by
}

func problems(answer revocation.Answer) string {
	var what []string
	for _, problem := range answer.Problems {
		what = append(what, problem.What)
	}
	return strings.Join(what, "; ")
}

// nearlyCurrent are stapled answers that are out of date by a day at most, which
// Firefox allows for clocks that differ (mozilla::pkix, pkixocsp.cpp; measured).
func nearlyCurrent(answer revocation.Answer, now time.Time) bool {
	const slop = 24 * time.Hour
	for _, problem := range answer.Problems {
		switch {
		case problem.ID == "ocsp-expired" && !answer.NextUpdate.IsZero() && now.Sub(answer.NextUpdate) <= slop:
		case problem.ID == "ocsp-not-yet" && answer.ThisUpdate.Sub(now) <= slop:
		default:
			return false
		}
	}
	return len(answer.Problems) > 0
}

// passedOver are stapled answers that GnuTLS goes on with: those that say nothing,
// those of tomorrow, and for three days those without an end (lib/cert-session.c,
// MAX_OCSP_VALIDITY_SECS; measured).
func passedOver(answer revocation.Answer, now time.Time) bool {
	for _, problem := range answer.Problems {
		switch problem.ID {
		case "ocsp-unknown", "ocsp-not-yet", "ocsp-try-later", "ocsp-unauthorized", "ocsp-internal-error", "ocsp-malformed-request", "ocsp-sig-required":
		case "ocsp-expired":
			if !answer.NextUpdate.IsZero() || now.Sub(answer.ThisUpdate) > 3*24*time.Hour {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// shortLived are certificates of which Firefox does not ask whether they are
// revoked (security.pki.cert_short_lifetime_in_days; measured).
const shortLived = 10 * 24 * time.Hour

var revocationRules = []*Rule{
	{
		ID: "verify/revoked-staple", Question: Unrevoked, Title: "revoked, says the stapled answer",
		Why: "who staples has asked the CA itself", Source: "RFC 6066, 8; RFC 6960, 2.2; measured", Refusing: Chrome | Firefox | GnuTLS | conformance,
		Severity: diag.SeverityError, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			found := when(p.revoked.stapled.Status == revocation.Revoked, revokedAt(c, "the stapled OCSP answer", p.revoked.stapled))
			if p.revoked.stapled.Has("ocsp-expired") {
				found.among = Firefox | GnuTLS | conformance // Chrome reads none that is stale (measured)
			}
			return found
		},
	},
	{
		ID: "verify/revoked-ocsp", Question: Unrevoked, Title: "revoked, says the OCSP responder",
		Why: "Firefox asks, and goes on if nobody answers; the others do not ask", Source: "RFC 6960, 2.2; measured", Refusing: Firefox | conformance,
		Severity: diag.SeverityError, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			return when(p.revoked.fetched.Status == revocation.Revoked, revokedAt(c, "the OCSP responder", p.revoked.fetched))
		},
	},
	{
		ID: "verify/revoked-crl", Question: Unrevoked, Title: "revoked, says the revocation list",
		Why: "no client looked at fetches a list by itself; programs that are given one refuse", Source: "RFC 5280, 6.3; measured", Refusing: conformance,
		Severity: diag.SeverityError, Fixes: []fix{fixIssue}, scope: presented,
		check: func(p *path, c *Certificate, i int) fault {
			for _, l := range p.revoked.lists {
				if l.index == i && l.answer.Status == revocation.Revoked {
					return yes(revokedAt(c, "the list", l.answer))
				}
			}
			return fault{}
		},
	},
	{
		ID: "verify/staple-unusable", Question: Unrevoked, Title: "the stapled answer is of no use",
		Why: "Firefox and GnuTLS refuse a stale staple, the others pass it over", Source: "RFC 6960, 3.2; measured", Refusing: Firefox | GnuTLS,
		Severity: diag.SeverityWarning, Fixes: []fix{{do: "have the server fetch a new answer, or staple none"}}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			found := when(p.revoked.stapled.Status == revocation.Unusable || p.revoked.stapled.Status == revocation.Unknown, "the stapled OCSP answer: "+problems(p.revoked.stapled))
			found.among = Firefox | GnuTLS
			if c.X509.NotAfter.Sub(c.X509.NotBefore) <= shortLived || nearlyCurrent(p.revoked.stapled, p.now) {
				found.among &^= Firefox
			}
			if passedOver(p.revoked.stapled, p.now) {
				found.among &^= GnuTLS
			}
			found.found = found.found && found.among != 0
			return found
		},
	},
	{
		ID: "verify/must-staple", Question: Unrevoked, Title: "it promises a staple, and there is none",
		Why: "the certificate says that its server always staples an OCSP answer", Source: "RFC 7633, 4.2.3.1; measured", Refusing: Firefox | GnuTLS,
		Severity: diag.SeverityWarning, Fixes: []fix{{do: "switch OCSP stapling on in the server"}, fixIssue}, scope: presented,
		check: func(p *path, c *Certificate, _ int) fault {
			if !p.request.Live || len(p.request.Staple) > 0 || !c.facts.feature {
				return fault{}
			}
			if !revocation.MustStaple(c.X509) {
				return fault{found: true, among: Firefox, detail: c.Title() + " demands a feature of TLS that Firefox does not know"}
			}
			return yes(c.Title() + " demands a stapled OCSP answer, and the server sent none")
		},
	},
	{
		ID: "verify/list-unusable", Question: Unrevoked, Title: "the revocation list is of no use",
		Why: "programs that are given such a list refuse everything below its issuer", Source: "RFC 5280, 5 and 6.3.3", Refusing: conformance,
		Severity: diag.SeverityError, Fixes: []fix{{do: "make a new list; for a CA of devca's", command: []string{"devca", "ca", "crl"}}}, scope: presented,
		check: func(p *path, c *Certificate, i int) fault {
			for _, l := range p.revoked.lists {
				if l.index == i && l.answer.Status == revocation.Unusable {
					return yes(fmt.Sprintf("the list about %s: %s", c.Title(), problems(l.answer)))
				}
			}
			return fault{}
		},
	},
	{
		ID: "verify/answer-unusable", Question: Unrevoked, Title: "the responder's answer is of no use",
		Why: "clients that ask go on as if nobody had answered", Source: "RFC 6960, 3.2 and 4.2", Severity: diag.SeverityWarning,
		Fixes: []fix{{do: "ask whoever runs the responder"}}, scope: leaf,
		check: func(p *path, _ *Certificate, _ int) fault {
			return when(p.revoked.fetched.Status == revocation.Unusable, "the responder's answer: "+problems(p.revoked.fetched))
		},
	},
	{
		ID: "verify/revocation-unknown", Question: Unrevoked, Title: "nobody says whether it is revoked",
		Why: "an answer was demanded", Source: "RFC 5280, 6.3.3", Severity: diag.SeverityError,
		Fixes: []fix{{do: "give a list", command: []string{"devca", "verify", "--crl", "LIST.crl", "CHAIN.pem"}}}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			status := p.revoked.status().Status
			return when(p.request.Demand && status != string(revocation.Good) && status != string(revocation.Revoked), "no answer about "+c.Title())
		},
	},
}
