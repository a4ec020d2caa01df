package observe

import (
	"crypto"
	"crypto/tls"
	"net"
	"strings"
	"sync"
)

// maxNames bounds how many names one run shows certificates for: whoever can
// reach the port can ask for any.
const maxNames = 256

// Certificates shows a certificate for each name that clients ask for, made when
// it is asked for the first time, and kept in memory.
type Certificates struct {
	// Issue makes a chain for names, the first certificate for Key.
	Issue func(names []string) ([][]byte, error)
	Key   crypto.Signer
	// Always are names of every certificate: what clients that send no name, or an
	// address, may have meant.
	Always []string

	mu      sync.Mutex
	made    map[string]*tls.Certificate
	refused map[string]error
}

// Refusal is why there is no certificate for a name; nil: nobody asked for it, or
// there is one.
func (c *Certificates) Refusal(name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused[plainName(name)]
}

func plainName(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// For is a tls.Config's GetCertificate. Where none can be made the answer is
// unrecognized_name, which crypto/tls sends if there is none.
func (c *Certificates) For(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := plainName(hello.ServerName)
	c.mu.Lock()
	defer c.mu.Unlock()
	if made := c.made[name]; made != nil {
		return made, nil
	}
	if c.refused[name] != nil || len(c.made)+len(c.refused) >= maxNames {
		return nil, nil
	}
	names := append([]string(nil), c.Always...)
	if name != "" {
		names = append([]string{name}, names...)
	} else if host, _, err := net.SplitHostPort(hello.Conn.LocalAddr().String()); err == nil {
		names = append(names, host)
	}
	chain, err := c.Issue(names)
	if c.made == nil {
		c.made, c.refused = map[string]*tls.Certificate{}, map[string]error{}
	}
	if err != nil {
		c.refused[name] = err
		return nil, nil //nolint:nilerr // the client gets an alert, and Refusal says why
	}
	c.made[name] = &tls.Certificate{Certificate: chain, PrivateKey: c.Key}
	return c.made[name], nil
}
