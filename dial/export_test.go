package dial

import (
	"context"
	"net"
)

// On makes the handshake on a connection that is there.
func On(ctx context.Context, connection net.Conn, target Target) (*Peer, error) {
	peer := &Peer{Target: target}
	return peer, peer.handshake(ctx, connection, Options{})
}

// ChainIn finds a chain in what was received.
func ChainIn(received []byte) [][]byte { return chainOf(handshakeOf(received)) }
