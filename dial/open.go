package dial

import (
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"time"

	"devca/diag"
)

// Phases are the times that a connection took below TLS.
type Phases struct {
	Start    time.Time
	DNS      time.Duration // looking the name up; 0: it is an address
	TCP      time.Duration // from there to the connection; of a proxy's with its answer
	STARTTLS time.Duration // the dialogue in the clear; 0: none
}

// Open makes a connection on which TLS may begin: through the proxy, if there is
// one, and after the server agreed to it, if its protocol begins in the clear
// (STARTTLS). The context's deadline is the connection's. Explain says why an
// error came about.
func Open(ctx context.Context, target Target, options Options) (net.Conn, error) {
	phases := options.Phases
	if phases == nil {
		phases = new(Phases)
	}
	*phases = Phases{Start: time.Now()}
	connection, err := phases.open(ctx, target, options)
	if err != nil {
		return nil, notOpened{err}
	}
	if err := phases.prepare(ctx, connection, target); err != nil {
		connection.Close()
		return nil, err
	}
	return connection, nil
}

// open makes the connection below TLS and STARTTLS. The hooks are those of
// package net; they are in httptrace because clients of HTTP wanted them first.
func (p *Phases) open(ctx context.Context, target Target, options Options) (net.Conn, error) {
	var asked, answered time.Time
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { asked = time.Now() },
		DNSDone:  func(httptrace.DNSDoneInfo) { answered = time.Now() },
	})
	var connection net.Conn
	var err error
	if options.Proxy != "" {
		connection, err = throughProxy(ctx, target, options.Proxy)
	} else {
		connection, err = directly(ctx, target)
	}
	if !asked.IsZero() && !answered.IsZero() && !isAddress(target.Host) {
		p.DNS = answered.Sub(asked)
	}
	p.TCP = time.Since(p.Start) - p.DNS
	return connection, err
}

// prepare has the server change to TLS where it begins in the clear.
func (p *Phases) prepare(ctx context.Context, connection net.Conn, target Target) error {
	if deadline, ok := ctx.Deadline(); ok {
		if err := connection.SetDeadline(deadline); err != nil {
			return err
		}
	}
	if !target.Protocol.STARTTLS {
		return nil
	}
	begun := time.Now()
	err := negotiate(ctx, connection, target)
	p.STARTTLS = time.Since(begun)
	return err
}

// notOpened says that there was no connection at all.
type notOpened struct{ error }

func (e notOpened) Unwrap() error { return e.error }

// Explain says of an error of Open, or of a handshake on what Open gave, why it
// came about and what to do. What is explained already stays as it is.
func Explain(ctx context.Context, target Target, err error) error {
	if explained, ok := errors.AsType[*diag.Error](err); ok {
		return explained
	}
	if missing, ok := errors.AsType[notOpened](err); ok {
		return unreachable(ctx, target, missing.error)
	}
	return failed(ctx, target, err)
}
