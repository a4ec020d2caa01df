package scan_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"devca/scan"
)

// listen serves connections with a function, which may do what it likes.
func listen(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				serve(connection)
			}()
		}
	}()
	return listener.Addr().String()
}

func dialTo(address string) scan.Dial {
	return func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}
}

// goServer is crypto/tls.
func goServer(t *testing.T, config *tls.Config) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				secure := tls.Server(connection, config)
				if secure.HandshakeContext(t.Context()) == nil {
					_, _ = secure.Read(make([]byte, 1)) // until the other side closes
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// testConfig has a certificate of its own.
func testConfig(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// drip sends bytes one by one.
func drip(t *testing.T, connection net.Conn, b []byte) {
	for {
		for i := range b {
			if _, err := connection.Write(b[i : i+1]); err != nil {
				return
			}
			select {
			case <-t.Context().Done():
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
}

func record(kind byte, fragment []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{kind, 3, 3}, uint16(len(fragment)))
	return append(b, fragment...)
}

func TestHostile(t *testing.T) {
	for name, serve := range map[string]func(net.Conn){
		"silence":             func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
		"a byte now and then": func(c net.Conn) { drip(t, c, record(22, make([]byte, 16000))) },
		"HTTP": func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
			_, _ = io.Copy(io.Discard, c)
		},
		"endless record": func(c net.Conn) { endless(c, record(22, []byte{2, 0xff, 0xff, 0xff})) },
		"tiny records":   func(c net.Conn) { endless(c, record(22, []byte{0})) },
		"warnings":       func(c net.Conn) { endless(c, record(21, []byte{1, 112})) },
		"zeros":          func(c net.Conn) { endless(c, make([]byte, 1000)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := scan.Enumerate(t.Context(), dialTo(listen(t, serve)), scan.Options{ServerName: "localhost", Probe: 300 * time.Millisecond, Time: 5 * time.Second})
			if err == nil {
				t.Fatalf("no error, but %+v", r)
			}
		})
	}
	// One that hangs up refuses all.
	r, err := scan.Enumerate(t.Context(), dialTo(listen(t, func(net.Conn) {})), scan.Options{})
	if err != nil || r.Accepts(0x0303) || r.Accepts(0x0304) {
		t.Errorf("hanging up: %v, %v", r, err)
	}
	// Nobody there.
	refused := func(context.Context) (net.Conn, error) { return nil, errors.New("not today") }
	if r, err := scan.Enumerate(t.Context(), refused, scan.Options{}); err == nil || err.Error() != "not today" {
		t.Errorf("nobody there: %v, %v", r, err)
	}
}

func endless(c net.Conn, b []byte) {
	b = bytes.Repeat(b, 100)
	for {
		if _, err := c.Write(b); err != nil {
			return
		}
	}
}

// A server that does not answer any more, or hangs up, after some connections:
// what is known is kept, and that it is not all is said.
func TestRateLimit(t *testing.T) {
	good := goServer(t, testConfig(t))
	for name, refuse := range map[string]func(net.Conn){
		"silence":    func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
		"hanging up": func(net.Conn) {},
	} {
		t.Run(name, func(t *testing.T) {
			var count atomic.Int32
			address := listen(t, func(c net.Conn) {
				if count.Add(1) > 12 {
					refuse(c)
					return
				}
				onward, err := net.Dial("tcp", good)
				if err != nil {
					return
				}
				defer onward.Close()
				go func() { _, _ = io.Copy(onward, c) }()
				_, _ = io.Copy(c, onward)
			})
			r, err := scan.Enumerate(t.Context(), dialTo(address), scan.Options{ServerName: "localhost", Probe: 500 * time.Millisecond})
			if err != nil || r.Incomplete == "" || !r.Accepts(0x0304) {
				t.Fatalf("%v, %+v", err, r)
			}
			t.Logf("%s after %d connections", r.Incomplete, r.Probes)
		})
	}
}

func TestBounds(t *testing.T) {
	good := goServer(t, testConfig(t))
	var open, most, all atomic.Int32
	counting := func(ctx context.Context) (net.Conn, error) {
		all.Add(1)
		for now := open.Add(1); ; {
			seen := most.Load()
			if now <= seen || most.CompareAndSwap(seen, now) {
				break
			}
		}
		c, err := dialTo(good)(ctx)
		if err != nil {
			return nil, err
		}
		return &counted{Conn: c, open: &open}, nil
	}
	var progress atomic.Int32
	r, err := scan.Enumerate(t.Context(), counting, scan.Options{ServerName: "localhost", MaxProbes: 9, Parallel: 2, Progress: func(int) { progress.Add(1) }})
	if err != nil || !strings.Contains(r.Incomplete, "bound of 9") || all.Load() != 9 || r.Probes != 9 || most.Load() > 2 || progress.Load() != 9 {
		t.Errorf("%v, %q, %d connections, %d at a time, %d told", err, r.Incomplete, all.Load(), most.Load(), progress.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := scan.Enumerate(ctx, dialTo(good), scan.Options{}); err == nil {
		t.Errorf("nothing may be asked, and no error: %+v", r)
	}
}

type counted struct {
	net.Conn
	open *atomic.Int32
	done atomic.Bool
}

func (c *counted) Close() error {
	if !c.done.Swap(true) {
		c.open.Add(-1)
	}
	return c.Conn.Close()
}

func udp(t *testing.T, answer func(question []byte) []byte) (address string) {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, from, err := socket.ReadFrom(buffer)
			if err != nil {
				return
			}
			if reply := answer(buffer[:n]); reply != nil {
				for range 20 {
					_, _ = socket.WriteTo(reply, from)
				}
			}
		}
	}()
	return socket.LocalAddr().String()
}

// negotiation answers a question, with the ids that are given.
func negotiation(to, from []byte, versions ...uint32) []byte {
	b := []byte{0x80, 0, 0, 0, 0, byte(len(to))}
	b = append(append(append(b, to...), byte(len(from))), from...)
	for _, v := range versions {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

func TestQUIC(t *testing.T) {
	ids := func(q []byte) (destination, source []byte) {
		if len(q) != 1200 || q[0]&0xc0 != 0xc0 || binary.BigEndian.Uint32(q[1:]) != 0x1a2a3a4a || q[5] < 8 {
			t.Errorf("question: % x", q[:min(len(q), 32)])
		}
		destination = q[6 : 6+q[5]]
		rest := q[6+q[5]:]
		return destination, rest[1 : 1+rest[0]]
	}
	answer, err := scan.QUIC(t.Context(), udp(t, func(q []byte) []byte {
		destination, source := ids(q)
		return negotiation(source, destination, 1, 0x6b3343cf, 0xff00001d, 0x51303433, 0x5a6a7a8a, 0x12345678)
	}))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range answer.Versions {
		names = append(names, v.Name)
	}
	if got := strings.Join(names, ", "); got != "QUIC v1, QUIC v2, QUIC draft 29, Google QUIC Q043, GREASE, 0x12345678" {
		t.Error(got)
	}
	for name, c := range map[string]struct {
		answer func([]byte) []byte
		want   error
	}{
		"silence":           {func([]byte) []byte { return nil }, scan.ErrQUICSilent},
		"an echo":           {bytes.Clone, scan.ErrNotQUIC},
		"somebody's answer": {func([]byte) []byte { return negotiation(make([]byte, 8), make([]byte, 8), 1) }, scan.ErrNotQUIC},
		"ids not swapped": {func(q []byte) []byte {
			destination, source := ids(q)
			return negotiation(destination, source, 1)
		}, scan.ErrNotQUIC},
		"no versions": {func(q []byte) []byte {
			destination, source := ids(q)
			return negotiation(source, destination)
		}, scan.ErrNotQUIC},
		"half a version": {func(q []byte) []byte {
			destination, source := ids(q)
			return append(negotiation(source, destination, 1), 0)
		}, scan.ErrNotQUIC},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if answer, err := scan.QUIC(t.Context(), udp(t, c.answer)); !errors.Is(err, c.want) {
				t.Errorf("%v, %v", answer, err)
			}
		})
	}
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := socket.LocalAddr().String()
	socket.Close()
	if answer, err := scan.QUIC(t.Context(), address); !errors.Is(err, scan.ErrNoQUIC) {
		t.Errorf("nobody there: %v, %v", answer, err)
	}
}
