package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// brokenKind is what "devca badssl --json" says about one kind.
type brokenKind struct {
	Kind     string   `json:"kind"`
	Host     string   `json:"host"`
	URL      string   `json:"url"`
	Rules    []string `json:"rules"`
	Server   bool     `json:"server"`
	Refused  []string `json:"refused_by"`
	Accepted []string `json:"accepted_by"`
}

// realClient asks a real client for all the pages and gives what it said about
// each: empty if it accepted, else the reason in its own words.
type realClient struct {
	name    string
	profile string // as in refused_by
	partly  string // and as that says it where not all versions do
	ask     func(ctx context.Context, root string, kinds []brokenKind) ([]string, error)
}

// askBroken is a program for scripts: "badssl-ask ROOT JSON EXCEPTIONS" asks every
// client here for every kind, and prints a table. It ends with 1 if a client does
// not do what its profile says, unless EXCEPTIONS, lines of "CLIENT KIND: reason",
// has it; one that is not needed is an error, too.
func askBroken(_ string, args []string) int {
	if len(args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: badssl-ask ROOT JSON EXCEPTIONS")
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	data, err := os.ReadFile(args[1])
	var answer struct {
		Result struct {
			Kinds []brokenKind `json:"kinds"`
		} `json:"result"`
	}
	if err == nil {
		err = json.Unmarshal(data, &answer)
	}
	if err == nil && len(answer.Result.Kinds) == 0 {
		err = errors.New("no kinds")
	}
	exceptions := map[string]string{}
	if err == nil {
		exceptions, err = readExceptions(args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	clients, said, err := askEverybody(ctx, args[0], answer.Result.Kinds)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if !brokenTable(clients, answer.Result.Kinds, said, exceptions) {
		return 1
	}
	return 0
}

func readExceptions(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	exceptions := map[string]string{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cell, reason, ok := strings.Cut(line, ": ")
		if !ok {
			return nil, fmt.Errorf("%s: no reason", line)
		}
		exceptions[cell] = reason
	}
	return exceptions, err
}

// askEverybody lets the clients go to work two at a time.
func askEverybody(ctx context.Context, root string, kinds []brokenKind) ([]realClient, [][]string, error) {
	clients := realClients()
	said, failures := make([][]string, len(clients)), make([]error, len(clients))
	places := make(chan struct{}, 2)
	var all sync.WaitGroup
	for i, client := range clients {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			began := time.Now()
			said[i], failures[i] = client.ask(ctx, root, kinds)
			if failures[i] != nil {
				failures[i] = fmt.Errorf("%s: %w", client.name, failures[i])
			} else if len(said[i]) != len(kinds) {
				failures[i] = fmt.Errorf("%s: %d answers for %d kinds", client.name, len(said[i]), len(kinds))
			}
			fmt.Fprintf(os.Stderr, "%s: %.1f s\n", client.name, time.Since(began).Seconds())
		})
	}
	all.Wait()
	return clients, said, errors.Join(failures...)
}

// brokenTable prints what was seen and says whether all agrees.
func brokenTable(clients []realClient, kinds []brokenKind, said [][]string, exceptions map[string]string) bool {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	heading := []string{"KIND"}
	for _, client := range clients {
		heading = append(heading, client.name)
	}
	fmt.Fprintln(table, strings.Join(heading, "\t"))
	agreed, fine := 0, true
	var remarks []string
	for k, kind := range kinds {
		row := []string{kind.Kind}
		for c, client := range clients {
			wanted := slices.Contains(kind.Refused, client.profile) || client.partly != "" && slices.Contains(kind.Refused, client.partly)
			refused := said[c][k] != ""
			cell := map[bool]string{false: "accepts", true: "refuses"}[refused]
			name := client.name + " " + kind.Kind
			reason, excused := exceptions[name]
			delete(exceptions, name)
			switch {
			case wanted == refused && excused:
				fine = false
				remarks = append(remarks, name+": the exception is not needed")
			case wanted == refused:
				agreed++
			case excused:
				cell += "*"
				remarks = append(remarks, "* "+name+": "+reason)
			default:
				cell += " !"
				fine = false
				remarks = append(remarks, fmt.Sprintf("! %s: its profile says otherwise; it said: %q", name, said[c][k]))
			}
			row = append(row, cell)
		}
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	_ = table.Flush()
	for name := range exceptions {
		fine = false
		remarks = append(remarks, name+": an exception for nothing")
	}
	fmt.Println(strings.Join(remarks, "\n"))
	fmt.Printf("badssl: kinds=%d clients=%d cells=%d agreed=%d\n", len(kinds), len(clients), len(kinds)*len(clients), agreed)
	return fine
}

func realClients() []realClient {
	clients := []realClient{
		{"firefox", "firefox", "", askFirefox},
		{"chromium", "chrome", "", askChromium},
		{"java 17", "java", "java (17)", askJava},
		{"openssl", "openssl", "", each(askOpenSSL)},
		{"gnutls-cli", "gnutls", "", each(askGnuTLS)},
		{"curl", "curl", "", each(askCurl)},
		{"wget", "gnutls", "", each(askWget)},
		{"python 3.11", "python", "python (up to 3.12)", askPython("/usr/bin/python3")},
		{"node 20", "node", "node (up to 22)", askNode},
		{"go", "go", "", askGo},
	}
	return clients
}

// each makes a client of one that is asked for one page at a time.
func each(ask func(ctx context.Context, root string, kind brokenKind) string) func(context.Context, string, []brokenKind) ([]string, error) {
	return func(ctx context.Context, root string, kinds []brokenKind) ([]string, error) {
		var said []string
		for _, kind := range kinds {
			said = append(said, ask(ctx, root, kind))
		}
		return said, ctx.Err()
	}
}

// clean runs a program without variables that name certificates or proxies.
func clean(ctx context.Context, input string, program string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, program, args...)
	command.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=" + os.Getenv("HOME")}
	command.Stdin = strings.NewReader(input)
	out, err := command.CombinedOutput()
	return string(out), err
}

// outcome is empty for success, and otherwise the line of the output that tells
// why; a program that could not be started has said something, too.
func outcome(out string, err error, telling ...string) string {
	if err == nil {
		return ""
	}
	for line := range strings.Lines(out) {
		for _, word := range telling {
			if strings.Contains(line, word) {
				return strings.TrimSpace(line)
			}
		}
	}
	return strings.TrimSpace(err.Error() + ": " + out)
}

func askCurl(ctx context.Context, root string, kind brokenKind) string {
	out, err := clean(ctx, "", "curl", "-sS", "--cacert", root, kind.URL)
	return outcome(out, err, "curl: (")
}

func askWget(ctx context.Context, root string, kind brokenKind) string {
	out, err := clean(ctx, "", "wget", "-nv", "-O-", "--tries=1", "--timeout=20", "--ca-certificate="+root, kind.URL)
	return outcome(out, err, "ERROR", "GnuTLS")
}

func isAddress(host string) bool { return net.ParseIP(host) != nil }

func portOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return parsed.Port()
}

func askOpenSSL(ctx context.Context, root string, kind brokenKind) string {
	args := []string{"s_client", "-connect", "127.0.0.1:" + portOf(kind.URL), "-CAfile", root, "-verify_return_error", "-brief", "-status"}
	if isAddress(kind.Host) {
		args = append(args, "-noservername", "-verify_ip", kind.Host)
	} else {
		args = append(args, "-servername", kind.Host, "-verify_hostname", kind.Host)
	}
	out, err := clean(ctx, "Q\n", "openssl", args...)
	return outcome(out, err, "verify error", "error:")
}

func askGnuTLS(ctx context.Context, root string, kind brokenKind) string {
	out, err := clean(ctx, "", "gnutls-cli", "--x509cafile", root, "--port", portOf(kind.URL), kind.Host)
	return outcome(out, err, "Status:", "Fatal error", "*** ")
}

func askGo(ctx context.Context, root string, kinds []brokenKind) ([]string, error) {
	// This program is built to read negative serial numbers (go.mod); others are not.
	if err := os.Setenv("GODEBUG", "x509negativeserial=0"); err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	data, err := os.ReadFile(root)
	if err != nil || !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("the root cannot be read: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}
	return each(func(ctx context.Context, _ string, kind brokenKind) string {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, kind.URL, nil)
		if err != nil {
			return err.Error()
		}
		answer, err := client.Do(request)
		if err != nil {
			return err.Error()
		}
		defer answer.Body.Close()
		_, err = io.Copy(io.Discard, answer.Body)
		if err != nil {
			return err.Error()
		}
		return ""
	})(ctx, root, kinds)
}

// lines runs a program that prints a line for each page, "ok" or why not.
func lines(ctx context.Context, kinds []brokenKind, program string, args ...string) ([]string, error) {
	for _, kind := range kinds {
		args = append(args, kind.URL)
	}
	out, err := clean(ctx, "", program, args...)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	var said []string
	for line := range strings.Lines(out) {
		if line, ok := strings.CutPrefix(line, "said "); ok {
			said = append(said, strings.TrimPrefix(strings.TrimSpace(line), "ok"))
		}
	}
	return said, nil
}

const pythonClient = `
import sys, ssl, urllib.request
context = ssl.create_default_context(cafile=sys.argv[1])
for url in sys.argv[2:]:
    try:
        urllib.request.urlopen(url, context=context).read()
        print("said ok")
    except Exception as failure:
        print("said", str(failure).replace("\n", " "))
`

func askPython(python string) func(context.Context, string, []brokenKind) ([]string, error) {
	return func(ctx context.Context, root string, kinds []brokenKind) ([]string, error) {
		return lines(ctx, kinds, python, "-c", pythonClient, root)
	}
}

const nodeClient = `
const https = require("https"), ca = require("fs").readFileSync(process.argv[1]);
const get = url => new Promise(done => https.get(url, {ca, agent: false}, answer => {
	answer.resume(); answer.on("end", () => done("ok"));
}).on("error", failure => done(failure.code + " " + String(failure.message).replaceAll("\n", " "))));
(async () => { for (const url of process.argv.slice(2)) console.log("said", await get(url)); })();
`

func askNode(ctx context.Context, root string, kinds []brokenKind) ([]string, error) {
	return lines(ctx, kinds, "node", "-e", nodeClient, root)
}

const javaClient = `
public class Ask {
	public static void main(String[] args) {
		for (String url : args) {
			String said = "ok";
			try (var in = new java.net.URL(url).openStream()) {
				in.readAllBytes();
			} catch (Exception failure) {
				said = String.valueOf(failure).replace("\n", " ");
			}
			System.out.println("said " + said);
		}
	}
}
`

func askJava(ctx context.Context, root string, kinds []brokenKind) ([]string, error) {
	folder, err := os.MkdirTemp("", "badssl-java-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	program, store := filepath.Join(folder, "Ask.java"), filepath.Join(folder, "trust.p12")
	if err := os.WriteFile(program, []byte(javaClient), 0o600); err != nil {
		return nil, err
	}
	if out, err := clean(ctx, "", "keytool", "-importcert", "-noprompt", "-alias", "root", "-file", root, "-keystore", store, "-storepass", "changeit"); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return lines(ctx, kinds, "java", "-Djavax.net.ssl.trustStore="+store, "-Djavax.net.ssl.trustStorePassword=changeit", program)
}
