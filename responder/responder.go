// Package responder answers the question whether a certificate was taken back:
// an OCSP responder (RFC 6960, over HTTP as in its appendix A) as an
// http.Handler, and the same authority's revocation list under /crl.
//
// It knows nothing of where the answers come from: a function gives the state of
// a serial number, and is asked every time, so that a revocation is seen by the
// next request. Answers are signed with the key of a responder's certificate,
// which the authority makes for this and which lives for days; the authority's
// own key takes no part.
//
// The caller decides where it listens. It tells whoever asks which serial
// numbers the authority issued and which it revoked, as every responder does.
package responder

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"devca/revocation"
)

// State is what is known of a serial number.
type State struct {
	Status    revocation.Status // Good, Revoked or Unknown
	RevokedAt time.Time
	Reason    int // RFC 5280, 5.3.1
}

// Identity is what answers are signed with.
type Identity struct {
	Certificate *x509.Certificate // made by the issuer, with id-kp-OCSPSigning
	Key         *ecdsa.PrivateKey
}

// Responder answers for one issuer. Fields are set before its first use and not
// changed after; it may then be used by several goroutines.
type Responder struct {
	// Issuer is the authority whose certificates are answered for. Questions about
	// others are refused as unauthorized (RFC 5019, 2.2.3).
	Issuer *x509.Certificate
	// State gives what is known of a serial number at the moment.
	State func(serial *big.Int) (State, error)
	// Identify makes what answers are signed with, at first and whenever it is
	// about to expire.
	Identify func() (Identity, error)
	// List gives the revocation list in DER form; nil if there is none.
	List func() ([]byte, error)

	// Life is how long an answer counts; zero means ten minutes.
	Life time.Duration
	// Age makes answers older than they are, for tests of clients: with more than
	// Life they are out of date.
	Age time.Duration
	// Refuse is said instead of any answer unless it is zero, for tests of clients.
	Refuse revocation.Refusal

	// Answered is called after every request for an answer, with what was said; nil
	// for nobody. Serial is nil where none could be read.
	Answered func(from net.Addr, serial *big.Int, what string)

	mu       sync.Mutex // guards identity
	identity *Identity
}

const defaultLife = 10 * time.Minute

// ServeHTTP answers POST with a request, GET with a request in the path, and
// GET /crl.
func (r *Responder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	switch {
	case request.Method == http.MethodPost:
		der, err := io.ReadAll(http.MaxBytesReader(w, request.Body, revocation.MaxRequest))
		if err != nil {
			http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
			return
		}
		r.answer(w, request, der)
	case request.Method != http.MethodGet && request.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
	case request.URL.Path == "/crl":
		r.list(w)
	case request.URL.Path == "/":
		http.Error(w, "this is an OCSP responder; POST a request (RFC 6960, appendix A)", http.StatusNotFound)
	default:
		// Base64 may have slashes in it, and clients that append to an address with a
		// slash at its end put another before it.
		der, err := base64.StdEncoding.DecodeString(strings.TrimLeft(request.URL.Path, "/"))
		if err != nil {
			der = nil // a malformed request
		}
		r.answer(w, request, der)
	}
}

// answer replies to a request in DER form.
func (r *Responder) answer(w http.ResponseWriter, request *http.Request, der []byte) {
	response, reply, what := r.reply(der)
	var serial *big.Int
	if reply != nil && len(reply.Statements) > 0 {
		serial = reply.Statements[0].ID.Serial
	}
	h := w.Header()
	h.Set("Content-Type", "application/ocsp-response")
	h.Set("X-Content-Type-Options", "nosniff")
	if reply != nil && reply.Nonce == nil && request.Method != http.MethodPost {
		// As RFC 5019, 6.2 has it, but for max-age: a cache has to ask again, because
		// a certificate may have been revoked meanwhile.
		h.Set("Cache-Control", "max-age=0, public, no-transform, must-revalidate")
		h.Set("Last-Modified", reply.ThisUpdate.UTC().Format(http.TimeFormat))
		h.Set("Expires", reply.NextUpdate.UTC().Format(http.TimeFormat))
	} else {
		h.Set("Cache-Control", "no-store")
	}
	_, _ = w.Write(response)
	if r.Answered != nil {
		r.Answered(remote(request), serial, what)
	}
}

// reply gives the response, what it says, and a word for it.
func (r *Responder) reply(der []byte) ([]byte, *revocation.Reply, string) {
	if r.Refuse != 0 {
		return r.Refuse.DER(), nil, "refused on purpose"
	}
	query, err := revocation.ReadRequest(der)
	if err != nil {
		return revocation.MalformedRequest.DER(), nil, "malformed request"
	}
	now := time.Now().UTC().Truncate(time.Second)
	life := r.Life
	if life == 0 {
		life = defaultLife
	}
	reply := &revocation.Reply{ThisUpdate: now.Add(-r.Age), NextUpdate: now.Add(life - r.Age), Nonce: query.Nonce}
	for _, id := range query.IDs {
		if !id.Of(r.Issuer) {
			return revocation.Unauthorized.DER(), nil, "unauthorized: a certificate of another issuer"
		}
		state, err := r.State(id.Serial)
		if err != nil {
			return revocation.InternalError.DER(), nil, "internal error: " + err.Error()
		}
		reply.Statements = append(reply.Statements, revocation.Statement{
			ID: id, Status: state.Status, RevokedAt: state.RevokedAt, Reason: state.Reason,
		})
	}
	identity, err := r.current(now)
	if err != nil {
		return revocation.InternalError.DER(), nil, "internal error: " + err.Error()
	}
	reply.Responder, reply.Key = identity.Certificate, identity.Key
	response, err := reply.Sign()
	if err != nil {
		return revocation.InternalError.DER(), nil, "internal error: " + err.Error()
	}
	return response, reply, string(reply.Statements[0].Status)
}

// current gives an identity that outlives every answer signed now.
func (r *Responder) current(now time.Time) (*Identity, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.identity == nil || now.Add(max(r.Life, time.Hour)).After(r.identity.Certificate.NotAfter) {
		identity, err := r.Identify()
		if err != nil {
			return nil, err
		}
		r.identity = &identity
	}
	return r.identity, nil
}

// list serves the revocation list.
func (r *Responder) list(w http.ResponseWriter) {
	if r.List == nil {
		http.Error(w, "there is no list", http.StatusNotFound)
		return
	}
	der, err := r.List()
	if err != nil {
		http.Error(w, "the list cannot be made", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/pkix-crl") // RFC 5280, 4.2.1.13
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	_, _ = io.Copy(w, bytes.NewReader(der))
}

// remote is whoever asks.
func remote(request *http.Request) net.Addr {
	address, err := net.ResolveTCPAddr("tcp", request.RemoteAddr)
	if err != nil {
		return &net.TCPAddr{}
	}
	return address
}

// Limits of the server. A request has some hundred bytes.
const (
	patience       = 10 * time.Second
	idleTime       = 30 * time.Second
	lastAnswers    = 2 * time.Second
	maxHeader      = 32 << 10 // a request in the path is in there
	maxConnections = 256
)

// Serve answers at the listener until the context ends.
func (r *Responder) Serve(ctx context.Context, listener net.Listener) error {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	server := &http.Server{
		Handler:           r,
		ReadHeaderTimeout: patience,
		ReadTimeout:       patience,
		WriteTimeout:      patience,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		Protocols:         &protocols,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // clients that hang up
	}
	failure := make(chan error, 1)
	go func() { failure <- server.Serve(netutil.LimitListener(listener, maxConnections)) }()
	select {
	case err := <-failure:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastAnswers)
	defer cancel()
	if server.Shutdown(last) != nil {
		_ = server.Close()
	}
	return nil
}
