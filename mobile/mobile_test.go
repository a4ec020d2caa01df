package mobile

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"devca/diag"
)

func anOffer() Offer {
	return Offer{
		Name: "devca root <script>&\"'", SHA256: strings.Repeat("0af9", 16), Permitted: "localhost, test",
		PEM: []byte("the PEM form"), DER: []byte{0x30, 0x00, 0xff}, Profile: []byte("<plist/>"), ProfileSigned: true,
	}
}

// running serves on a free port of the loopback interface until the test ends.
func running(t *testing.T, s *Server) (url string, stop func() error) {
	t.Helper()
	listeners, places, err := Listen(t.Context(), []netip.Addr{netip.MustParseAddr("127.0.0.1")}, 0)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listeners...) }()
	stop = func() error { cancel(); return <-done }
	return s.URL(places[0]), stop
}

func ask(t *testing.T, method, url, agent string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("User-Agent", agent)
	answer, err := http.DefaultTransport.RoundTrip(request) // follows nothing
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestFiles(t *testing.T) {
	offer := anOffer()
	s := New(offer)
	var seen []string
	s.Seen = func(from netip.Addr, file string) { seen = append(seen, from.String()+" "+file) }
	url, stop := running(t, s)
	for path, want := range map[string]struct{ kind, body, as string }{
		"/root.mobileconfig": {"application/x-apple-aspen-config", string(offer.Profile), ""},
		"/root.crt":          {"application/x-x509-ca-cert", string(offer.DER), `attachment; filename="devca-root.crt"`},
		"/root.pem":          {"application/x-pem-file", string(offer.PEM), `attachment; filename="devca-root.pem"`},
	} {
		before := s.Downloads()
		for _, method := range []string{http.MethodHead, http.MethodGet} {
			answer, body := ask(t, method, url+path, "")
			headers := answer.Header
			if answer.StatusCode != http.StatusOK || headers.Get("Content-Type") != want.kind || headers.Get("Content-Disposition") != want.as {
				t.Errorf("%s %s: %s, %v", method, path, answer.Status, headers)
			}
			if answer.ContentLength != int64(len(want.body)) || method == http.MethodGet && body != want.body {
				t.Errorf("%s %s: %d bytes, %q", method, path, answer.ContentLength, body)
			}
		}
		if s.Downloads() != before+1 {
			t.Errorf("%s: a GET and a HEAD count as %d", path, s.Downloads()-before)
		}
	}
	if len(seen) != 3 || !strings.HasPrefix(seen[0], "127.0.0.1 root.") {
		t.Errorf("seen: %q", seen)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", strings.Split(url, "/")[2]); err == nil {
		t.Error("the port is still open")
	}
}

// TestNothingElse: strangers and clever paths get 404, other methods 405, and
// every answer carries the headers.
func TestNothingElse(t *testing.T) {
	s := New(anOffer())
	url, stop := running(t, s)
	base := strings.TrimSuffix(url, "/"+s.token)
	for _, path := range []string{
		"/", "/root.pem", "/root.crt", "/root.mobileconfig", "/favicon.ico", "/robots.txt", "/" + s.token[:7], "/" + s.token + "x",
		"/" + strings.ToUpper(s.token), "/" + s.token + "/x", "/" + s.token + "//root.pem", "/" + s.token + "/../" + s.token + "/root.pem",
		"/" + s.token + "/root.pem/", "/" + s.token + "/issuing-key.pem", "/debug/pprof/", "/%2e%2e/%2e%2e/etc/passwd",
	} {
		answer, body := ask(t, http.MethodGet, base+path, "")
		if answer.StatusCode != http.StatusNotFound || body != "not found\n" {
			t.Errorf("%s: %s %q", path, answer.Status, body)
		}
		hardened(t, answer.Header)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "FOO"} {
		answer, _ := ask(t, method, url+"/root.pem", "")
		if answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %s", method, answer.Status)
		}
		hardened(t, answer.Header)
		if answer, _ := ask(t, method, base+"/", ""); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s of an unknown path: %s", method, answer.Status)
		}
	}
	if err := stop(); err != nil || s.Downloads() != 0 {
		t.Errorf("%v, %d downloads", err, s.Downloads())
	}
	if other := New(anOffer()); other.token == s.token || len(s.token) != 8 {
		t.Errorf("paths %s and %s", s.token, other.token)
	}
}

func hardened(t *testing.T, headers http.Header) {
	t.Helper()
	for name, value := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow",
	} {
		if headers.Get(name) != value {
			t.Errorf("%s: %q", name, headers.Get(name))
		}
	}
	if policy := headers.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("policy %q", policy)
	}
	if headers.Get("Server") != "" {
		t.Error("the server names itself")
	}
}

const (
	iPhone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
	iPad    = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"
	pixel   = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Mobile Safari/537.36"
	desktop = "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0"
)

// TestPage: both instructions are always there, the device's own first and open;
// what came from a certificate is only text; the style passes the page's policy.
func TestPage(t *testing.T) {
	s := New(anOffer())
	url, stop := running(t, s)
	for agent, want := range map[string]string{iPhone: "open iPhone, Android", iPad: "open iPhone, Android", pixel: "open Android, iPhone", desktop: "open iPhone, open Android", "": "open iPhone, open Android"} {
		for _, place := range []string{url, url + "/"} {
			answer, body := ask(t, http.MethodGet, place, agent)
			hardened(t, answer.Header)
			var sections []string
			for _, part := range strings.Split(body, "<details")[1:] {
				name, _, _ := strings.Cut(part[strings.Index(part, "<summary>")+9:], " and")
				name, _, _ = strings.Cut(name, "<")
				if strings.HasPrefix(part, ` open="">`) {
					name = "open " + name
				}
				sections = append(sections, name)
			}
			if got := strings.Join(sections, ", "); got != want {
				t.Errorf("%q gets %s, not %s", agent, got, want)
			}
			wellFormed(t, body)
			for _, text := range []string{
				"devca root &lt;script&gt;&amp;&#34;&#39;", "0A F9 0A F9", "It may sign for names in localhost, test, and for IP addresses.", "/" + s.token + "/root.crt",
				"/" + s.token + "/root.mobileconfig", "Certificate Trust Settings", "CA certificate", "called not verified",
			} {
				if !strings.Contains(body, text) {
					t.Errorf("the page does not say %s", text)
				}
			}
			style := body[strings.Index(body, "<style>")+7 : strings.Index(body, "</style>")]
			sum := sha256.Sum256([]byte(style))
			if hash := base64.StdEncoding.EncodeToString(sum[:]); !strings.Contains(answer.Header.Get("Content-Security-Policy"), "'sha256-"+hash+"'") {
				t.Error("the policy does not let the style through")
			}
		}
	}
	if err := stop(); err != nil || s.Downloads() != 0 {
		t.Errorf("%v; the page counts as %d downloads", err, s.Downloads())
	}
	wide := anOffer()
	wide.Permitted, wide.ProfileSigned = "", false
	page := string(wide.page("/x", apple))
	for _, text := range []string{`<p class="warn"><b>This root has no limits:</b>`, "The profile is not signed"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not say %s", text)
		}
	}
}

// wellFormed reads the page as strictly as XML: every element is closed in its place.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Entity = xml.HTMLEntity
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, page)
		}
		if element, ok := token.(xml.StartElement); ok && element.Name.Local == "script" {
			t.Fatal("there is a script")
		}
	}
}

// TestLimit: after the wanted number of downloads the server ends by itself, and
// the last one is whole.
func TestLimit(t *testing.T) {
	offer := anOffer()
	offer.DER = bytes.Repeat([]byte("x"), 4<<20)
	s := New(offer)
	s.Limit = 2
	listeners, places, err := Listen(t.Context(), []netip.Addr{netip.MustParseAddr("127.0.0.1")}, 0)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(t.Context(), listeners...) }()
	url := s.URL(places[0])
	for range 2 {
		if _, body := ask(t, http.MethodGet, url, iPhone); body == "" {
			t.Error("no page")
		}
		if _, body := ask(t, http.MethodGet, url+"/root.crt", iPhone); len(body) != len(offer.DER) {
			t.Errorf("%d bytes", len(body))
		}
	}
	if err := <-done; err != nil || s.Downloads() != 2 {
		t.Errorf("%v after %d downloads", err, s.Downloads())
	}
}

// TestRude: who sends no request, half of one or too large a header is shown the
// door, and others are served meanwhile.
func TestRude(t *testing.T) {
	s := New(anOffer())
	s.patience = 400 * time.Millisecond
	url, stop := running(t, s)
	place := strings.Split(url, "/")[2]
	for _, sends := range []string{"", "GET /", "GET / HTTP/1.1\r\nX: ", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"} {
		connection, err := net.Dial("tcp", place)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(connection, sends)
		if _, err := io.Copy(io.Discard, connection); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%q: %v", sends, err)
		}
		_ = connection.Close()
	}
	connection, err := net.Dial("tcp", place)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(connection, "GET / HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n", strings.Repeat("x", 16<<10))
	if status, _ := bufio.NewReader(connection).ReadString('\n'); !strings.Contains(status, "431") {
		t.Errorf("a header of 16 kB: %q", status)
	}
	_ = connection.Close()
	if answer, _ := ask(t, http.MethodGet, url+"/root.pem", ""); answer.StatusCode != http.StatusOK {
		t.Error(answer.Status)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// TestCrowd: more connections than there may be wait; none is lost.
func TestCrowd(t *testing.T) {
	s := New(anOffer())
	s.patience = 200 * time.Millisecond
	url, stop := running(t, s)
	place := strings.Split(url, "/")[2]
	for range 2 * maxConnections { // that say nothing
		connection, err := net.Dial("tcp", place)
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
	}
	if answer, _ := ask(t, http.MethodGet, url+"/root.pem", ""); answer.StatusCode != http.StatusOK {
		t.Error(answer.Status)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestListen(t *testing.T) {
	home := netip.MustParseAddr("127.0.0.1")
	demand := func(code diag.Code, addresses []netip.Addr, port uint16) {
		t.Helper()
		_, _, err := Listen(t.Context(), addresses, port)
		if failure, ok := errors.AsType[*diag.Error](err); !ok || failure.Code != code || len(failure.Fixes) == 0 {
			t.Errorf("%v, not %s", err, code)
		}
	}
	demand(diag.MobileNoNetwork, nil, 0)
	demand(diag.MobileAddress, []netip.Addr{netip.MustParseAddr("203.0.113.9")}, 0)
	demand(diag.MobileAddress, []netip.Addr{netip.MustParseAddr("203.0.113.9")}, 8000)
	listeners, places, err := Listen(t.Context(), []netip.Addr{home, netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("127.0.0.2")}, 0)
	if err != nil || len(listeners) != 2 || places[0].Port() != places[1].Port() || places[1].Addr().String() != "127.0.0.2" {
		t.Errorf("%v, %v", places, err)
	}
	demand(diag.MobilePort, []netip.Addr{home}, places[0].Port())
	for _, listener := range listeners {
		_ = listener.Close()
	}
	if err := New(anOffer()).Serve(t.Context(), listeners...); err == nil {
		t.Error("listeners that are closed are no failure")
	}
}
