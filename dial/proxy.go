package dial

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"strings"

	"golang.org/x/net/proxy"

	"devca/diag"
)

// throughProxy makes a connection with a proxy's help: CONNECT (RFC 9110, 9.3.6)
// for http and https, SOCKS 5 (RFC 1928) for socks5.
func throughProxy(ctx context.Context, target Target, address string) (net.Conn, error) {
	server, err := url.Parse(address)
	if err != nil || server.Host == "" {
		return nil, badProxy(address, errors.New("it is not of the form http://HOST:PORT"))
	}
	switch server.Scheme {
	case "socks5", "socks5h":
		dialer, err := proxy.FromURL(server, new(net.Dialer))
		if err != nil {
			return nil, badProxy(address, err)
		}
		connection, err := dialer.(proxy.ContextDialer).DialContext(ctx, "tcp", target.Address())
		if err != nil {
			return nil, badProxy(server.Redacted(), err)
		}
		return connection, nil
	case "http", "https":
		connection, err := connect(ctx, server, target)
		if err != nil {
			return nil, badProxy(server.Redacted(), err)
		}
		return connection, nil
	default:
		return nil, badProxy(server.Redacted(), fmt.Errorf("%s is no kind of proxy", server.Scheme))
	}
}

func badProxy(address string, err error) error {
	return diag.New(diag.DialProxy, "the proxy "+address+" does not help").From(err).
		Fix("see whether it works for others", diag.CommandLine("curl", "-v", "--proxy", address, "https://example.com/"))
}

// connect asks an HTTP proxy for a connection.
func connect(ctx context.Context, server *url.URL, target Target) (net.Conn, error) {
	port := server.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[server.Scheme]
	}
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(server.Hostname(), port))
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = connection.SetDeadline(deadline)
	}
	if server.Scheme == "https" {
		connection = tls.Client(connection, &tls.Config{ServerName: server.Hostname()})
	}
	request := fmt.Sprintf("CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\n", target.Address())
	if user := server.User; user != nil {
		password, _ := user.Password()
		request += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)) + "\r\n"
	}
	if _, err := io.WriteString(connection, request+"\r\n"); err != nil {
		connection.Close()
		return nil, err
	}
	// One byte at a time: what follows the answer is TLS's.
	reader := textproto.NewReader(bufio.NewReaderSize(oneByte{io.LimitReader(connection, 8*maxLine)}, 16))
	status, err := reader.ReadLine()
	if err == nil {
		_, err = reader.ReadMIMEHeader()
	}
	switch words := strings.Fields(status); {
	case err != nil:
		connection.Close()
		return nil, err
	case len(words) < 2 || !strings.HasPrefix(words[0], "HTTP/1.") || !strings.HasPrefix(words[1], "2"):
		connection.Close()
		return nil, fmt.Errorf("it says: %s", status)
	}
	return connection, nil
}

// oneByte keeps a buffered reader from taking more than it is asked for.
type oneByte struct{ io.Reader }

func (r oneByte) Read(b []byte) (int, error) { return r.Reader.Read(b[:min(1, len(b))]) }
