package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"devca/clients"
	"devca/trust"
)

// askClients is a program for scripts: "clients-ask CERTIFICATE KEY CASE..." finds
// the clients of the machine, asks each for a page in every case, prints the table,
// and ends with 1 if one does not answer as it must. The certificate is that of a
// server of its own; $BADSSL is the port of "devca badssl".
func askClients(_ string, args []string) int {
	if len(args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: clients-ask CERTIFICATE KEY CASE...")
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	port, stop, err := serveForClients(args[0], args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer stop()
	ground := clients.ThisMachine(os.Getenv, os.Environ())
	ground.Javas = trust.JavaHomes(trust.ThisMachine(os.Getenv, false, nil))
	ground.Patience = time.Minute // machines that run tests are busy
	if ground.Self, err = exec.LookPath("devca"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	began := time.Now()
	found := clients.Find(ctx, ground)
	fmt.Fprintf(os.Stderr, "found: %.2f s\n", time.Since(began).Seconds())
	ground.Patience = 3 * time.Second
	hasty := clients.Find(ctx, ground)
	table := clientTable{clients: found, answers: map[string][]clients.Answer{}}
	for _, name := range args[2:] {
		situation, known := clientCases[name]
		if !known {
			fmt.Fprintln(os.Stderr, "no such case:", name)
			return 2
		}
		asked := found
		if situation.hasty {
			asked = hasty
		}
		if situation.quick {
			asked = slices.DeleteFunc(slices.Clone(found), clients.Client.Slow)
		}
		began := time.Now()
		address := strings.NewReplacer("BADSSL", os.Getenv("BADSSL"), "PORT", port).Replace(situation.address)
		table.add(name, clients.AskAll(ctx, asked, address, nil))
		fmt.Fprintf(os.Stderr, "%s: %.2f s\n", name, time.Since(began).Seconds())
	}
	table.print(os.Stdout, args[2:])
	return table.judge(args[2:])
}

// clientCase is a server, and what every client must say about it.
type clientCase struct {
	address string
	want    []clients.Verdict
	status  int  // of the answer, where a client tells
	hasty   bool // the server keeps clients waiting
	quick   bool // clients that take long to start are left out
}

var clientCases = map[string]clientCase{
	"untrusted":  {address: "https://localhost:PORT/", want: []clients.Verdict{clients.Refused}},
	"trusted":    {address: "https://localhost:PORT/", want: []clients.Verdict{clients.Accepted}, status: http.StatusOK},
	"missing":    {address: "https://localhost:PORT/missing", want: []clients.Verdict{clients.Accepted}, status: http.StatusNotFound},
	"moved":      {address: "https://localhost:PORT/moved", want: []clients.Verdict{clients.Accepted}, status: http.StatusFound, quick: true},
	"garbage":    {address: "https://localhost:PORT/garbage", want: []clients.Verdict{clients.Accepted, clients.CouldNotAsk}, quick: true},
	"expired":    {address: "https://expired.badssl.localhost:BADSSL/", want: []clients.Verdict{clients.Refused}},
	"wrong name": {address: "https://timeout.localhost:PORT/", want: []clients.Verdict{clients.Refused}},
	"plain http": {address: "https://plain-http.badssl.localhost:BADSSL/", want: []clients.Verdict{clients.Refused}},
	"no server":  {address: "https://localhost:4/", want: []clients.Verdict{clients.CouldNotAsk}},
	"no name":    {address: "https://ssl-certificate.invalid/", want: []clients.Verdict{clients.CouldNotAsk}, quick: true},
	// Some clients tell that the handshake was done before they waited.
	"slow": {address: "https://localhost:PORT/slow", want: []clients.Verdict{clients.Accepted, clients.CouldNotAsk}, hasty: true},
}

// serveForClients answers until stop is called. Pages keep nobody's connection.
func serveForClients(certificate, key string) (port string, stop func(), err error) {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	stopped := make(chan struct{})
	pages := http.NewServeMux()
	pages.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r) // git asks for pages below
			return
		}
		fmt.Fprintln(w, "hello")
	})
	pages.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://localhost:4/", http.StatusFound)
	})
	pages.HandleFunc("/slow", func(http.ResponseWriter, *http.Request) { <-stopped })
	pages.HandleFunc("/slow/", func(http.ResponseWriter, *http.Request) { <-stopped })
	garbage := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		// More than anybody should read, with what a terminal would obey.
		line := strings.Repeat("\x1b[31mX\x1b]0;title\a", 1000)
		for range 2000 {
			if _, err := io.WriteString(conn, line); err != nil {
				return
			}
		}
	}
	pages.HandleFunc("/garbage", garbage)
	pages.HandleFunc("/garbage/", garbage)
	server := &http.Server{
		Handler: pages, ReadHeaderTimeout: 5 * time.Minute,
		ErrorLog:  log.New(io.Discard, "", 0), // clients that refuse are expected
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"}},
		// With HTTP/2 nobody could send garbage.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	go func() { _ = server.ServeTLS(listener, "", "") }()
	_, port, err = net.SplitHostPort(listener.Addr().String())
	return port, func() { close(stopped); _ = server.Close() }, err
}

// clientTable is clients, cases and answers.
type clientTable struct {
	clients []clients.Client
	answers map[string][]clients.Answer
}

// add puts each answer where its client is.
func (t clientTable) add(name string, answers []clients.Answer) {
	all := make([]clients.Answer, len(t.clients))
	for _, answer := range answers {
		all[slices.IndexFunc(t.clients, func(c clients.Client) bool { return c.Kind == answer.Client.Kind && c.Program == answer.Client.Program })] = answer
	}
	t.answers[name] = all
}

func (t clientTable) print(to io.Writer, cases []string) {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CLIENT\tVERSION\t"+strings.ToUpper(strings.Join(cases, "\t")))
	for i, client := range t.clients {
		version := ""
		var cells []string
		for _, name := range cases {
			if t.answers[name][i].Client.Program == "" {
				cells = append(cells, "-")
				continue
			}
			answer := t.answers[name][i]
			cell := string(answer.Verdict)
			if answer.Status > 0 {
				cell += fmt.Sprint(" ", answer.Status)
			}
			cells = append(cells, cell)
			if answer.Version != "" {
				version = answer.Version
			}
		}
		fmt.Fprintln(table, client.Title()+"\t"+version+"\t"+strings.Join(cells, "\t"))
	}
	_ = table.Flush()
}

func (t clientTable) judge(cases []string) int {
	status := 0
	complain := func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
		status = 1
	}
	// Those that scripts/install-test-tools.sh sees to.
	for _, kind := range []string{"curl", "wget", "wget2", "git", "node", "python", "python-requests", "java", "go", "ruby", "php", "chromium", "firefox"} {
		if !slices.ContainsFunc(t.clients, func(c clients.Client) bool { return c.Kind == kind }) {
			complain("no %s was found", kind)
		}
	}
	for _, name := range cases {
		for _, answer := range t.answers[name] {
			if answer.Client.Program != "" {
				for _, problem := range clientCases[name].problems(answer) {
					complain("%s, %s: %s", answer.Client.Title(), name, problem)
				}
			}
		}
	}
	return status
}

// problems says what is wrong with an answer.
func (c clientCase) problems(answer clients.Answer) []string {
	var found []string
	if !slices.Contains(c.want, answer.Verdict) {
		found = append(found, fmt.Sprintf("%s, wanted %v; %s: %q", answer.Verdict, c.want, answer.Reason, answer.Output))
	}
	if answer.Status != 0 && c.status != 0 && answer.Status != c.status {
		found = append(found, fmt.Sprintf("status %d, wanted %d", answer.Status, c.status))
	}
	// wget2 says nothing about what is no TLS.
	if answer.Verdict == clients.Refused && answer.Output == "" && answer.Client.Kind != "wget2" {
		found = append(found, "refuses without a word")
	}
	if strings.ContainsAny(answer.Output, "\x1b\a") || len(answer.Output) > clients.MaximumOutput*2 {
		found = append(found, fmt.Sprintf("%d bytes of output, or with control characters: %q", len(answer.Output), answer.Output))
	}
	if answer.Version == "" && !c.hasty {
		found = append(found, "no version")
	}
	return found
}
