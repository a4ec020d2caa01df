package badssl

import (
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"strings"
	"time"

	"devca/diag"
)

// Fixture is one certificate of every kind, below one throw-away root.
type Fixture struct {
	Root   *x509.Certificate
	Domain string
	Made   []*Made
	At     time.Time
}

// Options say what is made.
type Options struct {
	Domain string    // empty: DefaultDomain
	Now    time.Time // zero: the system's clock
	// Base is where the server answers plain HTTP, for addresses in certificates.
	Base string
	// Trusted is devca's own CA, which then signs the kinds that it may sign; nil:
	// the throw-away root's CA signs all.
	Trusted *Issuer
}

func (o Options) now() time.Time {
	if o.Now.IsZero() {
		return time.Now().UTC().Truncate(time.Second)
	}
	return o.Now.UTC().Truncate(time.Second)
}

// New makes a certificate of every kind. When it returns, the keys of all the CAs
// that it made are gone: nothing more can be signed below the root.
func New(options Options) (*Fixture, error) {
	if options.Domain == "" {
		options.Domain = DefaultDomain
	}
	if err := CheckName(options.Domain); err != nil {
		return nil, err
	}
	f := &Fixture{Domain: options.Domain, At: options.now()}
	ca, err := newThrowaway(f.At, []string{topOf(f.Domain)}, options.Base)
	if err != nil {
		return nil, err
	}
	ca.trusted = options.Trusted
	f.Root = ca.root.Certificate
	for _, kind := range kinds {
		made, err := ca.make(kind, kind.Host(f.Domain), nil)
		if err != nil {
			return nil, err
		}
		f.Made = append(f.Made, made)
	}
	return f, nil
}

// loopback is the one address that a certificate is made for, as a DNS name.
const loopback = "127.0.0.1"

// Single is one certificate with its root.
type Single struct {
	*Made
	At time.Time
}

// One makes a single kind's certificate for names of one's own, or, without any,
// for the kind's. The root is made for it alone, and its key is forgotten.
func One(kind *Kind, names []string, options Options) (*Single, error) {
	switch {
	case kind.Server:
		return nil, diag.New(diag.BadSSLServer, kind.Name+" is a fault of a server, not of a certificate").
			Fix("see it in the server that has them all", "devca badssl")
	case kind.Named && len(names) > 0:
		return nil, diag.New(diag.BadSSLName, kind.Name+" lies in the shape of the name, and makes its own").
			Fix("leave the name out", "devca issue --broken "+kind.Name)
	case len(names) > 0 && (strings.HasPrefix(names[0], "*.") || !strings.Contains(names[0], ".")):
		return nil, diag.New(diag.BadSSLName, "the first name must be a host's, with a dot").
			Because("faults are made of its labels").
			Fix("name another first", "devca issue --broken "+kind.Name+" app.test")
	case len(names) == 0:
		names = []string{kind.Host(DefaultDomain)}
	}
	if !kind.Named {
		for _, name := range names {
			if err := CheckName(name); err != nil {
				return nil, err
			}
		}
	}
	at := options.now()
	ca, err := newThrowaway(at, topsOf(names), options.Base)
	if err != nil {
		return nil, err
	}
	ca.trusted = options.Trusted
	made, err := ca.make(kind, names[0], names[1:])
	if err != nil {
		return nil, err
	}
	return &Single{Made: made, At: at}, nil
}

// RootNote stands above the root in its file, so that a later run may replace it.
const RootNote = "# The throw-away root of devca badssl: for trying out clients, for a day."

// RootPEM is the throw-away root, to be given to clients.
func RootPEM(root *x509.Certificate) []byte {
	text := RootNote + "\n"
	return append([]byte(text), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})...)
}

// Hosts are the names, for a hosts file.
func (f *Fixture) Hosts() []string {
	var hosts []string
	for _, made := range f.Made {
		if _, err := netip.ParseAddr(made.Host); err != nil {
			hosts = append(hosts, made.Host)
		}
	}
	return hosts
}

// find gives what is shown for a name from a handshake. A handshake without a
// name, or for one that is not here, gets the certificate for the address.
func (f *Fixture) find(name string) *Made {
	var fallback *Made
	for _, made := range f.Made {
		if made.Host == name {
			return made
		}
		if _, err := netip.ParseAddr(made.Host); err == nil {
			fallback = made
		}
	}
	return fallback
}
