package command

import (
	"time"

	"devca/certs"
	"devca/diag"
	"devca/verify"
)

// verifyResult is the JSON answer of verify.
type verifyResult struct {
	Targets []verifyTarget `json:"targets"`
	Folders []folderResult `json:"folders,omitempty"`
}

// verifyTarget is one chain and what was found about it.
type verifyTarget struct {
	Target     string            `json:"target"`
	Kind       string            `json:"kind"` // file, stdin or server
	Server     *liveAnswer       `json:"server,omitempty"`
	Name       string            `json:"name,omitempty"` // that clients ask for
	Accepted   bool              `json:"accepted"`       // by every client that was asked for, and nothing else is wrong
	Anchored   bool              `json:"anchored"`
	TrustedBy  string            `json:"trusted_by,omitempty"` // where the root comes from
	Paths      int               `json:"paths"`                // that lead to a trusted root
	Path       []pathCertificate `json:"path"`                 // end entity first
	Revocation *revocationResult `json:"revocation,omitempty"`
	Verdicts   []clientVerdict   `json:"verdicts"`
	Findings   []verifyFinding   `json:"findings"`
}

type pathCertificate struct {
	Title     string    `json:"title"`
	SHA256    string    `json:"sha256"`
	NotBefore time.Time `json:"not_before,omitzero"`
	NotAfter  time.Time `json:"not_after,omitzero"`
	Pin       string    `json:"pin,omitempty"`      // sha256/ and BASE64 of the SPKI
	Problems  []string  `json:"problems,omitempty"` // of one that cannot be read
}

type revocationResult struct {
	Status    string    `json:"status"` // good, revoked, unknown or unusable
	Source    string    `json:"source"` // staple, ocsp or crl
	RevokedAt time.Time `json:"revoked_at,omitzero"`
	Reason    string    `json:"reason,omitempty"`
}

type clientVerdict struct {
	Client   string        `json:"client"`
	Versions string        `json:"versions,omitempty"`
	Answer   verify.Answer `json:"answer"` // accepts, refuses or depends
	Reasons  []diag.Code   `json:"reasons"`
}

// verifyFinding is a finding with what belongs to it in a chain.
type verifyFinding struct {
	diag.Finding
	Certificate int      `json:"certificate"` // its place in path; -1: the chain as a whole
	Clients     []string `json:"clients"`     // of those asked for, who refuses because of it
	Source      string   `json:"source,omitempty"`
}

// describe makes the JSON form.
func (j *judged) describe() verifyTarget {
	target := verifyTarget{
		Target: j.name, Kind: j.kind, Server: j.live, Name: j.asked, Accepted: !j.refused(), Paths: j.report.Paths,
		Path: []pathCertificate{}, Verdicts: []clientVerdict{}, Findings: []verifyFinding{},
	}
	if j.report.Anchor != nil {
		target.Anchored, target.TrustedBy = true, j.report.Anchor.Source
	}
	for _, c := range j.report.Path {
		one := pathCertificate{Title: c.Title(), SHA256: certs.Fingerprint(c.DER)}
		if c.X509 != nil {
			one.NotBefore, one.NotAfter, one.Pin = c.X509.NotBefore.UTC(), c.X509.NotAfter.UTC(), pinOf(c.X509.RawSubjectPublicKeyInfo)
		} else if c.Loose != nil {
			one.Problems = c.Loose.Problems
		}
		target.Path = append(target.Path, one)
	}
	if status := j.report.Status; status.Status != "" {
		target.Revocation = &revocationResult{Status: status.Status, Source: status.Source, RevokedAt: status.At, Reason: status.Reason}
	}
	for _, verdict := range j.report.Verdicts {
		if verdict.Client.Bit&j.options.clients == 0 {
			continue
		}
		target.Verdicts = append(target.Verdicts, clientVerdict{
			Client: verdict.Client.Name, Versions: verdict.Client.Versions, Answer: verdict.Answer,
			Reasons: append([]diag.Code{}, verdict.Reasons...),
		})
	}
	for _, finding := range j.relevant() {
		target.Findings = append(target.Findings, verifyFinding{
			Finding: finding.Diag(j.options.clients), Certificate: finding.Index,
			Clients: (finding.Clients & j.options.clients).Names(), Source: finding.Rule.Source,
		})
	}
	for _, finding := range j.more {
		target.Findings = append(target.Findings, verifyFinding{Finding: finding, Certificate: -1, Clients: []string{}})
	}
	return target
}
