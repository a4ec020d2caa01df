package trace

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Frame is the header of an HTTP/2 frame (RFC 9113, 4.1), with the few numbers of
// its payload that say how a connection is run. Payloads are not kept: they are
// what people send.
type Frame struct {
	Type     uint8
	Flags    uint8
	Stream   uint32
	Length   int
	Settings []Setting // of SETTINGS
	Number   uint32    // increment of WINDOW_UPDATE, error code of RST_STREAM and GOAWAY
}

// Setting is one parameter of a SETTINGS frame (RFC 9113, 6.5.2).
type Setting struct {
	ID    uint16
	Value uint32
}

// Types of frames (RFC 9113, 6).
const (
	frameData         = 0
	frameHeaders      = 1
	frameReset        = 3
	frameSettings     = 4
	framePing         = 6
	frameGoAway       = 7
	frameWindowUpdate = 8

	frameHeader = 9
	// maxFrames bounds what is kept of one connection.
	maxFrames = 2000
)

// TypeName is the frame's type.
func (f *Frame) TypeName() string {
	names := [...]string{"DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION"}
	switch {
	case int(f.Type) < len(names):
		return names[f.Type]
	case f.Type == 10:
		return "ALTSVC" // RFC 7838, 4
	case f.Type == 12:
		return "ORIGIN" // RFC 8336, 2
	case f.Type == 16:
		return "PRIORITY_UPDATE" // RFC 9218, 7.1
	default:
		return fmt.Sprintf("frame type %d", f.Type)
	}
}

// FlagNames are the flags that are set, by their names for this type.
func (f *Frame) FlagNames() []string {
	type flag struct {
		bit  uint8
		name string
	}
	var known []flag
	switch f.Type {
	case frameData:
		known = []flag{{1, "END_STREAM"}, {8, "PADDED"}}
	case frameHeaders:
		known = []flag{{1, "END_STREAM"}, {4, "END_HEADERS"}, {8, "PADDED"}, {32, "PRIORITY"}}
	case frameSettings, framePing:
		known = []flag{{1, "ACK"}}
	case 5, 9: // PUSH_PROMISE, CONTINUATION
		known = []flag{{4, "END_HEADERS"}}
	}
	var names []string
	for _, k := range known {
		if f.Flags&k.bit != 0 {
			names = append(names, k.name)
		}
	}
	return names
}

// settingName is a parameter's name (RFC 9113, 6.5.2; RFC 8441, 3).
func settingName(id uint16) string {
	names := [...]string{
		1: "HEADER_TABLE_SIZE", 2: "ENABLE_PUSH", 3: "MAX_CONCURRENT_STREAMS", 4: "INITIAL_WINDOW_SIZE", 5: "MAX_FRAME_SIZE",
		6: "MAX_HEADER_LIST_SIZE", 8: "ENABLE_CONNECT_PROTOCOL", 9: "NO_RFC7540_PRIORITIES",
	}
	if int(id) < len(names) && names[id] != "" {
		return names[id]
	}
	return fmt.Sprintf("setting %d", id)
}

// preface is what a client of HTTP/2 begins with (RFC 9113, 3.4).
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// frames cuts one side's application data into frames.
type frames struct {
	fromClient bool
	buffer     []byte // of a header, and of what of a payload is looked at
	need       int    // bytes of the current frame's payload to come
	current    *Frame
	prefaced   bool
	broken     bool
	count      int
}

// wanted is how much of a frame's payload is looked at.
func (f *Frame) wanted() int {
	const settingsKept, goAway, number = 6 * 32, 8, 4
	switch f.Type {
	case frameSettings:
		return min(f.Length, settingsKept)
	case frameGoAway:
		return min(f.Length, goAway)
	case frameReset, frameWindowUpdate:
		return min(f.Length, number)
	default:
		return 0
	}
}

// take gives the frames whose payload has come to its end.
func (s *frames) take(data []byte) []*Frame {
	var whole []*Frame
	if s.fromClient && !s.prefaced && !s.broken {
		s.buffer = append(s.buffer, data...)
		if len(s.buffer) < len(preface) {
			s.broken = !strings.HasPrefix(preface, string(s.buffer))
			return nil
		}
		s.broken = !strings.HasPrefix(string(s.buffer), preface)
		s.prefaced, data, s.buffer = true, s.buffer[len(preface):], nil
	}
	for len(data) > 0 && !s.broken && s.count < maxFrames {
		if s.current == nil {
			n := min(frameHeader-len(s.buffer), len(data))
			s.buffer, data = append(s.buffer, data[:n]...), data[n:]
			if len(s.buffer) < frameHeader {
				break
			}
			s.begin()
		}
		n := min(s.need, len(data))
		kept := s.current.wanted() - len(s.buffer)
		s.buffer = append(s.buffer, data[:max(0, min(n, kept))]...)
		data, s.need = data[n:], s.need-n
		if s.need == 0 {
			whole = append(whole, s.end())
		}
	}
	return whole
}

func (s *frames) begin() {
	h := s.buffer
	s.current = &Frame{
		Length: int(h[0])<<16 | int(h[1])<<8 | int(h[2]), Type: h[3], Flags: h[4],
		Stream: binary.BigEndian.Uint32(h[5:]) &^ (1 << 31),
	}
	s.need, s.buffer = s.current.Length, nil
}

func (s *frames) end() *Frame {
	f, payload := s.current, s.buffer
	s.current, s.buffer = nil, nil
	s.count++
	const setting = 6
	switch f.Type {
	case frameSettings:
		for ; len(payload) >= setting; payload = payload[setting:] {
			f.Settings = append(f.Settings, Setting{binary.BigEndian.Uint16(payload), binary.BigEndian.Uint32(payload[2:])})
		}
	case frameGoAway:
		if len(payload) >= 8 {
			f.Number = binary.BigEndian.Uint32(payload[4:])
		}
	case frameReset, frameWindowUpdate:
		if len(payload) >= 4 {
			f.Number = binary.BigEndian.Uint32(payload)
		}
	}
	return f
}

// frameErrorName is an error code (RFC 9113, 7).
func frameErrorName(code uint32) string {
	names := [...]string{
		"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
		"FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
		"INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
	}
	if int64(code) < int64(len(names)) {
		return names[code]
	}
	return fmt.Sprintf("error %d", code)
}
