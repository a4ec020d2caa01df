package dial

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"devca/diag"
)

// negotiate has the server change to TLS.
func negotiate(ctx context.Context, connection net.Conn, target Target) error {
	dialogues := map[string]func(dialogue, Target) error{
		"smtp": smtp, "lmtp": smtp, "imap": imap, "pop3": pop3, "nntp": nntp, "ftp": ftp,
		"ldap": ldap, "postgres": postgres, "mysql": mysql, "xmpp": xmpp, "xmpp-server": xmpp,
	}
	talk := dialogues[target.Protocol.Name]
	if talk == nil {
		return diag.New(diag.DialTarget, target.Protocol.Name+" has no STARTTLS").Fix("a port that speaks TLS at once needs none", diag.CommandLine("devca", "verify", target.Address()))
	}
	err := talk(dialogue{connection}, target)
	switch {
	case err == nil:
		return nil
	case late(ctx, err):
		return diag.New(diag.DialTimeout, "the server at "+target.Address()+" did not change to TLS in time").From(err).
			Because("perhaps it speaks TLS at once, or another protocol").
			Fix("look at it as a port that speaks TLS at once", diag.CommandLine("devca", "verify", target.Address()))
	default:
		return diag.New(diag.DialSTARTTLS, "the server at "+target.Address()+" does not change to TLS ("+target.Protocol.Name+")").From(err).
			Fix("switch TLS on in the server, or look at it as a port that speaks TLS at once", diag.CommandLine("devca", "verify", target.Address()))
	}
}

// smtp: RFC 3207; with LHLO for LMTP, RFC 2033.
func smtp(d dialogue, target Target) error {
	hello := map[bool]string{true: "LHLO", false: "EHLO"}[target.Protocol.Name == "lmtp"]
	if err := d.reply("220"); err != nil {
		return err
	}
	if err := d.say(hello + " localhost"); err != nil {
		return err
	}
	if err := d.reply("250"); err != nil {
		return err
	}
	if err := d.say("STARTTLS"); err != nil {
		return err
	}
	return d.reply("220")
}

// imap: RFC 9051, 6.2.1.
func imap(d dialogue, _ Target) error {
	if err := d.until("* ", "OK"); err != nil {
		return err
	}
	if err := d.say("a STARTTLS"); err != nil {
		return err
	}
	return d.until("a ", "OK")
}

// pop3: RFC 2595, 4.
func pop3(d dialogue, _ Target) error {
	if err := d.until("", "+OK"); err != nil {
		return err
	}
	if err := d.say("STLS"); err != nil {
		return err
	}
	return d.until("", "+OK")
}

// nntp: RFC 4642.
func nntp(d dialogue, _ Target) error {
	if err := d.until("", "20"); err != nil {
		return err
	}
	if err := d.say("STARTTLS"); err != nil {
		return err
	}
	return d.reply("382")
}

// ftp: RFC 4217, 4.
func ftp(d dialogue, _ Target) error {
	if err := d.reply("220"); err != nil {
		return err
	}
	if err := d.say("AUTH TLS"); err != nil {
		return err
	}
	return d.reply("234")
}

// postgres: the message SSLRequest (PostgreSQL, protocol, 54.7).
func postgres(d dialogue, _ Target) error {
	if _, err := d.Write([]byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}); err != nil {
		return err
	}
	answer := make([]byte, 1)
	if _, err := io.ReadFull(d, answer); err != nil {
		return err
	}
	if answer[0] != 'S' {
		return fmt.Errorf("it answers %q to SSLRequest: it has TLS switched off, or is no PostgreSQL", answer)
	}
	return nil
}

// ldap: an extended request (RFC 4511, 4.14).
func ldap(d dialogue, _ Target) error {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(asn1.Tag(0x77), func(b *cryptobyte.Builder) { // ExtendedRequest, [APPLICATION 23]
			b.AddASN1(asn1.Tag(0).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte("1.3.6.1.4.1.1466.20037")) })
		})
	})
	if _, err := d.Write(b.BytesOrPanic()); err != nil {
		return err
	}
	message, err := d.element()
	if err != nil {
		return err
	}
	input := cryptobyte.String(message)
	var outer, response cryptobyte.String
	var id, code int
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !outer.ReadASN1Integer(&id) ||
		!outer.ReadASN1(&response, asn1.Tag(0x78)) || // ExtendedResponse, [APPLICATION 24]
		!response.ReadASN1Enum(&code) {
		return errors.New("its answer is not LDAP")
	}
	if code != 0 {
		return fmt.Errorf("it answers with the result code %d", code)
	}
	return nil
}

// element reads one short BER sequence.
func (d dialogue) element() ([]byte, error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(d, head); err != nil {
		return nil, err
	}
	if head[0] != 0x30 {
		return nil, errors.New("its answer is not LDAP")
	}
	length := int(head[1])
	if length >= 0x80 {
		size := length & 0x7f
		if size == 0 || size > 4 {
			return nil, errors.New("its answer is not LDAP")
		}
		more := make([]byte, size)
		if _, err := io.ReadFull(d, more); err != nil {
			return nil, err
		}
		length = int(binary.BigEndian.Uint32(append(make([]byte, 4-size), more...)))
	}
	if length > maxLine {
		return nil, errLong
	}
	content := make([]byte, length)
	_, err := io.ReadFull(d, content)
	// In DER form, which the parser reads: OpenLDAP writes long lengths for short ones.
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(content) })
	return b.BytesOrPanic(), err
}

// clientSSL and the flags beside it: MySQL, Protocol::SSLRequest and Capabilities Flags.
const (
	clientProtocol41 = 0x200
	clientSSL        = 0x800
	clientSecure     = 0x8000
)

// mysql: the server greets, and is asked to change (Protocol::SSLRequest).
func mysql(d dialogue, _ Target) error {
	head := make([]byte, 4)
	if _, err := io.ReadFull(d, head); err != nil {
		return err
	}
	length := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	if length > maxLine {
		return errLong
	}
	greeting := make([]byte, length)
	if _, err := io.ReadFull(d, greeting); err != nil {
		return err
	}
	if len(greeting) > 3 && greeting[0] == 0xff {
		return fmt.Errorf("it says: %s", greeting[3:])
	}
	end := bytes.IndexByte(greeting, 0)
	if len(greeting) == 0 || greeting[0] != 10 || end < 0 || len(greeting) < end+1+4+8+1+2 {
		return errors.New("its greeting is not MySQL's")
	}
	if binary.LittleEndian.Uint16(greeting[end+1+4+8+1:])&clientSSL == 0 {
		return errors.New("it has TLS switched off")
	}
	request := []byte{32, 0, 0, head[3] + 1}
	request = binary.LittleEndian.AppendUint32(request, clientProtocol41|clientSSL|clientSecure)
	request = binary.LittleEndian.AppendUint32(request, 1<<24)
	request = append(request, 33) // utf8
	_, err := d.Write(append(request, make([]byte, 23)...))
	return err
}

// xmpp: RFC 6120, 5. Elements are looked for by their names: what comes before
// TLS is not believed anyway.
func xmpp(d dialogue, target Target) error {
	space := map[bool]string{true: "jabber:server", false: "jabber:client"}[target.Protocol.Name == "xmpp-server"]
	stream := fmt.Sprintf("<?xml version='1.0'?><stream:stream xmlns='%s' xmlns:stream='http://etherx.jabber.org/streams' to='%s' version='1.0'>", space, target.Name())
	if _, err := io.WriteString(d, stream); err != nil {
		return err
	}
	if err := d.xml("</stream:features>", "urn:ietf:params:xml:ns:xmpp-tls"); err != nil {
		return err
	}
	if _, err := io.WriteString(d, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"); err != nil {
		return err
	}
	return d.xml(">", "<proceed")
}

// xml reads to the end of an element and demands that a word is in it.
func (d dialogue) xml(end, word string) error {
	var text []byte
	one := make([]byte, 1)
	for len(text) < 8*maxLine {
		if _, err := io.ReadFull(d, one); err != nil {
			return err
		}
		text = append(text, one[0])
		if one[0] != '>' || !bytes.HasSuffix(text, []byte(end)) {
			continue
		}
		if !bytes.Contains(text, []byte(word)) {
			return fmt.Errorf("it does not offer TLS: %.200s", strings.TrimSpace(string(text)))
		}
		return nil
	}
	return errLong
}
