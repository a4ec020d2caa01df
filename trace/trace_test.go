package trace_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"testing"
	"time"

	"devca/trace"
)

// selfSigned makes a certificate with a key of a kind.
func selfSigned(t testing.TB, kind string) tls.Certificate {
	t.Helper()
	var key any
	var err error
	switch kind {
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "trace test"}, DNSNames: []string{"localhost"},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, publicOf(t, key), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func publicOf(t testing.TB, key any) any {
	t.Helper()
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k.Public()
	case *ecdsa.PrivateKey:
		return k.Public()
	case ed25519.PrivateKey:
		return k.Public()
	default:
		t.Fatalf("a key of type %T", key)
		return nil
	}
}

// exchange makes a connection over loopback, traced at the client's end: each
// side says something, and both close in good order.
func exchange(t testing.TB, client, server *tls.Config) (*trace.Session, error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer connection.Close()
		secure := tls.Server(connection, server)
		defer secure.Close()
		b := make([]byte, 5)
		if _, err := io.ReadFull(secure, b); err == nil {
			_, _ = secure.Write([]byte("world"))
		}
	}()
	connection, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	secure, session, err := trace.Client(t.Context(), connection, client)
	if err == nil {
		_, _ = secure.Write([]byte("hello"))
		if _, err = io.ReadAll(secure); errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil
		}
		_ = secure.Close()
	}
	<-done
	return session, err
}
