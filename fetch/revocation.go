package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"devca/certs"
	"devca/diag"
	"devca/revocation"
)

// Limits of what a certificate's addresses lead to.
const (
	maxIssuer     = 1 << 20
	maxAnswerTime = 15 * time.Second
	// maxGet is the length up to which a request goes into the address, where
	// caches see it (RFC 6960, A.1; RFC 5019, 5).
	maxGet = 255
)

// CRL gets the revocation list at an address that a certificate names, in DER
// form; servers that give PEM are understood.
//
// The address is a stranger's word, as those of OCSP and Issuer are. Whoever
// wrote the certificate decides which server of which network is asked, and
// learns who asked; so these functions are called only when the person asked for
// it. They speak http and https only, send neither cookies nor passwords, follow
// five redirects, and stop after 15 seconds or a size that no honest answer has.
// What comes back is shown to nobody: it is a list, an answer or a certificate
// that is signed, or it is refused. Because it is signed, the server of an https
// address need not prove its name (and cannot, where its own certificate is the
// one in question; RFC 5280, 8).
func CRL(ctx context.Context, address string) ([]byte, error) {
	return client{}.list(ctx, address)
}

// OCSP gets the answer of the responder at an address that a certificate names,
// to a request in DER form. See CRL.
func OCSP(ctx context.Context, address string, request []byte) ([]byte, error) {
	return client{}.ocsp(ctx, address, request)
}

// Issuer gets the certificates at an address that a certificate names as its
// issuer's: one in DER form, as RFC 5280, 4.2.2.1 has it, a bundle in PKCS#7 form,
// or PEM, which servers give all the same. See CRL. Nobody vouches for them yet.
func Issuer(ctx context.Context, address string) ([]*x509.Certificate, error) {
	return client{}.issuer(ctx, address)
}

func (c client) list(ctx context.Context, address string) ([]byte, error) {
	target, err := named(address, "a revocation list")
	if err != nil {
		return nil, err
	}
	data, err := c.ask(ctx, target, question{what: "no revocation list", accept: "application/pkix-crl", limit: revocation.MaxCRL})
	if err != nil {
		return nil, err
	}
	lists := revocation.Lists(data)
	if len(lists) == 0 {
		return nil, nothingThere(target, "no revocation list", errors.New("it is neither DER nor PEM"+looksLike(data)))
	}
	return lists[0], nil
}

func (c client) ocsp(ctx context.Context, address string, request []byte) ([]byte, error) {
	target, err := named(address, "an OCSP answer")
	if err != nil {
		return nil, err
	}
	q := question{what: "no OCSP answer", accept: "application/ocsp-response", limit: revocation.MaxOCSP}
	// The base64 text is one segment of the path: its slashes are escaped.
	text := url.PathEscape(base64.StdEncoding.EncodeToString(request))
	text = strings.NewReplacer("+", "%2B", "=", "%3D").Replace(text)
	if in := strings.TrimSuffix(target.String(), "/") + "/" + text; len(in) <= maxGet && target.RawQuery == "" {
		if short, err := url.Parse(in); err == nil {
			data, err := c.ask(ctx, short, q)
			if _, answered := errors.AsType[refused](err); !answered && (err != nil || isSequence(data)) {
				return data, err
			}
		}
	}
	// Responders that know only POST answer a GET with an error of HTTP, or a page.
	q.body = request
	data, err := c.ask(ctx, target, q)
	if err == nil && !isSequence(data) {
		return nil, nothingThere(target, "no OCSP answer", errors.New("it is not DER"+looksLike(data)))
	}
	return data, err
}

// isSequence tells DER from pages and texts; what it holds is for others to judge.
func isSequence(data []byte) bool { return len(data) > 1 && data[0] == 0x30 }

func (c client) issuer(ctx context.Context, address string) ([]*x509.Certificate, error) {
	target, err := named(address, "a certificate")
	if err != nil {
		return nil, err
	}
	data, err := c.ask(ctx, target, question{what: "no certificate", accept: "application/pkix-cert, application/pkcs7-mime", limit: maxIssuer})
	if err != nil {
		return nil, err
	}
	if found, err := certs.ParsePKCS7(data); err == nil {
		return found, nil
	}
	found, err := certificates(target.String(), data)
	if err != nil {
		return nil, nothingThere(target, "no certificate", errors.Unwrap(err))
	}
	return found, nil
}

// named reads an address out of a certificate.
func named(address, what string) (*url.URL, error) {
	refuse := func(why string) error {
		return diag.New(diag.RevocationAddress, what+" cannot be fetched from "+fmt.Sprintf("%q", address)).Because(why).
			Fix("get it by another way and give it as a file", "devca verify --crl FILE TARGET")
	}
	target, err := url.Parse(address)
	switch {
	case err != nil || target.Opaque != "":
		return nil, refuse("it is no address")
	case target.Scheme == "ldap" || target.Scheme == "ldaps":
		return nil, refuse("LDAP is not supported, only http and https")
	case target.Scheme != "http" && target.Scheme != "https":
		return nil, refuse("only http and https are supported")
	case target.Hostname() == "":
		return nil, refuse("it names no server")
	case target.User != nil:
		return nil, refuse("it holds a user or a password, which nothing public needs")
	}
	target.Fragment, target.RawFragment = "", ""
	return target, nil
}

// question is what is asked of an address.
type question struct {
	what   string // that did not come, for errors
	accept string
	limit  int64
	body   []byte // an OCSP request to POST; nil for GET
}

// refused is a server that answered, in HTTP, that it has no answer.
type refused string

func (r refused) Error() string { return fmt.Sprintf("the server answered %q", string(r)) }

// ask fetches within the limits.
func (c client) ask(ctx context.Context, target *url.URL, q question) ([]byte, error) {
	limit := c.timeout
	if limit == 0 {
		limit = maxAnswerTime
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, tooSlow(limit))
	defer cancel()
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if q.body != nil {
		method, body = http.MethodPost, bytes.NewReader(q.body)
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return nil, didNotCome(ctx, target, q.what, err)
	}
	if q.body != nil {
		request.Header.Set("Content-Type", "application/ocsp-request")
	}
	request.Header.Set("Accept", q.accept+", */*;q=0.5")
	request.Header.Set("User-Agent", "devca")
	answer, err := publicClient().Do(request)
	if err != nil {
		return nil, didNotCome(ctx, target, q.what, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, didNotCome(ctx, target, q.what, refused(answer.Status))
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, q.limit+1))
	switch {
	case err != nil:
		return nil, didNotCome(ctx, target, q.what, err)
	case int64(len(data)) > q.limit:
		return nil, didNotCome(ctx, target, q.what, fmt.Errorf("the answer is larger than %d kB", q.limit>>10))
	}
	return data, nil
}

// publicClient gets what everybody may have: no cookies, no passwords, nothing
// kept between two answers.
func publicClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment,
			TLSClientConfig: &tls.Config{
				MinVersion: tls.VersionTLS12,
				// What is fetched is signed, and looked at by its signature.
				InsecureSkipVerify: true, //nolint:gosec // see above and CRL
			},
			MaxResponseHeaderBytes: 64 << 10,
			DisableCompression:     true, // 16 MiB are 16 MiB
			DisableKeepAlives:      true,
		},
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			switch {
			case next.URL.Scheme != "http" && next.URL.Scheme != "https":
				return fmt.Errorf("the server redirects to %q, which is neither http nor https", next.URL.Redacted())
			case next.URL.User != nil:
				return errors.New("the server redirects to an address with a password")
			case len(before) > maxRedirects:
				return fmt.Errorf("the server redirects more than %d times", maxRedirects)
			}
			next.Header.Del("Referer")
			return nil
		},
	}
}

// didNotCome says why, with the command that shows it.
func didNotCome(ctx context.Context, target *url.URL, what string, err error) error {
	cause := context.Cause(ctx)
	if slow, ok := errors.AsType[tooSlow](cause); ok {
		err = slow
	} else if cause != nil {
		return cause
	}
	// *url.Error repeats the method and the address.
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return diag.New(diag.RevocationFailed, what+" came from "+target.Host).From(err).
		Fix("look whether the server answers", diag.CommandLine("curl", "-v", target.String())).
		Fix("or get it by another way and give it as a file", "devca verify --crl FILE TARGET")
}

func nothingThere(target *url.URL, what string, err error) error {
	return diag.New(diag.RevocationNothing, what+" is at "+target.String()).From(err).
		Fix("look at what is there", diag.CommandLine("curl", "-v", target.String()))
}
