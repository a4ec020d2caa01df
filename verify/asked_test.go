package verify_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"devca/verify"
)

// served is a draft behind a port of this machine.
type served struct {
	Name  string `json:"name"`
	Host  string `json:"host"`
	Port  string `json:"port"`
	Roots string `json:"roots"` // a file
	draft *draft
}

// serve gives each draft a port, where it answers HTTP.
func serve(t *testing.T, folder string, number int, name string, d *draft) *served {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	port := listener.Addr().(*net.TCPAddr).Port
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: d.served, PrivateKey: d.leaf.key, OCSPStaple: d.staple}}}
	listeners := []net.Listener{listener}
	if six, err := net.Listen("tcp", fmt.Sprintf("[::1]:%d", port)); err == nil { // for browsers
		t.Cleanup(func() { six.Close() })
		listeners = append(listeners, six)
	}
	for _, listener := range listeners {
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				go answer(tls.Server(connection, config))
			}
		}()
	}
	s := &served{Name: name, Host: d.host, Port: fmt.Sprint(port), Roots: filepath.Join(folder, fmt.Sprintf("%d.pem", number)), draft: d}
	var roots []byte
	for _, root := range d.trusted {
		roots = append(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root})...)
	}
	if err := os.WriteFile(s.Roots, roots, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

func answer(connection *tls.Conn) {
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(20 * time.Second))
	question := make([]byte, 4096)
	if _, err := connection.Read(question); err == nil {
		_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nok")
	}
}

// judge is a real client: one question at a time, or all in one process.
type judge struct {
	name string
	bit  verify.Clients
	one  func(ctx context.Context, s *served) string
	many func(ctx context.Context, all []*served) (map[string]string, error)
}

func run(ctx context.Context, input, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, args...)
	command.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/nonexistent", "NO_COLOR=1"}
	command.Stdin = strings.NewReader(input)
	out, err := command.CombinedOutput()
	return string(out), err
}

// why is empty for a client that accepts.
func why(out string, err error, telling ...string) string {
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

func isAddress(host string) bool { return net.ParseIP(host) != nil }

func askOpenSSL(ctx context.Context, s *served) string {
	args := []string{"s_client", "-connect", "127.0.0.1:" + s.Port, "-CAfile", s.Roots, "-verify_return_error", "-brief", "-status"}
	if isAddress(s.Host) {
		args = append(args, "-noservername", "-verify_ip", s.Host)
	} else {
		args = append(args, "-servername", s.Host, "-verify_hostname", s.Host)
	}
	out, err := run(ctx, "Q\n", "openssl", args...)
	return why(out, err, "verify error", "error:")
}

func askCurl(ctx context.Context, s *served) string {
	host := s.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	out, err := run(ctx, "", "curl", "-sS", "--cacert", s.Roots, "--connect-to", "::127.0.0.1:"+s.Port, "https://"+host+":"+s.Port+"/")
	return why(out, err, "curl: (")
}

func askGnuTLS(ctx context.Context, s *served) string {
	args := []string{"--x509cafile", s.Roots, "--port", s.Port, "--verify-hostname", s.Host}
	if !isAddress(s.Host) {
		args = append(args, "--sni-hostname", s.Host)
	} else {
		args = append(args, "--disable-sni")
	}
	out, err := run(ctx, "", "gnutls-cli", append(args, "127.0.0.1")...)
	return why(out, err, "Status:", "Fatal error", "*** ")
}

func askGo(_ context.Context, s *served) string {
	pool := x509.NewCertPool()
	if roots, err := os.ReadFile(s.Roots); err != nil || !pool.AppendCertsFromPEM(roots) {
		return "the root cannot be read"
	}
	connection, err := tls.Dial("tcp", "127.0.0.1:"+s.Port, &tls.Config{RootCAs: pool, ServerName: s.Host})
	if err != nil {
		return err.Error()
	}
	connection.Close()
	return ""
}

// allByGo asks as other programs are built: this one reads negative serial
// numbers (go.mod).
func allByGo(ctx context.Context, all []*served) (map[string]string, error) {
	before := os.Getenv("GODEBUG")
	defer func() { _ = os.Setenv("GODEBUG", before) }()
	_ = os.Setenv("GODEBUG", "x509negativeserial=0") // cannot fail: neither has a NUL
	said := map[string]string{}
	for _, s := range all {
		said[s.Name] = askGo(ctx, s)
	}
	return said, nil
}

const pythonJudge = `
import json, socket, ssl, sys
for case in json.load(open(sys.argv[1])):
    said = ""
    try:
        context = ssl.create_default_context(cafile=case["roots"])
        with socket.create_connection(("127.0.0.1", int(case["port"])), 20) as plain:
            with context.wrap_socket(plain, server_hostname=case["host"]) as wrapped:
                wrapped.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                if not wrapped.recv(100).startswith(b"HTTP"): said = "no answer"
    except Exception as failure:
        said = str(failure) or repr(failure)
    print(json.dumps([case["name"], said]))
`

const nodeJudge = `
const fs = require("fs"), https = require("https"), tls = require("tls"), net = require("net");
const cases = JSON.parse(fs.readFileSync(process.argv[2]));
const ask = c => new Promise(done => {
	https.get({host: "127.0.0.1", port: c.port, path: "/", ca: fs.readFileSync(c.roots), agent: false,
		servername: net.isIP(c.host) ? "" : c.host, checkServerIdentity: (_, cert) => tls.checkServerIdentity(c.host, cert)},
		answer => { answer.resume(); answer.on("end", () => done("")); }).on("error", failure => done((failure.code || "") + " " + failure.message));
});
(async () => { for (const c of cases) console.log(JSON.stringify([c.name, await ask(c)])); })();
`

const denoJudge = `
const cases = JSON.parse(Deno.readTextFileSync(Deno.args[0]));
for (const c of cases) {
	let said = "";
	try {
		const plain = await Deno.connect({hostname: "127.0.0.1", port: Number(c.port)});
		const wrapped = await Deno.startTls(plain, {hostname: c.host, caCerts: [Deno.readTextFileSync(c.roots)]});
		await wrapped.handshake();
		wrapped.close();
	} catch (failure) { said = String(failure.message || failure); }
	console.log(JSON.stringify([c.name, said]));
}
`

const javaJudge = `
import java.io.*;
import java.net.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import javax.net.ssl.*;

public class Judge {
	public static void main(String[] args) throws Exception {
		for (String line : Files.readAllLines(Path.of(args[0]))) {
			String[] c = line.split("\t");
			String said = "";
			try {
				KeyStore store = KeyStore.getInstance("PKCS12");
				store.load(null, null);
				int i = 0;
				try (InputStream in = new FileInputStream(c[3])) {
					for (java.security.cert.Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) store.setCertificateEntry("r" + i++, root);
				}
				TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
				trust.init(store);
				SSLContext context = SSLContext.getInstance("TLS");
				context.init(null, trust.getTrustManagers(), null);
				try (Socket plain = new Socket("127.0.0.1", Integer.parseInt(c[2]));
					SSLSocket wrapped = (SSLSocket) context.getSocketFactory().createSocket(plain, c[1], Integer.parseInt(c[2]), true)) {
					SSLParameters parameters = wrapped.getSSLParameters();
					parameters.setEndpointIdentificationAlgorithm("HTTPS");
					wrapped.setSSLParameters(parameters);
					wrapped.startHandshake();
				}
			} catch (Exception failure) {
				said = String.valueOf(failure.getMessage() == null ? failure : failure.getMessage());
			}
			System.out.println("[\"" + c[0] + "\",\"" + said.replaceAll("[^ -~]|[\"\\\\]", " ") + "\"]");
		}
	}
}
`

// script has one process judge all, by a file that lists them.
func script(folder, file, source string, list func([]*served) []byte, command ...string) func(context.Context, []*served) (map[string]string, error) {
	return func(ctx context.Context, all []*served) (map[string]string, error) {
		path, cases := filepath.Join(folder, file), filepath.Join(folder, file+".cases")
		if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
			return nil, err
		}
		if err := os.WriteFile(cases, list(all), 0o600); err != nil {
			return nil, err
		}
		args := append(command[1:len(command):len(command)], path, cases)
		out, err := run(ctx, "", command[0], args...)
		said := map[string]string{}
		for line := range strings.Lines(out) {
			var pair [2]string
			if json.Unmarshal([]byte(line), &pair) == nil {
				said[pair[0]] = pair[1]
			}
		}
		if len(said) != len(all) {
			return nil, fmt.Errorf("%d answers for %d: %w: %s", len(said), len(all), err, out)
		}
		return said, nil
	}
}

func asJSON(all []*served) []byte {
	data, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return data
}

func asTable(all []*served) []byte {
	var table strings.Builder
	for _, s := range all {
		fmt.Fprintf(&table, "%s\t%s\t%s\t%s\n", s.Name, s.Host, s.Port, s.Roots)
	}
	return []byte(table.String())
}

// judges are those that every machine of the tests has, and newer ones where a
// variable says where they are.
func judges(folder string) []judge {
	list := []judge{
		{name: "go", bit: verify.Go, many: allByGo},
		{name: "openssl", bit: verify.OpenSSL, one: askOpenSSL},
		{name: "curl", bit: verify.Curl, one: askCurl},
		{name: "gnutls-cli", bit: verify.GnuTLS, one: askGnuTLS},
		{name: "python", bit: verify.Python311, many: script(folder, "judge.py", pythonJudge, asJSON, "/usr/bin/python3")},
		{name: "node", bit: verify.Node20, many: script(folder, "judge.js", nodeJudge, asJSON, "/usr/bin/node")},
		{name: "java", bit: verify.Java17, many: script(folder, "Judge.java", javaJudge, asTable, "/usr/bin/java")},
	}
	for _, more := range []struct {
		variable, name, file, source string
		bit                          verify.Clients
		list                         func([]*served) []byte
		args                         []string
	}{
		{"DEVCA_PYTHON313", "python 3.13", "judge313.py", pythonJudge, verify.Python313, asJSON, nil},
		{"DEVCA_NODE24", "node 24", "judge24.js", nodeJudge, verify.Node24, asJSON, nil},
		{"DEVCA_JAVA25", "java 25", "Judge25.java", strings.ReplaceAll(javaJudge, "class Judge ", "class Judge25 "), verify.Java25, asTable, nil},
		{"DEVCA_DENO", "deno", "judge.mjs", denoJudge, verify.Rustls, asJSON, []string{"run", "--no-prompt", "-A"}},
	} {
		if program := os.Getenv(more.variable); program != "" {
			list = append(list, judge{name: more.name, bit: more.bit, many: script(folder, more.file, more.source, more.list, append([]string{program}, more.args...)...)})
		}
	}
	return list
}

// ask puts every case before a client.
func (j judge) ask(ctx context.Context, all []*served) (map[string]string, error) {
	if j.many != nil {
		return j.many(ctx, all)
	}
	said := map[string]string{}
	var mutex sync.Mutex
	var group sync.WaitGroup
	places := make(chan struct{}, 2)
	for _, s := range all {
		group.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			answer := j.one(ctx, s)
			mutex.Lock()
			defer mutex.Unlock()
			said[s.Name] = answer
		})
	}
	group.Wait()
	return said, nil
}
