package dial

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"devca/diag"
	"devca/tlsparams"
)

// unreachable explains why no connection came about.
func unreachable(ctx context.Context, target Target, err error) error {
	if failure, ok := errors.AsType[*diag.Error](err); ok {
		return failure
	}
	address := target.Address()
	name, named := errors.AsType[*net.DNSError](err)
	switch {
	case named && name.IsNotFound:
		return diag.New(diag.DialNoHost, "there is no file and no host of the name "+target.Host).
			Fix("check the spelling, and whether the hosts file or a DNS server has it",
				diag.LookUp(target.Host))
	case late(ctx, err):
		return diag.New(diag.DialTimeout, "nothing answered in time at "+address).From(err).
			Fix("check host and port, or wait longer", diag.CommandLine("devca", "verify", target.argument(), "--timeout", "1m"))
	case errors.Is(err, syscall.ECONNREFUSED):
		return diag.New(diag.DialUnreachable, "nothing listens at "+address).From(err).
			Fix("see what listens on this machine", diag.Listeners())
	default:
		return diag.New(diag.DialUnreachable, address+" cannot be reached").From(err).
			Fix("check host and port, and that the server is running", diag.Listeners())
	}
}

// argument is the target as a person would type it.
func (t Target) argument() string {
	if t.Protocol.Name == "https" {
		return t.Address()
	}
	for scheme, protocol := range protocols {
		if protocol.Name == t.Protocol.Name && protocol.STARTTLS == t.Protocol.STARTTLS && protocol.Name == strings.TrimSuffix(scheme, "s") {
			return scheme + "://" + t.Address()
		}
	}
	return t.Protocol.Name + "://" + t.Address()
}

func late(ctx context.Context, err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil
}

// failed explains why a handshake ended before there was a certificate.
func failed(ctx context.Context, target Target, err error) error {
	address := target.Address()
	header, ok := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case ok && target.Protocol.STARTTLS:
		// What somebody put in after the server's consent would be taken for the
		// server's (CVE-2011-0411), so it is never read as anything but TLS.
		return diag.New(diag.DialSTARTTLS, "the server at "+address+" agreed to TLS and went on in the clear").From(err).
			Because("a broken server, or somebody between here and there who adds to what it says").
			Fix("see the exchange", diag.CommandLine("openssl", "s_client", "-starttls", target.Protocol.Name, "-connect", address))
	case ok:
		return notTLS(target, header.RecordHeader[:])
	}
	if alert := alertOf(err); alert != nil {
		return refused(target, *alert)
	}
	switch {
	case late(ctx, err):
		return diag.New(diag.DialTimeout, "the server at "+address+" did not finish the handshake in time").From(err).
			Because("perhaps it does not speak TLS, and waits to be spoken to").
			Fix("wait longer", diag.CommandLine("devca", "verify", target.argument(), "--timeout", "1m")).
			Fix("if it speaks a protocol with STARTTLS, say which", diag.CommandLine("devca", "verify", "smtp://"+address))
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return diag.New(diag.DialRefused, "the server at "+address+" hung up in the middle of the handshake").From(err).
			Because("it does so if it has no certificate for the name, or does not speak TLS there").
			Fix("ask for another name", diag.CommandLine("devca", "verify", target.argument(), "--servername", "NAME"))
	default:
		return diag.New(diag.DialRefused, "the handshake with "+address+" failed").From(err).
			Fix("see what OpenSSL makes of it", diag.CommandLine("openssl", "s_client", "-connect", address))
	}
}

// notTLS explains what came instead of a TLS record, by its first bytes.
func notTLS(target Target, first []byte) error {
	address := target.Address()
	switch {
	case bytes.HasPrefix(first, []byte("HTTP")), bytes.HasPrefix(first, []byte("<")):
		return diag.New(diag.DialPlainHTTP, address+" speaks HTTP without TLS").
			Fix("look at what it says", diag.CommandLine("curl", "-i", "http://"+address+"/")).
			Fix("give the server a certificate and a TLS port", diag.CommandLine("devca", "issue", target.Host))
	case bytes.HasPrefix(first, []byte("220")):
		return startsPlainly(target, "smtp")
	case bytes.HasPrefix(first, []byte("* OK")):
		return startsPlainly(target, "imap")
	case bytes.HasPrefix(first, []byte("+OK")):
		return startsPlainly(target, "pop3")
	case bytes.HasPrefix(first, []byte("SSH-")):
		return diag.New(diag.DialNotTLS, address+" is an SSH server, and has no certificates").
			Fix("check the port", diag.CommandLine("devca", "verify", target.Host))
	default:
		return diag.New(diag.DialNotTLS, fmt.Sprintf("what answers at %s is not TLS: it begins with %q", address, first)).
			Fix("check the port, or name the protocol", diag.CommandLine("devca", "verify", "postgres://"+address))
	}
}

func startsPlainly(target Target, scheme string) error {
	e := diag.New(diag.DialNotTLS, target.Address()+" begins in the clear, and changes to TLS on demand (STARTTLS)")
	if scheme == "smtp" {
		return e.Because("it greets like a mail or file server").
			Fix("if it is a mail server", diag.CommandLine("devca", "verify", "smtp://"+target.Address())).
			Fix("if it is a file server", diag.CommandLine("devca", "verify", "ftp://"+target.Address()))
	}
	return e.Fix("say so", diag.CommandLine("devca", "verify", scheme+"://"+target.Address()))
}

// refused explains an alert in the place of a certificate (RFC 8446, 6.2).
func refused(target Target, alert uint8) error {
	address := target.Address()
	e := diag.New(diag.DialRefused, fmt.Sprintf("the server at %s refused the handshake: %s (%d)", address, tlsparams.AlertName(alert), alert))
	switch alert {
	case 112:
		return e.Because("it has no certificate for the name "+target.Name()).
			Fix("ask for a name that it knows", diag.CommandLine("devca", "verify", target.argument(), "--servername", "NAME"))
	case 70:
		return e.Because("it speaks no version of TLS from 1.0 to 1.3").
			Fix("let the server speak TLS 1.2 and 1.3", "")
	case 40, 71:
		return e.Because("it has no cipher suite or key exchange in common with any client, or no certificate at all").
			Fix("let the server use the suites of TLS 1.3, and see that it has a certificate and key", "")
	default:
		return e.Fix("see the server's own log", "")
	}
}
