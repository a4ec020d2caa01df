// Package web makes one HTTP exchange over a TLS connection that exists already,
// and reads what the answer says about HTTPS: HSTS, Alt-Svc, cookies without
// Secure, and, with MixedContent, what a page loads without TLS.
//
// It follows no redirects, keeps no cookies, and reads a bounded part of what
// comes. What it returns is the server's word: it is not cleaned for a terminal.
package web

import (
	"net/http"
	"time"
)

// Request says what to ask for. The zero value asks for "/" of the name that the
// connection was made for.
type Request struct {
	Host    string // with the port if it is not 443; empty: the connection's server name
	Path    string // with a query; empty: "/"
	MaxBody int64  // bytes of the body to keep; 0: 2 MiB
}

// Response is what a server answered.
type Response struct {
	Status int         `json:"status"`
	Proto  string      `json:"protocol"` // HTTP/1.1 or HTTP/2.0
	Header http.Header `json:"-"`
	Body   []byte      `json:"-"`

	Server      string `json:"server,omitempty"`
	Location    string `json:"location,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	BodyBytes   int64  `json:"body_bytes"`
	Truncated   bool   `json:"truncated,omitempty"`  // there was more than MaxBody
	BodyError   string `json:"body_error,omitempty"` // why the body ended early

	HSTS            *HSTS     `json:"hsts,omitempty"` // nil: no such header
	AltSvc          []AltSvc  `json:"alt_svc,omitempty"`
	InsecureCookies []string  `json:"cookies_without_secure,omitempty"` // names
	Sent            time.Time `json:"-"`                                // the request was written
	FirstByte       time.Time `json:"-"`                                // of the answer
	Done            time.Time `json:"-"`                                // the body was read
}

// Date is when the server says it answered (RFC 9110, 6.6.1); zero: it did not say,
// or not in a form that is a date.
func (r *Response) Date() time.Time {
	at, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return at
}
