package pcapng

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// Flags of TCP (RFC 9293, 3.1).
const (
	flagSYN = 0x02
	flagPSH = 0x08
	flagACK = 0x10
)

// maxPayload keeps an IPv4 packet with its headers below 2^16 bytes.
const maxPayload = 32 << 10

// flow is a TCP connection whose packets are made up.
type flow struct {
	address  [2]netip.AddrPort // client, server
	sequence [2]uint32
	id       uint16
}

// connection writes the packets of one connection.
func (w *writer) connection(c Connection) {
	client, server := netip.AddrPortFrom(c.Client.Addr().Unmap(), c.Client.Port()), netip.AddrPortFrom(c.Server.Addr().Unmap(), c.Server.Port())
	if !client.IsValid() || !server.IsValid() || client.Addr().Is4() != server.Addr().Is4() {
		// A connection through something that has no such addresses.
		client, server = netip.MustParseAddrPort("192.0.2.1:49152"), netip.MustParseAddrPort("192.0.2.2:443") // RFC 5737
	}
	f := &flow{address: [2]netip.AddrPort{client, server}}
	at := c.Recording.Start
	w.packet(at, f.segment(0, flagSYN, nil))
	w.packet(at, f.segment(1, flagSYN|flagACK, nil))
	w.packet(at, f.segment(0, flagACK, nil))
	for _, s := range c.Recording.Segments {
		side := 1
		if s.FromClient {
			side = 0
		}
		for data := s.Data; len(data) > 0; {
			n := min(len(data), maxPayload)
			w.packet(at.Add(s.At), f.segment(side, flagPSH|flagACK, data[:n]))
			data = data[n:]
		}
	}
	w.packet(lastOf(c), f.segment(0, flagACK, nil))
}

func lastOf(c Connection) time.Time {
	if n := len(c.Recording.Segments); n > 0 {
		return c.Recording.Start.Add(c.Recording.Segments[n-1].At)
	}
	return c.Recording.Start
}

// segment makes an IP packet with a TCP segment of one side.
func (f *flow) segment(side int, flags byte, payload []byte) []byte {
	from, to := f.address[side], f.address[1-side]
	const words, window = 5 << 4, 0xffff
	tcp := binary.BigEndian.AppendUint16(nil, from.Port())
	tcp = binary.BigEndian.AppendUint16(tcp, to.Port())
	tcp = binary.BigEndian.AppendUint32(tcp, f.sequence[side])
	acknowledged := f.sequence[1-side]
	if flags&flagACK == 0 {
		acknowledged = 0
	}
	tcp = binary.BigEndian.AppendUint32(tcp, acknowledged)
	tcp = append(tcp, words, flags)
	tcp = binary.BigEndian.AppendUint16(tcp, window)
	const sumAt = 16
	tcp = append(tcp, 0, 0, 0, 0) // checksum, urgent pointer
	tcp = append(tcp, payload...)
	f.sequence[side] += uint32(len(payload))
	if flags&flagSYN != 0 {
		f.sequence[side]++
	}
	binary.BigEndian.PutUint16(tcp[sumAt:], checksum(append(pseudo(from, to, len(tcp)), tcp...)))
	return append(f.ip(from.Addr(), to.Addr(), len(tcp)), tcp...)
}

const protocolTCP = 6

// ip makes the header of RFC 791, 3.1, or of RFC 8200, 3.
func (f *flow) ip(from, to netip.Addr, length int) []byte {
	const hops = 64
	if from.Is6() {
		const version6 = 0x60
		header := []byte{version6, 0, 0, 0}
		header = binary.BigEndian.AppendUint16(header, uint16(length))
		header = append(header, protocolTCP, hops)
		return append(append(header, from.AsSlice()...), to.AsSlice()...)
	}
	const version4, headerLength, sumAt, dontFragment = 0x45, 20, 10, 0x40
	f.id++
	header := []byte{version4, 0}
	header = binary.BigEndian.AppendUint16(header, uint16(length+headerLength))
	header = binary.BigEndian.AppendUint16(header, f.id)
	header = append(header, dontFragment, 0, hops, protocolTCP, 0, 0)
	header = append(append(header, from.AsSlice()...), to.AsSlice()...)
	binary.BigEndian.PutUint16(header[sumAt:], checksum(header))
	return header
}

// pseudo is the header that the checksum of TCP covers besides (RFC 9293, 3.1).
func pseudo(from, to netip.AddrPort, length int) []byte {
	b := append(from.Addr().AsSlice(), to.Addr().AsSlice()...)
	if from.Addr().Is4() {
		b = append(b, 0, protocolTCP)
		return binary.BigEndian.AppendUint16(b, uint16(length))
	}
	b = binary.BigEndian.AppendUint32(b, uint32(length))
	return append(b, 0, 0, 0, protocolTCP)
}

// checksum is that of RFC 1071.
func checksum(b []byte) uint16 {
	var sum uint32
	for len(b) > 1 {
		sum += uint32(binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}
