package waterfall_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"devca/diag"
	allowed "devca/internal/page"
	"devca/internal/page/looked"
	"devca/trace"
	"devca/waterfall"
)

const hostile = "<script>alert(1)</script>\" onload=\"x\x1b[31m\u202e&amp;"

// page is one with everything in it, of a real handshake; its texts are a hostile
// server's.
func page(t *testing.T) waterfall.Page {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	template.Subject.CommonName = hostile
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	client, server := net.Pipe()
	go func() {
		secure := tls.Server(server, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, NextProtos: []string{"h2"}})
		_ = secure.Handshake()
		_, _ = secure.Write([]byte("some data"))
		secure.Close()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	secure, session, err := trace.Client(ctx, client, &tls.Config{InsecureSkipVerify: true, ServerName: "localhost", NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = secure.Read(make([]byte, 100))
	long := strings.Repeat("averylongwordwithoutanyplacetobreakit", 8)
	return waterfall.Page{
		Title: hostile, Summary: hostile + long, At: time.Now(),
		Connections: []waterfall.Connection{{Title: hostile, Messages: session.Transcript().Messages, Phases: []waterfall.Phase{
			{"DNS", 0, time.Millisecond},
			{"TCP", time.Millisecond, 30 * time.Millisecond},
			{"TLS", 31 * time.Millisecond, 300 * time.Microsecond},
			{"first byte", 32 * time.Millisecond, 90 * time.Millisecond},
		}}},
		Facts: []waterfall.Fact{{Name: hostile, Text: hostile + long}, {Name: "pin", Text: "sha256/" + long, Code: true}},
		Findings: []diag.Finding{
			{Code: "trace/test", Severity: diag.SeverityError, What: hostile, Why: long, Fixes: []diag.Fix{{Do: hostile, Run: "echo " + long + "\nsecond line"}}},
			{Code: "trace/test", Severity: diag.SeverityWarning, What: "a warning"},
			{Code: "trace/test", Severity: diag.SeverityNotice, What: "a notice"},
		},
		Series: []waterfall.Series{{Name: hostile, Times: []float64{1, 1.1, 1.2, 1.2, 1.3, 2, 40}}, {Name: "one", Times: []float64{1}}, {Name: "none"}},
		Lists:  []waterfall.List{{Title: hostile, Rows: [][2]string{{"strong", long}, {hostile, hostile}}}},
	}
}

// TestEscaped: nothing that a server says becomes markup, and the page needs
// nothing from elsewhere.
func TestEscaped(t *testing.T) {
	p := page(t)
	other := page(t)
	p.Other = &other
	text := waterfall.HTML(p)
	for _, bad := range []string{"<script", "\x1b", "\u202e", `" onload="`, "http:", "https:", "url(", "@import"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if !strings.Contains(text, allowed.Allow) || strings.Count(text, "&lt;script&gt;") < 10 {
		t.Error("the policy or the texts are missing")
	}
}

// TestEmpty: nothing is demanded to be there.
func TestEmpty(t *testing.T) {
	if text := waterfall.HTML(waterfall.Page{Connections: []waterfall.Connection{{}}}); !strings.HasSuffix(text, "</html>\n") {
		t.Error(text)
	}
}

// TestChromium has the page looked at by a real browser: wide and narrow, light
// and dark, alone and beside another.
func TestChromium(t *testing.T) {
	one, two := page(t), page(t)
	two.Other = &one
	for name, p := range map[string]waterfall.Page{"one": one, "two": two} {
		t.Run(name, func(t *testing.T) { looked.At(t, waterfall.HTML(p), 50) })
	}
}
