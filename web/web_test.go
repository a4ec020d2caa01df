package web_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"devca/web"
)

// server is Go's, with HTTP/2 or without.
func server(t *testing.T, protocols []string, handle http.HandlerFunc) (address string) {
	t.Helper()
	s := httptest.NewUnstartedServer(handle)
	s.Config.ErrorLog = nil
	s.EnableHTTP2 = protocols[0] == "h2"
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

func connect(t *testing.T, address string, protocols ...string) *tls.Conn {
	t.Helper()
	connection, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, ServerName: "example.com", NextProtos: protocols})
	if err != nil {
		t.Fatal(err)
	}
	return connection
}

func TestGet(t *testing.T) {
	for _, protocols := range [][]string{{"h2", "http/1.1"}, {"http/1.1"}, {"none"}} {
		requests := make(chan *http.Request, 2)
		address := server(t, protocols, func(w http.ResponseWriter, r *http.Request) {
			requests <- r.Clone(context.Background())
			h := w.Header()
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
			h.Add("Strict-Transport-Security", "max-age=0")
			h.Set("Alt-Svc", `h3=":443"; ma=2592000, h2="other.example:8443"`)
			h.Set("Location", "/elsewhere")
			h.Set("Server", "test")
			http.SetCookie(w, &http.Cookie{Name: "plain", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "careful", Value: "2", Secure: true})
			h.Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusFound)
			_, _ = io.WriteString(w, "hello")
		})
		if protocols[0] == "none" {
			protocols = nil
		}
		before := time.Now()
		connection := connect(t, address, protocols...)
		r, err := web.Get(t.Context(), connection, web.Request{Path: "/a%2Fb?c=d"})
		if err != nil {
			t.Fatal(err)
		}
		request := <-requests
		want := "HTTP/1.1"
		if len(protocols) == 2 {
			want = "HTTP/2.0"
		}
		if r.Proto != want || request.Proto != want || r.Status != http.StatusFound || string(r.Body) != "hello" || r.BodyBytes != 5 || r.Truncated || r.BodyError != "" {
			t.Errorf("%s: %+v", want, r)
		}
		if request.Host != "example.com" || request.URL.EscapedPath() != "/a%2Fb" || request.URL.RawQuery != "c=d" || request.UserAgent() != "devca" || request.Header.Get("Accept-Encoding") != "" {
			t.Errorf("%s: asked %s %s %v", want, request.Host, request.URL, request.Header)
		}
		if r.HSTS == nil || r.HSTS.Seconds != 31536000 || !r.HSTS.IncludeSubDomains || r.HSTS.Preload || r.HSTS.Problem != "" {
			t.Errorf("%s: HSTS %+v", want, r.HSTS)
		}
		if len(r.AltSvc) != 2 || !r.AltSvc[0].HTTP3() || r.AltSvc[0].Port != "443" || r.AltSvc[0].Seconds != 2592000 || r.AltSvc[1].Host != "other.example" {
			t.Errorf("%s: Alt-Svc %+v", want, r.AltSvc)
		}
		if len(r.InsecureCookies) != 1 || r.InsecureCookies[0] != "plain" || r.Server != "test" || r.Location != "/elsewhere" || r.ContentType != "text/html" {
			t.Errorf("%s: %+v", want, r)
		}
		if r.Sent.Before(before) || r.FirstByte.Before(r.Sent) || r.Done.Before(r.FirstByte) {
			t.Errorf("%s: sent %s, first byte %s, done %s", want, r.Sent, r.FirstByte, r.Done)
		}
		if len(requests) != 0 {
			t.Errorf("%s: asked twice", want)
		}
		if _, err := connection.Write([]byte("x")); err == nil {
			t.Errorf("%s: the connection is open still", want)
		}
	}
}

func TestBody(t *testing.T) {
	for _, protocols := range [][]string{{"h2"}, {"http/1.1"}} {
		address := server(t, protocols, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/exact" {
				_, _ = w.Write(make([]byte, 1000))
				return
			}
			for {
				if _, err := w.Write(make([]byte, 10000)); err != nil {
					return
				}
			}
		})
		r, err := web.Get(t.Context(), connect(t, address, protocols...), web.Request{MaxBody: 1000, Path: "/exact"})
		if err != nil || r.BodyBytes != 1000 || r.Truncated {
			t.Errorf("%q, exact: %v, %+v", protocols, err, r)
		}
		r, err = web.Get(t.Context(), connect(t, address, protocols...), web.Request{MaxBody: 1000})
		if err != nil || r.BodyBytes != 1000 || !r.Truncated || len(r.Body) != 1000 {
			t.Errorf("%q, endless: %v, %+v", protocols, err, r)
		}
		if r, err = web.Get(t.Context(), connect(t, address, protocols...), web.Request{}); err != nil || r.BodyBytes != 2<<20 || !r.Truncated {
			t.Errorf("%q, endless: %v, %+v", protocols, err, r)
		}
	}
}

// raw is a TLS server that does what it likes after the handshake.
func raw(t *testing.T, protocol string, serve func(net.Conn)) (address string) {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS()
	t.Cleanup(s.Close)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: s.TLS.Certificates, NextProtos: []string{protocol}})
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
				if connection.(*tls.Conn).HandshakeContext(t.Context()) == nil {
					serve(connection)
				}
			}()
		}
	}()
	return listener.Addr().String()
}

func endless(c net.Conn, start, more string) {
	if _, err := io.WriteString(c, start); err != nil {
		return
	}
	for {
		if _, err := io.WriteString(c, more); err != nil {
			return
		}
	}
}

func drip(c net.Conn, text string) {
	for i := range len(text) {
		if _, err := io.WriteString(c, text[i:i+1]); err != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestHostile(t *testing.T) {
	const h1, h2 = "http/1.1", "h2"
	for name, c := range map[string]struct {
		protocol string
		serve    func(net.Conn)
	}{
		"silence":         {h1, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }},
		"silence h2":      {h2, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }},
		"hangs up":        {h1, func(net.Conn) {}},
		"hangs up h2":     {h2, func(net.Conn) {}},
		"endless headers": {h1, func(c net.Conn) { endless(c, "HTTP/1.1 200 OK\r\n", "A: "+strings.Repeat("x", 1000)+"\r\n") }},
		"endless line":    {h1, func(c net.Conn) { endless(c, "HTTP/1.1 200 OK\r\nA: ", strings.Repeat("x", 1000)) }},
		"endless 100":     {h1, func(c net.Conn) { endless(c, "", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n") }},
		"slow headers":    {h1, func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\nA: "+strings.Repeat("x", 10000)) }},
		"not HTTP":        {h1, func(c net.Conn) { endless(c, "220 ready\r\n", "x") }},
		"not HTTP/2":      {h2, func(c net.Conn) { endless(c, "HTTP/1.1 200 OK\r\n\r\n", "x") }},
		"settings":        {h2, func(c net.Conn) { endless(c, "", strings.Repeat("\x00\x00\x00\x04\x00\x00\x00\x00\x00", 100)) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if r, err := web.Get(ctx, connect(t, raw(t, c.protocol, c.serve), c.protocol), web.Request{}); err == nil {
				t.Errorf("an answer: %+v", r)
			}
		})
	}
	// What came until then is kept.
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	address := raw(t, h1, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1000)) // an answer before the question is none (net/http)
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
		drip(c, strings.Repeat("x", 1000))
	})
	if r, err := web.Get(ctx, connect(t, address, h1), web.Request{}); err != nil || r.BodyError == "" || r.BodyBytes == 0 || r.BodyBytes == 1000 {
		t.Errorf("slow body: %v, %+v", err, r)
	}
	address = raw(t, h1, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1000))
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nStrict-Transport-Security: max-age=never\r\n\r\nshort")
	})
	if r, err := web.Get(t.Context(), connect(t, address, h1), web.Request{}); err != nil || r.BodyError == "" || string(r.Body) != "short" || r.HSTS == nil || r.HSTS.Problem == "" {
		t.Errorf("broken off: %v, %+v", err, r)
	}
}

func TestRedirect(t *testing.T) {
	dial := func(address string) func(context.Context, string, string) (net.Conn, error) {
		return func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		}
	}
	for _, c := range []struct {
		status   int
		location string
		want     web.Redirect
	}{
		{200, "https://app.test/", web.Redirect{Status: 200}},
		{301, "https://app.test/", web.Redirect{Status: 301, Location: "https://app.test/", ToHTTPS: true, SameHost: true, Permanent: true}},
		{308, "https://APP.test.:8443/x", web.Redirect{Status: 308, Location: "https://APP.test.:8443/x", ToHTTPS: true, SameHost: true, Permanent: true}},
		{302, "https://www.app.test/", web.Redirect{Status: 302, Location: "https://www.app.test/", ToHTTPS: true}},
		{307, "/login", web.Redirect{Status: 307, Location: "/login", SameHost: true}},
		{302, "://", web.Redirect{Status: 302, Location: "://"}},
		{302, "", web.Redirect{Status: 302}},
	} {
		asked := make(chan string, 2)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked <- r.Host + r.URL.Path
			w.Header()["Location"] = []string{c.location}
			w.WriteHeader(c.status)
		}))
		got, err := web.RedirectFromHTTP(t.Context(), "app.test", "", dial(s.Listener.Addr().String()))
		s.Close()
		if err != nil || *got != c.want || <-asked != "app.test/" || len(asked) != 0 {
			t.Errorf("%d %s: %v, %+v", c.status, c.location, err, got)
		}
	}
	if got, err := web.RedirectFromHTTP(t.Context(), "127.0.0.1", "1", nil); err == nil {
		t.Errorf("nobody there: %+v", got)
	}
}

func TestMixedContent(t *testing.T) {
	base, err := url.Parse("https://app.test/dir/page")
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		`<script src="http://a.test/x.js"></script>`:                                      "blocked script src http://a.test/x.js",
		`<SCRIPT SRC=HTTP://A.test/x.js>`:                                                 "blocked script src http://A.test/x.js",
		`<script src="https://a.test/x.js"></script><img src=/x.png><img src=//b.test/x>`: "",
		`<img src="http://a.test/x.png">`:                                                 "upgraded img src http://a.test/x.png",
		`<img src="http://10.0.0.1/x.png">`:                                               "blocked img src http://10.0.0.1/x.png",
		`<img src=" ht` + "\n" + `tp:\\a.test/x ">`:                                       "upgraded img src http://a.test/x",
		`<img src="http://127.0.0.1/x"><img src="http://localhost:8080/x"><img src="http://[::1]/x"><img src="http://app.localhost/x">`:                                                         "",
		`<img srcset="http://a.test/1 1x, /2 2x,http://a.test/3,http://a.test/4 4x">`:                                                                                                           "blocked img srcset http://a.test/1, blocked img srcset http://a.test/3,http://a.test/4",
		`<img src="http://a.test/0" srcset="/1">`:                                                                                                                                               "blocked img src http://a.test/0",
		`<picture><source srcset="http://a.test/1"><img src="http://a.test/2"></picture>`:                                                                                                       "blocked source srcset http://a.test/1, blocked img src http://a.test/2",
		`<video poster=http://a.test/p src=http://a.test/v><track src=http://a.test/t></video>`:                                                                                                 "upgraded video src http://a.test/v, upgraded video poster http://a.test/p, blocked track src http://a.test/t",
		`<audio><source src=http://a.test/v></audio>`:                                                                                                                                           "upgraded source src http://a.test/v",
		`<iframe src=http://a.test/></iframe><object data=http://a.test/o></object><embed src=http://a.test/e>`:                                                                                 "blocked iframe src http://a.test/, blocked object data http://a.test/o, blocked embed src http://a.test/e",
		`<link rel=stylesheet href=http://a.test/s><link rel="shortcut icon" href=http://a.test/i>`:                                                                                             "blocked link href http://a.test/s, upgraded link href http://a.test/i",
		`<link rel=preload as=image href=http://a.test/1><link rel=preload as=font href=http://a.test/2>`:                                                                                       "upgraded link href http://a.test/1, blocked link href http://a.test/2",
		`<link rel=canonical href=http://a.test/s><a href=http://a.test/>x</a>`:                                                                                                                 "",
		`<form action=http://a.test/login><button formaction=http://a.test/b></form>`:                                                                                                           "form form action http://a.test/login, form button formaction http://a.test/b",
		`<div style="background: url('http://a.test/bg')">`:                                                                                                                                     "upgraded div style http://a.test/bg",
		`<style>@import "http://a.test/1"; /* url(http://a.test/no) */ p { background: URL(http://a.test/2) }</style>`:                                                                          "blocked style  http://a.test/1, upgraded style  http://a.test/2",
		`<style>@import url(http://a.test/1); @font-face { font-family: x; src: url("http://a.test/f") }</style>`:                                                                               "blocked style  http://a.test/1, blocked style  http://a.test/f",
		`<base href="http://b.test/"><img src=x><base href="https://c.test/"><script src=y></script>`:                                                                                           "upgraded img src http://b.test/x, blocked script src http://b.test/y",
		`<meta http-equiv=refresh content="0; URL='http://a.test/next'">`:                                                                                                                       "leaves meta content http://a.test/next",
		`<meta http-equiv=refresh content="5">`:                                                                                                                                                 "",
		`<meta http-equiv=content-security-policy content="default-src *; upgrade-insecure-requests"><script src=http://a.test/x></script><meta http-equiv=refresh content="0,http://a.test/">`: "upgraded script src http://a.test/x, leaves meta content http://a.test/",
		`<template><script src=http://a.test/x></script></template><!-- <script src=http://a.test/x> --><script>"<img src=http://a.test/>"</script>`:                                            "",
		`<svg><image href=http://a.test/1 /><use xlink:href=http://a.test/2#x></use></svg>`:                                                                                                     "upgraded image href http://a.test/1, blocked use xlink:href http://a.test/2#x",
		`<input type=image src=http://a.test/x>`:                                                                                                                                                "upgraded input src http://a.test/x",
	} {
		header := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
		var got []string
		for _, m := range web.MixedContent(base, header, []byte(body)) {
			got = append(got, fmt.Sprintf("%s %s %s %s", m.Kind, m.Element, m.Attribute, m.URL))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s\n got: %s\nwant: %s", body, strings.Join(got, ", "), want)
		}
	}
	one := []byte(`<html><script src="http://a.test/x"></script>`)
	if got := web.MixedContent(base, http.Header{"Content-Security-Policy": {"default-src 'self', Upgrade-Insecure-Requests"}}, one); len(got) != 1 || got[0].Kind != web.Upgraded {
		t.Errorf("upgraded by the header, without a type: %v", got)
	}
	if got := web.MixedContent(base, http.Header{"Content-Type": {"application/json"}}, one); got != nil {
		t.Errorf("not HTML: %v", got)
	}
	if got := web.MixedContent(&url.URL{Scheme: "http", Host: "a.test"}, nil, one); got != nil {
		t.Errorf("a page of http: %v", got)
	}
	if got := web.MixedContent(base, nil, []byte("<html>"+strings.Repeat(`<img src="http://a.test/x">`, 1000))); len(got) != web.MaxMixed {
		t.Errorf("%d found", len(got))
	}
}

// What takes a time that grows with the square of its length would not come to an
// end here.
func TestLongPages(t *testing.T) {
	base := &url.URL{Scheme: "https", Host: "app.test", Path: "/"}
	const length = 1 << 19
	for _, piece := range []string{
		"<!-- --!>", "<!---->", "<!--", "<a ", "<a b='", "<a b=c>", "<script>", "</", "<style>url(</style>", "&", "<img srcset=' x,'>", "<p style='url(x'>", "<", "<template>", "<img src=x>",
	} {
		for _, start := range []string{"<html>", "<base href='http://b.test/" + strings.Repeat("x/", 2000) + "'>", "<style>", "<p style='", "<img srcset='", "<a "} {
			page := start + strings.Repeat(piece, length/len(piece))
			if found := web.MixedContent(base, http.Header{"Content-Type": {"text/html"}}, []byte(page)); len(found) > web.MaxMixed {
				t.Errorf("%q: %d", piece, len(found))
			}
		}
	}
	for _, piece := range []string{"url(", "@import ", "@import 'x", "/*", "/**/", "url(x) ", "{"} {
		web.MixedContent(base, http.Header{"Content-Type": {"text/html"}}, []byte("<style>"+strings.Repeat(piece, length/len(piece))))
	}
}

func TestHSTS(t *testing.T) {
	for value, want := range map[string]web.HSTS{
		"max-age=0":                              {},
		`max-age="100" ; includeSubDomains`:      {Seconds: 100, MaxAge: 100 * time.Second, IncludeSubDomains: true},
		"MAX-AGE=1;INCLUDESUBDOMAINS; preload;;": {Seconds: 1, MaxAge: time.Second, IncludeSubDomains: true, Preload: true},
		`max-age=1; extra="a;b"; other`:          {Seconds: 1, MaxAge: time.Second},
		"":                                       {Problem: "max-age is missing"},
		"includeSubDomains":                      {Problem: "max-age is missing"},
		"max-age":                                {Problem: `max-age must be a number of seconds, and is ""`},
		"max-age=-1":                             {Problem: `max-age must be a number of seconds, and is "-1"`},
		"max-age=1 year":                         {Problem: `max-age must be a number of seconds, and is "1 year"`},
		"max-age=1, includeSubDomains":           {Problem: `max-age must be a number of seconds, and is "1, includeSubDomains"`},
		"max-age=1; max-age=2":                   {Problem: `"max-age" is there twice`},
		"max-age=1; includeSubDomains=true":      {Problem: "includesubdomains has a value, and must not have one"},
		"max-age=1; two words":                   {Problem: `"two words" is no directive`},
	} {
		if got := web.ParseHSTS(value); got != want {
			t.Errorf("%q: %+v, not %+v", value, got, want)
		}
	}
	if got := web.ParseHSTS("max-age=" + strings.Repeat("9", 100)); got.Problem != "" || got.MaxAge < 100*365*24*time.Hour {
		t.Errorf("a long life: %+v", got)
	}
}

func TestAltSvc(t *testing.T) {
	day := 24 * time.Hour
	for value, want := range map[string][]web.AltSvc{
		"clear":                             nil,
		`h3=":443"`:                         {{Protocol: "h3", Port: "443", Seconds: 86400, MaxAge: day}},
		`h3-29="[::1]:443"; ma=10, x`:       {{Protocol: "h3-29", Host: "::1", Port: "443", Seconds: 10, MaxAge: 10 * time.Second}},
		`w%3Dx="a,b;c:80";persist=1;other=`: {{Protocol: "w=x", Host: "a,b;c", Port: "80", Seconds: 86400, MaxAge: day, Persist: true}},
		`h3=":0", h3=":65536", h3="443"`:    nil,
		`h3=:443`:                           {{Protocol: "h3", Port: "443", Seconds: 86400, MaxAge: day}},
	} {
		got := web.ParseAltSvc(value)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: %+v, not %+v", value, got, want)
		}
	}
	if got := web.ParseAltSvc(strings.Repeat(`h3=":1",`, 1000)); len(got) != 100 {
		t.Errorf("%d entries", len(got))
	}
}

func FuzzHSTS(f *testing.F) {
	f.Add(`max-age="31536000"; includeSubDomains; preload`)
	f.Fuzz(func(t *testing.T, value string) {
		h := web.ParseHSTS(value)
		if h.Problem != "" && h != (web.HSTS{Problem: h.Problem}) || h.Seconds < 0 || h.MaxAge < 0 {
			t.Errorf("%q: %+v", value, h)
		}
	})
}

func FuzzAltSvc(f *testing.F) {
	f.Add(`h3=":443"; ma=2592000; persist=1, h3-29="alt.example:8443"`)
	f.Fuzz(func(t *testing.T, value string) {
		for _, a := range web.ParseAltSvc(value) {
			if a.Protocol == "" || a.Port == "" || a.Seconds < 0 || a.MaxAge < 0 {
				t.Errorf("%q: %+v", value, a)
			}
		}
	})
}

func FuzzMixedContent(f *testing.F) {
	f.Add("", `<html><base href=http://a.test/><img srcset="http://a.test/1 1x, x 2x"><style>@import 'x'; p { background: url(x) }</style>`)
	f.Add("upgrade-insecure-requests", `<meta http-equiv=refresh content="0;url='x'"><link rel=icon href=http://a.test/x><form action=http://a.test>`)
	base := &url.URL{Scheme: "https", Host: "app.test", Path: "/"}
	f.Fuzz(func(t *testing.T, policy, body string) {
		header := http.Header{"Content-Type": {"text/html"}, "Content-Security-Policy": {policy}}
		found := web.MixedContent(base, header, []byte(body))
		if len(found) > web.MaxMixed {
			t.Errorf("%d found", len(found))
		}
		for _, m := range found {
			if !strings.HasPrefix(m.URL, "http://") || m.Element == "" || m.Kind == "" {
				t.Errorf("%+v", m)
			}
		}
	})
}
