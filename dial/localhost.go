package dial

import (
	"context"
	"errors"
	"net"
	"strings"
)

// directly connects without a proxy. Names below localhost that the system's resolver
// does not know lead to this machine, as browsers and curl have it (RFC 6761, 6.3), so
// that what these meet there can be looked at.
func directly(ctx context.Context, target Target) (net.Conn, error) {
	dialer := new(net.Dialer)
	connection, err := dialer.DialContext(ctx, "tcp", target.Address())
	if _, unknown := errors.AsType[*net.DNSError](err); !unknown || !BelowLocalhost(target.Host) {
		return connection, err
	}
	connection, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", target.Port))
	if err != nil {
		if other, failure := dialer.DialContext(ctx, "tcp", net.JoinHostPort("::1", target.Port)); failure == nil {
			return other, nil
		}
	}
	return connection, err
}

// BelowLocalhost says whether a name is one of those that are this machine's by
// definition.
func BelowLocalhost(host string) bool {
	return strings.HasSuffix(strings.ToLower(strings.TrimSuffix(host, ".")), ".localhost")
}
