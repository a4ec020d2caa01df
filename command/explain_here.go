package command

import (
	"crypto/x509"
	"slices"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/explain"
	"devca/runtimes"
	"devca/trust"
)

// here is what matters about this machine.
type here struct {
	root    *x509.Certificate // devca's; nil: there is none
	path    string            // of its file
	trusted []string          // the kinds of stores that trust it
	asked   bool
}

// lookHere reads whether there is a CA, and which kinds of stores trust it. What
// cannot be read counts as missing: devca status says why.
func (p *program) lookHere(c *cli.Context) here {
	var h here
	dir, err := p.openDir(c)
	if err != nil {
		return h
	}
	roots, err := dir.Roots()
	if err != nil || len(roots) == 0 {
		return h
	}
	h.root = roots[0]
	h.path = dir.RootPath()
	return h
}

// trusts says whether a kind of store trusts devca's root. The stores are read
// when the first answer needs them.
func (h *here) trusts(c *cli.Context, p *program, kind trust.Kind) bool {
	if !h.asked {
		h.asked = true
		stores := trust.Detect(p.machine(c))
		for i, reading := range trust.ReadAll(c.Context, stores, trust.Root{Certificate: h.root}) {
			if reading.State == trust.Trusted {
				h.trusted = append(h.trusted, string(stores[i].About().Kind))
			}
		}
	}
	return slices.Contains(h.trusted, string(kind))
}

// storeOf says which kind of store a client reads; empty: one of its own.
func storeOf(client string) trust.Kind {
	switch {
	case explain.Repeats(client, "chromium"), explain.Repeats(client, "firefox"), client == "nss": // and not curl, which may be built with NSS
		return trust.KindNSS
	case explain.Repeats(client, "java"):
		return trust.KindJava
	case explain.ReadsNoStore(client):
		return ""
	}
	return trust.KindSystem
}

// variableOf gives the variable with which the client can be told about one more
// root; empty: there is none that adds.
func variableOf(client explain.Client) string {
	names := []string{client.Runtime, client.Name}
	names = append(names, client.Inside...)
	for _, name := range names {
		runtime, known := runtimes.Find(name)
		if !known {
			continue
		}
		for _, s := range runtime.Settings {
			if s.Kind == runtimes.Variable && s.Effect == runtimes.Adds && s.Form == runtimes.PEM {
				return s.Name
			}
		}
	}
	return ""
}

// fixesHere are the ways out of a match on this machine, the best first.
func (p *program) fixesHere(c *cli.Context, m explain.Match, h *here) []diag.Fix {
	if m.Entry.Mend.Do != "" || m.Cause != explain.UntrustedRoot && m.Cause != explain.ClientDistrusts && m.Cause != explain.ClientLeft {
		return m.Fixes
	}
	var fixes []diag.Fix
	kind := storeOf(m.Client.Name)
	switch {
	case h.root == nil:
		fixes = append(fixes, diag.Fix{Do: "make a root that this machine trusts; certificates from devca issue are then trusted", Run: "devca install"})
	case explain.Repeats(m.Client.Name, "android"), m.Client.Name == "ios":
		fixes = append(fixes, diag.Fix{Do: "bring the root to the device; an app of Android's counts it only if its network security configuration says so", Run: "devca mobile"})
	case m.Client.Server:
		fixes = append(fixes, diag.Fix{Do: "see which clients of this machine trust the root", Run: "devca status"})
	case kind == "":
		fixes = append(fixes, diag.Fix{Do: m.Client.Title + " has a list of roots of its own: run it with devca's root", Run: "devca exec -- COMMAND"})
		if variable := variableOf(m.Client); variable != "" {
			fixes = append(fixes, diag.Fix{Do: "or name the root to it in each shell", Run: diag.Export(variable, h.path)})
		}
	case !h.trusts(c, p, kind):
		fixes = append(fixes, diag.Fix{Do: "the store that " + m.Client.Title + " reads does not trust devca's root: put it there", Run: "devca install"})
	default:
		fixes = append(fixes, diag.Fix{Do: "devca's root is trusted by the store that " + m.Client.Title + " reads, so the certificate is another CA's: see which", Run: diag.CommandLine("devca", "verify", orURL(m))})
		fixes = append(fixes, diag.Fix{Do: "trust that CA, if it is yours", Run: "devca trust ROOT.pem"})
	}
	if m.Sure == explain.OneOf {
		fixes = append(fixes, diag.Fix{Do: "this text has several causes: let the server's answer settle which", Run: diag.CommandLine("devca", "explain", "--live", orURL(m))})
	}
	return fixes
}

func orURL(m explain.Match) string {
	switch {
	case m.URL != "":
		return m.URL
	case m.Asked() != "":
		return "https://" + m.Asked()
	}
	return "URL"
}
