package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"devca/explain"
)

// startServers starts those that devca badssl does not have. They show a
// certificate of devca's CA, own.pem, for app.localhost.
func (s *stage) startServers(ctx context.Context) error {
	pair, err := tls.LoadX509KeyPair(filepath.Join(s.folder, "own.pem"), filepath.Join(s.folder, "own-key.pem"))
	if err != nil {
		return err
	}
	certificates := []tls.Certificate{pair}
	for name, config := range map[string]*tls.Config{
		"client-wanted": {Certificates: certificates, ClientAuth: tls.RequireAnyClientCert},
		"no-cipher":     {Certificates: certificates, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA}}, //nolint:gosec // nobody is to want it
		"no-name":       {GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, nil }},                               //nolint:nilnil // there is none
		"no-alpn":       {Certificates: certificates, NextProtos: []string{"nothing"}},
	} {
		if s.urls[name], err = s.serve(ctx, config, io.Discard); err != nil {
			return err
		}
	}
	if s.urls["closes"], err = s.listen(ctx, func(c net.Conn) { _, _ = c.Read(make([]byte, 4096)) }); err != nil {
		return err
	}
	refused, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.urls["refused"] = "https://app.localhost:" + portOf("https://"+refused.Addr().String()) + "/"
	s.urls["no-host"] = "https://nowhere.invalid:4433/"
	_ = refused.Close()
	return s.startRelays(ctx)
}

// serve starts an HTTPS server and gives its URL.
func (s *stage) serve(ctx context.Context, config *tls.Config, to io.Writer) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello") }),
		ReadHeaderTimeout: 20 * time.Second, ErrorLog: log.New(to, "", log.LstdFlags), TLSConfig: config,
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	go func() { _ = server.ServeTLS(listener, "", "") }()
	s.ends = append(s.ends, func() { _ = server.Close() })
	return "https://app.localhost:" + portOf("https://"+listener.Addr().String()) + "/", nil
}

// listen starts a server that does one thing with every connection.
func (s *stage) listen(ctx context.Context, do func(net.Conn)) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s.ends = append(s.ends, func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				_ = connection.SetDeadline(time.Now().Add(20 * time.Second))
				do(connection)
			}()
		}
	}()
	return "https://app.localhost:" + portOf("https://"+listener.Addr().String()) + "/", nil
}

// mysqlGreeting is the first packet of a MySQL server that can do TLS (protocol 10).
const mysqlGreeting = "\x0a8.0.0\x00\x01\x00\x00\x00abcdefgh\x00\x09\x8a\x2d\x02\x00\x08\x00\x15\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00ijklmnopqrst\x00mysql_native_password\x00"

// startRelays starts what speaks a database's first words and hands the rest to
// devca badssl, which gets the name that is asked for.
func (s *stage) startRelays(ctx context.Context) error {
	behind := "127.0.0.1:" + portOf(s.urls["good"])
	relay := func(c net.Conn) {
		server, err := new(net.Dialer).DialContext(ctx, "tcp", behind)
		if err != nil {
			return
		}
		defer server.Close()
		go func() { _, _ = io.Copy(server, c) }()
		_, _ = io.Copy(c, server)
	}
	for name, first := range map[string]func(net.Conn) bool{
		"postgres": func(c net.Conn) bool { // SSLRequest, and S for yes
			_, err := io.ReadFull(c, make([]byte, 8))
			_, _ = c.Write([]byte("S"))
			return err == nil
		},
		"mysql": func(c net.Conn) bool { // the greeting, and the client's SSLRequest
			_, _ = c.Write(append([]byte{byte(len(mysqlGreeting)), 0, 0, 0}, mysqlGreeting...))
			_, err := io.ReadFull(c, make([]byte, 36))
			return err == nil
		},
	} {
		address, err := s.listen(ctx, func(c net.Conn) {
			if first(c) {
				relay(c)
			}
		})
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(s.folder, name+".port"), []byte(portOf(address)), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// keeper is a log that may be written from several goroutines.
type keeper struct {
	lock sync.Mutex
	text strings.Builder
}

func (k *keeper) Write(p []byte) (int, error) {
	k.lock.Lock()
	defer k.lock.Unlock()
	return k.text.Write(p)
}

func (k *keeper) String() string {
	k.lock.Lock()
	defer k.lock.Unlock()
	return k.text.String()
}

// visit is a client that a server has trouble with.
type visit struct {
	name   string
	shell  string // with $URL, and $HTTP for the same without TLS
	causes []explain.Cause
}

// visits are those whom no server likes.
func visits() []visit {
	distrusts := []explain.Cause{explain.ClientDistrusts, explain.ClientLeft}
	return []visit{
		{"curl-distrusts", `curl -sS $URL`, distrusts},
		{"curl12-distrusts", `curl -sS --tls-max 1.2 $URL`, distrusts},
		{"node-distrusts", `node -e 'fetch(process.env.URL)'`, distrusts},
		{"java-distrusts", `URLS=a=$URL java -XX:TieredStopAtLevel=1 -cp $STAGE Ask`, distrusts},
		{"deno-distrusts", `deno eval "await fetch('$URL')"`, distrusts},
		{"bun-distrusts", `bun -e 'await fetch(process.env.URL)'`, distrusts},
		{"curl-http", `curl -sS $HTTP`, []explain.Cause{explain.HTTPToTLS}},
		{"old-version", `echo Q | openssl s_client -connect $HOST:$PORT -tls1_1 -cipher ALL@SECLEVEL=0`, []explain.Cause{explain.ProtocolVersion}},
		{"no-cipher", `echo Q | openssl s_client -connect $HOST:$PORT -tls1_2 -cipher DHE-RSA-AES128-SHA`, []explain.Cause{explain.Cipher, explain.NoCertificate}},
		{"other-protocol", `echo Q | openssl s_client -connect $HOST:$PORT -alpn acme-tls/1`, []explain.Cause{explain.ALPN}},
		{"no-client", `curl -sSk $URL`, []explain.Cause{explain.ClientWanted}},
		{"strange-client", `curl -sSk --cert $STAGE/strange.pem --key $STAGE/strange-key.pem $URL`, []explain.Cause{explain.ClientRefused}},
	}
}

// askServers has clients visit servers, and reads the servers' logs.
func (s *stage) askServers(ctx context.Context) []told {
	var all []told
	for _, v := range visits() {
		all = append(all, s.visitGo(ctx, v))
	}
	return all
}

// visitGo has one client visit a server of its own, written in Go.
func (s *stage) visitGo(ctx context.Context, v visit) told {
	job := told{speaker: speaker{name: "go-server", client: "go-server"}, trouble: trouble{name: v.name, causes: v.causes}, refused: true}
	kept := new(keeper)
	pair, err := tls.LoadX509KeyPair(filepath.Join(s.folder, "own.pem"), filepath.Join(s.folder, "own-key.pem"))
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	switch v.name {
	case "no-client":
		config.ClientAuth = tls.RequireAnyClientCert
	case "strange-client":
		config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	}
	if err == nil {
		var address string
		if address, err = s.serve(ctx, config, kept); err == nil {
			s.visit(ctx, v, address)
			for range 200 { // the line may be written after the client has ended
				if kept.String() != "" {
					break
				}
				time.Sleep(25 * time.Millisecond)
			}
		}
	}
	job.output = kept.String()
	if err != nil {
		job.output = err.Error()
	}
	_ = os.WriteFile(filepath.Join(s.folder, "go-server."+v.name+".txt"), []byte(job.output), 0o600)
	job.reading = explain.Read([]byte(job.output))
	return job
}

// visit runs a client; what it says itself does not matter here.
func (s *stage) visit(ctx context.Context, v visit, address string) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	home := filepath.Join(s.folder, "visit."+v.name)
	_ = os.MkdirAll(home, 0o700)
	command := exec.CommandContext(ctx, "sh", "-c", v.shell)
	command.Dir, command.WaitDelay = home, 5*time.Second
	command.Env = s.environment(address, home)
	_, _ = command.CombinedOutput()
}
