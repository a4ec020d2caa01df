package trace

import (
	"encoding/binary"
	"time"
)

// Content types of records (RFC 8446, 5.1).
const (
	typeChangeCipherSpec = 20
	typeAlert            = 21
	typeHandshake        = 22
	typeApplication      = 23
	typeHeartbeat        = 24
)

const (
	recordHeader = 5
	// maxFragment is what a record may hold: 2^14 bytes and what encryption adds
	// (RFC 5246, 6.2.3: at most 2048; RFC 8446, 5.2: at most 256).
	maxFragment = 1<<14 + 2048
)

// record is one record as it was on the wire.
type record struct {
	at         time.Duration // of its last byte
	begins     time.Duration // of its first
	fromClient bool
	kind       uint8
	version    uint16
	fragment   []byte
}

func (r record) header() []byte {
	header := []byte{r.kind, byte(r.version >> 8), byte(r.version), 0, 0}
	binary.BigEndian.PutUint16(header[3:], uint16(len(r.fragment)))
	return header
}

// direction cuts what one side sent into records.
type direction struct {
	fromClient bool
	buffer     []byte
	began      time.Duration
	broken     bool // what came is not TLS; the rest is not looked at
}

// take adds what came and gives the records that are whole.
func (d *direction) take(at time.Duration, data []byte) []record {
	if d.broken {
		return nil
	}
	if len(d.buffer) == 0 {
		d.began = at
	}
	d.buffer = append(d.buffer, data...)
	var records []record
	used := 0
	for {
		rest := d.buffer[used:]
		if len(rest) > 0 && !plausible(rest) {
			d.broken = true
			break
		}
		if len(rest) < recordHeader {
			break
		}
		length := int(binary.BigEndian.Uint16(rest[3:]))
		if len(rest) < recordHeader+length {
			break
		}
		records = append(records, record{
			at: at, begins: d.began, fromClient: d.fromClient, kind: rest[0], version: binary.BigEndian.Uint16(rest[1:]),
			fragment: append([]byte(nil), rest[recordHeader:recordHeader+length]...),
		})
		used += recordHeader + length
		d.began = at
	}
	d.buffer = d.buffer[:copy(d.buffer, d.buffer[used:])]
	return records
}

// plausible says whether what begins here can be a record.
func plausible(b []byte) bool {
	if b[0] < typeChangeCipherSpec || b[0] > typeHeartbeat {
		return false
	}
	if len(b) > 1 && b[1] != 3 { //nolint:mnd // the first byte of every version from SSL 3.0 to TLS 1.3
		return false
	}
	return len(b) < recordHeader || int(binary.BigEndian.Uint16(b[3:])) <= maxFragment
}
