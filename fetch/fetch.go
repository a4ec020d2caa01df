// Package fetch gets somebody else's root certificate from an https address,
// with Root, or picks it among those of a file, with Pick.
//
// What makes a fetched certificate worth trusting is either its fingerprint,
// which the person has by another way, or a server that this machine trusts
// already. The package asks for one of the two and never speaks plain http.
// Whether what it gives is a root at all, and a valid one, is for the caller to
// judge, as with a file.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"devca/diag"
)

// Limits of one answer. A root has about one kilobyte, Mozilla's whole list 220.
const (
	maxSize      = 1 << 20
	maxTime      = 30 * time.Second
	maxRedirects = 5
)

// Root gets a certificate from an https address, in PEM or DER form. want is the
// SHA-256 of its DER form, or nil.
//
// With want the server's own certificate is not looked at: the fingerprint
// decides, as when step bootstraps, for the server mostly has a certificate of
// this very root. An address without a path is then taken for a step-ca, which
// has its root at /root/SHA256. Without want the server must be one that this
// machine trusts, and must not send us to another.
//
// Errors are *diag.Error, except the cause of a context that ended.
func Root(ctx context.Context, address string, want []byte) (*x509.Certificate, error) {
	return client{}.root(ctx, address, want)
}

// client is what tests replace.
type client struct {
	roots   *x509.CertPool // that servers are verified with; nil for the machine's own
	timeout time.Duration  // 0 for maxTime
}

func (c client) root(ctx context.Context, address string, want []byte) (*x509.Certificate, error) {
	target, err := parse(address)
	if err != nil {
		return nil, err
	}
	if want != nil && strings.Trim(target.Path, "/") == "" && target.RawQuery == "" {
		target = target.JoinPath("root", hex.EncodeToString(want))
	}
	data, err := c.get(ctx, target, want != nil)
	if err != nil {
		return nil, err
	}
	found, err := certificates(target.String(), data)
	if err != nil {
		return nil, err
	}
	return Pick(target.String(), found, want)
}

// parse refuses what would be fetched unprotected, or with a password that a
// server nobody verified would see.
func parse(address string) (*url.URL, error) {
	refuse := func(what string) error {
		return diag.New(diag.FetchAddress, what).
			Fix("write an https address", "devca trust https://HOST/root.pem --fingerprint SHA256").
			Fix("or fetch the file by a way that you trust, and name it", "devca trust root.pem")
	}
	target, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, refuse(fmt.Sprintf("%q is no address", address))
	case target.Scheme != "https":
		return nil, refuse(fmt.Sprintf("a root is fetched over https, not over %q: whoever is in between could give another one", target.Scheme))
	case target.Hostname() == "" || target.Opaque != "":
		return nil, refuse(fmt.Sprintf("%q names no server", address))
	case target.User != nil:
		return nil, refuse("a root is public: its address needs no user and no password")
	}
	target.Fragment, target.RawFragment = "", ""
	return target, nil
}

// get fetches the address; anyServer spares the server the proof of its name.
func (c client) get(ctx context.Context, target *url.URL, anyServer bool) ([]byte, error) {
	limit := c.timeout
	if limit == 0 {
		limit = maxTime
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, tooSlow(limit))
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, failed(target, err)
	}
	request.Header.Set("Accept", "application/x-pem-file, application/x-x509-ca-cert, application/json, */*;q=0.5")
	request.Header.Set("User-Agent", "devca")
	answer, err := c.http(target, anyServer).Do(request)
	if err != nil {
		return nil, explain(ctx, target, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, failed(target, fmt.Errorf("the server answered %q", answer.Status))
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxSize+1))
	switch {
	case err != nil:
		return nil, explain(ctx, target, err)
	case len(data) > maxSize:
		return nil, failed(target, fmt.Errorf("the answer is larger than %d kB", maxSize>>10))
	}
	return data, nil
}

func (c client) http(target *url.URL, anyServer bool) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment,
			TLSClientConfig: &tls.Config{
				RootCAs:    c.roots,
				MinVersion: tls.VersionTLS12,
				// The fingerprint of what is fetched takes the place of the server's proof.
				InsecureSkipVerify: anyServer, //nolint:gosec // see above
			},
			MaxResponseHeaderBytes: 64 << 10,
			DisableCompression:     true,
			DisableKeepAlives:      true,
		},
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			switch {
			case next.URL.Scheme != "https":
				return fmt.Errorf("the server redirects to %q, which is not https", next.URL.Redacted())
			case next.URL.User != nil:
				return errors.New("the server redirects to an address with a password")
			case len(before) > maxRedirects:
				return fmt.Errorf("the server redirects more than %d times", maxRedirects)
			case next.URL.Host != target.Host && !anyServer:
				return fmt.Errorf("the server redirects to another one, %s: name that one, or say the fingerprint", next.URL.Host)
			}
			next.Header.Del("Referer") // the address may be an internal one
			return nil
		},
	}
}

// tooSlow is an answer that took longer.
type tooSlow time.Duration

func (t tooSlow) Error() string { return "no answer within " + time.Duration(t).String() }

// explain turns the client's error into what the person can act on.
func explain(ctx context.Context, target *url.URL, err error) error {
	cause := context.Cause(ctx)
	if slow, ok := errors.AsType[tooSlow](cause); ok {
		return failed(target, slow)
	}
	if cause != nil {
		return cause
	}
	// *url.Error repeats the method and the address.
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return diag.New(diag.FetchUntrusted, "refusing an https address without a fingerprint unless it is already trusted").From(err).
			Fix("ask the owner of the root, by another way than this server, for its SHA-256",
				diag.CommandLine("devca", "trust", target.String(), "--fingerprint", "SHA256"))
	}
	return failed(target, err)
}

func failed(target *url.URL, err error) error {
	return diag.New(diag.FetchFailed, "no root came from "+target.Host).From(err).
		Fix("look whether the server answers", diag.CommandLine("curl", "-v", target.String())).
		Fix("or get the file by another way that you trust, and name it", "devca trust root.pem")
}
