package observe

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

const (
	longest = 16 << 10 // of a request's head, in bytes
	page    = "This is devca observe. Its terminal shows how this connection began.\n"
)

// answerPage answers one request of HTTP/1, whatever it asks for.
func answerPage(client net.Conn) {
	_ = client.SetDeadline(time.Now().Add(patience))
	if !readHead(client) {
		return
	}
	_, _ = fmt.Fprintf(client, "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(page), page)
}

// readHead reads up to an empty line.
func readHead(from io.Reader) bool {
	lines := bufio.NewReader(io.LimitReader(from, longest))
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return false
		}
		if strings.TrimRight(line, "\r\n") == "" {
			return true
		}
	}
}

// sayHTTPS answers HTTP on a port of HTTPS in words, as Go's own server does.
func sayHTTPS(err error) {
	failure, ok := errors.AsType[tls.RecordHeaderError](err)
	if !ok || failure.Conn == nil || !looksLikeHTTP(failure.RecordHeader[:]) {
		return
	}
	const words = "this port speaks HTTPS: ask for https:// instead of http://\n"
	_, _ = fmt.Fprintf(failure.Conn, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(words), words)
}

// looksLikeHTTP knows the methods that requests begin with (RFC 9110, 9.3).
func looksLikeHTTP(head []byte) bool {
	for _, method := range []string{"GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH ", "PRI * "} {
		if n := min(len(method), len(head)); n > 2 && string(head[:n]) == method[:n] {
			return true
		}
	}
	return false
}
