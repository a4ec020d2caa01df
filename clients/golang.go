package clients

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"runtime"
	"strings"
	"time"
)

// AskAsGo is the hidden command of devca that askGo runs.
const AskAsGo = "ask-as-go"

// askGo has devca ask. It is a program of Go like kubectl, docker or terraform:
// the same library reads the same variables and stores, whether a Go compiler is
// installed or not. A process of its own, since a process reads the roots once.
func askGo(ctx context.Context, e *errand) Answer {
	var environ []string
	if e.ground.getenv("GODEBUG") == "" {
		environ = append(environ, "GODEBUG=x509negativeserial=0") // as programs have it whose go.mod does not say otherwise
	}
	return e.script(ctx, environ, AskAsGo)
}

// Go is what the command does: it asks for the head of a page as net/http does,
// and gives its exit status.
func Go(ctx context.Context, address string, limit time.Duration, out, errOut io.Writer) int {
	fmt.Fprintln(out, "version "+strings.Replace(runtime.Version(), "go", "go ", 1))
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		fmt.Fprintln(errOut, err)
		return exitUnreached
	}
	shook := false
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	trace := &httptrace.ClientTrace{TLSHandshakeDone: func(_ tls.ConnectionState, err error) { shook = err == nil }}
	answer, err := client.Do(request.WithContext(httptrace.WithClientTrace(ctx, trace)))
	if err == nil {
		_ = answer.Body.Close()
		fmt.Fprintln(out, "status", answer.StatusCode)
		return exitAccepted
	}
	fmt.Fprintln(errOut, err)
	switch {
	case shook:
		return exitAccepted
	case errors.Is(err, context.DeadlineExceeded):
		return exitNoAnswer
	case ofTLS(err):
		return exitTLS
	}
	return exitUnreached
}

// ofTLS tells whether the handshake failed, or certificates did.
func ofTLS(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, roots := errors.AsType[x509.SystemRootsError](err)
	if certificate || record || alert || roots || strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "HTTP response to HTTPS client") {
		return true
	}
	operation, _ := errors.AsType[*net.OpError](err)
	return operation != nil && (operation.Op == "remote error" || operation.Op == "local error")
}
