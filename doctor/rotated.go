package doctor

import (
	"slices"

	"devca/diag"
	"devca/trust"
)

// byEarlier says whether the server's chain leads to a root that this CA had
// before the current one.
func (e *exam) byEarlier(j *Judgement) bool {
	roots, err := e.roots()
	return err == nil && j.Root != nil && len(roots) > 0 && slices.ContainsFunc(roots[1:], j.Root.Equal)
}

// outdated is a server that still shows what was issued before the root was
// replaced. As long as all stores that have the current root have the earlier one,
// too, every client of this machine connects.
func (e *exam) outdated(j *Judgement) Finding {
	finding := diag.New(diag.DoctorEarlierRoot, "the server shows a certificate of an earlier root of this CA: "+title(j.Chain[0])).
		Because("the root was replaced, and clients that trust the current one alone refuse what the earlier one signed").
		Fix("issue it again, and have the server show the new one", "devca issue "+diag.CommandLine(e.target.Host))
	if e.trustedAlike(j) {
		finding = warning(finding)
	}
	f := found(finding, rankServer)
	if entry, ours := e.issuedHere(j.Chain[0]); ours {
		f = e.renewed(f, entry)
	}
	return f
}

// trustedAlike says whether every store that trusts the current root trusts the
// server's.
func (e *exam) trustedAlike(j *Judgement) bool {
	theirs := e.read(trust.Root{Certificate: j.Root})
	for i, reading := range e.readings() {
		if reading.State == trust.Trusted && theirs[i].State != trust.Trusted {
			return false
		}
	}
	return true
}
