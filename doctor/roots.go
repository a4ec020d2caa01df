package doctor

import (
	"bytes"
	"context"
	"crypto/x509"
	"slices"
	"strings"

	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/trust"
)

// askRoots looks for roots beside the current one that do harm, or might.
func askRoots(ctx context.Context, e *exam) answer {
	a := answer{detail: "none"}
	var names []string
	note := func(f Finding) {
		a.findings = append(a.findings, f)
	}
	for _, stale := range e.earlier() {
		names = append(names, title(stale.Root.Certificate))
		note(Finding{rank: rankStore, Finding: warning(diag.New(diag.DoctorStaleRoot, "an earlier root of this CA is still trusted: "+described(stale)).
			Because("nothing is signed with it any more; whoever has its key can still imitate development names").
			Fix("take it out", diag.CommandLine("devca", "doctor", "--fix"))).Finding}.by(e.takeOut(stale)))
	}
	foreign := e.foreign(ctx)
	for _, namesake := range e.namesakes(ctx) {
		names = append(names, title(namesake.Root.Certificate))
		foreign = slices.DeleteFunc(foreign, func(f trust.Foreign) bool { return f.Root.Certificate.Equal(namesake.Root.Certificate) })
		note(Finding{rank: rankSameName, Finding: diag.New(diag.DoctorSameName, "a stale root has the same name as the CA's, and another key: "+described(namesake)).
			Because("clients look for an issuer by its name, and refuse what is signed by the other key").
			Fix("take the stale one out, and have the current one trusted", "devca doctor --fix").Finding}.by(e.takeOut(namesake)))
	}
	for _, f := range foreign {
		names = append(names, title(f.Root.Certificate))
		note(e.stranger(f))
	}
	if len(names) > 0 {
		a.detail = some(names)
	}
	return a
}

func (e *exam) foreign(ctx context.Context) []trust.Foreign {
	e.asking.Lock()
	defer e.asking.Unlock()
	return trust.FindForeign(ctx, e.Machine, e.stores(), e.own())
}

// own are the roots that this CA made or was told to trust, in whatever state.
func (e *exam) own() []*x509.Certificate {
	own, _ := e.roots()
	own = slices.Clone(own)
	others, _ := e.Dir.Trusted()
	for _, other := range others {
		own = append(own, other.Certificate)
	}
	return own
}

// described names a root and where it is.
func described(f trust.Foreign) string {
	var titles []string
	for _, store := range f.Stores {
		titles = append(titles, store.About().Title)
	}
	return title(f.Root.Certificate) + " (SHA-256 " + certs.Fingerprint(f.Root.Certificate.Raw)[:16] + ") in " + some(titles)
}

// earlier lists roots that this CA had before, and the stores that still trust them.
func (e *exam) earlier() []trust.Foreign {
	roots, err := e.roots()
	if err != nil || len(roots) == 0 {
		return nil
	}
	candidates := slices.Clone(roots[1:])
	if journal, err := e.journal(); err == nil {
		others, _ := e.Dir.Trusted()
		for _, root := range journal.Roots() {
			trusted := slices.ContainsFunc(others, func(o ca.Other) bool { return o.Certificate.Equal(root) })
			if !trusted && !slices.ContainsFunc(roots, root.Equal) {
				candidates = append(candidates, root)
			}
		}
	}
	var stale []trust.Foreign
	for _, root := range candidates {
		one := trust.Foreign{Root: trust.Root{Certificate: root, Path: e.Dir.RootPath()}}
		stores := e.stores()
		for i, reading := range e.read(one.Root) {
			if reading.State == trust.Trusted {
				one.Stores = append(one.Stores, stores[i])
			}
		}
		if len(one.Stores) > 0 {
			stale = append(stale, one)
		}
	}
	return stale
}

// namesakes lists roots in the stores with the subject of the current one and
// another key.
func (e *exam) namesakes(ctx context.Context) []trust.Foreign {
	current := e.root().Certificate
	if current == nil {
		return nil
	}
	earlier := e.earlier()
	e.asking.Lock()
	defer e.asking.Unlock()
	var all []trust.Foreign
	for _, store := range e.stores() {
		added, _ := trust.Added(ctx, store) // a store that cannot be read has its own finding
		for _, certificate := range added {
			same := bytes.Equal(certificate.RawSubject, current.RawSubject)
			known := slices.ContainsFunc(earlier, func(f trust.Foreign) bool { return f.Root.Certificate.Equal(certificate) })
			if !same || bytes.Equal(certificate.RawSubjectPublicKeyInfo, current.RawSubjectPublicKeyInfo) || known {
				continue
			}
			i := slices.IndexFunc(all, func(f trust.Foreign) bool { return f.Root.Certificate.Equal(certificate) })
			if i < 0 {
				i = len(all)
				all = append(all, trust.Foreign{Root: trust.Root{Certificate: certificate}})
			}
			all[i].Stores = append(all[i].Stores, store)
		}
	}
	return all
}

// stranger is a root of another tool, or of another devca.
func (e *exam) stranger(f trust.Foreign) Finding {
	remove := diag.CommandLine("devca", "uninstall", "--foreign", certs.Fingerprint(f.Root.Certificate.Raw)[:16])
	if f.Maker == "devca" {
		finding := warning(diag.New(diag.DoctorForeignRoot, "the root of another devca is trusted here: "+described(f)).
			Because("it was made by another account, or in another directory: perhaps by devca as root, without sudo's variables").
			Fix("if it is not needed, remove it", remove))
		if e.root().Certificate == nil {
			finding.Severity = diag.SeverityError
			finding.Fixes = append([]diag.Fix{{Do: "make a root of this account, and have it trusted", Run: e.installCommand()}}, finding.Fixes...)
			return found(finding, rankAccount).by(e.install())
		}
		return found(finding, rankRemark)
	}
	var dangers []string
	for _, danger := range f.Dangers {
		dangers = append(dangers, danger.What)
	}
	return found(warning(diag.New(diag.DoctorForeignRoot, "a development root of "+f.Maker+" is trusted here: "+described(f)).
		Because(strings.Join(dangers, "; ")).
		Fix("if it is not needed, remove it", remove)), rankRemark)
}
