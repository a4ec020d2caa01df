package dial

import (
	"context"
	"crypto/tls"
	"net"

	"golang.org/x/crypto/cryptobyte"
)

// maxRecorded bounds what is kept of a handshake: crypto/tls takes certificate
// messages of up to 256 KiB.
const maxRecorded = 512 << 10

// recorded has the chain of a server of which crypto/tls reads a certificate so
// little that it ends the handshake: up to TLS 1.2 certificates come in the clear,
// and are taken from what was received. It gives nil if the server speaks
// TLS 1.3 only.
func recorded(ctx context.Context, target Target, options Options) *Peer {
	options.MaxVersion = tls.VersionTLS12
	connection, err := Open(ctx, target, options)
	if err != nil {
		return nil
	}
	defer connection.Close()
	tape := &tape{Conn: connection}
	peer := &Peer{Target: target, Remote: connection.RemoteAddr().String(), Version: tls.VersionTLS12}
	peer.Failure = tls.Client(tape, peer.config(options)).HandshakeContext(ctx)
	peer.Chain = chainOf(handshakeOf(tape.received))
	if len(peer.Chain) == 0 {
		return nil
	}
	return peer
}

// tape keeps what is received.
type tape struct {
	net.Conn
	received []byte
}

func (t *tape) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	if room := maxRecorded - len(t.received); room > 0 {
		t.received = append(t.received, b[:min(n, room)]...)
	}
	return n, err
}

// handshakeOf joins the handshake records up to the change of the cipher
// (RFC 5246, 6.2.1).
func handshakeOf(records []byte) []byte {
	const handshake, headerLength = 22, 5
	var messages []byte
	for len(records) >= headerLength && records[0] == handshake {
		length := int(records[3])<<8 | int(records[4])
		if length > len(records)-headerLength {
			break
		}
		messages = append(messages, records[headerLength:headerLength+length]...)
		records = records[headerLength+length:]
	}
	return messages
}

// chainOf finds the Certificate message among a server's (RFC 5246, 7.4.2).
func chainOf(messages []byte) [][]byte {
	const certificate = 11
	input := cryptobyte.String(messages)
	for !input.Empty() {
		var kind uint8
		var body, list, one cryptobyte.String
		if !input.ReadUint8(&kind) || !input.ReadUint24LengthPrefixed(&body) {
			return nil
		}
		if kind != certificate {
			continue
		}
		var chain [][]byte
		if !body.ReadUint24LengthPrefixed(&list) || !body.Empty() {
			return nil
		}
		for !list.Empty() {
			if !list.ReadUint24LengthPrefixed(&one) {
				return nil
			}
			chain = append(chain, one)
		}
		return chain
	}
	return nil
}
