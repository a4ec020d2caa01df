// Package scan finds out what a TLS server would accept: versions, cipher suites,
// groups, kinds of certificates. It sends hellos of its own making, reads the
// first answer, which is in the clear, and hangs up: no handshake is finished but
// the few that ask for what is encrypted (ALPN, the certificate without a server
// name). One host, a bounded number of connections, bounded in time and in bytes.
//
// QUIC asks a UDP port which versions of QUIC it speaks.
//
// What is asked twice, or in several ways, is asked because servers differ: each
// such place says which one does what.
package scan

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"devca/tlsparams"
)

// Dial gives a new connection on which TLS may begin.
type Dial func(context.Context) (net.Conn, error)

// Options bound a scan. The zero value has all defaults.
type Options struct {
	ServerName string        // sent as server name (RFC 6066, 3); empty or an address: none
	ALPN       []string      // protocols to ask for; nil: h2 and http/1.1; empty: none
	MaxProbes  int           // connections; 0: 250
	Parallel   int           // at a time; 0: 4
	Probe      time.Duration // for one connection; 0: 4 s
	Time       time.Duration // for all; 0: 45 s
	Progress   func(done int)
}

// Result is what a server accepts.
type Result struct {
	Versions     []Version     `json:"versions"` // TLS 1.0 to 1.3, in that order
	Certificates []Certificate `json:"certificates,omitempty"`
	// WithoutName is the certificate for a client that sends no server name; nil: it
	// was refused, or there was no name to leave out.
	WithoutName *Certificate `json:"certificate_without_name,omitempty"`
	// SameWithoutName says that it is one of Certificates.
	SameWithoutName bool     `json:"same_certificate_without_name"`
	ALPN            []string `json:"alpn,omitempty"` // that are spoken, of those asked for
	// RefusesOtherALPN says that a client whose protocols are all unknown is sent
	// away, as RFC 7301, 3.2, has it, which stops attacks across protocols (ALPACA).
	RefusesOtherALPN bool     `json:"refuses_unknown_alpn"`
	Features         Features `json:"features"`

	Probes     int           `json:"probes"`
	Duration   time.Duration `json:"-"`
	Incomplete string        `json:"incomplete,omitempty"` // why not everything could be asked
}

// Version is what a server accepts of one version of TLS.
type Version struct {
	ID       uint16  `json:"-"`
	Name     string  `json:"name"`
	Accepted bool    `json:"accepted"`
	Refusal  *uint8  `json:"alert,omitempty"` // with which it was refused; nil: the server chose an older version, or hung up
	Suites   []Suite `json:"suites,omitempty"`
	Groups   []Group `json:"groups,omitempty"`
	// SuiteOrder and GroupOrder say whose order counts. If it is the client's, the
	// lists are in no order of the server's.
	SuiteOrder Order `json:"suite_order,omitempty"`
	GroupOrder Order `json:"group_order,omitempty"`
	// GroupsHidden says why there may be more groups than were found.
	GroupsHidden string `json:"groups_hidden,omitempty"`
}

// Order says whose preference decides.
type Order string

// The orders. None: there was nothing to choose from.
const (
	OrderNone   Order = ""
	OrderServer Order = "server"
	OrderClient Order = "client"
)

// Suite is a cipher suite that a server accepts.
type Suite struct {
	tlsparams.SuiteInfo `json:"-"`

	Name     string             `json:"name"`
	Strength tlsparams.Strength `json:"strength"`
	Reason   string             `json:"reason,omitempty"`
	Group    string             `json:"group,omitempty"`   // that was chosen with it, up to TLS 1.2
	DHBits   int                `json:"dh_bits,omitempty"` // of the prime of DHE
}

// Group is a group for the key agreement that a server accepts.
type Group struct {
	tlsparams.GroupInfo `json:"-"`

	Name        string `json:"name"`
	PostQuantum bool   `json:"post_quantum"`
}

// Kinds of keys that a certificate can have.
const (
	RSA     = "RSA"
	ECDSA   = "ECDSA"
	Ed25519 = "Ed25519"
	Ed448   = "Ed448"
)

// Certificate is one that a server shows to clients that accept only one kind.
type Certificate struct {
	Kind     string   `json:"kind"`
	Versions []string `json:"versions"` // that accept a client of this kind
	// Under TLS 1.3 alone, certificates are encrypted: there these are empty for all
	// but the one that crypto/tls got.
	DER    []byte `json:"-"`
	SHA256 string `json:"sha256,omitempty"`
}

// Features are what a server says of itself up to TLS 1.2, and of TLS 1.3 where
// it has the same. Nil: it could not be asked.
type Features struct {
	SecureRenegotiation *bool `json:"secure_renegotiation"`   // RFC 5746
	ExtendedMaster      *bool `json:"extended_master_secret"` // RFC 7627
	EncryptThenMAC      *bool `json:"encrypt_then_mac"`       // RFC 7366; asked with a CBC suite
	Tickets             *bool `json:"session_tickets"`        // RFC 5077
	Compression         *bool `json:"compression"`            // of TLS: must be off (CRIME)
	Heartbeat           *bool `json:"heartbeat"`              // RFC 6520
	FallbackSCSV        *bool `json:"fallback_scsv"`          // RFC 7507; asked if there are two versions
}

// Accepts says whether a version was accepted.
func (r *Result) Accepts(version uint16) bool {
	v := r.version(version)
	return v != nil && v.Accepted
}

func (r *Result) version(id uint16) *Version {
	for i := range r.Versions {
		if r.Versions[i].ID == id {
			return &r.Versions[i]
		}
	}
	return nil
}

const (
	defaultProbes   = 250
	defaultParallel = 4
	defaultProbe    = 4 * time.Second
	defaultTime     = 45 * time.Second
)

func (o Options) filled() Options {
	if o.MaxProbes <= 0 {
		o.MaxProbes = defaultProbes
	}
	if o.Parallel <= 0 {
		o.Parallel = defaultParallel
	}
	if o.Probe <= 0 {
		o.Probe = defaultProbe
	}
	if o.Time <= 0 {
		o.Time = defaultTime
	}
	if o.ALPN == nil {
		o.ALPN = []string{"h2", "http/1.1"}
	}
	return o
}

// Enumerate asks a server. A server that cannot be asked at all is an error, that
// of dial or of reading from it; one that stops to answer gives what it said
// until then, and Incomplete.
func Enumerate(ctx context.Context, dial Dial, options Options) (*Result, error) {
	options = options.filled()
	ctx, cancel := context.WithTimeout(ctx, options.Time)
	defer cancel()
	s := &scanner{dial: dial, options: options, slots: make(chan struct{}, options.Parallel)}
	begin := time.Now()
	result := &Result{}
	for _, id := range []uint16{versionTLS10, versionTLS11, versionTLS12, versionTLS13} {
		result.Versions = append(result.Versions, Version{ID: id, Name: tlsparams.VersionName(id)})
	}
	var all sync.WaitGroup
	for i := range result.Versions {
		all.Go(func() { s.version(ctx, &result.Versions[i]) })
	}
	all.Wait()
	s.rest(ctx, result)
	s.control(ctx)
	result.Probes, result.Duration = s.probes, time.Since(begin)
	if s.stopped == nil {
		return result, nil
	}
	if s.answers == 0 && !errors.Is(s.stopped, errTooMany) {
		return nil, s.stopped
	}
	result.Incomplete = s.why(ctx)
	return result, nil
}
