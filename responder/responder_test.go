package responder_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"devca/responder"
	"devca/revocation"
)

// issue makes a certificate that the parent signs, itself where there is none.
func issue(t testing.TB, template, parent *x509.Certificate, signer crypto.Signer) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if parent == nil {
		parent, signer = template, key
	}
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key
}

// stage is a responder, the CA it answers for, and one of its certificates.
type stage struct {
	*responder.Responder
	leaf *x509.Certificate
	url  string

	mu         sync.Mutex
	state      responder.State
	failure    error
	identified int
	said       []string
}

func (s *stage) set(state responder.State, failure error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.failure = state, failure
}

func newStage(t testing.TB) *stage {
	t.Helper()
	ca, key := issue(t, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ca"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil, nil)
	s := &stage{state: responder.State{Status: revocation.Good}}
	s.leaf, _ = issue(t, &x509.Certificate{SerialNumber: big.NewInt(77), DNSNames: []string{"app.test"}}, ca, key)
	s.Responder = &responder.Responder{
		Issuer: ca,
		State: func(serial *big.Int) (responder.State, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if serial.Cmp(s.leaf.SerialNumber) != 0 {
				return responder.State{Status: revocation.Unknown}, nil
			}
			return s.state, s.failure
		},
		Identify: func() (responder.Identity, error) {
			s.identified++
			certificate, own := issue(t, &x509.Certificate{
				SerialNumber: big.NewInt(int64(1000 + s.identified)), Subject: pkix.Name{CommonName: "responder"},
				ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
			}, ca, key)
			return responder.Identity{Certificate: certificate, Key: own}, nil
		},
		Answered: func(from net.Addr, _ *big.Int, what string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if from.(*net.TCPAddr).IP.IsLoopback() {
				s.said = append(s.said, what)
			}
		},
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// post asks, and gives the body and the headers.
func (s *stage) post(t testing.TB, request []byte) ([]byte, http.Header) {
	t.Helper()
	answer, err := http.Post(s.url, "application/ocsp-request", bytes.NewReader(request))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer.Status, err)
	}
	return data, answer.Header
}

func (s *stage) request(t testing.TB, nonce []byte) []byte {
	t.Helper()
	der, err := revocation.Request(s.leaf, s.Issuer, nonce)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestLive: what is known now is what is said, and nothing may keep it back.
func TestLive(t *testing.T) {
	s := newStage(t)
	at := time.Now().UTC().Truncate(time.Second)
	nonce := []byte("0123456789abcdef")
	for _, c := range []struct {
		state responder.State
		want  revocation.Status
	}{
		{responder.State{Status: revocation.Good}, revocation.Good},
		{responder.State{Status: revocation.Revoked, RevokedAt: at, Reason: 1}, revocation.Revoked},
		{responder.State{Status: revocation.Unknown}, revocation.Unknown},
	} {
		s.set(c.state, nil)
		der, headers := s.post(t, s.request(t, nonce))
		a := revocation.CheckOCSP(der, s.leaf, s.Issuer, time.Now(), nonce)
		if a.Status != c.want || !a.RevokedAt.Equal(c.state.RevokedAt) || a.Has("ocsp-no-nonce") || a.NextUpdate.Sub(a.ThisUpdate) != 10*time.Minute {
			t.Errorf("%+v", a)
		}
		if headers.Get("Content-Type") != "application/ocsp-response" || headers.Get("Cache-Control") != "no-store" {
			t.Errorf("%v", headers)
		}
	}
	if strings.Join(s.said, " ") != "good revoked unknown" || s.identified != 1 {
		t.Errorf("%v, %d identities", s.said, s.identified)
	}
	// Another serial number, and several at once; x/crypto reads the first.
	other := &x509.Certificate{SerialNumber: big.NewInt(78), RawIssuer: s.Issuer.RawSubject}
	der, err := revocation.Request(other, s.Issuer, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, _ := s.post(t, der)
	if second, err := ocsp.ParseResponse(response, s.Issuer); err != nil || second.Status != ocsp.Unknown {
		t.Errorf("%+v, %v", second, err)
	}
}

// TestGet: the request in the path, as it may be written.
func TestGet(t *testing.T) {
	s := newStage(t)
	text := base64.StdEncoding.EncodeToString(s.request(t, nil))
	escaped := strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(text)
	for _, path := range []string{"/" + text, "/" + escaped, "//" + text} {
		answer, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if a := revocation.CheckOCSP(data, s.leaf, s.Issuer, time.Now(), nil); err != nil || a.Status != revocation.Good {
			t.Errorf("%s: %+v, %v", path, a, err)
		}
		h := answer.Header
		expires, err := http.ParseTime(h.Get("Expires"))
		if err != nil || time.Until(expires) > 10*time.Minute || !strings.Contains(h.Get("Cache-Control"), "max-age=0") || h.Get("Last-Modified") == "" {
			t.Errorf("%v", h)
		}
	}
	for path, want := range map[string]int{"/": 404, "/crl": 404, "/hello": 200, "/AAAA": 200} {
		answer, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != want || want == 200 && !bytes.Equal(data, ocsp.MalformedRequestErrorResponse) {
			t.Errorf("%s: %s % x", path, answer.Status, data)
		}
	}
}

// TestRefusals: foreign issuers, broken requests, failures, and on purpose.
func TestRefusals(t *testing.T) {
	s := newStage(t)
	foreign := newStage(t)
	for name, c := range map[string]struct{ request, want []byte }{
		"foreign": {foreign.request(t, nil), ocsp.UnauthorizedErrorResponse},
		"broken":  {[]byte("hello"), ocsp.MalformedRequestErrorResponse},
		"nothing": {nil, ocsp.MalformedRequestErrorResponse},
	} {
		if got, _ := s.post(t, c.request); !bytes.Equal(got, c.want) {
			t.Errorf("%s: % x", name, got)
		}
	}
	s.set(responder.State{}, errors.New("the disk is gone"))
	if got, _ := s.post(t, s.request(t, nil)); !bytes.Equal(got, ocsp.InternalErrorErrorResponse) {
		t.Errorf("% x", got)
	}
	if last := s.said[len(s.said)-1]; last != "internal error: the disk is gone" {
		t.Errorf("said %q", last)
	}
	s.Refuse = revocation.TryLater
	if got, _ := s.post(t, s.request(t, nil)); !bytes.Equal(got, ocsp.TryLaterErrorResponse) {
		t.Errorf("% x", got)
	}
}

// TestAge: answers made old on purpose are signed and out of date.
func TestAge(t *testing.T) {
	s := newStage(t)
	s.Life, s.Age = time.Minute, 2*time.Minute
	der, _ := s.post(t, s.request(t, nil))
	a := revocation.CheckOCSP(der, s.leaf, s.Issuer, time.Now(), nil)
	if a.Status != revocation.Unusable || len(a.Problems) != 1 || !a.Has("ocsp-expired") {
		t.Errorf("%+v", a)
	}
}

// TestIdentityRenewed: a responder that runs for long gets a new certificate
// before an answer would outlive the old one.
func TestIdentityRenewed(t *testing.T) {
	s := newStage(t)
	s.Life = 23*time.Hour + 59*time.Minute // of a certificate for a day
	s.post(t, s.request(t, nil))
	s.Life = 25 * time.Hour
	s.post(t, s.request(t, nil))
	if s.identified != 2 {
		t.Errorf("%d identities", s.identified)
	}
}

// TestList: the list is served as it is, and a failure tells nobody why.
func TestList(t *testing.T) {
	s := newStage(t)
	var failure error
	s.List = func() ([]byte, error) { return []byte{0x30, 0}, failure }
	get := func() (*http.Response, string) {
		answer, err := http.Get(s.url + "/crl")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		data, _ := io.ReadAll(answer.Body)
		return answer, string(data)
	}
	if answer, data := get(); data != "0\x00" || answer.Header.Get("Content-Type") != "application/pkix-crl" {
		t.Errorf("%q %v", data, answer.Header)
	}
	failure = errors.New("open /home/somebody/secret")
	if answer, data := get(); answer.StatusCode != http.StatusInternalServerError || strings.Contains(data, "somebody") {
		t.Errorf("%q %v", data, answer.Status)
	}
}

// TestServe: it stops when it is told to, and many may ask at once.
func TestServe(t *testing.T) {
	s := newStage(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + listener.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	request := s.request(t, nil)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			answer, err := http.Post(s.url, "application/ocsp-request", bytes.NewReader(request))
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			data, _ := io.ReadAll(answer.Body)
			if a := revocation.CheckOCSP(data, s.leaf, s.Issuer, time.Now(), nil); a.Status != revocation.Good {
				t.Errorf("%+v", a)
			}
		})
	}
	group.Wait()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("it still listens")
	}
	if err := s.Serve(t.Context(), listener); err == nil {
		t.Error("it served at a closed listener")
	}
}

// FuzzAnswer: no bytes make it panic, and whatever it says can be read.
func FuzzAnswer(f *testing.F) {
	s := newStage(f)
	f.Add(s.request(f, nil))
	f.Add(s.request(f, []byte("nonce")))
	f.Add([]byte("hello"))
	s.post(f, s.request(f, nil)) // makes its identity
	f.Fuzz(func(t *testing.T, request []byte) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(request))
		s.ServeHTTP(w, r)
		if w.Code == http.StatusRequestEntityTooLarge && len(request) > revocation.MaxRequest {
			return
		}
		if _, err := ocsp.ParseResponse(w.Body.Bytes(), s.Issuer); err != nil {
			if _, refused := errors.AsType[ocsp.ResponseError](err); !refused && !strings.Contains(err.Error(), "bad number of responses") {
				t.Errorf("%v", err)
			}
		}
	})
}
