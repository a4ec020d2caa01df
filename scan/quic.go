package scan

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

// QUICAnswer is what a UDP port said about versions of QUIC.
type QUICAnswer struct {
	Versions []QUICVersion `json:"versions"`
	Time     time.Duration `json:"-"` // from the question to the answer
}

// QUICVersion is a version of QUIC by number and name.
type QUICVersion struct {
	Number uint32 `json:"number"`
	Name   string `json:"name"`
}

// Speaks says whether the server speaks QUIC version 1 or 2, with which HTTP/3
// goes (RFC 9114, RFC 9369).
func (a *QUICAnswer) Speaks() bool {
	for _, v := range a.Versions {
		if v.Number == quicV1 || v.Number == quicV2 {
			return true
		}
	}
	return false
}

// What a port that does not speak QUIC says.
var (
	ErrNoQUIC     = errors.New("nothing listens at this UDP port")                           // it was refused at once
	ErrQUICSilent = errors.New("nothing at this UDP port answers")                           // or a firewall is in between
	ErrNotQUIC    = errors.New("what answers at this UDP port is not a negotiation of QUIC") // or of somebody else
)

const (
	quicV1 = 0x00000001
	quicV2 = 0x6b3343cf

	// quicProbe is a version that no server has, of those reserved to see whether
	// servers say so (RFC 9000, 15).
	quicProbe = 0x1a2a3a4a
	// quicSize is what a client's first packet has at least: servers drop smaller
	// ones (RFC 9000, 14.1).
	quicSize = 1200
	// quicWait is how long an answer is waited for without a deadline, with the
	// question repeated halfway: packets get lost.
	quicWait = time.Second
	// maxPackets bounds what is read of packets that are not the answer.
	maxPackets = 16
)

// QUIC asks a UDP port which versions of QUIC it speaks: it sends a packet of a
// version that does not exist, to which servers answer with those that do
// (RFC 9000, 6 and 17.2.1). It waits a second, or until the context's deadline if
// that is sooner.
func QUIC(ctx context.Context, address string) (*QUICAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, quicWait)
	defer cancel()
	connection, err := new(net.Dialer).DialContext(ctx, "udp", address)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	stop := context.AfterFunc(ctx, func() { _ = connection.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()

	source, destination := connectionIDs()
	packet := quicQuestion(source, destination)
	begin := time.Now()
	if _, err := connection.Write(packet); err != nil {
		return nil, quicFailure(err)
	}
	again := time.AfterFunc(quicWait/2, func() { _, _ = connection.Write(packet) })
	defer again.Stop()
	buffer := make([]byte, 2048)
	wrong := ErrQUICSilent
	for range maxPackets {
		n, err := connection.Read(buffer)
		if err != nil {
			if failure := quicFailure(err); !errors.Is(failure, ErrQUICSilent) {
				return nil, failure
			}
			return nil, wrong
		}
		if versions, ok := parseNegotiation(buffer[:n], source, destination); ok {
			return &QUICAnswer{Versions: versions, Time: time.Since(begin)}, nil
		}
		wrong = ErrNotQUIC
	}
	return nil, wrong
}

// quicFailure says what an error of a UDP socket means.
func quicFailure(err error) error {
	failure, ok := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w: %w", ErrNoQUIC, err)
	case ok && failure.Timeout():
		return ErrQUICSilent
	}
	return err
}

// connectionIDs are random, so that nobody who did not see the question can
// answer it; of eight bytes at least in the destination (RFC 9000, 7.2).
func connectionIDs() (source, destination []byte) {
	const length = 8
	ids := make([]byte, 2*length)
	rand.Read(ids)
	return ids[:length], ids[length:]
}

// quicQuestion is a packet with a long header (RFC 8999, 5.1) of a version that
// does not exist, with nothing but zeros in it.
func quicQuestion(source, destination []byte) []byte {
	const longFixed = 0xc0
	packet := make([]byte, 0, quicSize)
	packet = append(packet, longFixed)
	packet = binary.BigEndian.AppendUint32(packet, quicProbe)
	packet = append(append(packet, byte(len(destination))), destination...)
	packet = append(append(packet, byte(len(source))), source...)
	return packet[:quicSize]
}

// parseNegotiation reads a Version Negotiation packet (RFC 8999, 6) and checks that it
// answers the question: each side's source is the other's destination.
func parseNegotiation(packet, source, destination []byte) ([]QUICVersion, bool) {
	const long = 0x80
	s := cryptobyte.String(packet)
	var first uint8
	var version uint32
	var to, from cryptobyte.String
	if !s.ReadUint8(&first) || first&long == 0 || !s.ReadUint32(&version) || version != 0 ||
		!s.ReadUint8LengthPrefixed(&to) || !s.ReadUint8LengthPrefixed(&from) ||
		string(to) != string(source) || string(from) != string(destination) || s.Empty() || len(s)%4 != 0 {
		return nil, false
	}
	var versions []QUICVersion
	for !s.Empty() {
		var number uint32
		s.ReadUint32(&number)
		versions = append(versions, QUICVersion{Number: number, Name: quicName(number)})
	}
	return versions, true
}

// quicName names a version (IANA: QUIC Versions).
func quicName(number uint32) string {
	const (
		greaseMask, grease = 0x0f0f0f0f, 0x0a0a0a0a // RFC 9000, 15
		draftMask, draft   = 0xffffff00, 0xff000000
		google, numbers    = 'Q', 0x00ffffff
	)
	switch {
	case number == quicV1:
		return "QUIC v1"
	case number == quicV2:
		return "QUIC v2"
	case number&greaseMask == grease:
		return "GREASE"
	case number == 0x709a50c4:
		return "QUIC v2 draft 1"
	case number&draftMask == draft:
		return fmt.Sprintf("QUIC draft %d", number&^draftMask)
	case number>>24 == google && isDigits(number&numbers):
		return fmt.Sprintf("Google QUIC %c%c%c%c", number>>24, number>>16&0xff, number>>8&0xff, number&0xff)
	}
	return fmt.Sprintf("0x%08x", number)
}

func isDigits(three uint32) bool {
	for shift := 0; shift <= 16; shift += 8 {
		if b := three >> shift & 0xff; b < '0' || b > '9' {
			return false
		}
	}
	return true
}
