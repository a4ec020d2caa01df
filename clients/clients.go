// Package clients finds the programs of this machine that speak HTTPS (curl, wget,
// git, every Node, Python and Java, Ruby, PHP, Perl, Bun, Deno, browsers, and devca
// itself as a program of Go) and really asks each of them for a URL. What a client
// would do is package verify's; here is what it did.
//
// Find lists the clients, Client.Ask asks one, AskAll asks many side by side:
//
//	found := clients.Find(ctx, clients.ThisMachine(os.Getenv, os.Environ()))
//	answers := clients.AskAll(ctx, found, "https://localhost:8443/", func(a clients.Answer) { ... })
//
// Each client runs with the environment and in the folder of the person, so that
// it reads their variables, proxies and settings: what is asked is what they get.
// No shell reads the URL; what a client prints is bounded; a client that does not
// end is killed with all that it started; and nothing is left in the file system.
package clients

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"devca/internal/account"
)

// Ground is the machine as this package sees it.
type Ground struct {
	GOOS    string
	Environ []string        // given to each client as it is
	Account account.Account // who asks; under sudo clients run as the person
	// Self is the program of devca, which answers as a program of Go; empty: none does.
	Self string
	// Javas are folders in which a Java may be: trust.JavaHomes. Which there are is
	// looked up here.
	Javas []string
	// Patience is how long a client has for its answer; browsers and Javas, which
	// take long to start, have twice that. Zero is ten seconds.
	Patience time.Duration
}

// ThisMachine is the real one, without Javas.
func ThisMachine(getenv func(string) string, environ []string) Ground {
	return Ground{GOOS: runtime.GOOS, Environ: environ, Account: account.Invoking(getenv), Self: self()}
}

// Client is a program that can be asked.
type Client struct {
	Kind    string // curl, python-requests, …: see kinds.go
	Program string // the file that is started

	ground *Ground
	kind   kind
}

// Verdict is a client's answer in one word.
type Verdict string

// The verdicts. Only what TLS is about is refused: a client that gets an answer
// of the status 404 or 500 has accepted the server, and one that does not reach
// it has not been asked.
const (
	Accepted    Verdict = "accepted"
	Refused     Verdict = "refused"       // because of the certificate, the handshake or its own settings for them
	CouldNotAsk Verdict = "could-not-ask" // no server, no name, no time, or the client itself does not work
)

// Answer is what a client said.
type Answer struct {
	Client  Client
	Verdict Verdict
	// Output is what the client printed about it, without control characters and
	// of at most MaximumOutput bytes; empty if it had nothing to say.
	Output string
	// Reason says why the client could not be asked, where its Output does not.
	Reason  string
	Version string        // of the client and, where it tells, of its TLS library
	Status  int           // of the HTTP answer; 0 where there was none or the client does not tell
	Took    time.Duration // from the start of its program to its end
}

// MaximumOutput bounds the Output of an answer.
const MaximumOutput = 16 << 10

// ErrAddress is the error of a URL that is not one of https with a host.
var ErrAddress = errors.New("not an https URL with a host name")

// Address checks a URL and gives it as clients are asked for it: without a user's
// name and password, which TLS has nothing to do with and other users of the
// machine would see, and without a fragment.
func Address(text string) (string, error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Scheme != "https" || parsed.Hostname() == "" || parsed.Opaque != "" {
		return "", ErrAddress
	}
	parsed.User, parsed.Fragment, parsed.RawFragment = nil, "", ""
	if parsed.Path == "" {
		parsed.Path = "/"
	}
	return parsed.String(), nil
}

// Ask asks the client for the URL.
func (c Client) Ask(ctx context.Context, address string) Answer {
	defer holdThread()()
	began := time.Now()
	answer := c.ask(ctx, address)
	answer.Client, answer.Took = c, time.Since(began)
	answer.Output = clean(answer.Output)
	return answer
}

func (c Client) ask(ctx context.Context, text string) Answer {
	address, err := Address(text)
	if err != nil {
		return Answer{Verdict: CouldNotAsk, Reason: err.Error()}
	}
	folder, err := c.ground.newWorkspace(c.Program)
	if err != nil {
		return Answer{Verdict: CouldNotAsk, Reason: err.Error()}
	}
	defer folder.remove()
	limit := c.limit()
	// The client's own limit is to come first: it says more.
	ctx, cancel := context.WithTimeout(ctx, limit+time.Second)
	defer cancel()
	return c.kind.ask(ctx, &errand{Client: c, workspace: folder, address: address, limit: limit})
}

// Slow tells that the client takes long to start.
func (c Client) Slow() bool { return c.kind.slow }

func (c Client) limit() time.Duration {
	limit := c.ground.Patience
	if limit <= 0 {
		limit = 10 * time.Second
	}
	if c.kind.slow {
		limit *= 2
	}
	return limit
}

// atOnce is how many clients run at a time: more would make each slower and so
// run into their limits, without being done earlier.
const atOnce = 8

// AskAll asks all clients, side by side. If each is given, it is called with each
// answer as it comes, one at a time. The answers are in the order of the clients.
func AskAll(ctx context.Context, clients []Client, address string, each func(Answer)) []Answer {
	answers := make([]Answer, len(clients))
	order := make([]int, len(clients))
	for i := range order {
		order[i] = i
	}
	// What takes longest is started first.
	slices.SortStableFunc(order, func(a, b int) int { return clients[b].haste() - clients[a].haste() })
	places := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	var one sync.Mutex
	for _, i := range order {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			answers[i] = clients[i].Ask(ctx, address)
			if each != nil {
				one.Lock()
				defer one.Unlock()
				each(answers[i])
			}
		})
	}
	all.Wait()
	return answers
}

func (c Client) haste() int {
	if c.kind.slow {
		return 1
	}
	return 0
}

// Title is the client's kind and, where a machine may have several, its program.
func (c Client) Title() string {
	switch {
	case c.kind.many:
		return c.Kind + " (" + c.ground.short(c.Program) + ")"
	case c.kind.title != "":
		return c.kind.title
	}
	return c.Kind
}

// short writes the home folder as ~.
func (g *Ground) short(path string) string {
	if below, err := filepath.Rel(g.Account.Home, path); err == nil && g.Account.Home != "" && filepath.IsLocal(below) {
		return filepath.Join("~", below)
	}
	return path
}
