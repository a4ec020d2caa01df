package web

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultBody = 2 << 20
	maxHeader   = 256 << 10 // of all header fields; browsers take as much
	userAgent   = "devca"
)

var errUsed = errors.New("the connection has been used")

// Get makes one exchange over the connection, in the protocol that ALPN settled
// on, and closes it. Until an answer's header is there, what goes wrong is an
// error; after that, it is in the response.
func Get(ctx context.Context, connection *tls.Conn, r Request) (*Response, error) {
	defer connection.Close()
	if r.MaxBody <= 0 {
		r.MaxBody = defaultBody
	}
	response := &Response{}
	marks := &marks{}
	request, err := r.request(httptrace.WithClientTrace(ctx, marks.trace()), "https", connection.ConnectionState().ServerName)
	if err != nil {
		return nil, err
	}
	var used atomic.Bool
	transport := newTransport()
	transport.ForceAttemptHTTP2 = true // it would not with a dial function of its own
	transport.DialTLSContext = func(context.Context, string, string) (net.Conn, error) {
		if used.Swap(true) {
			return nil, errUsed
		}
		return connection, nil
	}
	defer transport.CloseIdleConnections()
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	response.read(answer)
	response.readBody(answer.Body, r.MaxBody)
	response.Done = time.Now()
	response.Sent, response.FirstByte = marks.times()
	return response, nil
}

// newTransport is for one exchange on one connection.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  nil,
		DisableCompression:     true, // what is asked for is what is looked at
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           1,
	}
}

func (r Request) request(ctx context.Context, scheme, name string) (*http.Request, error) {
	host := r.Host
	if host == "" {
		host = name
	}
	path, query, _ := strings.Cut(r.Path, "?")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	// What is escaped already stays as it is.
	plain, err := url.PathUnescape(path)
	if err != nil {
		return nil, err
	}
	target := &url.URL{Scheme: scheme, Host: host, Path: plain, RawPath: path, RawQuery: query}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Accept", "text/html,*/*;q=0.5")
	// One exchange. Over HTTP/2, the transport leaves the field out.
	request.Close = true
	return request, nil
}

// marks are the moments of an exchange. The transport's goroutines write them.
type marks struct {
	mu          sync.Mutex
	sent, first time.Time
}

func (m *marks) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		WroteRequest:         func(httptrace.WroteRequestInfo) { m.mark(&m.sent) },
		GotFirstResponseByte: func() { m.mark(&m.first) },
	}
}

// mark keeps the first time: an answer of 100 comes before the answer.
func (m *marks) mark(moment *time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if moment.IsZero() {
		*moment = time.Now()
	}
}

func (m *marks) times() (sent, first time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sent, m.first
}

// read takes what matters from the header.
func (r *Response) read(answer *http.Response) {
	h := answer.Header
	r.Status, r.Proto, r.Header = answer.StatusCode, answer.Proto, h
	r.Server, r.Location, r.ContentType = h.Get("Server"), h.Get("Location"), h.Get("Content-Type")
	if values := h.Values("Strict-Transport-Security"); len(values) > 0 {
		// Only the first field counts (RFC 6797, 8.1).
		parsed := ParseHSTS(values[0])
		r.HSTS = &parsed
	}
	r.AltSvc = ParseAltSvc(strings.Join(h.Values("Alt-Svc"), ","))
	for _, cookie := range answer.Cookies() {
		if !cookie.Secure && len(r.InsecureCookies) < maxEntries {
			r.InsecureCookies = append(r.InsecureCookies, cookie.Name)
		}
	}
}

// readBody keeps at most so many bytes. A body that breaks off is what it is until
// then.
func (r *Response) readBody(body io.Reader, bound int64) {
	var err error
	r.Body, err = io.ReadAll(io.LimitReader(body, bound+1))
	if int64(len(r.Body)) > bound {
		r.Body, r.Truncated = r.Body[:bound], true
	}
	r.BodyBytes = int64(len(r.Body))
	if err != nil {
		r.BodyError = err.Error()
	}
}

// Redirect is what http:// says.
type Redirect struct {
	Status   int    `json:"status"`
	Location string `json:"location,omitempty"`
	ToHTTPS  bool   `json:"to_https"`
	SameHost bool   `json:"same_host"` // as asked; browsers note HSTS for the host that they asked
	// Permanent: browsers and search engines remember it.
	Permanent bool `json:"permanent"`
}

// RedirectFromHTTP asks http://host/ what it says, without following it. port may
// be empty: 80. dial may be nil.
func RedirectFromHTTP(ctx context.Context, host, port string, dial func(ctx context.Context, network, address string) (net.Conn, error)) (*Redirect, error) {
	if port == "" {
		port = "80"
	}
	transport := newTransport()
	transport.DialContext = dial
	defer transport.CloseIdleConnections()
	authority := net.JoinHostPort(host, port)
	if port == "80" {
		authority = strings.TrimSuffix(authority, ":80")
	}
	request, err := Request{Host: authority}.request(ctx, "http", "")
	if err != nil {
		return nil, err
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	redirect := &Redirect{Status: answer.StatusCode}
	if answer.StatusCode < 300 || answer.StatusCode > 399 {
		return redirect, nil
	}
	redirect.Location = answer.Header.Get("Location")
	redirect.Permanent = answer.StatusCode == http.StatusMovedPermanently || answer.StatusCode == http.StatusPermanentRedirect
	if target, err := answer.Location(); err == nil {
		redirect.ToHTTPS = target.Scheme == "https"
		redirect.SameHost = strings.EqualFold(strings.TrimSuffix(target.Hostname(), "."), strings.TrimSuffix(host, "."))
	}
	return redirect, nil
}
