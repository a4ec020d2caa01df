package dial_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"devca/dial"
)

// stage is a folder with a certificate, and the means to run servers in it.
type stage struct {
	t                *testing.T
	folder           string
	certificate, key string // files
	der              []byte
}

func newStage(t *testing.T) *stage {
	t.Helper()
	folder, err := os.MkdirTemp("", "dial") // short: paths of sockets have 107 characters
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, folder: folder, der: der}
	s.certificate = s.write("cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), 0o644)
	s.key = s.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})), 0o600)
	return s
}

func (s *stage) write(name, content string, mode os.FileMode) string {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// port gives a port that was free a moment ago.
func (s *stage) port() string {
	s.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// run starts a server in the foreground and waits until it listens.
func (s *stage) run(port string, nobody bool, program string, args ...string) {
	s.t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		matches, _ := filepath.Glob(program)
		if len(matches) == 0 {
			s.t.Fatalf("%s: %v; make test installs it", program, err)
		}
		path = matches[len(matches)-1]
	}
	log := new(bytes.Buffer)
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.folder, log, log
	cmd.Env = []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/sbin", "HOME=" + s.folder, "LANG=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second
	if nobody && os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // what it has to say is in its log
		close(ended)
	}()
	s.t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
		}
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if s.t.Failed() {
			s.t.Logf("%s: %s", program, log)
		}
	})
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if connection, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			connection.Close()
			return
		}
		select {
		case <-ended:
			s.t.Fatalf("%s ended: %s", program, log)
		default:
		}
		if time.Now().After(end) {
			s.t.Fatalf("%s does not listen on %s", program, port)
		}
	}
}

// shows checks that the server behind the URL shows the stage's certificate.
func (s *stage) shows(url string, options dial.Options) *dial.Peer {
	s.t.Helper()
	target, err := dial.ParseTarget(url)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	peer, err := dial.Connect(ctx, target, options)
	if err != nil {
		s.t.Fatalf("%s: %v", url, err)
	}
	if len(peer.Chain) != 1 || !bytes.Equal(peer.Chain[0], s.der) {
		s.t.Errorf("%s: %d certificates, not the one that it has", url, len(peer.Chain))
	}
	return peer
}

// give hands files to the user nobody, as whom some servers have to run.
func (s *stage) give(paths ...string) {
	s.t.Helper()
	if os.Getuid() != 0 {
		return
	}
	for _, path := range paths {
		if err := os.Chown(path, 65534, 65534); err != nil {
			s.t.Fatal(err)
		}
	}
}

// command runs a program to its end.
func (s *stage) command(nobody bool, program string, args ...string) {
	s.t.Helper()
	matches, _ := filepath.Glob(program)
	if len(matches) > 0 {
		program = matches[len(matches)-1]
	}
	cmd := exec.Command(program, args...)
	cmd.Dir = s.folder
	if nobody && os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", program, err, out)
	}
}

// TestServers makes a connection to real servers of each protocol with STARTTLS.
func TestServers(t *testing.T) {
	if os.Getuid() != 0 {
		// Mail servers give up their rights to users of their own.
		t.Log("not root: the servers that need it are left out")
	} else {
		t.Run("smtp", func(t *testing.T) { t.Parallel(); smtpd(newStage(t)) })
		t.Run("imap and pop3", func(t *testing.T) { t.Parallel(); dovecot(newStage(t)) })
		t.Run("ftp", func(t *testing.T) { t.Parallel(); vsftpd(newStage(t)) })
	}
	t.Run("postgres", func(t *testing.T) { t.Parallel(); postgres(newStage(t)) })
	t.Run("mysql", func(t *testing.T) { t.Parallel(); mariadb(newStage(t)) })
	t.Run("ldap", func(t *testing.T) { t.Parallel(); slapd(newStage(t)) })
	t.Run("xmpp", func(t *testing.T) { t.Parallel(); prosody(newStage(t)) })
	t.Run("proxies", func(t *testing.T) { t.Parallel(); proxies(newStage(t)) })
}

func smtpd(s *stage) {
	port := s.port()
	configuration := s.write("smtpd.conf", fmt.Sprintf(`
pki localhost cert "%s"
pki localhost key "%s"
listen on 127.0.0.1 port %s tls pki localhost
action none relay
match for local action none
`, s.certificate, s.key, port), 0o600)
	s.run(port, false, "smtpd", "-d", "-f", configuration)
	s.shows("smtp://localhost:"+port, dial.Options{})
}

func dovecot(s *stage) {
	imap, pop3, imaps := s.port(), s.port(), s.port()
	configuration := s.write("dovecot.conf", fmt.Sprintf(`
protocols = imap pop3
base_dir = %[1]s/run
log_path = /dev/stderr
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
ssl = required
ssl_cert = <%[2]s
ssl_key = <%[3]s
passdb {
  driver = static
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = %[4]s
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = %[6]s
    ssl = yes
  }
}
service pop3-login {
  chroot =
  inet_listener pop3 {
    address = 127.0.0.1
    port = %[5]s
  }
  inet_listener pop3s {
    port = 0
  }
}
service anvil {
  chroot =
}
`, s.folder, s.certificate, s.key, imap, pop3, imaps), 0o600)
	s.run(imap, false, "dovecot", "-F", "-c", configuration)
	s.shows("imap://localhost:"+imap, dial.Options{})
	s.shows("pop3://localhost:"+pop3, dial.Options{})
	s.shows("imaps://localhost:"+imaps, dial.Options{})
}

func vsftpd(s *stage) {
	port := s.port()
	empty := filepath.Join(s.folder, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		s.t.Fatal(err)
	}
	configuration := s.write("vsftpd.conf", fmt.Sprintf(`background=NO
listen=YES
listen_address=127.0.0.1
listen_port=%s
anonymous_enable=YES
secure_chroot_dir=%s
nopriv_user=nobody
ssl_enable=YES
ssl_tlsv1=YES
rsa_cert_file=%s
rsa_private_key_file=%s
ssl_ciphers=HIGH
seccomp_sandbox=NO
`, port, empty, s.certificate, s.key), 0o600)
	s.run(port, false, "vsftpd", configuration)
	s.shows("ftp://localhost:"+port, dial.Options{})
}

func postgres(s *stage) {
	port := s.port()
	s.give(s.folder, s.key, s.certificate)
	s.command(true, "/usr/lib/postgresql/*/bin/initdb", "-D", filepath.Join(s.folder, "data"), "-A", "trust", "-N", "-U", "postgres")
	s.run(port, true, "/usr/lib/postgresql/*/bin/postgres", "-D", filepath.Join(s.folder, "data"), "-p", port, "-h", "127.0.0.1", "-k", s.folder,
		"-c", "ssl=on", "-c", "ssl_cert_file="+s.certificate, "-c", "ssl_key_file="+s.key, "-c", "fsync=off")
	s.shows("postgres://localhost:"+port, dial.Options{})
	s.shows("postgresql://localhost:"+port, dial.Options{})
}

func mariadb(s *stage) {
	port := s.port()
	data := filepath.Join(s.folder, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		s.t.Fatal(err)
	}
	s.give(s.folder, s.key, s.certificate, data)
	s.run(port, true, "mariadbd", "--no-defaults", "--datadir="+data, "--socket="+filepath.Join(s.folder, "socket"), "--pid-file="+filepath.Join(s.folder, "pid"),
		"--port="+port, "--bind-address=127.0.0.1", "--skip-grant-tables", "--skip-networking=0", "--ssl-cert="+s.certificate, "--ssl-key="+s.key,
		"--innodb-buffer-pool-size=8M", "--innodb-log-file-size=4M", "--aria-log-file-size=8M")
	s.shows("mysql://localhost:"+port, dial.Options{})
}

func slapd(s *stage) {
	port, secure := s.port(), s.port()
	data := filepath.Join(s.folder, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		s.t.Fatal(err)
	}
	configuration := s.write("slapd.conf", fmt.Sprintf(`include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile %[1]s/pid
TLSCertificateFile %[2]s
TLSCertificateKeyFile %[3]s
TLSCACertificateFile %[2]s
database mdb
suffix dc=test
directory %[1]s/data
`, s.folder, s.certificate, s.key), 0o600)
	s.run(port, false, "slapd", "-d", "0", "-f", configuration, "-h", "ldap://127.0.0.1:"+port+"/ ldaps://127.0.0.1:"+secure+"/")
	s.shows("ldap://localhost:"+port, dial.Options{})
	s.shows("ldaps://localhost:"+secure, dial.Options{})
}

func prosody(s *stage) {
	client, server := s.port(), s.port()
	s.give(s.folder, s.key, s.certificate)
	configuration := s.write("prosody.cfg.lua", fmt.Sprintf(`
run_as_root = true
daemonize = false
data_path = "%[1]s"
pidfile = "%[1]s/pid"
log = { { levels = { min = "info" }, to = "console" } }
interfaces = { "127.0.0.1" }
c2s_ports = { %[4]s }
s2s_ports = { %[5]s }
modules_enabled = { "tls", "saslauth" }
modules_disabled = { "http", "posix" }
c2s_require_encryption = true
certificates = "%[1]s"
ssl = { certificate = "%[2]s", key = "%[3]s" }
VirtualHost "localhost"
`, s.folder, s.certificate, s.key, client, server), 0o644)
	s.run(client, true, "prosody", "-F", "--config", configuration)
	s.shows("xmpp://localhost:"+client, dial.Options{})
	s.shows("xmpp-server://localhost:"+server, dial.Options{})
}

// proxies reach a server that nobody reaches otherwise.
func proxies(s *stage) {
	port, http, socks := s.port(), s.port(), s.port()
	s.run(port, false, "openssl", "s_server", "-accept", "127.0.0.1:"+port, "-cert", s.certificate, "-key", s.key, "-www", "-quiet")
	configuration := s.write("tinyproxy.conf", fmt.Sprintf("Port %s\nListen 127.0.0.1\nAllow 127.0.0.1\nBasicAuth me secret\nLogLevel Info\n", http), 0o644)
	s.run(http, false, "tinyproxy", "-d", "-c", configuration)
	s.run(socks, false, "microsocks", "-i", "127.0.0.1", "-p", socks, "-u", "me", "-P", "secret")
	s.shows("https://localhost:"+port, dial.Options{Proxy: "http://me:secret@127.0.0.1:" + http})
	s.shows("https://localhost:"+port, dial.Options{Proxy: "socks5://me:secret@127.0.0.1:" + socks})
	target, err := dial.ParseTarget("localhost:" + port)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, proxy := range []string{"http://127.0.0.1:" + http, "socks5://127.0.0.1:" + socks, "ftp://127.0.0.1", "http://"} {
		_, err := dial.Connect(s.t.Context(), target, dial.Options{Proxy: proxy})
		if err == nil || strings.Contains(err.Error(), "secret") {
			s.t.Errorf("%s: %v", proxy, err)
		}
	}
}
