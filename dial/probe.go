package dial

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"sync"

	"devca/diag"
)

// Observations are what a server does besides, on further connections.
type Observations struct {
	// Nameless is what it showed when no server name was sent; nil if it refused
	// or was not asked.
	Nameless *Peer
	// NamelessFailure is why it showed nothing.
	NamelessFailure error
	// Old says that it still speaks TLS 1.0 or 1.1 (RFC 8996).
	Old bool
}

// Another says whether the chain without a server name is another one.
func (o Observations) Another(peer *Peer) bool {
	return o.Nameless != nil && len(o.Nameless.Chain) > 0 && !bytes.Equal(o.Nameless.Chain[0], peer.Chain[0])
}

// Probe asks the server again, side by side, for what one handshake does not
// show. peer is what that one showed.
func Probe(ctx context.Context, target Target, options Options, peer *Peer) Observations {
	var o Observations
	var all sync.WaitGroup
	if !isAddress(target.Name()) {
		all.Go(func() {
			nameless := options
			nameless.NoSNI = true
			o.Nameless, o.NamelessFailure = Connect(ctx, target, nameless)
		})
	}
	if peer.Version >= tls.VersionTLS12 {
		all.Go(func() {
			old := options
			old.MaxVersion = tls.VersionTLS11
			_, err := Connect(ctx, target, old)
			o.Old = err == nil
		})
	} else {
		o.Old = true
	}
	all.Wait()
	// Too little time is no answer.
	if failure, ok := errors.AsType[*diag.Error](o.NamelessFailure); ok && failure.Code == diag.DialTimeout {
		o.NamelessFailure = nil
	}
	return o
}
