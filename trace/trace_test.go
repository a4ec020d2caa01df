package trace

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"
)

func selfSigned(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestX(t *testing.T) {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	conf := &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}, NextProtos: []string{"http/1.1"}}
	go func() {
		c, _ := l.Accept()
		s := tls.Server(c, conf)
		s.Write([]byte("hello"))
		s.Close()
	}()
	c, _ := net.Dial("tcp", l.Addr().String())
	s, session, err := Client(context.Background(), c, &tls.Config{InsecureSkipVerify: true, ServerName: "localhost", MaxVersion: 0})
	t.Log(err)
	b := make([]byte, 100)
	s.Read(b)
	s.Close()
	tr := session.Transcript()
	for _, m := range tr.Messages {
		t.Log(m.At, m.FromClient, m.Kind, m.Size, m.Wire, m.Encrypted, m.Sentence, m.Problem)
	}
	t.Log(tr.VersionName(), tr.Group, tr.Resumed, tr.Opened, tr.Problems)
}
