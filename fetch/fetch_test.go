package fetch

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"devca/diag"
)

// root makes a self-signed CA.
func root(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	certificate, _ := authority(t, name)
	return certificate
}

// authority makes a self-signed CA and its key.
func authority(t testing.TB, name string) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key
}

func inPEM(certificates ...*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range certificates {
		_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	return b.Bytes()
}

func sum(c *x509.Certificate) []byte {
	s := sha256.Sum256(c.Raw)
	return s[:]
}

// server answers over TLS with a certificate that nobody but its own pool trusts.
func server(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func trusting(s *httptest.Server) client {
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return client{roots: pool}
}

// serves gives the same body at every path.
func serves(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }
}

func demand(t *testing.T, err error, code diag.Code, words ...string) {
	t.Helper()
	failure, ok := errors.AsType[*diag.Error](err)
	if !ok || failure.Code != code {
		t.Fatalf("%v, not %s", err, code)
	}
	if len(failure.Fixes) == 0 {
		t.Errorf("%s has no fix", code)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
}

// TestForms reads the forms in which CAs give out their roots.
func TestForms(t *testing.T) {
	a, b := root(t, "a"), root(t, "b")
	step, err := json.Marshal(map[string]string{"ca": string(inPEM(a))})
	if err != nil {
		t.Fatal(err)
	}
	noise := append([]byte("Subject: a\n\n"), inPEM(a)...)
	for name, body := range map[string][]byte{
		"PEM": inPEM(a), "DER": a.Raw, "step-ca": step, "PEM with text": noise, "the same twice": inPEM(a, a),
	} {
		s := server(t, serves(body))
		for how, want := range map[string][]byte{"trusted server": nil, "fingerprint": sum(a)} {
			c := trusting(s)
			if want != nil {
				c = client{roots: x509.NewCertPool()} // trusts nobody
			}
			got, err := c.root(t.Context(), s.URL+"/root", want)
			if err != nil || !got.Equal(a) {
				t.Errorf("%s, %s: %v, %v", name, how, got, err)
			}
		}
	}
	s := server(t, serves(inPEM(a, b)))
	if got, err := trusting(s).root(t.Context(), s.URL, sum(b)); err != nil || !got.Equal(b) {
		t.Errorf("a fingerprint does not pick the second: %v", err)
	}
	_, err = trusting(s).root(t.Context(), s.URL, nil)
	demand(t, err, diag.FetchSeveral, "2 certificates")
}

// TestStepPath: an address without a path and with a fingerprint is a step-ca's.
func TestStepPath(t *testing.T) {
	a := root(t, "a")
	asked := make(chan string, 10)
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.RequestURI()
		_, _ = w.Write(inPEM(a))
	})
	for address, want := range map[string]string{
		s.URL:                "/root/" + hex.EncodeToString(sum(a)),
		s.URL + "/":          "/root/" + hex.EncodeToString(sum(a)),
		s.URL + "/?a=b":      "/?a=b",
		s.URL + "/roots.pem": "/roots.pem",
		s.URL + "/x#y":       "/x",
	} {
		if _, err := (client{}).root(t.Context(), address, sum(a)); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if got := <-asked; got != want {
			t.Errorf("%s asks for %s, not %s", address, got, want)
		}
	}
	if _, err := trusting(s).root(t.Context(), s.URL, nil); err != nil || <-asked != "/" {
		t.Errorf("without a fingerprint the address is changed: %v", err)
	}
}

// TestWhoDecides: without a fingerprint the server must be trusted; with one,
// only the certificate that it names is taken, whoever serves it.
func TestWhoDecides(t *testing.T) {
	a, evil := root(t, "a"), root(t, "a")
	s := server(t, serves(inPEM(a)))
	stranger := client{roots: x509.NewCertPool()}
	_, err := stranger.root(t.Context(), s.URL+"/r", nil)
	demand(t, err, diag.FetchUntrusted, "without a fingerprint")
	other := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	_, err = trusting(s).root(t.Context(), other, nil)
	demand(t, err, diag.FetchUntrusted, "localhost") // httptest's certificate is for example.com and 127.0.0.1
	_, err = stranger.root(t.Context(), s.URL+"/r", sum(evil))
	demand(t, err, diag.FetchFingerprint, hex.EncodeToString(sum(a)))
	for _, short := range [][]byte{{}, sum(a)[:31], append(sum(a), 0)} {
		_, err = stranger.root(t.Context(), s.URL+"/r", short)
		demand(t, err, diag.FetchFingerprint)
	}
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{
		"http://ca.test/root.pem", "ftp://ca.test/", "file:///etc/passwd", "https:ca.test", "https:///root", "https://:443/",
		"https://user:secret@ca.test/", "https://ca.test/%zz", "root.pem", "", "https://[::1", "\x00",
	} {
		_, err := Root(t.Context(), address, make([]byte, 32))
		demand(t, err, diag.FetchAddress)
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q repeats the password", err)
		}
	}
}

func TestRedirects(t *testing.T) {
	a := root(t, "a")
	plain := httptest.NewServer(serves(inPEM(a)))
	t.Cleanup(plain.Close)
	far := server(t, serves(inPEM(a)))
	var s *httptest.Server
	s = server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/near":
			http.Redirect(w, r, "/root.pem", http.StatusFound)
		case "/plain":
			http.Redirect(w, r, plain.URL, http.StatusFound)
		case "/far":
			http.Redirect(w, r, far.URL, http.StatusFound)
		case "/secret":
			http.Redirect(w, r, strings.Replace(s.URL, "://", "://u:p@", 1), http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		default:
			if r.Referer() != "" {
				t.Errorf("the server is told %s", r.Referer())
			}
			_, _ = w.Write(inPEM(a))
		}
	})
	both := trusting(s)
	both.roots.AddCert(far.Certificate())
	for path, want := range map[string]string{"/plain": "not https", "/loop": "more than 5", "/secret": "password", "/far": "another one"} {
		_, err := both.root(t.Context(), s.URL+path, nil)
		demand(t, err, diag.FetchFailed, want)
		if _, err = both.root(t.Context(), s.URL+path, sum(a)); path != "/far" {
			demand(t, err, diag.FetchFailed, want)
		} else if err != nil {
			t.Errorf("the fingerprint decides, wherever the root is: %v", err)
		}
	}
	if got, err := both.root(t.Context(), s.URL+"/near", nil); err != nil || !got.Equal(a) {
		t.Errorf("a redirection on the same server: %v", err)
	}
}

func TestBadAnswers(t *testing.T) {
	a := root(t, "a")
	broken := bytes.Replace(inPEM(a), []byte("MII"), []byte("MIJ"), 1)
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		code    diag.Code
		says    string
	}{
		"not there": {http.NotFound, diag.FetchFailed, "404"},
		"empty":     {serves(nil), diag.FetchNothing, ""},
		"a page":    {serves([]byte("<!DOCTYPE html><html>log in</html>")), diag.FetchNothing, "page for browsers"},
		"a key":     {serves([]byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")), diag.FetchNothing, ""},
		"broken":    {serves(broken), diag.FetchNothing, "x509"},
		"too large": {serves(append(inPEM(a), make([]byte, maxSize)...)), diag.FetchFailed, "larger than 1024 kB"},
		"cut short": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("x"))
		}, diag.FetchFailed, "EOF"},
		"long header": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X", strings.Repeat("x", 80<<10))
			_, _ = w.Write(inPEM(a))
		}, diag.FetchFailed, "header"},
	} {
		s := server(t, c.handler)
		_, err := trusting(s).root(t.Context(), s.URL+"/r", nil)
		t.Run(name, func(t *testing.T) { demand(t, err, c.code, c.says) })
	}
}

// TestSlow: a server that never ends is given up, and a person who does not
// want to wait is not told about the server.
func TestSlow(t *testing.T) {
	hang := make(chan struct{})
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("-----BEGIN"))
		_ = http.NewResponseController(w).Flush()
		<-hang
	})
	t.Cleanup(func() { close(hang) })
	c := trusting(s)
	c.timeout = 200 * time.Millisecond
	_, err := c.root(t.Context(), s.URL+"/r", nil)
	demand(t, err, diag.FetchFailed, "no answer within 200ms")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := trusting(s).root(ctx, s.URL+"/r", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not that the person stopped it", err)
	}
	_, err = Root(t.Context(), "https://127.0.0.1:1/", make([]byte, 32))
	demand(t, err, diag.FetchFailed, "refused")
}

func TestPick(t *testing.T) {
	a, b := root(t, "a"), root(t, "b")
	_, err := Pick("f.pem", nil, nil)
	demand(t, err, diag.FetchNothing, "f.pem")
	_, err = Pick("f.pem", []*x509.Certificate{a, b}, sum(root(t, "c")))
	demand(t, err, diag.FetchFingerprint, "2 others")
	if got, err := Pick("f.pem", []*x509.Certificate{a, a}, nil); err != nil || !got.Equal(a) {
		t.Error(err)
	}
}

// FuzzCertificates: whatever a server sends, there is a certificate or an error.
func FuzzCertificates(f *testing.F) {
	a := root(f, "a")
	f.Add(inPEM(a))
	f.Add(a.Raw)
	f.Add([]byte(`{"ca":"-----BEGIN CERTIFICATE-----\n"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := certificates("fuzz", data)
		if (len(found) == 0) != (err != nil) {
			t.Fatalf("%d certificates and %v", len(found), err)
		}
	})
}
