package trace_test

import (
	"bytes"
	"crypto/x509"
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
	if !answers(o.port) {
		t.Fatalf("openssl s_server does not answer: %s", said.String())
	}
	return o
}

// answers waits until a server does, as long as it may take to start on a busy machine.
func answers(port string) bool {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return true
		}
	}
	return false
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
	var out string
	recording, keys := o.through(func(address, log string) {
		client := o.command(append([]string{"s_client", "-connect", address, "-quiet", "-no_ign_eof", "-keylogfile", log, "-servername", "localhost"}, arguments...)...)
		client.Stdin = strings.NewReader("hello\n")
		said, _ := client.CombinedOutput() // refusals are wanted, too
		out = string(said)
	})
	return recording, keys, out
}

// through runs a client in front of the relay, and gives what was said with the
// keys that the client logged.
func (o *openssl) through(client func(address, log string)) (trace.Recording, *trace.KeyLog) {
	o.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		o.t.Fatal(err)
	}
	defer listener.Close()
	recorded := make(chan trace.Recording, 1)
	go func() { recorded <- relay(listener, "127.0.0.1:"+o.port) }()
	log := filepath.Join(o.t.TempDir(), "keys.log")
	client(listener.Addr().String(), log)
	recording := <-recorded
	file, err := os.Open(log)
	if err != nil {
		return recording, new(trace.KeyLog)
	}
	defer file.Close()
	keys, err := trace.ParseKeyLog(file)
	if err != nil {
		o.t.Fatal(err)
	}
	return recording, keys
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
// other with tshark's: each suite that OpenSSL has, groups, suites of TLS 1.3 with
// each, keys that are shared beforehand.
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
	for _, suite := range []string{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"} {
		for _, group := range []string{"X25519", "P-256", "P-384", "P-521", "X448"} {
			add("-tls1_3 "+suite+" "+group, "-tls1_3", "-ciphersuites", suite, "-groups", group)
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

// line is what a person says to OpenSSL's client, and what is waited for then.
type line struct{ say, until string }

// talk has a client say lines, each when the one before was answered.
func (o *openssl) talk(lines []line, arguments ...string) (trace.Recording, *trace.KeyLog) {
	o.t.Helper()
	return o.through(func(address, log string) {
		client := o.command(append([]string{"s_client", "-connect", address, "-quiet", "-no_ign_eof", "-keylogfile", log, "-servername", "localhost"}, arguments...)...)
		stdin, err := client.StdinPipe()
		if err != nil {
			o.t.Fatal(err)
		}
		from, to := io.Pipe()
		client.Stdout, client.Stderr = to, to
		if err := client.Start(); err != nil {
			o.t.Fatal(err)
		}
		guard := time.AfterFunc(time.Minute, func() { _ = client.Process.Kill() })
		defer guard.Stop()
		go func() { _ = client.Wait(); to.Close() }()
		var said []byte
		for _, l := range lines {
			if _, err := io.WriteString(stdin, l.say); err != nil {
				o.t.Errorf("%v: %v: %s", arguments, err, said)
			}
			before := len(said)
			for b := make([]byte, 512); !bytes.Contains(said[before:], []byte(l.until)); {
				n, err := from.Read(b)
				if said = append(said, b[:n]...); err != nil {
					o.t.Errorf("%v: no %q in %s", arguments, l.until, said)
					return
				}
			}
		}
		stdin.Close()
		_, _ = io.Copy(io.Discard, from)
	})
}

// TestOpenSSLAgain compares what happens on connections that go on: client
// certificates and resumption in each version, new keys, a second handshake in the
// first, early data that are not taken.
func TestOpenSSLAgain(t *testing.T) {
	o := startOpenSSL(t, "-verify", "1", "-verify_quiet", "-client_renegotiation", "-max_early_data", "1000")
	var captures []capture
	hello := line{"hello\n", "olleh"}
	for _, version := range []string{"-tls1", "-tls1_1", "-tls1_2", "-tls1_3"} {
		for _, shown := range []string{"", "rsa", "ecdsa"} {
			session := filepath.Join(t.TempDir(), "session")
			arguments := []string{version, "-cipher", "ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"}
			if shown != "" {
				arguments = append(arguments, "-cert", shown+".pem", "-key", shown+".key")
			}
			for _, again := range []bool{false, true} {
				flag := map[bool]string{false: "-sess_out", true: "-sess_in"}[again]
				recording, keys := o.talk([]line{hello}, append(arguments, flag, session)...)
				transcript := trace.Parse(recording, keys)
				name := fmt.Sprintf("%s, certificate %q, again %t", version, shown, again)
				asked := transcript.First(trace.KindCertificateRequest, false) != nil
				if transcript.Resumed != again || asked == again || len(transcript.Chain(true)) > 0 != (asked && shown != "") {
					t.Errorf("%s: resumed %t, asked %t, shown %d", name, transcript.Resumed, asked, len(transcript.Chain(true)))
				}
				captures = append(captures, capture{name: name, recording: recording, keys: keys})
			}
		}
	}
	more := line{"again\n", "niaga"}
	recording, keys := o.talk([]line{hello, {"k\n", "KEYUPDATE"}, more, {"K\n", "KEYUPDATE"}, {"third\n", "driht"}}, "-tls1_3")
	if n := count(trace.Parse(recording, keys), trace.KindKeyUpdate); n != 3 { // to the second the server answers with its own
		t.Errorf("%d updates of keys", n)
	}
	captures = append(captures, capture{name: "new keys", recording: recording, keys: keys})
	for _, version := range []string{"-tls1", "-tls1_2"} {
		recording, keys = o.talk([]line{hello, {"R\n", "RENEGOTIATING"}, more}, version, "-cipher", "ECDHE-RSA-AES128-SHA:@SECLEVEL=0")
		if n := count(trace.Parse(recording, keys), trace.KindClientHello); n != 2 {
			t.Errorf("%s: %d hellos", version, n)
		}
		captures = append(captures, capture{name: version + ", a handshake in the first", recording: recording, keys: keys})
	}
	session, early := filepath.Join(t.TempDir(), "session"), filepath.Join(t.TempDir(), "early")
	if err := os.WriteFile(early, []byte("early\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _ = o.talk([]line{hello}, "-tls1_3", "-sess_out", session)
	recording, keys = o.talk([]line{hello}, "-tls1_3", "-sess_in", session, "-early_data", early)
	if transcript := trace.Parse(recording, keys); !transcript.EarlyData.Offered || transcript.EarlyData.Accepted || !transcript.Finished() {
		t.Errorf("early data: %+v", transcript.EarlyData)
	}
	captures = append(captures, capture{name: "early data, not taken", recording: recording, keys: keys})
	judge(t, captures)
}

func count(transcript *trace.Transcript, kind trace.Kind) int {
	n := 0
	for i := range transcript.Messages {
		if transcript.Messages[i].Kind == kind {
			n++
		}
	}
	return n
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
