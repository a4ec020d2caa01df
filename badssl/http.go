package badssl

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// HTTP by hand, as much of it as a page and three files need: a request is read,
// an answer written, and the connection closed. net/http would be linked for it.

// peekedConn is a connection of which the first bytes were looked at.
type peekedConn struct {
	net.Conn
	reader *bufio.Reader
}

func (c *peekedConn) Read(p []byte) (int, error) { return c.reader.Read(p) }

// request is what is looked at of one.
type request struct {
	path string
	body int64 // how long it is
}

// readRequest reads the head of a request (RFC 9112, 2.1). A line longer than the
// reader's buffer, or more than 100 of them, is an error.
func readRequest(from *bufio.Reader) (request, error) {
	line, err := readLine(from)
	if err != nil {
		return request{}, err
	}
	words := strings.Fields(line)
	if len(words) != 3 || !strings.HasPrefix(words[2], "HTTP/1.") || !strings.HasPrefix(words[1], "/") {
		return request{}, errors.New("not a request of HTTP/1")
	}
	r := request{path: words[1]}
	for range 100 {
		if line, err = readLine(from); err != nil || line == "" {
			return r, err
		}
		name, value, _ := strings.Cut(line, ":")
		if !strings.EqualFold(name, "Content-Length") {
			continue
		}
		if r.body, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64); err != nil || r.body < 0 || r.body > longest {
			return r, errors.New("a body that is too long")
		}
	}
	return r, errors.New("too many fields")
}

func readLine(from *bufio.Reader) (string, error) {
	line, err := from.ReadSlice('\n')
	return strings.TrimRight(string(line), "\r\n"), err
}

// page is an answer with its head.
func page(status, kind, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%s",
		status, kind, len(body), body)
}

// file gives what a certificate points to: an issuer, a list, an OCSP answer. The
// answer was made beforehand, and is the same for every question (RFC 5019).
func (f *Fixture) file(path string) (kind string, data []byte) {
	for _, made := range f.Made {
		switch {
		case path == "/"+issuerFile && made.Hidden != nil:
			return "application/pkix-cert", made.Hidden
		case path == "/"+listFile && made.List != nil:
			return "application/pkix-crl", made.List
		case (path == "/"+ocspFile || strings.HasPrefix(path, "/"+ocspFile+"/")) && made.List != nil:
			return "application/ocsp-response", made.Staple
		}
	}
	return "", nil
}
