package scan

import "net"

// maxHandshake bounds what is read in a whole handshake: crypto/tls takes
// certificates of up to 256 KiB.
const maxHandshake = 512 << 10

// bounded is a connection that ends after so many bytes.
type bounded struct {
	net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errEndless
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
