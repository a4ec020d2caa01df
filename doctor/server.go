package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/verify"
)

// Judgement is what devca verify says about a server.
type Judgement struct {
	Failure  *diag.Error    // it could not be asked, or showed no certificate
	Findings []diag.Finding // of the chain and the server
	Accepted bool           // by every client that verify knows, as far as the chain goes
	Anchored bool
	Root     *x509.Certificate // that the chain leads to, if it is anchored
	Source   string            // of the root
	Version  string            // of TLS
	Chain    []*x509.Certificate
	// ServerTime asks the server for the time; zero: it does not say. Nil: it cannot
	// be asked.
	ServerTime func(context.Context) time.Time
}

func (j *Judgement) describe(t *Target) {
	t.Version, t.Anchored, t.Source, t.Accepted = j.Version, j.Anchored, j.Source, j.Accepted
	if len(j.Chain) > 0 {
		t.Names = slices.Clone(j.Chain[0].DNSNames)
		for _, address := range j.Chain[0].IPAddresses {
			t.Names = append(t.Names, address.String())
		}
	}
}

// askServer takes verify's answer, and adds what devca knows of a certificate
// that it issued.
func askServer(_ context.Context, e *exam) answer {
	if e.target == nil {
		return answer{state: NotApplicable, detail: "none was given"}
	}
	j, err := e.judgement()
	if err != nil {
		return unread("the server cannot be judged", err)
	}
	if j.Failure != nil {
		return answer{detail: j.Failure.What, findings: []Finding{found(j.Failure, rankReach)}}
	}
	a := answer{detail: j.Version + ", " + e.target.Address()}
	now := e.Now()
	for i, certificate := range j.Chain {
		if i > 0 && certificate.NotAfter.Sub(now) > soon {
			continue // the issuers have their own lines, or are somebody else's affair
		}
		a.certificates = append(a.certificates, describeCertificate("server", certificate, "", now))
	}
	for _, finding := range j.Findings {
		if finding.Code == "verify/not-in-store" {
			continue // the stores were read, and say so themselves
		}
		a.findings = append(a.findings, e.aboutServer(j, finding))
	}
	if e.byEarlier(j) {
		a.findings = append(a.findings, e.outdated(j))
	}
	if len(a.findings) == 0 {
		a.detail += ": nothing is wrong with its certificate"
	}
	return a
}

// issuedHere finds a certificate in the ledger.
func (e *exam) issuedHere(certificate *x509.Certificate) (ca.Entry, bool) {
	ledger, err := e.ledger()
	if err != nil {
		return ca.Entry{}, false
	}
	sum := certs.Fingerprint(certificate.Raw)
	i := slices.IndexFunc(ledger.Entries, func(entry ca.Entry) bool { return entry.SHA256 == sum })
	if i < 0 {
		return ca.Entry{}, false
	}
	return ledger.Entries[i], true
}

// aboutServer gives a finding of verify its rank, and better ways out where the
// certificate is one of this CA's.
func (e *exam) aboutServer(j *Judgement, finding diag.Finding) Finding {
	if rule := verify.RuleByID(finding.Code); rule != nil {
		finding.What = rule.Title + ": " + finding.What
	}
	f := Finding{Finding: finding, rank: rankServer}
	entry, ours := ca.Entry{}, false
	if len(j.Chain) > 0 {
		entry, ours = e.issuedHere(j.Chain[0])
	}
	if !ours {
		if finding.Code == "verify/expired" {
			f.Fixes = []diag.Fix{{Do: "devca did not issue it: have whoever did issue another, and the server show that"}}
		}
		return f
	}
	switch finding.Code {
	case "verify/expired":
		return e.renewed(f, entry)
	case "verify/unknown-issuer", "verify/incomplete-chain":
		if !entry.LeafOnly {
			f.What = "the server sends its certificate without the issuing CA's, which is in the same file"
			f.Fixes = []diag.Fix{{Do: "have the server send all of " + entry.Files.Cert + ", not its first certificate only, and reload it"}}
		}
	}
	return f
}

// renewed is mended by a renewal, which the server has to be told of.
func (e *exam) renewed(f Finding, entry ca.Entry) Finding {
	if entry.ReplacedBy != "" {
		f.Fixes = []diag.Fix{{Do: "it was renewed already, and the server still shows the old one: have it read " + entry.Files.Cert + " again (reload or restart it)"}}
		return f
	}
	f.Fixes = []diag.Fix{
		{Do: "renew it", Run: diag.CommandLine("devca", "renew", entry.Files.Cert)},
		{Do: "and have the server read it again (reload or restart it)"},
	}
	return f.by(e.renew([]ca.Entry{entry}))
}

// failure finds the explanation in an error of the way to the server.
func failure(err error) *diag.Error {
	if explained, ok := errors.AsType[*diag.Error](err); ok {
		return explained
	}
	return diag.New(diag.DialUnreachable, err.Error()).Fix("see what listens on this machine", diag.Listeners())
}

// NotReached is the judgement of a server that could not be asked.
func NotReached(err error) *Judgement { return &Judgement{Failure: failure(err)} }
