package doctor

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"strings"

	"devca/diag"
	"devca/dial"
	"devca/trust"
)

// askNames looks where names of development lead: those that certificates were
// issued for, and the one that is asked for.
func askNames(ctx context.Context, e *exam) answer {
	path := hostsFile(e.Machine.Getenv)
	entries, err := readHosts(path)
	if err != nil && !os.IsNotExist(err) {
		return unread("the hosts file cannot be read", err)
	}
	names := e.names()
	a := answer{detail: count(len(names), "name") + " looked up in " + path}
	for _, name := range names {
		for _, entry := range entries[name] {
			if !entry.address.IsLoopback() {
				a.findings = append(a.findings, e.elsewhere(path, entry))
			}
		}
	}
	if e.target != nil {
		if finding, unknown := e.unresolved(ctx, path); unknown {
			a.findings = append(a.findings, finding)
		}
	}
	return a
}

// names are those that should lead to this machine.
func (e *exam) names() []string {
	names := []string{"localhost"}
	known := map[string]bool{"localhost": true} // a ledger may have thousands
	add := func(name string) {
		name = strings.ToLower(strings.TrimSuffix(name, "."))
		if _, err := netip.ParseAddr(name); err != nil && !known[name] {
			names, known[name] = append(names, name), true
		}
	}
	if e.target != nil {
		add(e.target.Host)
	}
	if ledger, err := e.ledger(); err == nil {
		for _, entry := range ledger.Current(e.Now()) {
			for _, name := range entry.Names {
				if !strings.ContainsAny(name, "*@/:") && entry.HasFile() {
					add(name)
				}
			}
		}
	}
	return names
}

// elsewhere is a name of development that leads to another machine. For the name
// that is asked for, that is the cause if nothing right answers there.
func (e *exam) elsewhere(path string, entry hostsEntry) Finding {
	finding := diag.New(diag.DoctorHosts, fmt.Sprintf("%s leads to %s, by line %d of %s", entry.name, entry.address, entry.line, path)).
		Because("the server of this machine is not asked; whatever answers there is").
		Fix("have it lead to this machine", entry.corrected(path, e.asRoot(diag.CommandLine("tee", path))))
	asked := e.target != nil && strings.EqualFold(e.target.Host, entry.name)
	switch {
	case asked && e.accepted():
		return found(notice(finding), rankRemark)
	case !asked && entry.name != "localhost":
		return found(warning(finding), rankRemark)
	}
	return found(finding, rankReach)
}

// accepted says whether the server that was asked is all right.
func (e *exam) accepted() bool {
	j, err := e.judgement()
	return err == nil && j.fault() == nil
}

// unresolved asks the system's resolver, which Python, Node, Java and most others
// use. Browsers and curl know names below localhost by themselves (RFC 6761, 6.3).
func (e *exam) unresolved(ctx context.Context, path string) (Finding, bool) {
	host := e.target.Host
	if _, err := netip.ParseAddr(host); err == nil || runtime.GOOS != "linux" {
		return Finding{}, false
	}
	if _, err := e.Machine.LookPath("getent"); err != nil {
		return Finding{}, false
	}
	out, err := e.Machine.Run(ctx, trust.Command{Argv: []string{"getent", "ahosts", "--", host}})
	if err == nil && len(out) > 0 || ctx.Err() != nil {
		return Finding{}, false
	}
	finding := diag.New(diag.DoctorName, "the system's resolver does not know "+host).
		Because("Python, Node, Java, git, wget and Go ask it")
	if dial.BelowLocalhost(host) {
		finding = finding.Because("Python, Node, Java, wget and Go ask it; curl and browsers know by themselves that it is this machine")
	}
	fix := e.addName(path)
	finding = finding.Fix(fix.Do, fix.Run)
	if e.accepted() || dial.BelowLocalhost(host) {
		finding = warning(finding)
	}
	return found(finding, rankReach), true
}

// addName gives the target's name an address.
func (e *exam) addName(path string) diag.Fix {
	fix := diag.Fix{Do: "if it is a server of this machine, add it to the hosts file"}
	switch host := e.target.Host; {
	case !plainName(host):
	case runtime.GOOS == "windows":
		fix.Run = "notepad " + path
	default:
		fix.Run = e.asRoot(fmt.Sprintf("sh -c 'echo 127.0.0.1 %s >>%s'", host, path))
	}
	return fix
}

// plainName keeps what is no host name out of commands to paste.
func plainName(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == "" && name[0] != '-'
}
