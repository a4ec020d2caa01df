package trace_test

import (
	"crypto/tls"
	"net"
	"slices"
	"testing"
	"time"

	"devca/trace"
)

// BenchmarkHandshake compares a full handshake of TLS 1.3 over loopback by
// crypto/tls with the same one recorded, its keys logged: up to the server's first
// byte, its tickets with it. They are made in turns, so that a busy moment of the
// machine meets both alike, and medians are compared. No certificate is verified,
// which would make the difference smaller. Taking the recording apart comes after
// the connection: BenchmarkParse.
func BenchmarkHandshake(b *testing.B) {
	client, address := benchmarkPeers(b)
	plain := func(connection net.Conn) (*tls.Conn, error) {
		config := client.Clone()
		config.ClientSessionCache = tls.NewLRUClientSessionCache(1) // as trace.Client has
		secure := tls.Client(connection, config)
		return secure, secure.HandshakeContext(b.Context())
	}
	traced := func(connection net.Conn) (*tls.Conn, error) {
		secure, _, err := trace.Client(b.Context(), connection, client)
		return secure, err
	}
	kinds := []func(net.Conn) (*tls.Conn, error){plain, traced}
	times := make([][]time.Duration, len(kinds))
	for round := 0; b.Loop(); round++ {
		for turn := range kinds {
			kind := (round + turn) % len(kinds) // neither is always the first
			times[kind] = append(times[kind], oneHandshake(b, address, kinds[kind]))
		}
	}
	for i := range times {
		slices.Sort(times[i])
	}
	without, with := times[0][len(times[0])/2], times[1][len(times[1])/2]
	b.ReportMetric(0, "ns/op") // it is of both together
	b.ReportMetric(float64(without.Nanoseconds()), "plain-ns")
	b.ReportMetric(float64(with.Nanoseconds()), "traced-ns")
	b.ReportMetric(100*(float64(with)/float64(without)-1), "%-more")
}

// benchmarkPeers starts a server that says one byte, and gives a client's
// configuration for it.
func benchmarkPeers(b *testing.B) (*tls.Config, string) {
	b.Helper()
	server := &tls.Config{Certificates: []tls.Certificate{selfSigned(b, "ecdsa")}, MinVersion: tls.VersionTLS13}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", server)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Write([]byte{1})
			_, _ = connection.Read(make([]byte, 1)) // until the client ends
			_ = connection.Close()
		}
	}()
	return &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, ServerName: "localhost"}, listener.Addr().String()
}

func oneHandshake(b *testing.B, address string, by func(net.Conn) (*tls.Conn, error)) time.Duration {
	b.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	defer connection.Close()
	begin := time.Now()
	secure, err := by(connection)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := secure.Read(make([]byte, 1)); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin)
}

// BenchmarkParse takes such a handshake apart, once it is over.
func BenchmarkParse(b *testing.B) {
	client, address := benchmarkPeers(b)
	var session *trace.Session
	oneHandshake(b, address, func(connection net.Conn) (secure *tls.Conn, err error) {
		secure, session, err = trace.Client(b.Context(), connection, client)
		return secure, err
	})
	for b.Loop() {
		if transcript := session.Transcript(); !transcript.Finished() || !transcript.Opened {
			b.Fatal("it was not read")
		}
	}
}
