package pcapng_test

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"devca/pcapng"
	"devca/trace"
)

// FuzzWrite writes anything as a capture and reads it back as draft-ietf-opsawg-
// pcapng, RFC 791, RFC 8200 and RFC 9293 say: what was recorded is in it, the
// sums are right, and each side's bytes follow one another.
func FuzzWrite(f *testing.F) {
	f.Add([]byte("hello"), []byte("world"), []byte("CLIENT_RANDOM 00 00\n"), []byte{127, 0, 0, 1}, uint16(443))
	f.Add(bytes.Repeat([]byte{22}, 70_000), []byte{}, []byte{}, netip.IPv6Loopback().AsSlice(), uint16(8443))
	f.Add([]byte{}, []byte("x"), []byte{}, []byte("no address"), uint16(0))
	f.Fuzz(func(t *testing.T, client, server, secrets, address []byte, port uint16) {
		addr, _ := netip.AddrFromSlice(address) // or one that is not valid
		connection := pcapng.Connection{
			Client: netip.AddrPortFrom(addr, port|1), Server: netip.AddrPortFrom(addr, 444),
			Recording: trace.Recording{Start: time.Unix(1_700_000_000, 1), Segments: []trace.Segment{
				{FromClient: true, Data: client}, {At: 1, Data: server}, {At: 2, FromClient: true, Data: client},
			}},
		}
		var file bytes.Buffer
		if err := pcapng.Write(&file, secrets, []pcapng.Connection{connection, connection}); err != nil {
			t.Fatal(err)
		}
		kept, sides := readBack(t, file.Bytes())
		if !bytes.Equal(kept, secrets) {
			t.Errorf("the secrets are %q", kept)
		}
		once := append(append([]byte(nil), client...), client...)
		if !bytes.Equal(sides[true], append(once, once...)) || !bytes.Equal(sides[false], append(append([]byte(nil), server...), server...)) {
			t.Error("what was recorded is not what is in the file")
		}
	})
}

// readBack gives the secrets, and what each side (true: the client) sent.
func readBack(t *testing.T, file []byte) (secrets []byte, sides map[bool][]byte) {
	t.Helper()
	const secretsBlock, packetBlock = 10, 6
	r := reader{side: map[bool][]byte{}}
	for len(file) > 0 {
		length := binary.LittleEndian.Uint32(file[4:])
		block := file[:length]
		if length%4 != 0 || binary.LittleEndian.Uint32(block[length-4:]) != length {
			t.Fatalf("a block of %d bytes, which ends with % x", length, block[length-4:])
		}
		body := block[8 : length-4]
		switch binary.LittleEndian.Uint32(block) {
		case secretsBlock:
			secrets = body[8 : 8+binary.LittleEndian.Uint32(body[4:])]
		case packetBlock:
			r.packet(t, body[20:20+binary.LittleEndian.Uint32(body[12:])])
		}
		file = file[length:]
	}
	return secrets, r.side
}

// reader follows connections, one after the other.
type reader struct {
	side   map[bool][]byte
	next   map[bool]uint32 // sequence numbers
	client uint16          // port
}

func (r *reader) packet(t *testing.T, packet []byte) {
	t.Helper()
	var pseudo, tcp []byte
	if packet[0]>>4 == 4 {
		if sum(packet[:20]) != 0xffff || int(binary.BigEndian.Uint16(packet[2:])) != len(packet) {
			t.Fatalf("the header % x is wrong", packet[:20])
		}
		tcp = packet[20:]
		pseudo = append(append(pseudo, packet[12:20]...), 0, 6, byte(len(tcp)>>8), byte(len(tcp)))
	} else {
		tcp = packet[40:]
		if int(binary.BigEndian.Uint16(packet[4:])) != len(tcp) {
			t.Fatalf("the header % x is wrong", packet[:40])
		}
		pseudo = append(append(pseudo, packet[8:40]...), 0, 0, byte(len(tcp)>>8), byte(len(tcp)), 0, 0, 0, 6)
	}
	if sum(append(pseudo, tcp...)) != 0xffff {
		t.Fatalf("the sum of % x is wrong", tcp[:20])
	}
	r.segment(t, tcp)
}

func (r *reader) segment(t *testing.T, tcp []byte) {
	t.Helper()
	const syn = 0x02
	port, sequence, flags, payload := binary.BigEndian.Uint16(tcp), binary.BigEndian.Uint32(tcp[4:]), tcp[13], tcp[20:]
	if flags == syn { // a connection begins
		r.next, r.client = map[bool]uint32{}, port
	}
	client := port == r.client
	if sequence != r.next[client] {
		t.Fatalf("sequence number %d instead of %d, client %t", sequence, r.next[client], client)
	}
	if flags != syn && binary.BigEndian.Uint32(tcp[8:]) != r.next[!client] {
		t.Fatalf("%d is acknowledged instead of %d, client %t", binary.BigEndian.Uint32(tcp[8:]), r.next[!client], client)
	}
	r.next[client] += uint32(len(payload)) + uint32(flags&syn)/syn
	r.side[client] = append(r.side[client], payload...)
}

// sum is that of RFC 1071, over the whole of what has its own sum in it.
func sum(b []byte) uint16 {
	var total uint32
	for i, x := range b {
		if i%2 == 0 {
			total += uint32(x) << 8
		} else {
			total += uint32(x)
		}
	}
	for total>>16 != 0 {
		total = total&0xffff + total>>16
	}
	return uint16(total)
}
