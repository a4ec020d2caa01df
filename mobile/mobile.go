// Package mobile serves a root certificate to phones and tablets in the same
// network, for a while: one page that says what to tap, and the certificate in
// the forms that iOS and Android install. Begin with Listen and New, then
// Server.Serve.
//
// It serves what it is given and nothing else, under a path that nobody guesses,
// and knows no private key. The way is plain http, for the device trusts nothing
// of ours yet; that is why page and terminal ask to compare the fingerprint.
package mobile

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/netutil"
)

// Offer is what is served, all of it public.
type Offer struct {
	Name          string // of the root
	SHA256        string // of its DER form, lowercase hex
	Permitted     string // what it may sign for, in words; empty for everything
	PEM, DER      []byte
	Profile       []byte // the configuration profile for Apple's devices
	ProfileSigned bool
}

// The limits of a server that a few phones use and strangers may find.
const (
	maxConnections = 64
	maxHeader      = 8 << 10
	askingTime     = 5 * time.Second  // for a request
	answerTime     = 20 * time.Second // for its answer to arrive
	idleTime       = 10 * time.Second // until the next request
	lastAnswers    = 3 * time.Second  // for downloads that are under way at the end
)

// Server offers the root until it is stopped.
type Server struct {
	// Limit ends Serve after this many downloads; 0 means no limit. Set it before Serve.
	Limit int
	// Seen, if set, is called for every request that knew the path, one at a
	// time. file is empty for the page.
	Seen func(from netip.Addr, file string)

	token  string
	pages  map[string]page
	policy string // Content-Security-Policy

	patience time.Duration // how long a client may take to ask; tests have less

	lock      sync.Mutex
	downloads int
	enough    chan struct{} // closed when Limit is reached
}

// page is one answer. render, if set, makes the body for a device.
type page struct {
	file        string // empty for the page with the instructions
	contentType string
	attachment  bool
	body        []byte
	render      func(device) []byte
}

// New makes a server for the offer with a path of its own: eight characters,
// forty bits, that can be typed. A scanner that tries 10,000 a second for the
// ten minutes that are the default finds it once in 180,000 times.
func New(offer Offer) *Server {
	s := &Server{
		token:  strings.ToLower(rand.Text()[:8]),
		policy: "default-src 'none'; style-src '" + styleHash() + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		enough: make(chan struct{}),

		patience: askingTime,
	}
	base := "/" + s.token
	instructions := page{contentType: "text/html; charset=utf-8", render: func(d device) []byte { return offer.page(base, d) }}
	s.pages = map[string]page{
		base:       instructions,
		base + "/": instructions,
		// Safari offers to install a profile by its type; as an attachment it would only be kept.
		base + "/root.mobileconfig": {file: "root.mobileconfig", contentType: "application/x-apple-aspen-config", body: offer.Profile},
		base + "/root.crt":          {file: "root.crt", contentType: "application/x-x509-ca-cert", body: offer.DER, attachment: true},
		base + "/root.pem":          {file: "root.pem", contentType: "application/x-pem-file", body: offer.PEM, attachment: true},
	}
	return s
}

// URL is where the page is for those who reach the machine at the address.
func (s *Server) URL(at netip.AddrPort) string { return "http://" + at.String() + "/" + s.token }

// Downloads counts the files that were fetched; the page is none.
func (s *Server) Downloads() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.downloads
}

// Serve answers on the listeners until the context ends or the limit of
// downloads is reached, and closes them. Neither end is an error.
func (s *Server) Serve(ctx context.Context, listeners ...net.Listener) error {
	server := &http.Server{
		Handler:           http.HandlerFunc(s.answer),
		ReadHeaderTimeout: s.patience,
		ReadTimeout:       s.patience,
		WriteTimeout:      answerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // clients that hang up
		Protocols:         onlyHTTP1(),
	}
	failures := make(chan error, len(listeners))
	for _, listener := range listeners {
		go func() { failures <- server.Serve(netutil.LimitListener(listener, maxConnections)) }()
	}
	var failure error
	select {
	case <-ctx.Done():
	case <-s.enough:
	case failure = <-failures:
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastAnswers)
	defer cancel()
	if server.Shutdown(last) != nil {
		_ = server.Close() // whoever is still loading after lastAnswers has lost the way
	}
	if errors.Is(failure, http.ErrServerClosed) {
		return nil
	}
	return failure
}

func onlyHTTP1() *http.Protocols {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &protocols
}

// answer is the handler. Unknown paths say no more than that they are unknown.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	headers := w.Header()
	s.secure(headers)
	found, known := s.pages[r.URL.Path]
	switch {
	case !known:
		http.Error(w, "not found", http.StatusNotFound)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		headers.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	body := found.body
	if found.render != nil {
		body = found.render(deviceOf(r.UserAgent()))
		headers.Set("Vary", "User-Agent")
	}
	headers.Set("Content-Type", found.contentType)
	headers.Set("Content-Length", strconv.Itoa(len(body)))
	if found.attachment {
		headers.Set("Content-Disposition", `attachment; filename="devca-`+found.file+`"`)
	}
	if r.Method == http.MethodHead {
		return
	}
	if _, err := w.Write(body); err != nil {
		return // it did not arrive, so it does not count
	}
	s.note(r, found.file)
}

// note counts a download, and reports it.
func (s *Server) note(r *http.Request, file string) {
	from, _ := netip.ParseAddrPort(r.RemoteAddr)
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.Seen != nil {
		s.Seen(from.Addr().Unmap(), file)
	}
	if file == "" {
		return
	}
	s.downloads++
	if s.downloads == s.Limit {
		close(s.enough)
	}
}

// secure sets what browsers heed on every answer: nothing from elsewhere, no
// frames, no scripts, no guessing of types, no copies, no trace of the path.
func (s *Server) secure(headers http.Header) {
	headers.Set("Content-Security-Policy", s.policy)
	headers.Set("X-Content-Type-Options", "nosniff")
	headers.Set("X-Frame-Options", "DENY")
	headers.Set("Referrer-Policy", "no-referrer")
	headers.Set("Cache-Control", "no-store")
	headers.Set("X-Robots-Tag", "noindex, nofollow")
}
