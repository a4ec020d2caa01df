package trace_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"embed"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/trace"
)

//go:embed testdata/rfc8448
var published embed.FS

// publication is one of RFC 8448's traces.
type publication struct {
	keys     string // lines of a key log
	records  []trace.Segment
	messages []publishedMessage
}

type publishedMessage struct {
	client bool
	kind   trace.Kind
	raw    []byte
}

func readPublication(t testing.TB, name string) publication {
	t.Helper()
	text, err := published.ReadFile("testdata/rfc8448/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var p publication
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch words[0] {
		case "#":
		case "record":
			p.records = append(p.records, trace.Segment{FromClient: words[1] == "client", Data: unhex(t, words[2])})
		case "message":
			p.messages = append(p.messages, publishedMessage{words[1] == "client", trace.Kind(words[2]), unhex(t, strings.Join(words[3:], ""))})
		default:
			p.keys += line
		}
	}
	return p
}

func unhex(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// parse reads the records, in pieces of at most a size.
func (p publication) parse(t *testing.T, keys string, size int) *trace.Transcript {
	t.Helper()
	return trace.Parse(p.recording(size), keyLog(t, keys))
}

func (p publication) recording(size int) trace.Recording {
	recording := trace.Recording{Start: time.Unix(1_546_300_800, 0)} // the month of its publication
	for _, r := range p.records {
		for piece := range slices.Chunk(r.Data, size) {
			recording.Segments = append(recording.Segments, trace.Segment{FromClient: r.FromClient, Data: piece})
		}
	}
	return recording
}

func keyLog(t *testing.T, lines string) *trace.KeyLog {
	t.Helper()
	log, err := trace.ParseKeyLog(strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

const wholeRecords = 1 << 15

// TestRFC8448 reads the handshakes that RFC 8448 publishes. Each record opens with
// the published secrets, and each message is the published one, byte for byte;
// tshark reads the same.
func TestRFC8448(t *testing.T) {
	var captures []capture
	for _, name := range []string{"3-1rtt", "4-0rtt", "5-retry", "6-client-auth", "7-compat"} {
		t.Run(name, func(t *testing.T) {
			p := readPublication(t, name)
			whole := p.parse(t, p.keys, wholeRecords)
			if !whole.Opened || whole.Truncated || len(whole.Problems) > 0 {
				t.Errorf("opened %t, truncated %t, problems %q", whole.Opened, whole.Truncated, whole.Problems)
			}
			p.compare(t, whole)
			if single := p.parse(t, p.keys, 1); !reflect.DeepEqual(single, whole) {
				t.Error("byte by byte, it is read differently")
			}
			checkPublished(t, name, whole)
			checkSignatures(t, whole)
			p.checkTags(t)
			captures = append(captures, capture{name: name, recording: p.recording(wholeRecords), keys: keyLog(t, p.keys)})
		})
	}
	judge(t, captures)
}

func (p publication) compare(t *testing.T, got *trace.Transcript) {
	t.Helper()
	if len(got.Messages) != len(p.messages) {
		t.Fatalf("%d messages instead of %d", len(got.Messages), len(p.messages))
	}
	wire := map[bool]int{}
	for i, want := range p.messages {
		m := got.Messages[i]
		wire[m.FromClient] += m.Wire
		if m.Kind != want.kind || m.FromClient != want.client || m.Size != len(want.raw) {
			t.Errorf("message %d is %s of %d bytes, client %t, instead of %s of %d, client %t", i, m.Kind, m.Size, m.FromClient, want.kind, len(want.raw), want.client)
		}
		if want.kind != trace.KindApplication && !bytes.Equal(m.Raw, want.raw) {
			t.Errorf("%s is\n%x instead of\n%x", m.Kind, m.Raw, want.raw)
		}
		if m.Problem != "" {
			t.Errorf("%s: %s", m.Kind, m.Problem)
		}
		if hello := m.Kind == trace.KindClientHello || m.Kind == trace.KindServerHello || m.Kind == trace.KindHelloRetryRequest; m.Encrypted == (hello || m.Kind == trace.KindChangeCipherSpec) {
			t.Errorf("%s: encrypted %t", m.Kind, m.Encrypted)
		}
	}
	for _, r := range p.records {
		wire[r.FromClient] -= len(r.Data)
	}
	if wire[true] != 0 || wire[false] != 0 {
		t.Errorf("bytes on the wire are counted wrongly: by %v (client: true)", wire)
	}
}

// checkTags damages each encrypted record, and each secret: then something stays
// closed.
func (p publication) checkTags(t *testing.T) {
	t.Helper()
	const applicationData = 23
	for i, r := range p.records {
		if r.Data[0] != applicationData {
			continue
		}
		damaged := p
		damaged.records = slices.Clone(p.records)
		damaged.records[i].Data = slices.Clone(r.Data)
		damaged.records[i].Data[len(r.Data)-1] ^= 1
		if damaged.parse(t, p.keys, wholeRecords).Opened {
			t.Errorf("record %d opens although its tag is wrong", i)
		}
	}
	lines := slices.Collect(strings.Lines(p.keys))
	for i, line := range lines {
		others := strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "")
		if p.parse(t, others, wholeRecords).Opened {
			t.Errorf("everything opens without %s", line)
		}
	}
}

// facts are what a trace's fields say.
type facts struct {
	Group              uint16
	Resumed            bool
	EarlyData          trace.EarlyData
	Trips              int
	Subjects           string // of the server's certificates, then the client's
	SessionID          int
	Offered            []uint16 // groups
	ShareGroups        []uint16 // with key shares
	Identities         []int    // bytes
	HelloExtensions    string
	AnswerExtensions   string
	EncryptedExtension string
}

const (
	x25519, p256, p384, p521 = 0x001d, 0x0017, 0x0018, 0x0019
	offeredExtensions        = "server_name renegotiation_info supported_groups key_share supported_versions signature_algorithms psk_key_exchange_modes record_size_limit"
	answered                 = "key_share supported_versions"
	encryptedExtensions      = "supported_groups record_size_limit server_name"
)

// checkPublished compares the fields with what RFC 8448 says in words.
func checkPublished(t *testing.T, name string, got *trace.Transcript) {
	t.Helper()
	nine := []uint16{x25519, p256, p384, p521, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104}
	usual := facts{
		Group: x25519, Trips: 1, Subjects: "CN=rsa,", Offered: nine, ShareGroups: []uint16{x25519},
		HelloExtensions: offeredExtensions, AnswerExtensions: answered, EncryptedExtension: encryptedExtensions,
	}
	want := usual
	switch name {
	case "3-1rtt":
		want.HelloExtensions = strings.Replace(offeredExtensions, "key_share", "session_ticket key_share", 1)
		checkTicket(t, got)
	case "4-0rtt":
		want.Resumed, want.Trips, want.Subjects = true, 0, ","
		want.EarlyData = trace.EarlyData{Offered: true, Accepted: true}
		want.Identities = []int{178}
		want.HelloExtensions = strings.Replace(offeredExtensions, "key_share", "key_share early_data", 1) + " padding pre_shared_key"
		want.AnswerExtensions = "pre_shared_key " + answered
		want.EncryptedExtension = encryptedExtensions + " early_data"
	case "5-retry":
		want.Group, want.Trips, want.Offered = p256, 2, []uint16{x25519, p256, p384}
		checkRetry(t, got)
	case "6-client-auth":
		want.Subjects = "CN=ecdsa256,CN=client"
		request, _ := got.First(trace.KindCertificateRequest, false).Body.(*trace.CertificateRequest)
		if len(request.Context) != 0 || !slices.Equal(request.Schemes, got.ClientHello().Schemes) || request.Authorities != nil {
			t.Errorf("the request for a certificate is %+v", request)
		}
	case "7-compat":
		want.SessionID = 32
	}
	if facts := factsOf(t, got); !reflect.DeepEqual(facts, want) {
		t.Errorf("the trace says\n%+v instead of\n%+v", facts, want)
	}
}

func factsOf(t *testing.T, got *trace.Transcript) facts {
	t.Helper()
	const tls13, aes128 = 0x0304, 0x1301
	hello, answer := got.ClientHello(), got.ServerHello()
	if got.Version != tls13 || got.CipherSuite != aes128 || got.VersionName() != "TLS 1.3" || !got.Finished() {
		t.Errorf("version %#x, suite %#x, finished %t", got.Version, got.CipherSuite, got.Finished())
	}
	if hello.ServerName != "server" || !slices.Equal(hello.Versions, []uint16{tls13}) || !slices.Equal(hello.Suites, []uint16{0x1301, 0x1303, 0x1302}) {
		t.Errorf("the hello is for %q, versions %x, suites %x", hello.ServerName, hello.Versions, hello.Suites)
	}
	if len(hello.Schemes) != 15 || hello.Schemes[0] != 0x0403 || hello.Schemes[14] != 0x0202 || !bytes.Equal(hello.PSKModes, []byte{1}) || !bytes.Equal(hello.Compression, []byte{0}) {
		t.Errorf("schemes %x, modes %x, compression %x", hello.Schemes, hello.PSKModes, hello.Compression)
	}
	if hello.GREASE || hello.ECH != trace.ECHNone || hello.Staple || hello.SCT || hello.ALPN != nil || answer.Downgrade != "" {
		t.Errorf("there is something in the hello that was not: %+v", hello)
	}
	if !bytes.Equal(hello.SessionID, answer.SessionID) {
		t.Errorf("session %x is answered by %x", hello.SessionID, answer.SessionID)
	}
	f := facts{
		Group: got.Group, Resumed: got.Resumed, EarlyData: got.EarlyData, Trips: got.RoundTrips(),
		Subjects: subjects(t, got.Chain(false)) + "," + subjects(t, got.Chain(true)), SessionID: len(hello.SessionID), Offered: hello.Groups,
		HelloExtensions: extensionNames(hello.Extensions), AnswerExtensions: extensionNames(answer.Extensions),
	}
	encrypted, _ := got.First(trace.KindEncryptedExtensions, false).Body.(*trace.EncryptedExtensions)
	f.EncryptedExtension = extensionNames(encrypted.Extensions)
	for _, share := range hello.KeyShares {
		f.ShareGroups = append(f.ShareGroups, share.Group)
	}
	for _, identity := range hello.Identities {
		f.Identities = append(f.Identities, len(identity))
	}
	return f
}

func extensionNames(extensions []trace.Extension) string {
	var names []string
	for _, e := range extensions {
		names = append(names, e.Name)
	}
	return strings.Join(names, " ")
}

func subjects(t *testing.T, chain [][]byte) string {
	t.Helper()
	var all []string
	for _, der := range chain {
		all = append(all, certificateOf(t, der).Subject.String())
	}
	return strings.Join(all, " ")
}

func certificateOf(t *testing.T, der []byte) *x509.Certificate {
	t.Helper()
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func checkTicket(t *testing.T, got *trace.Transcript) {
	t.Helper()
	ticket, _ := got.First(trace.KindNewSessionTicket, false).Body.(*trace.NewSessionTicket)
	if ticket.Lifetime != 30*time.Second || ticket.AgeAdd != 0xfad6aac5 || !bytes.Equal(ticket.Nonce, []byte{0, 0}) || len(ticket.Ticket) != 178 || ticket.EarlyData != 1024 {
		t.Errorf("the ticket is %+v", ticket)
	}
}

func checkRetry(t *testing.T, got *trace.Transcript) {
	t.Helper()
	retry, _ := got.First(trace.KindHelloRetryRequest, false).Body.(*trace.ServerHello)
	if !retry.Retry || retry.Share.Group != p256 || len(retry.Cookie) != 114 {
		t.Errorf("the request for another hello is %+v", retry)
	}
	second, _ := got.Messages[2].Body.(*trace.ClientHello)
	want := strings.Replace(offeredExtensions, "signature_algorithms", "signature_algorithms cookie", 1) + " padding"
	if !bytes.Equal(second.Cookie, retry.Cookie) || len(second.KeyShares) != 1 || second.KeyShares[0].Group != p256 || extensionNames(second.Extensions) != want {
		t.Errorf("the second hello has %s and shares %+v", extensionNames(second.Extensions), second.KeyShares)
	}
}

// checkSignatures verifies what each side signed: the messages before, as they
// were read (RFC 8446, 4.4.1 and 4.4.3).
func checkSignatures(t *testing.T, got *trace.Transcript) {
	t.Helper()
	var before []byte
	signed := 0
	for _, m := range got.Messages {
		switch body := m.Body.(type) {
		case *trace.ServerHello:
			if body.Retry {
				sum := sha256.Sum256(before)
				before = append([]byte{254, 0, 0, byte(len(sum))}, sum[:]...)
			}
		case *trace.CertificateVerify:
			side := "server"
			if m.FromClient {
				side = "client"
			}
			sum := sha256.Sum256(before)
			content := fmt.Appendf(nil, "%sTLS 1.3, %s CertificateVerify\x00%s", strings.Repeat(" ", 64), side, sum[:])
			verify(t, certificateOf(t, got.Chain(m.FromClient)[0]).PublicKey, content, body)
			signed++
		}
		if m.Kind != trace.KindNewSessionTicket && m.Kind != trace.KindChangeCipherSpec {
			before = append(before, m.Raw...)
		}
	}
	certificates := 0
	for _, m := range got.Messages {
		if m.Kind == trace.KindCertificate {
			certificates++
		}
	}
	if signed != certificates {
		t.Errorf("%d signatures with %d certificates", signed, certificates)
	}
}

func verify(t *testing.T, key any, content []byte, by *trace.CertificateVerify) {
	t.Helper()
	const pssSHA256, ecdsaSHA256 = 0x0804, 0x0403
	sum := sha256.Sum256(content)
	switch k := key.(type) {
	case *rsa.PublicKey:
		if err := rsa.VerifyPSS(k, crypto.SHA256, sum[:], by.Signature, nil); err != nil || by.Scheme != pssSHA256 {
			t.Errorf("a signature by RSA, scheme %#x: %v", by.Scheme, err)
		}
	case *ecdsa.PublicKey:
		if !ecdsa.VerifyASN1(k, sum[:], by.Signature) || by.Scheme != ecdsaSHA256 {
			t.Errorf("a signature by ECDSA, scheme %#x, does not hold", by.Scheme)
		}
	default:
		t.Errorf("a key of type %T", key)
	}
}
