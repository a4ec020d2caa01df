package trace_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"devca/tlsparams"
	"devca/trace"
)

// openssl is a server and clients of OpenSSL with a relay between them that
// records: two programs that are not ours, opened with the client's key log.
type openssl struct {
	t      *testing.T
	folder string
	port   string
}

func (o *openssl) command(arguments ...string) *exec.Cmd {
	command := exec.Command("openssl", arguments...)
	command.Dir = o.folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + o.folder, "LANG=C.UTF-8"}
	return command
}

// everything lets OpenSSL use all that it has, whatever it thinks of it.
const everything = "ALL:COMPLEMENTOFALL@SECLEVEL=0"

func startOpenSSL(t *testing.T, arguments ...string) *openssl {
	t.Helper()
	o := &openssl{t: t, folder: t.TempDir()}
	writeKeys(t, o.folder)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, o.port, _ = net.SplitHostPort(free.Addr().String())
	free.Close()
	server := o.command(append([]string{
		"s_server", "-accept", "127.0.0.1:" + o.port, "-quiet", "-rev", "-cert", "ecdsa.pem", "-key", "ecdsa.key", "-dcert", "rsa.pem", "-dkey", "rsa.key",
		"-cipher", everything, "-psk", "abcd1234", "-psk_hint", "hint",
	}, arguments...)...)
	var said bytes.Buffer
	server.Stderr = &said
	stdin, err := server.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	for range 200 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+o.port); err == nil {
			c.Close()
			return o
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("openssl s_server does not answer: %s", said.String())
	return nil
}

// writeKeys writes certificates and keys of two kinds.
func writeKeys(t *testing.T, folder string) {
	t.Helper()
	for _, kind := range []string{"rsa", "ecdsa"} {
		pair := selfSigned(t, kind)
		key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		for name, block := range map[string]*pem.Block{".pem": {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, ".key": {Type: "PRIVATE KEY", Bytes: key}} {
			if err := os.WriteFile(filepath.Join(folder, kind+name), pem.EncodeToMemory(block), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// connect has a client say a line and end, through a relay that records.
func (o *openssl) connect(arguments ...string) (trace.Recording, *trace.KeyLog, string) {
	o.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		o.t.Fatal(err)
	}
	defer listener.Close()
	recorded := make(chan trace.Recording, 1)
	go func() { recorded <- relay(listener, "127.0.0.1:"+o.port) }()
	log := filepath.Join(o.t.TempDir(), "keys.log")
	client := o.command(append([]string{"s_client", "-connect", listener.Addr().String(), "-quiet", "-no_ign_eof", "-keylogfile", log, "-servername", "localhost"}, arguments...)...)
	client.Stdin = strings.NewReader("hello\n")
	out, _ := client.CombinedOutput() // refusals are wanted, too
	recording := <-recorded
	file, err := os.Open(log)
	if err != nil {
		return recording, new(trace.KeyLog), string(out)
	}
	defer file.Close()
	keys, err := trace.ParseKeyLog(file)
	if err != nil {
		o.t.Fatal(err)
	}
	return recording, keys, string(out)
}

// relay copies one connection both ways and records it.
func relay(listener net.Listener, to string) trace.Recording {
	client, err := listener.Accept()
	if err != nil {
		return trace.Recording{}
	}
	defer client.Close()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return trace.Recording{}
	}
	defer server.Close()
	recorder := trace.Record(server, true) // what goes to the server is the client's
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(recorder, client)
		_ = server.(*net.TCPConn).CloseWrite()
		close(done)
	}()
	_, _ = io.Copy(client, recorder)
	_ = client.(*net.TCPConn).CloseWrite()
	<-done
	return recorder.Recording()
}

// suitesOf lists OpenSSL's suites of a version that its own clients can use here.
func (o *openssl) suitesOf(version string) []string {
	o.t.Helper()
	out, err := o.command("ciphers", "-s", version, "-psk", everything).Output()
	if err != nil {
		o.t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(out)), ":")
}

// TestOpenSSL compares devca's reading of what two programs of OpenSSL say to each
// other with tshark's: each suite that OpenSSL has, groups, a second handshake in
// the first, early data, keys that are shared beforehand.
func TestOpenSSL(t *testing.T) {
	o := startOpenSSL(t)
	var mu sync.Mutex
	var all sync.WaitGroup
	var captures []capture
	seen := map[string]bool{}
	const atOnce = 4
	turns := make(chan struct{}, atOnce)
	add := func(name string, arguments ...string) {
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			recording, keys, out := o.connect(arguments...)
			transcript := trace.Parse(recording, keys)
			mu.Lock()
			defer mu.Unlock()
			if transcript.Version == 0 {
				t.Errorf("%s: no handshake: %s", name, out)
				return
			}
			suite := tlsparams.Suite(transcript.CipherSuite).Name
			seen[suite] = true
			captures = append(captures, capture{name: name + " " + suite, recording: recording, keys: keys, sealed: !opened(suite), terse: strings.Contains(suite, "PSK")})
		})
	}
	for _, version := range []string{"-tls1_2", "-tls1_1", "-tls1"} {
		for _, suite := range o.suitesOf(version) {
			if strings.Contains(suite, "SRP") || strings.Contains(suite, "DSS") {
				continue // their keys are of other kinds
			}
			add(version+" "+suite, version, "-cipher", suite+":@SECLEVEL=0", "-psk", "abcd1234")
		}
	}
	add("-tls1_2, MAC then encrypt", "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA", "-no_etm")
	for _, suite := range []string{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"} {
		add("-tls1_3 "+suite, "-tls1_3", "-ciphersuites", suite)
	}
	for _, group := range []string{"X25519", "P-256", "P-384", "P-521", "X448", "ffdhe2048", "ffdhe3072"} {
		add("-tls1_3 "+group, "-tls1_3", "-groups", group)
		if !strings.HasPrefix(group, "ffdhe") {
			add("-tls1_2 "+group, "-tls1_2", "-groups", group, "-cipher", "ECDHE-RSA-AES128-GCM-SHA256")
		}
	}
	add("-tls1_3 shared key", "-tls1_3", "-psk", "abcd1234", "-allow_no_dhe_kex")
	all.Wait()
	judge(t, captures)
	t.Logf("%d suites", len(seen))
	const least = 90 // of OpenSSL 3.0's
	if len(seen) < least {
		t.Errorf("only %d suites were seen", len(seen))
	}
}

// opened says whether devca opens what a suite encrypts. Go's libraries have no
// CCM, ARIA, Camellia and others.
func opened(suite string) bool {
	for _, cipher := range []string{"CCM", "ARIA", "CAMELLIA", "SEED", "IDEA"} {
		if strings.Contains(suite, cipher) {
			return false
		}
	}
	return true
}
