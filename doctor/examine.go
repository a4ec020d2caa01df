package doctor

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"sync"
	"time"

	"devca/ca"
	"devca/diag"
	"devca/dial"
	"devca/environment"
	"devca/explain"
	"devca/trust"
)

// Patient is what is examined.
type Patient struct {
	Dir     *ca.Dir
	Machine *trust.Machine
	Environ []string // of the process, and of what it starts
	Now     func() time.Time
	// Limit is how long each question has, and each client that is asked. Reading
	// files takes milliseconds on a machine at rest; a network file system that hangs
	// must not hold up the report for ever.
	Limit time.Duration
	Work  string // the folder in which programs run
	// Git gives the files that git's configuration names, for all servers and for
	// single ones.
	Git func() (environment.GitRoots, error)

	// Target is the server to ask, or empty: then that of the command, if its output
	// names one.
	Target string
	// Clients are the kinds of clients to ask; none: all.
	Clients []string
	// Judge says what is wrong with the server, as devca verify does.
	Judge func(ctx context.Context, target string) (*Judgement, error)

	// Ran is a command that was run and that is to be explained; nil: none.
	Ran *Ran

	// Answered is told of each client that has answered, and Seen of each check as it
	// ends.
	Answered func(client string)
	Seen     func(Check)
}

// check is one question. The order of the table is that of the report.
type check struct {
	id, title string
	ask       func(context.Context, *exam) answer
}

// answer is what a check found.
type answer struct {
	state    State // without findings; empty: OK
	detail   string
	findings []Finding

	stores       []Store
	certificates []Certificate
	clients      []Client
	command      *Command
}

func checks() []check {
	return []check{
		{"clock", "the clock", askClock},
		{"account", "whose CA and stores these are", askAccount},
		{"authority", "the CA's directory, key and certificates", askAuthority},
		{"certificates", "issued certificates", askCertificates},
		{"journal", "installations that were interrupted", askJournal},
		{"stores", "trust stores", askStores},
		{"roots", "other development roots", askRoots},
		{"browsers", "browsers' databases and policies", askBrowsers},
		{"variables", "variables that name roots", askVariables},
		{"settings", "settings of programs", askSettings},
		{"names", "names that lead elsewhere", askNames},
		{"port", "the port of HTTPS", askPort},
		{"server", "the server", askServer},
		{"command", "the command", askCommand},
		{"clients", "clients that were asked", askClients},
	}
}

// exam is an examination that is under way. What several checks need is read once.
type exam struct {
	*Patient

	place      Place
	command    Command // that was run, and what its output says
	said       explain.Match
	recognised bool

	address   string       // of the target, as it was given
	target    *dial.Target // nil: there is none
	wholly    bool         // the person gave the target: every client is asked for it
	roots     func() ([]*x509.Certificate, error)
	authority func() (*ca.Authority, error)
	ledger    func() (*ca.Ledger, error)
	journal   func() (*trust.Journal, error)
	stores    func() []trust.Store
	asking    sync.Mutex                       // a store is not safe for two at a time
	read      func(trust.Root) []trust.Reading // what the stores say about a root; each is asked once
	readings  func() []trust.Reading           // about the current one
	judgement func() (*Judgement, error)
	inForce   func() []environment.InForce
	skewed    func() bool // programs are shown another time than this one is
}

func (p *Patient) exam(ctx context.Context) (*exam, error) {
	e := &exam{Patient: p, place: p.lookAround(), address: p.Target, wholly: p.Target != ""}
	if p.Ran != nil {
		e.command, e.said, e.recognised = p.Ran.recognise()
		if e.address == "" {
			e.address = e.command.server()
		}
		if e.address == "" && e.recognised {
			e.address = p.Ran.named()
		}
	}
	if e.address != "" {
		target, err := dial.ParseTarget(e.address)
		if err != nil {
			return nil, err
		}
		e.target = &target
	}
	e.roots = sync.OnceValues(p.Dir.Roots)
	e.authority = sync.OnceValues(p.Dir.Open)
	e.ledger = sync.OnceValues(p.Dir.Ledger)
	e.journal = sync.OnceValues(func() (*trust.Journal, error) { return trust.OpenJournal(p.Dir.JournalPath(), p.Dir.Owner()) })
	e.stores = sync.OnceValue(func() []trust.Store {
		stores := trust.Detect(p.Machine)
		if journal, err := e.journal(); err == nil {
			found := len(stores)
			for _, store := range trust.WithJournal(p.Machine, slices.Clone(stores), journal)[found:] {
				// Nobody reads it any more; it matters only if something is left in it.
				if store.Status(ctx, e.root()).State != trust.Absent {
					stores = append(stores, store)
				}
			}
		}
		return stores
	})
	e.read = e.reader(ctx)
	e.readings = func() []trust.Reading { return e.read(e.root()) }
	e.judgement = sync.OnceValues(func() (*Judgement, error) { return e.judge(ctx) })
	e.inForce = sync.OnceValue(e.look)
	e.skewed = sync.OnceValue(func() bool {
		shown, ok := e.shownToPrograms(ctx)
		return ok && shown.Sub(p.Now()).Abs() > tolerance
	})
	return e, nil
}

// root is the current root, or one without a certificate.
func (e *exam) root() trust.Root {
	root := trust.Root{Path: e.Dir.RootPath()}
	if roots, err := e.roots(); err == nil && len(roots) > 0 {
		root.Certificate = roots[0]
	}
	return root
}

func (e *exam) reader(ctx context.Context) func(trust.Root) []trust.Reading {
	known := map[string][]trust.Reading{}
	return func(root trust.Root) []trust.Reading {
		e.asking.Lock()
		defer e.asking.Unlock()
		readings, done := known[root.Fingerprint()]
		if !done {
			readings = trust.ReadAll(ctx, e.stores(), root)
			known[root.Fingerprint()] = readings
		}
		return readings
	}
}

// Examine asks everything side by side.
func Examine(ctx context.Context, p *Patient) (*Report, error) {
	e, err := p.exam(ctx)
	if err != nil {
		return nil, err
	}
	all := checks()
	answers, took := make([]answer, len(all)), make([]time.Duration, len(all))
	var group sync.WaitGroup
	var one sync.Mutex
	for i, c := range all {
		group.Go(func() {
			answers[i], took[i] = c.within(ctx, e)
			if p.Seen != nil {
				one.Lock()
				defer one.Unlock()
				p.Seen(c.describe(answers[i], took[i]))
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	report := &Report{At: p.Now().UTC(), Machine: e.place, Certificates: []Certificate{}, Findings: []Finding{}, Stores: []Store{}}
	for i, c := range all {
		report.Checks = append(report.Checks, c.describe(answers[i], took[i]))
		for _, finding := range answers[i].findings {
			finding.Check = c.id
			report.Findings = append(report.Findings, finding)
		}
		report.Stores = append(report.Stores, answers[i].stores...)
		report.Certificates = append(report.Certificates, answers[i].certificates...)
		report.Clients = append(report.Clients, answers[i].clients...)
		if answers[i].command != nil {
			report.Command = answers[i].command
		}
	}
	if p.Ran != nil && report.Command == nil {
		report.Command = &Command{Argv: p.Ran.Argv, Exit: p.Ran.Exit}
	}
	e.complete(report)
	return report, nil
}

// clientRounds is how many limits all clients together have: they are asked a few
// at a time, after the server, and browsers have twice the time.
const clientRounds = 6

// within asks, and says how long the answer took. Checks that go by the judgement
// of the server begin when it has ended: a server that says nothing takes all the
// time that there is, and is then what they have to tell of.
func (c check) within(ctx context.Context, e *exam) (answer, time.Duration) {
	limit := e.Limit
	switch c.id {
	case "clock", "names", "server", "command":
		if e.target != nil {
			_, _ = e.judgement() // the check asks for it again, and for its error
		}
	case "clients":
		limit *= clientRounds
	}
	start := time.Now()
	a, err := inTime(ctx, limit, func(ctx context.Context) answer { return c.ask(ctx, e) })
	if err != nil {
		a = unread(c.title+" could not be looked at", err)
	}
	return a, time.Since(start)
}

// judge gives the server one limit, which the judge itself heeds and explains, and
// what its answer is compared with another.
func (e *exam) judge(ctx context.Context) (*Judgement, error) {
	type judged struct {
		*Judgement
		err error
	}
	j, err := inTime(ctx, 2*e.Limit, func(ctx context.Context) judged {
		j, err := e.Judge(ctx, e.address)
		return judged{j, err}
	})
	if err != nil {
		return nil, err
	}
	return j.Judgement, j.err
}

// leaving is how long a question that was given up may take to end its programs and
// remove their folders.
const leaving = 5 * time.Second

// inTime asks and does not wait much longer than the limit: a file system that does
// not answer cannot be interrupted.
func inTime[T any](ctx context.Context, limit time.Duration, ask func(context.Context) T) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan T, 1)
	go func() { done <- ask(ctx) }()
	select {
	case a := <-done:
		return a, nil
	case <-ctx.Done():
		select {
		case <-done:
		case <-time.After(leaving):
		}
		var none T
		return none, fmt.Errorf("there was no answer within %s", limit)
	}
}

// describe makes a line of the report.
func (c check) describe(a answer, took time.Duration) Check {
	state := a.state
	if state == "" {
		state = OK
	}
	described := Check{ID: c.id, Title: c.title, State: state, Detail: a.detail, Took: took}
	for _, finding := range a.findings {
		described.Findings = append(described.Findings, finding.Finding)
		switch {
		case finding.Severity == diag.SeverityError:
			described.State = Problem
		case finding.Severity == diag.SeverityWarning && described.State == OK:
			described.State = Warning
		}
	}
	if a.state == Unread {
		described.State = Unread
	}
	return described
}

// unread is the answer to a question that could not be asked.
func unread(what string, err error) answer {
	e := diag.New(diag.DoctorUnread, what).From(err).Because(err.Error()).
		Fix("try again; if it stays so, look at the file or program that it names", "devca doctor")
	e.Severity = diag.SeverityWarning
	return answer{state: Unread, detail: err.Error(), findings: []Finding{{Finding: e.Finding, rank: rankRemark}}}
}

// found makes a finding of an error that another room explains.
func found(err *diag.Error, rank rank) Finding {
	finding := err.Finding
	if err.Err != nil && finding.Why != "" {
		finding.Why += ": " + err.Err.Error()
	} else if err.Err != nil {
		finding.Why = err.Err.Error()
	}
	return Finding{Finding: finding, rank: rank}
}

// warning is an error that does not keep anybody from connecting.
func warning(err *diag.Error) *diag.Error {
	err.Severity = diag.SeverityWarning
	return err
}

func notice(err *diag.Error) *diag.Error {
	err.Severity = diag.SeverityNotice
	return err
}

// by gives a finding its repair.
func (f Finding) by(r *repair) Finding {
	if r != nil {
		f.repair, f.Automatic = r, r.do
	}
	return f
}

// complete orders what was found.
func (e *exam) complete(r *Report) {
	slices.SortStableFunc(r.Certificates, func(a, b Certificate) int { return a.NotAfter.Compare(b.NotAfter) })
	inOrder(r.Findings)
	r.Findings = withoutRepeated(r.Findings)
	r.Healthy = !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == diag.SeverityError })
	if e.target != nil {
		r.Target = &Target{URL: e.address, Address: e.target.Address()}
		if j, err := e.judgement(); err == nil {
			j.describe(r.Target)
		}
	}
}
