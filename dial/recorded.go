package dial

import (
	"context"

	"devca/trace"
)

// recorded has the chain of a server of which crypto/tls reads a certificate so
// little that it ends the handshake: it is taken from what was received, of which
// the keys are known even under TLS 1.3. It gives nil if there is none. The suite
// stays open: the handshake failed here, and nowhere else.
func recorded(ctx context.Context, target Target, options Options) *Peer {
	connection, err := Open(ctx, target, options)
	if err != nil {
		return nil
	}
	defer connection.Close()
	peer := &Peer{Target: target, Remote: connection.RemoteAddr().String()}
	_, session, err := trace.Client(ctx, connection, peer.config(options))
	peer.Failure = err
	transcript := session.Transcript()
	peer.Version, peer.Chain = transcript.Version, transcript.Chain(false)
	if len(peer.Chain) == 0 {
		return nil
	}
	return peer
}
