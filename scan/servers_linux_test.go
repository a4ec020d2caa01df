package scan_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"devca/scan"
)

// stage is a folder with certificates of each kind: rsa.pem, ecdsa.pem,
// p384.pem, ed25519.pem, with a .key of the same name.
type stage struct {
	t      *testing.T
	folder string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	folder, err := os.MkdirTemp("", "scan")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, folder: folder}
	for name, generate := range map[string]func() (crypto.Signer, error){
		"rsa":     func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) },
		"ecdsa":   func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) },
		"p384":    func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P384(), rand.Reader) },
		"ed25519": func() (crypto.Signer, error) { _, key, err := ed25519.GenerateKey(rand.Reader); return key, err },
	} {
		key, err := generate()
		if err != nil {
			t.Fatal(err)
		}
		s.certificate(name, key)
	}
	return s
}

func (s *stage) certificate(name string, key crypto.Signer) {
	s.t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write(name+".pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	s.write(name+".key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
}

func (s *stage) path(name string) string { return filepath.Join(s.folder, name) }

func (s *stage) write(name, text string) string {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	return s.path(name)
}

// port is free on 127.0.0.1.
func (s *stage) port() string {
	s.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// run starts a server in the stage's folder and waits until it listens. It gives
// a function that ends it, which is called at the end of the test anyway.
func (s *stage) run(port, name string, arguments ...string) (end func()) {
	s.t.Helper()
	var said bytes.Buffer
	server := exec.Command(name, arguments...)
	server.Dir, server.Stdout, server.Stderr = s.folder, &said, &said
	server.Env = []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin", "HOME=" + s.folder, "LANG=C"}
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if path, err := exec.LookPath("/usr/sbin/" + name); err == nil {
		server.Path, server.Err = path, nil
	}
	if err := server.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	stopped := false
	end = func() {
		if !stopped {
			stopped = true
			_ = server.Process.Kill()
			if err := <-ended; err == nil {
				s.t.Log(name + " had ended by itself")
			}
		}
	}
	s.t.Cleanup(end)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		select {
		case err := <-ended:
			ended <- err
			s.t.Fatalf("%s %q ended: %v\n%s", name, arguments, err, said.String())
		default:
		}
		if connection, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			connection.Close()
			return end
		}
	}
	s.t.Fatalf("%s %q does not listen", name, arguments)
	return nil
}

// openssl starts openssl s_server with the certificate of RSA and that of ECDSA.
func (s *stage) openssl(arguments ...string) (address string, end func()) {
	s.t.Helper()
	port := s.port()
	all := []string{"s_server", "-accept", "127.0.0.1:" + port, "-quiet", "-naccept", "1000", "-cert", "rsa.pem", "-key", "rsa.key", "-dcert", "ecdsa.pem", "-dkey", "ecdsa.key"}
	return "127.0.0.1:" + port, s.run(port, "openssl", append(all, arguments...)...)
}

// nginx starts nginx with a server of these directives.
func (s *stage) nginx(directives string) (address string) {
	s.t.Helper()
	port := s.port()
	var temporary strings.Builder
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&temporary, "%s_temp_path %s;\n", name, s.path(name+port))
	}
	file := s.write("nginx"+port+".conf", fmt.Sprintf(`daemon off; master_process off; pid %s; error_log stderr;
events {}
http { access_log off; %s
server { listen 127.0.0.1:%s ssl http2; server_name localhost; location / { return 200 "hello"; } %s }
}`, s.path("pid"+port), temporary.String(), port, strings.ReplaceAll(directives, "PORT", port)))
	s.run(port, "nginx", "-e", "stderr", "-p", s.folder, "-c", file)
	return "127.0.0.1:" + port
}

func enumerate(t *testing.T, address string, options scan.Options) *scan.Result {
	t.Helper()
	if options.ServerName == "" {
		options.ServerName = "localhost"
	}
	result, err := scan.Enumerate(t.Context(), dialTo(address), options)
	if err != nil {
		t.Fatal(err)
	}
	if result.Incomplete != "" {
		t.Fatalf("incomplete: %s", result.Incomplete)
	}
	return result
}

func version(t *testing.T, r *scan.Result, id uint16) *scan.Version {
	t.Helper()
	for i := range r.Versions {
		if r.Versions[i].ID == id {
			return &r.Versions[i]
		}
	}
	t.Fatalf("no version %#x in the result", id)
	return nil
}

func suiteIDs(v *scan.Version) (ids []uint16) {
	for _, suite := range v.Suites {
		ids = append(ids, suite.ID)
	}
	return ids
}

func groupNames(v *scan.Version) (names []string) {
	for _, group := range v.Groups {
		names = append(names, group.Name)
	}
	return names
}
