package verify

import (
	"cmp"
	"crypto/x509/pkix"
	"math/bits"
	"net"
	"slices"
	"time"

	"devca/diag"
)

// Judge answers the request. It takes less than a second and 256 MiB, whatever
// it is given.
func Judge(request Request) *Report {
	now := request.At
	if now.IsZero() {
		now = time.Now()
	}
	// Certificates count in seconds (RFC 5280, 4.1.2.5), and clients compare so.
	now = now.UTC().Truncate(time.Second)
	if len(request.Chain) == 0 {
		return &Report{Verdicts: everybody(Refuses, nil)}
	}
	end := request.Chain[0]
	if end.X509 == nil {
		return unreadable(&request, end)
	}
	s := newSearch(&request)
	var judged []*judgement
	var q inquiry
	for _, p := range s.paths(end) {
		judged = append(judged, judge(&request, p, &q, now))
	}
	built := len(judged)
	if built == 0 {
		judged = append(judged, judge(&request, s.walk(end), &q, now))
	}
	return report(judged, built)
}

// judgement is a path with everything that the rules brought up.
type judgement struct {
	path   *path
	faults []placed
	// refusing refuse the path; depending would not, with something fetched.
	refusing, depending Clients
}

// placed is a fault, its rule and the certificate it is about.
type placed struct {
	rule  *Rule
	index int
	fault fault
}

func (f placed) refusing() Clients {
	if f.fault.among != 0 {
		return f.fault.among
	}
	return f.rule.Refusing
}

// onlyJava takes Java out of those who refuse an end entity that is trusted itself,
// and tells whether nobody is left: it looks at nothing but the name then
// (sun.security.validator.Validator; measured).
func (f *placed) onlyJava() bool {
	if f.rule.Question == Named || f.rule.Refusing == 0 {
		return false
	}
	f.fault.among = f.refusing() &^ Java
	return f.fault.among == 0
}

// judge runs every rule over a path.
func judge(request *Request, p *path, q *inquiry, now time.Time) *judgement {
	p.request, p.now = request, now
	if request.Name != "" {
		p.names = matchName(p.certificates[0], request.Name, request.Usage)
	}
	p.constrain()
	p.revoked = p.withdrawn(q)
	j := &judgement{path: p}
	for _, rule := range rules {
		first, behind := p.span(rule)
		for i := first; i < behind; i++ {
			found := rule.check(p, p.certificates[i], i)
			if !found.found {
				continue
			}
			f := placed{rule, i, found}
			if rule.scope == whole {
				f.index = -1
			}
			if p.trustedItself() && f.onlyJava() {
				break
			}
			j.faults = append(j.faults, f)
			j.refusing |= f.refusing()
			j.depending |= found.depends
			break // once a rule and path: the first certificate tells the story
		}
	}
	j.depending &^= j.refusing
	return j
}

// span gives the places of the certificates in a rule's scope, the second not
// included.
func (p *path) span(rule *Rule) (first, behind int) {
	below := len(p.certificates) // certificates that are no anchor
	if p.anchor != nil && below > 1 {
		below--
	}
	issuer := 1 // where issuers begin
	if p.request.Usage == Authority {
		issuer = 0
	}
	switch rule.scope {
	case leaf:
		if issuer == 0 && (rule.Question == Used || rule.Question == Named) {
			return 0, 0 // what is asked of servers and clients only
		}
		return 0, 1
	case whole:
		return 0, 1
	case intermediate:
		if p.anchor != nil && len(p.certificates) == 1 {
			return 0, 0
		}
		return issuer, below
	case anchor:
		if p.anchor != nil && len(p.certificates) == 1 {
			return issuer, 1
		}
		return max(below, 1), len(p.certificates)
	case issuers:
		return issuer, len(p.certificates)
	case presented:
		return 0, below
	default:
		return 0, len(p.certificates)
	}
}

// report chooses the path that most clients accept, and says who accepts any.
func report(judged []*judgement, built int) *Report {
	refusing, depending := all, Clients(0)
	for _, j := range judged {
		refusing &= j.refusing | j.depending
	}
	for _, j := range judged {
		depending |= refusing & j.depending
	}
	refusing &^= depending
	best := slices.MinFunc(judged, func(a, b *judgement) int {
		return cmp.Or(
			cmp.Compare(bits.OnesCount32(uint32((a.refusing|a.depending)&Everyone)), bits.OnesCount32(uint32((b.refusing|b.depending)&Everyone))),
			cmp.Compare(bits.OnesCount32(uint32(a.refusing)), bits.OnesCount32(uint32(b.refusing))),
			cmp.Compare(len(a.path.certificates), len(b.path.certificates)),
		)
	})
	r := &Report{Path: best.path.certificates, Paths: built, Status: best.path.revoked.status()}
	if best.path.anchor != nil {
		r.Anchor = &best.path.anchor.anchor
	}
	for _, f := range best.faults {
		r.Findings = append(r.Findings, best.finding(f, refusing))
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(weight(b), weight(a)),
			cmp.Compare(a.Rule.Question, b.Rule.Question),
		)
	})
	r.Verdicts = make([]Verdict, len(profiles))
	for i, profile := range profiles {
		r.Verdicts[i] = best.verdict(profile, refusing, depending)
	}
	return r
}

// weight puts findings that hurt first.
func weight(f Finding) int {
	n := bits.OnesCount32(uint32(f.Clients & Everyone))
	if f.Rule.Severity == diag.SeverityError {
		n++
	}
	return n
}

func (j *judgement) finding(f placed, refusing Clients) Finding {
	finding := Finding{Rule: f.rule, Index: f.index, Clients: f.refusing() & refusing, Detail: f.fault.detail}
	if f.index >= 0 {
		finding.Certificate = j.path.certificates[f.index]
	}
	names := namesToIssue(j.path.request, j.path.certificates[0])
	for _, fix := range f.rule.Fixes {
		finding.Fixes = append(finding.Fixes, fix.filled(names))
	}
	return finding
}

// verdict is what one profile says. The reasons are those of the best path.
func (j *judgement) verdict(profile *Profile, refusing, depending Clients) Verdict {
	v := Verdict{Client: profile, Answer: Accepts}
	switch {
	case refusing&profile.Bit != 0:
		v.Answer = Refuses
	case depending&profile.Bit != 0:
		v.Answer = Depends
	default:
		return v
	}
	for _, f := range j.faults {
		if (f.refusing()|f.fault.depends)&profile.Bit != 0 {
			v.Reasons = append(v.Reasons, f.rule.ID)
		}
	}
	return v
}

// everybody gives one answer for all.
func everybody(answer Answer, reasons []diag.Code) []Verdict {
	verdicts := make([]Verdict, len(profiles))
	for i, profile := range profiles {
		verdicts[i] = Verdict{Client: profile, Answer: answer, Reasons: reasons}
	}
	return verdicts
}

// unreadable is the report about an end entity that crypto/x509 does not read.
func unreadable(request *Request, end *Certificate) *Report {
	rule := anchorRules[0]
	finding := Finding{Rule: rule, Certificate: end, Clients: all, Detail: rule.check(nil, end, 0).detail}
	for _, fix := range rule.Fixes {
		finding.Fixes = append(finding.Fixes, fix.filled(namesToIssue(request, end)))
	}
	return &Report{Path: request.Chain[:1], Findings: []Finding{finding}, Verdicts: everybody(Refuses, []diag.Code{rule.ID})}
}

// namesToIssue are the arguments that a new certificate would be issued with.
func namesToIssue(request *Request, c *Certificate) []string {
	var names []string
	if request.Name != "" {
		names = append(names, request.Name)
	}
	if c.X509 == nil {
		return names
	}
	for _, name := range c.X509.DNSNames {
		if name != request.Name && len(names) < 4 {
			names = append(names, name)
		}
	}
	for _, ip := range c.X509.IPAddresses {
		if text := net.IP(ip).String(); text != request.Name && len(names) < 4 {
			names = append(names, text)
		}
	}
	return names
}

// nameOf gives a subject or issuer in few words.
func nameOf(name pkix.Name) string {
	switch {
	case name.CommonName != "":
		return name.CommonName
	case len(name.Names) > 0:
		return name.String()
	default:
		return "an issuer without a name"
	}
}
