package scan

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"
	"sync"

	"devca/tlsparams"
)

// rest asks what depends on the versions: certificates, ALPN and features.
func (s *scanner) rest(ctx context.Context, r *Result) {
	var all sync.WaitGroup
	all.Go(func() { s.certificates(ctx, r) })
	all.Go(func() { s.alpn(ctx, r) })
	all.Go(func() { s.features(ctx, r) })
	all.Wait()
}

// certificates asks as clients that accept only one kind of key.
func (s *scanner) certificates(ctx context.Context, r *Result) {
	found := map[string]*Certificate{}
	for _, id := range []uint16{versionTLS12, versionTLS13} {
		v := r.version(id)
		if v == nil || !v.Accepted {
			continue
		}
		for _, kind := range []string{ECDSA, RSA, Ed25519, Ed448} {
			h, ok := certificateHello(v, kind)
			if !ok {
				continue
			}
			a, err := s.probe(ctx, h)
			if err != nil {
				break
			}
			if a.accepts(h) && !a.hello.Retry {
				add(found, kind, v.Name, a.transcript.Chain(false))
			}
		}
	}
	s.shown(ctx, found)
	for _, kind := range []string{ECDSA, RSA, Ed25519, Ed448} {
		if c := found[kind]; c != nil {
			r.Certificates = append(r.Certificates, *c)
		}
	}
	if sendable(s.options.ServerName) != "" {
		s.withoutName(ctx, r)
	}
}

// withoutName asks as a client that sends no server name (SNI).
func (s *scanner) withoutName(ctx context.Context, r *Result) {
	if r.WithoutName = s.show(ctx, "", nil); r.WithoutName != nil {
		r.SameWithoutName = slices.ContainsFunc(r.Certificates, func(c Certificate) bool { return c.SHA256 == r.WithoutName.SHA256 })
	}
}

// shown adds the certificate that crypto/tls gets, the only one of TLS 1.3 whose
// bytes are seen.
func (s *scanner) shown(ctx context.Context, found map[string]*Certificate) {
	if shown := s.show(ctx, s.options.ServerName, nil); shown != nil {
		if c := found[shown.Kind]; c != nil && c.DER == nil {
			c.DER, c.SHA256 = shown.DER, shown.SHA256
		} else if c == nil {
			found[shown.Kind] = shown
		}
	}
}

// certificateHello is that of a client that accepts only one kind of key.
func certificateHello(v *Version, kind string) (hello, bool) {
	h := hello{version: v.ID, schemes: kindSchemes(kind), groups: groupsOf(v.ID)}
	for _, suite := range v.Suites {
		// EdDSA goes by the suites of ECDSA (RFC 8422, 5.10).
		if v.ID == versionTLS13 || suite.Authentication == kind || suite.Authentication == ECDSA && kind != RSA {
			h.suites = append(h.suites, suite.ID)
		}
	}
	if v.ID < versionTLS13 {
		return h, len(h.suites) > 0
	}
	for _, group := range shares() {
		if slices.ContainsFunc(v.Groups, func(g Group) bool { return g.ID == group }) {
			h.share, h.groups = group, []uint16{group}
			break
		}
	}
	return h, h.share != 0
}

// add notes a certificate. Servers that do not look at what the client accepts
// show what they have: its kind counts.
func add(found map[string]*Certificate, kind, version string, chain [][]byte) {
	fresh := &Certificate{Kind: kind}
	if len(chain) > 0 {
		fresh = describeCertificate(chain[0])
		if fresh.Kind == "" {
			fresh.Kind = kind
		}
	}
	c := found[fresh.Kind]
	if c == nil {
		c = fresh
		found[c.Kind] = c
	}
	if !slices.Contains(c.Versions, version) {
		c.Versions = append(c.Versions, version)
	}
}

func describeCertificate(der []byte) *Certificate {
	sum := sha256.Sum256(der)
	c := &Certificate{DER: der, SHA256: hex.EncodeToString(sum[:])}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return c
	}
	switch leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		c.Kind = RSA
	case *ecdsa.PublicKey:
		c.Kind = ECDSA
	case ed25519.PublicKey:
		c.Kind = Ed25519
	}
	return c
}

// show makes a whole handshake and gives the certificate that came, or nil.
func (s *scanner) show(ctx context.Context, name string, protocols []string) *Certificate {
	state, _ := s.handshake(ctx, name, protocols)
	if len(state.PeerCertificates) == 0 {
		return nil
	}
	c := describeCertificate(state.PeerCertificates[0].Raw)
	c.Versions = []string{tlsparams.VersionName(state.Version)}
	return c
}

// handshake is one that accepts everything and sends nothing. What the server
// showed is there also if it wanted a client's certificate in the end.
func (s *scanner) handshake(ctx context.Context, name string, protocols []string) (shown tls.ConnectionState, err error) {
	if err := s.begin(ctx); err != nil {
		return shown, err
	}
	defer s.end()
	ctx, cancel := context.WithTimeout(ctx, s.options.Probe)
	defer cancel()
	connection, err := s.dial(ctx)
	if err != nil {
		return shown, err
	}
	defer connection.Close()
	secure := tls.Client(&bounded{Conn: connection, left: maxHandshake}, &tls.Config{
		ServerName: sendable(name), NextProtos: protocols, MinVersion: tls.VersionTLS10,
		// Whether the certificate is a good one is not asked here, and nothing is sent.
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			shown = state
			return nil
		},
	})
	err = secure.HandshakeContext(ctx)
	return shown, err
}

// alpn asks for each protocol alone, and for one that does not exist.
func (s *scanner) alpn(ctx context.Context, r *Result) {
	if len(s.options.ALPN) == 0 {
		return
	}
	for _, protocol := range s.options.ALPN {
		state, err := s.handshake(ctx, s.options.ServerName, []string{protocol})
		if err == nil && state.NegotiatedProtocol == protocol || state.NegotiatedProtocol == protocol && protocol != "" {
			r.ALPN = append(r.ALPN, protocol)
		}
	}
	if len(r.ALPN) == 0 {
		return // a server without ALPN ignores what is asked
	}
	_, err := s.handshake(ctx, s.options.ServerName, []string{"devca-none"})
	r.RefusesOtherALPN = err != nil && strings.Contains(err.Error(), tls.AlertError(alertNoProtocol).Error())
}

const alertNoProtocol = 120

// features asks for what a server of up to TLS 1.2 says in its hello.
func (s *scanner) features(ctx context.Context, r *Result) {
	var accepted []*Version
	for i := range r.Versions {
		if v := &r.Versions[i]; v.Accepted {
			accepted = append(accepted, v)
		}
	}
	f := &r.Features
	for _, v := range slices.Backward(accepted) {
		if v.ID == versionTLS13 {
			continue
		}
		h := hello{version: v.ID, groups: groupsOf(v.ID), schemes: kindSchemes(""), compress: true}
		for _, suite := range v.Suites {
			h.suites = append(h.suites, suite.ID)
		}
		if a, err := s.probe(ctx, h); err == nil && a.accepts(h) {
			f.SecureRenegotiation, f.ExtendedMaster = new(a.has(extRenegotiation)), new(a.has(extExtendedMaster))
			f.Tickets, f.Heartbeat = new(a.has(extSessionTicket)), new(a.has(extHeartbeat))
			f.Compression = new(a.hello.Compression != 0)
		}
		s.encryptThenMAC(ctx, f, v, h)
		break
	}
	if len(accepted) > 1 {
		s.fallback(ctx, f, accepted[len(accepted)-2])
	}
}

// encryptThenMAC is for CBC suites only: with others a server must not agree to it
// (RFC 7366, 3).
func (s *scanner) encryptThenMAC(ctx context.Context, f *Features, v *Version, h hello) {
	h.suites = nil
	for _, suite := range v.Suites {
		if strings.Contains(suite.Name, "_CBC_") {
			h.suites = append(h.suites, suite.ID)
		}
	}
	if len(h.suites) == 0 {
		return
	}
	if a, err := s.probe(ctx, h); err == nil && a.accepts(h) {
		f.EncryptThenMAC = new(a.has(extEncryptThenMAC))
	}
}

// fallback says that it comes back with an older version than it could: a server
// that has a newer one refuses (RFC 7507, 3).
func (s *scanner) fallback(ctx context.Context, f *Features, older *Version) {
	h := hello{version: older.ID, groups: groupsOf(older.ID), schemes: kindSchemes("")}
	for _, suite := range older.Suites {
		h.suites = append(h.suites, suite.ID)
	}
	h.suites = append(h.suites, suiteFallback)
	const inappropriateFallback = 86
	if a, err := s.probe(ctx, h); err == nil {
		f.FallbackSCSV = new(a.alert != nil && *a.alert == inappropriateFallback)
	}
}
