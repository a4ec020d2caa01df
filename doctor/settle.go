package doctor

import (
	"crypto/x509"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"devca/diag"
	"devca/explain"
	"devca/trust"
)

// complaint is what a client said about a server, and what it comes from.
type complaint struct {
	client  string // curl, node, java, …
	program string // its file, if that is known
	meant   explain.Cause
	unread  bool   // nothing of what it said is in the catalogue
	again   string // the command that starts it with devca's variables; empty: it reads none

	cause string
	fixes []diag.Fix
	known bool // another check has the cause
}

// aboutTrust says whether the client may have meant that it does not trust the
// root: some have one text for several causes.
func (c *complaint) aboutTrust() bool {
	return c.unread || slices.Contains([]explain.Cause{
		explain.UntrustedRoot, explain.IncompleteChain, explain.SelfSigned, explain.StaleRoot, explain.StoreUnusable,
	}, c.meant)
}

// settle goes by what is known of the server and of the store that the client
// reads, which says more than the client did. Where nothing is known, what the
// client said stays.
func (e *exam) settle(c *complaint) {
	j, err := e.judgement()
	if err != nil || e.target == nil {
		return
	}
	fault := j.fault()
	if fault != nil && (j.Failure != nil || !j.Anchored || !c.aboutTrust()) {
		e.blameServer(c, j, *fault)
		return
	}
	if e.skewed() && (c.aboutTrust() || c.meant == explain.Expired || c.meant == explain.NotYetValid) {
		c.cause, c.known = "programs are shown another time than the machine's", true
		return
	}
	if !j.Anchored || !c.aboutTrust() {
		return
	}
	if e.byEarlier(j) {
		finding := e.outdated(j)
		c.cause, c.fixes, c.known = finding.What, finding.Fixes, true
		return
	}
	if !slices.ContainsFunc(e.own(), j.Root.Equal) {
		return // what follows knows devca's roots
	}
	if words := e.misled(c.client); words != "" {
		c.cause, c.known, c.fixes = words, true, c.anew()
		return
	}
	e.settleByStore(c, j, fault)
}

// settleByStore goes by what the client's store says of the root that the server's
// chain leads to, which is one of devca's.
func (e *exam) settleByStore(c *complaint, j *Judgement, fault *diag.Finding) {
	state, store := e.storeOf(c, e.read(trust.Root{Certificate: j.Root}))
	switch {
	case state == "" && explain.ReadsNoStore(strings.TrimPrefix(c.client, "python-")): // python-requests
		c.cause = "no store of this machine is read, and nothing else names the root"
		if e.others(j.Root) {
			c.fixes = e.byVariable(c, j.Root)
			return
		}
	case state == "":
		if fault != nil { // Bundler has one text for everything, too
			e.blameServer(c, j, *fault)
		}
		return
	case state != trust.Trusted:
		e.untrusted(c, store, j.Root)
		return
	case fault != nil:
		// Its text stands for everything, and its store has the root.
		e.blameServer(c, j, *fault)
		return
	case c.unread:
		return // a connection that was cut is nobody's setting
	default:
		c.cause = store.About().Title + " trusts the root, and this client goes by other settings"
	}
	c.fixes = c.anew()
}

// untrusted blames the store that the client reads.
func (e *exam) untrusted(c *complaint, store trust.Store, root *x509.Certificate) {
	c.cause, c.known = "its store does not trust the root: "+store.About().Title, true
	if e.others(root) {
		c.fixes = []diag.Fix{{Do: "have it trusted", Run: diag.CommandLine("devca", "trust", e.Dir.TrustedPath(root))}}
		return
	}
	c.fixes = e.trustBy(store)
	if e.beyond(store) {
		c.fixes = append(c.anew(), c.fixes...)
	}
}

// blameServer takes over what is wrong with the server.
func (e *exam) blameServer(c *complaint, j *Judgement, fault diag.Finding) {
	finding := e.aboutServer(j, fault)
	c.cause, c.fixes, c.known = finding.What, finding.Fixes, true
}

// anew is the way out for programs that variables reach.
func (c *complaint) anew() []diag.Fix {
	if c.again == "" {
		return nil
	}
	return []diag.Fix{{Do: "start it with devca's variables", Run: c.again}}
}

// others says whether a root is one that devca trust installed.
func (e *exam) others(root *x509.Certificate) bool {
	own, err := e.roots()
	return err == nil && !slices.ContainsFunc(own, root.Equal)
}

// byVariable has a program that reads no store told of somebody else's root: the variables
// that add to its list hold devca's own root only.
func (e *exam) byVariable(c *complaint, root *x509.Certificate) []diag.Fix {
	variable := map[string]string{"node": "NODE_EXTRA_CA_CERTS", "deno": "DENO_CERT"}[c.client]
	command, plain := strings.CutPrefix(c.again, "devca exec -- ")
	if variable == "" || !plain {
		return nil
	}
	setting := diag.CommandLine(variable + "=" + e.Dir.TrustedPath(root))
	if runtime.GOOS == "windows" {
		return []diag.Fix{{Do: "start it with the variable " + setting}}
	}
	return []diag.Fix{{Do: "start it with the variable that names this root", Run: "env " + setting + " " + command}}
}

// fault is the first thing that is wrong with the server, if anything is.
func (j *Judgement) fault() *diag.Finding {
	if j.Failure != nil {
		return &j.Failure.Finding
	}
	i := slices.IndexFunc(j.Findings, func(f diag.Finding) bool { return f.Severity == diag.SeverityError })
	if i < 0 {
		return nil
	}
	return &j.Findings[i]
}

// storeOf gives the state of the store that a client reads; empty: none is known.
// If it reads several, one that trusts the root is enough.
func (e *exam) storeOf(c *complaint, readings []trust.Reading) (state trust.State, store trust.Store) {
	name := c.client
	switch name {
	case "wget2", "perl", "bun", "openssl", "gnutls", "urllib3":
		name = "curl" // the system's store, too
	}
	stores := e.stores()
	for i, reading := range readings {
		about := stores[i].About()
		if !slices.Contains(about.Clients, name) || about.Kind == trust.KindJava && c.program != "" && !isJavaOf(about, c.program) {
			continue
		}
		if state == "" || reading.State == trust.Trusted {
			state, store = reading.State, stores[i]
		}
	}
	return state, store
}

// isJavaOf says whether the store is that of the Java whose program this is: on
// Debian those of several lead to one file.
func isJavaOf(about trust.About, program string) bool {
	home := filepath.Dir(filepath.Dir(program))
	theirs, err := filepath.EvalSymlinks(about.Place)
	if err != nil {
		return false
	}
	for _, below := range []string{"lib/security/jssecacerts", "lib/security/cacerts", "jre/lib/security/cacerts"} {
		if mine, err := filepath.EvalSymlinks(filepath.Join(home, filepath.FromSlash(below))); err == nil {
			return mine == theirs
		}
	}
	return false
}
