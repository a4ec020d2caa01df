package doctor

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"devca/clients"
	"devca/diag"
	"devca/explain"
	"devca/trust"
)

// askClients asks each client of this machine for the target, with the environment
// and the settings that it would have if the person started it.
func askClients(ctx context.Context, e *exam) answer {
	switch {
	case e.target == nil || !e.wholly:
		return answer{state: NotApplicable, detail: "no server was given"}
	case e.target.Protocol.Name != "https":
		return answer{state: NotApplicable, detail: "they are asked for https only"}
	}
	address, err := clients.Address(e.url())
	if err != nil {
		return unread("the clients cannot be asked for "+e.address, err)
	}
	// They are looked for while the server is judged: Pythons are started for that.
	programs := make(chan []clients.Client, 1)
	go func() { programs <- e.here(ctx) }()
	if j, err := e.judgement(); err == nil && j.Failure != nil {
		return answer{state: NotApplicable, detail: "there is no server to ask"}
	}
	all := <-programs
	var a answer
	connect := 0
	for _, said := range clients.AskAll(ctx, all, address, e.answered()) {
		row := e.describe(ctx, said)
		a.clients = append(a.clients, row)
		if row.Answer == Connects {
			connect++
		}
	}
	if a.detail = fmt.Sprintf("%d of %d connect", connect, len(all)); slices.ContainsFunc(a.clients, func(row Client) bool { return row.Answer == Refuses || row.Answer == Fails }) {
		a.state = Problem // whether the cause is found here, or by another check
	}
	a.findings = e.unexplained(a.clients)
	if silent := notAsked(a.clients); len(silent) > 0 {
		why := reasons(a.clients)
		finding := diag.New(diag.DoctorUnread, some(silent)+" could not be asked").
			Because("what they would say is not known: " + strings.Join(why, "; "))
		if slices.Contains(why, clients.NoAnswer) {
			finding = finding.Fix("give them more time", diag.CommandLine("devca", "doctor", e.address, "--timeout", "1m"))
		} else {
			finding = finding.Fix("see what the server does", diag.CommandLine("devca", "trace", e.target.Address()))
		}
		a.findings = append(a.findings, found(warning(finding), rankRemark))
	}
	return a
}

// here are the clients of this machine that are to be asked.
func (e *exam) here(ctx context.Context) []clients.Client {
	ground := clients.ThisMachine(e.Machine.Getenv, e.Environ)
	ground.Javas, ground.Patience = trust.JavaHomes(e.Machine), e.Limit
	return clients.Find(ctx, ground, e.Clients...)
}

// answered tells of clients as they answer: some take seconds to start.
func (e *exam) answered() func(clients.Answer) {
	if e.Answered == nil {
		return nil
	}
	return func(said clients.Answer) { e.Answered(said.Client.Title()) }
}

// url is the target as the address of a page.
func (e *exam) url() string {
	if strings.Contains(e.address, "://") {
		return e.address
	}
	return "https://" + e.target.Address() + "/"
}

// describe makes a row of the table: what the client said, why, and what helps it.
func (e *exam) describe(ctx context.Context, said clients.Answer) Client {
	row := Client{ID: said.Client.Kind, Name: said.Client.Title(), Version: said.Version, Path: said.Client.Program, Took: said.Took}
	if fault, unmet := e.unmet(said); unmet {
		row.Answer, row.Said, row.Cause, row.Fixes, row.known = Fails, lastLine(said.Output), fault.What, fault.Fixes, true
		return row
	}
	switch said.Verdict {
	case clients.Accepted:
		row.Answer = Connects
		return row
	case clients.Refused:
		row.Answer = Refuses
	default:
		row.Answer = NotAsked
	}
	c := &complaint{client: said.Client.Kind, program: said.Client.Program}
	if tellable(c.client) {
		c.again = diag.CommandLine("devca", "exec", "--", filepath.Base(said.Client.Program)) + " ..."
	}
	if matches := explain.Read([]byte(said.Output)).Matches; len(matches) > 0 {
		m := matches[0]
		row.Said, row.Code = m.Evidence, m.Entry.ID
		c.cause, c.meant = m.What, m.Cause
		if row.Answer == NotAsked {
			row.Answer = Fails
		}
		if c.meant == explain.NameNotResolved {
			c.fixes = []diag.Fix{e.addName(hostsFile(e.Machine.Getenv))}
		}
		e.oneLoopback(ctx, c)
	} else {
		row.Said = lastLine(said.Output)
		c.cause = cmp.Or(said.Reason, row.Said, "it did not say why")
		c.unread = true
	}
	if e.proxied(c) {
		row.Answer = Fails
	} else if row.Answer == Refuses {
		e.settle(c)
	}
	row.Cause, row.Fixes, row.known = c.cause, c.fixes, c.known
	return row
}

// unmet is a server that ends connections without a client's certificate, which no
// client here was told to show. In TLS 1.3 the handshake is over for the client before
// it hears that (RFC 8446, 4.4.2.4), and some only find the connection cut: an answer
// of HTTP is what counts.
func (e *exam) unmet(said clients.Answer) (fault diag.Finding, unmet bool) {
	if j, err := e.judgement(); err == nil && said.Status == 0 {
		if f := j.fault(); f != nil && f.Code == diag.VerifyClientWanted {
			return *f, true
		}
	}
	return diag.Finding{}, false
}

// notAsked names the clients whose answer is not known.
func notAsked(rows []Client) []string {
	var names []string
	for _, row := range rows {
		if row.Answer == NotAsked && !slices.Contains(names, row.ID) {
			names = append(names, row.ID)
		}
	}
	return names
}

func reasons(rows []Client) []string {
	var all []string
	for _, row := range rows {
		if row.Answer == NotAsked && !slices.Contains(all, row.Cause) {
			all = append(all, row.Cause)
		}
	}
	return all
}

// tellable says whether variables reach a client, and a person starts it. GnuTLS, with
// which wget and wget2 are built here, knows none (gnutls_x509_trust_list_add_system_trust).
func tellable(client string) bool {
	return !browser(client) && !slices.Contains([]string{"go", "wget", "wget2"}, client)
}

func browser(client string) bool { return client == "chromium" || client == "firefox" }

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// unexplained makes findings of clients that refuse for a reason that no other
// check gives, those with one reason together.
func (e *exam) unexplained(rows []Client) []Finding {
	var findings []Finding
	groups := map[string][]Client{}
	var order []string
	for _, row := range rows {
		if row.Answer == Connects || row.Answer == NotAsked || row.known {
			continue
		}
		if groups[row.Cause] == nil {
			order = append(order, row.Cause)
		}
		groups[row.Cause] = append(groups[row.Cause], row)
	}
	for _, cause := range order {
		var names []string
		for _, row := range groups[cause] {
			names = append(names, row.Name)
		}
		verb := " does not connect: "
		if len(names) > 1 {
			verb = " do not connect: "
		}
		first := groups[cause][0]
		finding := diag.New(diag.DoctorClient, some(names)+verb+cause)
		if first.Said != "" && first.Said != cause {
			finding.Why = first.Name + " says: " + first.Said
		}
		for _, fix := range first.Fixes {
			finding = finding.Fix(fix.Do, fix.Run)
		}
		if len(finding.Fixes) == 0 {
			finding = finding.Fix("see what happens in the handshake", diag.CommandLine("devca", "trace", e.target.Address()))
		}
		findings = append(findings, found(finding, rankClient))
	}
	return findings
}
