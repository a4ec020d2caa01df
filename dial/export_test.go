package dial

import (
	"context"
	"net"
)

// On makes the dialogue and the handshake on a connection that is there.
func On(ctx context.Context, connection net.Conn, target Target) (*Peer, error) {
	peer := &Peer{Target: target}
	if err := new(Phases).prepare(ctx, connection, target); err != nil {
		return peer, err
	}
	return peer, peer.handshake(ctx, connection, Options{})
}
