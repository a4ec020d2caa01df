package trace_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"devca/pcapng"
	"devca/trace"
)

// capture is one connection for the judge.
type capture struct {
	name      string
	recording trace.Recording
	keys      *trace.KeyLog
	// sealed: devca has no cipher for what is encrypted here, and must show the rest.
	sealed bool
	// terse: tshark does not show the key exchange of this suite.
	terse bool
}

// event is one message as either side describes it: its direction and type, and
// each field's values in the order of the wire, as hexadecimal digits.
type event struct {
	client bool
	kind   string
	fields map[string][]string
}

func (e event) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "client=%t %s", e.client, e.kind)
	names := make([]string, 0, len(e.fields))
	for name := range e.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "\n    %s %s", name, strings.Join(e.fields[name], " "))
	}
	return b.String()
}

// equals says whether tshark's reading is the same: all fields but the one that it
// does not print up to TLS 1.2, and, where it does not know the suite either, but
// those of the key exchange.
func (e event) equals(other event, sealed bool) bool {
	e.fields = maps.Clone(e.fields)
	for name := range e.fields {
		if _, printed := other.fields[name]; !printed && (sealed || name == "verify_data") {
			delete(e.fields, name)
		}
	}
	return e.String() == other.String()
}

// pdmlField is a node of tshark's output.
type pdmlField struct {
	Name   string      `xml:"name,attr"`
	Value  string      `xml:"value,attr"`
	Show   string      `xml:"show,attr"`
	Fields []pdmlField `xml:"field"`
}

type pdmlPacket struct {
	Protocols []struct {
		Name   string      `xml:"name,attr"`
		Fields []pdmlField `xml:"field"`
	} `xml:"proto"`
}

// compared are the fields that both sides must have alike.
var compared = map[string]string{
	"tls.handshake.length":                              "length",
	"tls.handshake.version":                             "version",
	"tls.handshake.random":                              "random",
	"tls.handshake.session_id":                          "session_id",
	"tls.handshake.ciphersuite":                         "suite",
	"tls.handshake.comp_method":                         "compression",
	"tls.handshake.extension.type":                      "extension",
	"tls.handshake.extensions_server_name":              "server_name",
	"tls.handshake.extensions.supported_version":        "supported_version",
	"tls.handshake.extensions_supported_group":          "group",
	"tls.handshake.sig_hash_alg":                        "scheme",
	"tls.handshake.extensions_alpn_str":                 "alpn",
	"tls.handshake.extensions_key_share_group":          "share_group",
	"tls.handshake.extensions_key_share_selected_group": "share_group",
	"tls.handshake.extensions_key_share_key_exchange":   "share",
	"tls.extension.psk_ke_mode":                         "psk_mode",
	"tls.handshake.certificate":                         "certificate",
	"tls.handshake.client_cert_vrfy.sig":                "signature",
	"tls.handshake.sig":                                 "signature",
	"tls.handshake.server_named_curve":                  "curve",
	"tls.handshake.server_point":                        "server_key",
	"tls.handshake.ys":                                  "server_key",
	"tls.handshake.client_point":                        "client_key",
	"tls.handshake.yc":                                  "client_key",
	"tls.handshake.epms":                                "client_key",
	"tls.handshake.cert_type":                           "certificate_type",
	"tls.handshake.dname":                               "authority",
	"tls.handshake.session_ticket_lifetime_hint":        "lifetime",
	"tls.handshake.session_ticket_age_add":              "age_add",
	"tls.handshake.session_ticket_nonce":                "nonce",
	"tls.handshake.session_ticket":                      "ticket",
	"tls.early_data.max_early_data_size":                "early_data",
	"tls.handshake.verify_data":                         "verify_data",
	"tls.handshake.key_update.request_update":           "requested",
	"tls.alert_message.level":                           "level",
	"tls.alert_message.desc":                            "description",
	"tls.handshake.extensions_psk_identity_selected":    "identity",
	"tls.handshake.extensions.psk.identity.selected":    "identity",
	"tls.handshake.extensions.psk.identity.identity":    "psk_identity",
	"tls.handshake.extensions.cookie":                   "cookie",
	"tls.handshake.extension.len":                       "extension_length",
	"tls.handshake.extension.data":                      "extension_data",
	"tls.handshake.extensions_ec_point_format":          "point_format",
	"tls.record_size_limit":                             "record_size_limit",
	"tls.compress_certificate.algorithm":                "compression_algorithm",
	"tls.handshake.ocsp_response_len":                   "staple_length",
	"tls.sct.sct_logid":                                 "log",
	"tls.sct.sct_timestamp":                             "timestamp",

	"tls.handshake.extensions.psk.identity.obfuscated_ticket_age": "ticket_age",

	"http2.settings.id":                     "setting",
	"http2.settings.header_table_size":      "setting_value",
	"http2.settings.enable_push":            "setting_value",
	"http2.settings.max_concurrent_streams": "setting_value",
	"http2.settings.initial_window_size":    "setting_value",
	"http2.settings.max_frame_size":         "setting_value",
	"http2.settings.max_header_list_size":   "setting_value",
	"http2.settings.extended_connect":       "setting_value",
	"http2.settings.unknown":                "setting_value",
	"http2.rst_stream.error":                "number",
	"http2.goaway.error":                    "number",
}

// comparedNumbers are those that tshark cuts out of larger ones: of them it is
// the number that counts.
var comparedNumbers = map[string]string{
	"http2.length":   "length",
	"http2.flags":    "flags",
	"http2.streamid": "stream",
	"http2.window_update.window_size_increment": "number",
}

// tsharkEvents runs tshark over a file and gives each connection's messages by the
// client's port.
func tsharkEvents(t *testing.T, file string) map[int][]event {
	t.Helper()
	command := exec.Command("tshark", "-r", file, "-d", "tcp.port==443,tls", "-T", "pdml", "-J", "tcp tls http2")
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LANG=C.UTF-8"}
	command.Stderr = nil
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("%v: make test installs tshark", err)
	}
	events := map[int][]event{}
	decoder := xml.NewDecoder(out)
	for {
		token, err := decoder.Token()
		if err != nil {
			break
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "packet" {
			continue
		}
		var packet pdmlPacket
		if err := decoder.DecodeElement(&packet, &start); err != nil {
			t.Fatal(err)
		}
		readPacket(t, packet, events)
	}
	if err := command.Wait(); err != nil {
		t.Fatal(err)
	}
	return events
}

func readPacket(t *testing.T, packet pdmlPacket, events map[int][]event) {
	t.Helper()
	source, destination := 0, 0
	for _, protocol := range packet.Protocols {
		if protocol.Name == "tcp" {
			for _, field := range protocol.Fields {
				switch field.Name {
				case "tcp.srcport":
					source = atoi(t, field.Show)
				case "tcp.dstport":
					destination = atoi(t, field.Show)
				}
			}
		}
		if protocol.Name != "tls" && protocol.Name != "http2" {
			continue
		}
		r := &pdmlReader{client: destination == 443}
		r.walk(protocol.Fields)
		port := destination
		if r.client {
			port = source
		}
		events[port] = append(events[port], r.events...)
	}
}

func atoi(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// pdmlReader makes events of the fields of one packet.
type pdmlReader struct {
	client bool
	events []event
}

func (r *pdmlReader) walk(fields []pdmlField) {
	for _, field := range fields {
		switch field.Name {
		case "tls.handshake.type":
			r.begin("handshake " + field.Value)
		case "tls.alert_message":
			if len(field.Fields) > 0 {
				r.begin("alert")
			}
		case "tls.change_cipher_spec":
			r.begin("change")
		case "http2.stream":
			if slices.ContainsFunc(field.Fields, func(f pdmlField) bool { return f.Name == "http2.type" }) { // else the preface
				r.begin("frame")
			}
		case "http2.type":
			r.events[len(r.events)-1].kind = "frame " + field.Value
		}
		if name := comparedNumbers[field.Name]; name != "" && len(r.events) > 0 {
			number, err := strconv.ParseUint(field.Show, 0, 32)
			if err != nil {
				number = 1 << 40 // it is compared, and differs
			}
			last := &r.events[len(r.events)-1]
			last.fields[name] = append(last.fields[name], strconv.FormatUint(number, 10))
		}
		if name := compared[field.Name]; name != "" && len(r.events) > 0 {
			last := &r.events[len(r.events)-1]
			if field.Value == "" {
				continue // nothing, or up to TLS 1.2 what tshark has decrypted of Finished
			}
			last.fields[name] = append(last.fields[name], field.Value)
		}
		r.walk(field.Fields)
	}
}

func (r *pdmlReader) begin(kind string) {
	r.events = append(r.events, event{client: r.client, kind: kind, fields: map[string][]string{}})
}

// ownEvents describes a transcript in the same way.
func ownEvents(transcript *trace.Transcript) []event {
	var events []event
	for i := range transcript.Messages {
		m := &transcript.Messages[i]
		e := event{client: m.FromClient, fields: map[string][]string{}}
		switch m.Kind {
		case trace.KindChangeCipherSpec:
			e.kind = "change"
		case trace.KindAlert:
			e.kind = "alert"
			e.add("level", m.Raw[:1])
			e.add("description", m.Raw[1:])
		case trace.KindHTTP2:
			e.frame(m.Body.(*trace.Frame))
		case trace.KindEncrypted, trace.KindApplication:
			continue
		default:
			e.kind = "handshake " + hex.EncodeToString(m.Raw[:1])
			e.add("length", m.Raw[1:4])
			e.describe(m)
			e.small(m)
		}
		events = append(events, e)
	}
	return events
}

// frame describes the header of a frame of HTTP/2.
func (e *event) frame(f *trace.Frame) {
	e.kind = fmt.Sprintf("frame %02x", f.Type)
	for name, number := range map[string]int{"length": f.Length, "flags": int(f.Flags), "stream": int(f.Stream)} {
		e.fields[name] = []string{strconv.Itoa(number)}
	}
	for _, setting := range f.Settings {
		e.numbers("setting", setting.ID)
		e.add("setting_value", binary.BigEndian.AppendUint32(nil, setting.Value))
	}
	switch f.TypeName() {
	case "WINDOW_UPDATE":
		e.fields["number"] = []string{strconv.FormatUint(uint64(f.Number), 10)}
	case "RST_STREAM", "GOAWAY":
		e.add("number", binary.BigEndian.AppendUint32(nil, f.Number))
	}
}

func (e *event) add(name string, value []byte) {
	e.fields[name] = append(e.fields[name], hex.EncodeToString(value))
}

// some adds a value if there is one: tshark does not show what is empty.
func (e *event) some(name string, value []byte) {
	if len(value) > 0 {
		e.add(name, value)
	}
}

func (e *event) numbers(name string, numbers ...uint16) {
	for _, number := range numbers {
		e.add(name, binary.BigEndian.AppendUint16(nil, number))
	}
}

func (e *event) describe(m *trace.Message) {
	switch body := m.Body.(type) {
	case *trace.ClientHello:
		e.clientHello(body)
	case *trace.ServerHello:
		e.numbers("version", body.Legacy)
		e.add("random", body.Random)
		e.some("session_id", body.SessionID)
		e.numbers("suite", body.Suite)
		e.add("compression", []byte{body.Compression})
		e.extensions(body.Extensions)
		if body.Version != body.Legacy {
			e.numbers("supported_version", body.Version)
		}
		if body.Share.Group != 0 {
			e.numbers("share_group", body.Share.Group)
			e.some("share", body.Share.Key)
		}
		e.some("alpn", []byte(body.ALPN))
		e.some("cookie", body.Cookie)
		if body.PSK {
			e.numbers("identity", body.Identity)
		}
	case *trace.EncryptedExtensions:
		e.extensions(body.Extensions)
		e.some("alpn", []byte(body.ALPN))
		e.lists(body.Extensions)
	case *trace.CertificateRequest:
		for _, kind := range body.Types {
			e.add("certificate_type", []byte{kind})
		}
		e.extensions(body.Extensions)
		if body.Extensions == nil {
			e.numbers("scheme", body.Schemes...)
		}
		e.lists(body.Extensions)
	case *trace.Certificate:
		for _, entry := range body.Entries {
			e.add("certificate", entry.DER)
			e.extensions(entry.Extensions)
			e.staple(entry.Staple)
		}
	default:
		e.describeRest(m)
	}
}

// staple compares a staple's length: its content is another dissector's.
func (e *event) staple(response []byte) {
	if len(response) > 0 {
		e.add("staple_length", binary.BigEndian.AppendUint32(nil, uint32(len(response)))[1:])
	}
}

func (e *event) describeRest(m *trace.Message) {
	switch body := m.Body.(type) {
	case *trace.CertificateVerify:
		if body.Scheme != 0 {
			e.numbers("scheme", body.Scheme)
		}
		e.add("signature", body.Signature)
	case *trace.ServerKeyExchange:
		if body.Group != 0 {
			e.numbers("curve", body.Group)
		}
		e.some("server_key", body.Key)
		if body.Scheme != 0 {
			e.numbers("scheme", body.Scheme)
		}
		e.some("signature", body.Signature)
	case *trace.ClientKeyExchange:
		e.some("client_key", body.Key)
	case *trace.NewSessionTicket:
		e.add("lifetime", binary.BigEndian.AppendUint32(nil, uint32(body.Lifetime.Seconds())))
		if body.Nonce != nil {
			e.add("age_add", binary.BigEndian.AppendUint32(nil, body.AgeAdd))
			e.some("nonce", body.Nonce)
		}
		e.some("ticket", body.Ticket)
		e.extensions(body.Extensions)
		if body.EarlyData > 0 {
			e.add("early_data", binary.BigEndian.AppendUint32(nil, body.EarlyData))
		}
	case *trace.Finished:
		e.add("verify_data", body.VerifyData)
	case *trace.CertificateStatus:
		e.staple(body.Response)
	case *trace.KeyUpdate:
		e.add("requested", []byte{map[bool]byte{true: 1}[body.Requested]})
	}
}

func (e *event) clientHello(body *trace.ClientHello) {
	e.numbers("version", body.Version)
	e.add("random", body.Random)
	e.some("session_id", body.SessionID)
	e.numbers("suite", body.Suites...)
	for _, method := range body.Compression {
		e.add("compression", []byte{method})
	}
	e.extensions(body.Extensions)
	e.some("server_name", []byte(body.ServerName))
	for _, share := range body.KeyShares {
		e.numbers("share_group", share.Group)
		e.some("share", share.Key)
	}
	for _, name := range body.ALPN {
		e.add("alpn", []byte(name))
	}
	for _, mode := range body.PSKModes {
		e.add("psk_mode", []byte{mode})
	}
	if slices.ContainsFunc(body.Extensions, func(x trace.Extension) bool { return x.Name == "supported_versions" }) {
		e.numbers("supported_version", body.Versions...)
	}
	e.numbers("group", body.Groups...)
	for _, identity := range body.Identities {
		e.add("psk_identity", identity)
	}
	e.some("cookie", body.Cookie)
	e.lists(slices.DeleteFunc(slices.Clone(body.Extensions), func(x trace.Extension) bool { return x.Name == "supported_groups" }))
}

func (e *event) extensions(extensions []trace.Extension) {
	for _, extension := range extensions {
		e.numbers("extension", extension.Type)
		e.numbers("extension_length", uint16(len(extension.Data)))
		if extension.Name == "session_ticket" {
			e.some("extension_data", extension.Data)
		}
	}
}

// small compares what is shown of the extensions that are a number or a short
// list, by the fields that people see.
func (e *event) small(m *trace.Message) {
	var walk func(fields []trace.Field)
	walk = func(fields []trace.Field) {
		for _, f := range fields {
			switch f.Name {
			case "obfuscated_ticket_age":
				n, _ := strconv.ParseUint(f.Value, 10, 32)
				e.add("ticket_age", binary.BigEndian.AppendUint32(nil, uint32(n)))
			case "record_size_limit":
				n, _ := strconv.ParseUint(f.Value, 10, 16)
				e.numbers("record_size_limit", uint16(n))
			case "format":
				n, _ := strconv.ParseUint(strings.TrimSuffix(f.Value[strings.LastIndex(f.Value, "(")+1:], ")"), 10, 8)
				e.add("point_format", []byte{byte(n)})
			case "log_id":
				e.fields["log"] = append(e.fields["log"], f.Value)
			case "signature_algorithm":
				n, _ := strconv.ParseUint(f.Value[:len("0x0000")], 0, 16)
				e.numbers("scheme", uint16(n))
			case "time":
				at, err := time.Parse("2006-01-02 15:04:05.000 UTC", f.Value)
				if err == nil {
					e.add("timestamp", binary.BigEndian.AppendUint64(nil, uint64(at.UnixMilli())))
				}
			}
			walk(f.Fields)
		}
	}
	walk(m.Fields())
}

// lists takes the numbers out of the extensions that several messages have.
func (e *event) lists(extensions []trace.Extension) {
	names := map[string]string{"signature_algorithms": "scheme", "signature_algorithms_cert": "scheme", "supported_groups": "group"}
	for _, extension := range extensions {
		if name := names[extension.Name]; name != "" {
			for i := 2; i+1 < len(extension.Data); i += 2 {
				e.add(name, extension.Data[i:i+2])
			}
		}
	}
}

// judge writes all connections into one capture file and compares tshark's
// reading with devca's, message by message.
func judge(t *testing.T, captures []capture) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "all.pcapng")
	var connections []pcapng.Connection
	var secrets []byte
	const firstPort = 10000
	transcripts := make([]*trace.Transcript, len(captures))
	for i, c := range captures {
		transcripts[i] = trace.Parse(c.recording, c.keys) // before the keys are written: it completes them
		connections = append(connections, pcapng.Connection{
			Client: netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), uint16(firstPort+i)), Server: netip.MustParseAddrPort("192.0.2.2:443"), Recording: c.recording,
		})
		secrets = append(secrets, c.keys.Lines()...)
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := pcapng.Write(out, secrets, connections); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	theirs := tsharkEvents(t, file)
	messages, fields, sealed := 0, 0, 0
	for i, c := range captures {
		transcript := transcripts[i]
		for _, client := range []bool{true, false} {
			own, other := inTurn(sideOf(ownEvents(transcript), client)), inTurn(sideOf(theirs[firstPort+i], client))
			if c.sealed {
				other = other[:min(len(own), len(other))]
			}
			for n := range max(len(own), len(other)) {
				switch {
				case n >= len(own):
					t.Errorf("%s: tshark has more: %s", c.name, other[n])
				case n >= len(other):
					t.Errorf("%s: devca has more: %s", c.name, own[n])
				case !own[n].equals(other[n], c.sealed || c.terse):
					t.Errorf("%s: message %d\n  devca  %s\n  tshark %s", c.name, n, own[n], other[n])
				default:
					messages++
					fields += len(own[n].fields)
				}
			}
		}
		if c.sealed {
			sealed++
		} else if !transcript.Opened {
			t.Errorf("%s: not all of it was opened", c.name)
		}
		if len(transcript.Problems) > 0 || transcript.Truncated {
			t.Errorf("%s: %v", c.name, transcript.Problems)
		}
		for _, m := range transcript.Messages {
			if m.Problem != "" {
				t.Errorf("%s: %s: %s", c.name, m.Kind, m.Problem)
			}
		}
	}
	t.Logf("tshark: connections=%d (sealed %d) messages=%d fields=%d", len(captures), sealed, messages, fields)
}

func sideOf(events []event, client bool) []event {
	return slices.DeleteFunc(slices.Clone(events), func(e event) bool { return e.client != client })
}

// inTurn puts frames behind messages: tshark shows those of one packet together.
func inTurn(events []event) []event {
	slices.SortStableFunc(events, func(a, b event) int {
		return strings.Compare(strings.Repeat("f", strings.Count(a.kind, "frame")), strings.Repeat("f", strings.Count(b.kind, "frame")))
	})
	return events
}
