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
	for _, loopback := range []string{"127.0.0.1", "::1"} {
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

func isLocalhost(host string) bool {
	return strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}

// BelowLocalhost says whether a name is one of those that are this machine's by
// definition.
func BelowLocalhost(host string) bool {
	return strings.HasSuffix(strings.ToLower(strings.TrimSuffix(host, ".")), ".localhost")
}
