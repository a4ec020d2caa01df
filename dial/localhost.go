package dial

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
)

// directly connects without a proxy. Localhost and the names below it lead to both
// loopback addresses, as browsers and curl have it (RFC 6761, 6.3), whatever the system's
// resolver knows of them: a hosts file may leave ::1 out, on which Node listens.
func directly(ctx context.Context, target Target) (net.Conn, error) {
	dialer := new(net.Dialer)
	connection, err := dialer.DialContext(ctx, "tcp", target.Address())
	_, unknown := errors.AsType[*net.DNSError](err)
	if !unknown && !errors.Is(err, syscall.ECONNREFUSED) || !isLocalhost(target.Host) && !BelowLocalhost(target.Host) {
		return connection, err
	}
	for _, loopback := range loopbacks() {
		other, failure := dialer.DialContext(ctx, "tcp", net.JoinHostPort(loopback, target.Port))
		if failure == nil {
			return other, nil
		}
		if unknown {
			err, unknown = failure, false
		}
	}
	return nil, err
}

func loopbacks() []string { return []string{"127.0.0.1", "::1"} }

// Loopbacks says at which of the loopback addresses a server of this machine listens,
// and at which not. Another host has neither.
func Loopbacks(ctx context.Context, target Target) (listening, refusing []string) {
	if !isLocalhost(target.Host) && !BelowLocalhost(target.Host) {
		return nil, nil
	}
	for _, loopback := range loopbacks() {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(loopback, target.Port))
		if err != nil {
			refusing = append(refusing, loopback)
			continue
		}
		_ = connection.Close()
		listening = append(listening, loopback)
	}
	return listening, refusing
}

func isLocalhost(host string) bool {
	return strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}

// BelowLocalhost says whether a name is one of those that are this machine's by
// definition.
func BelowLocalhost(host string) bool {
	return strings.HasSuffix(strings.ToLower(strings.TrimSuffix(host, ".")), ".localhost")
}
