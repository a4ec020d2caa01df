package trace_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"devca/trace"
)

// startNginx starts nginx with a server that takes early data and speaks HTTP/2.
// It gives the port.
func startNginx(t *testing.T, folder string) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	free.Close()
	writeKeys(t, folder)
	if err := os.WriteFile(filepath.Join(folder, "large"), bytes.Repeat([]byte("some data\n"), 20_000), 0o600); err != nil {
		t.Fatal(err)
	}
	configuration := strings.NewReplacer("@DIR@", folder, "@PORT@", port).Replace(`daemon off;
user root;
pid @DIR@/pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path @DIR@/body; proxy_temp_path @DIR@/proxy; fastcgi_temp_path @DIR@/fastcgi; uwsgi_temp_path @DIR@/uwsgi; scgi_temp_path @DIR@/scgi;
	keepalive_requests 4;
	server {
		listen 127.0.0.1:@PORT@ ssl http2;
		ssl_certificate @DIR@/ecdsa.pem; ssl_certificate_key @DIR@/ecdsa.key;
		ssl_protocols TLSv1.2 TLSv1.3;
		ssl_session_cache shared:all:1m;
		ssl_early_data on;
		root @DIR@;
		location = / { return 200 "early $ssl_early_data\n"; }
	}
}
`)
	file := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	server := exec.Command("nginx", "-c", file, "-p", folder, "-e", "stderr")
	server.Env = []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin", "HOME=" + folder}
	if server.Err != nil {
		server.Path, server.Err = "/usr/sbin/nginx", nil
	}
	var said bytes.Buffer
	server.Stderr = &said
	if err := server.Start(); err != nil {
		t.Fatalf("%v: make test installs nginx", err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	})
	if !answers(port) {
		t.Fatalf("nginx does not answer: %s", said.String())
	}
	return port
}

// through runs a client in front of a relay that records, and gives what was said
// with the keys that the client logged.
func through(t *testing.T, port string, client func(address, log string) *exec.Cmd) (trace.Recording, *trace.KeyLog, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	recorded := make(chan trace.Recording, 1)
	go func() { recorded <- relay(listener, "127.0.0.1:"+port) }()
	log := filepath.Join(t.TempDir(), "keys.log")
	command := client(listener.Addr().String(), log)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%v: %v: %s", command.Args, err, out)
	}
	recording := <-recorded
	file, err := os.Open(log)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	defer file.Close()
	keys, err := trace.ParseKeyLog(file)
	if err != nil {
		t.Fatal(err)
	}
	return recording, keys, string(out)
}

// TestNginx compares devca's reading of what nginx and programs that are not ours
// say to each other with tshark's: the frames of HTTP/2 with curl, and early data
// with OpenSSL's client, which nginx takes.
func TestNginx(t *testing.T) {
	folder := t.TempDir()
	port := startNginx(t, folder)
	var captures []capture
	for _, version := range []string{"1.2", "1.3"} {
		for name, paths := range map[string][]string{"two pages": {"/", "/large"}, "to the end of the server's patience": {"/", "/", "/", "/large"}} {
			recording, keys, out := through(t, port, func(address, log string) *exec.Cmd {
				arguments := []string{"-sSk", "--http2", "--tlsv" + version, "--tls-max", version}
				for _, path := range paths {
					arguments = append(arguments, "-o", filepath.Join(folder, "out"), "https://"+address+path)
				}
				curl := exec.CommandContext(t.Context(), "curl", append(arguments, "--max-time", "60")...)
				curl.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "SSLKEYLOGFILE=" + log}
				return curl
			})
			if out != "" {
				t.Errorf("curl says %s", out)
			}
			captures = append(captures, capture{name: "curl, TLS " + version + ", " + name, recording: recording, keys: keys})
		}
	}
	request := filepath.Join(folder, "request")
	if err := os.WriteFile(request, []byte("GET / HTTP/1.0\r\n\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	session := filepath.Join(folder, "session")
	connect := func(arguments ...string) (trace.Recording, *trace.KeyLog, string) {
		return through(t, port, func(address, log string) *exec.Cmd {
			client := exec.Command("openssl", append([]string{"s_client", "-connect", address, "-quiet", "-servername", "localhost", "-keylogfile", log}, arguments...)...)
			client.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder}
			client.Stdin = strings.NewReader("GET / HTTP/1.0\r\n\r\n")
			return client
		})
	}
	recording, keys, out := connect("-sess_out", session)
	if !strings.Contains(out, "early \n") {
		t.Errorf("the first connection: %s", out)
	}
	captures = append(captures, capture{name: "early data, the connection before", recording: recording, keys: keys})
	recording, keys, out = connect("-sess_in", session, "-early_data", request)
	transcript := trace.Parse(recording, keys)
	// nginx says 1 only where it answers before it has read the client's Finished, and on
	// a busy machine that comes first: that the data were taken is in the handshake.
	if !strings.Contains(out, "early ") || !transcript.EarlyData.Accepted || transcript.RoundTrips() != 0 {
		t.Errorf("early data: %+v, %d round trips: %s", transcript.EarlyData, transcript.RoundTrips(), out)
	}
	if end := transcript.First(trace.KindEndOfEarlyData, true); end == nil {
		t.Error("the early data do not end")
	}
	captures = append(captures, capture{name: "early data", recording: recording, keys: keys})
	for _, c := range captures[:4] {
		frames := map[string]int{}
		for _, m := range trace.Parse(c.recording, c.keys).Messages {
			if frame, ok := m.Body.(*trace.Frame); ok {
				frames[frame.TypeName()]++
			}
		}
		if frames["DATA"] < 10 || frames["HEADERS"] < 4 || frames["SETTINGS"] < 4 || frames["WINDOW_UPDATE"] == 0 || strings.Contains(c.name, "patience") != (frames["GOAWAY"] > 0) {
			t.Errorf("%s: %v", c.name, frames)
		}
	}
	judge(t, captures)
}
