package command

import (
	"fmt"
	"strings"
	"time"

	"devca/inspect"
	"devca/internal/ui"
)

// describeSource prints what an input holds, as a person reads it.
func (p *program) describeSource(source inspectSource, now time.Time) {
	switch {
	case source.Server != nil:
		line := source.Server.Address + "  " + source.Server.Version
		if source.Server.CipherSuite != "" {
			line += ", " + source.Server.CipherSuite
		}
		if source.Server.ServerName != "" {
			line += ", asked for " + source.Server.ServerName
		}
		p.say("%s", ui.Clean(line))
	case source.Kind == "stdin":
		p.say("standard input")
	default:
		p.say("%s", ui.Clean(source.Source))
	}
	if source.Exposed != "" {
		p.say("  Others can read this private key (mode %s). To close it: chmod 600 %s", source.Exposed, ui.Clean(source.Source))
	}
	for i, item := range source.Items {
		p.say("")
		p.describeItem(source, i+1, item, now)
	}
	if note := chainNote(source); note != "" {
		p.say("\n%s", ui.Clean(note))
	}
}

func (p *program) describeItem(source inspectSource, number int, item inspect.Item, now time.Time) {
	title := map[inspect.Kind]string{
		inspect.KindCertificate: "certificate", inspect.KindRequest: "certificate request", inspect.KindCRL: "revocation list",
		inspect.KindPrivateKey: "private key", inspect.KindPublicKey: "public key", inspect.KindUnreadable: "not readable",
	}[item.Kind]
	if item.Certificate != nil && item.Certificate.CA != nil {
		title = "CA certificate"
	}
	if len(source.Items) > 1 {
		title = fmt.Sprintf("%d  %s", number, title)
	}
	p.say("%s", title)
	switch {
	case item.Certificate != nil:
		p.entries(certificateRows(item.Certificate, now))
	case item.Request != nil:
		p.entries(requestRows(item.Request))
	case item.CRL != nil:
		p.entries(crlRows(item.CRL, now))
	case item.Key != nil:
		p.entries(keyRows(item.Key))
	case item.Unreadable != nil:
		p.entries([][2]string{{item.Unreadable.What, item.Unreadable.Error}})
	}
}

func certificateRows(c *inspect.Certificate, now time.Time) [][2]string {
	rows := [][2]string{}
	if c.CA == nil || len(c.Names) > 0 {
		rows = append(rows, [2]string{"Names", orNone(strings.Join(c.Names, ", "), "none: browsers accept it for no host")})
	}
	rows = append(rows,
		[2]string{"Validity", inspect.Validity(c.NotBefore, c.NotAfter, now)},
		[2]string{"Key", inspect.KeyWords(c.KeyType)},
		[2]string{"For", c.Purpose()},
		[2]string{"Subject", orNone(c.Subject, "(empty)")},
		[2]string{"Issuer", issuerWords(c)})
	if c.CA != nil {
		rows = append(rows, [2]string{"CA", c.CA.Below()},
			[2]string{"Permits", orNone(strings.Join(c.CA.Permitted, ", "), "every name")})
		if len(c.CA.Excluded) > 0 {
			rows = append(rows, [2]string{"Excludes", strings.Join(c.CA.Excluded, ", ")})
		}
	}
	if len(c.OCSP)+len(c.CRLs) > 0 {
		rows = append(rows, [2]string{"Revocation", strings.Join(append(append([]string{}, c.OCSP...), c.CRLs...), ", ")})
	}
	return append(rows,
		[2]string{"Serial", c.Serial},
		[2]string{"Signature", c.Signature},
		[2]string{"SHA-256", c.SHA256},
		[2]string{"Pin", c.SPKIPin})
}

func issuerWords(c *inspect.Certificate) string {
	switch {
	case c.SelfSigned:
		return "itself (self-signed)"
	case c.SignedBy > 0:
		return fmt.Sprintf("%s (certificate %d here)", c.Issuer, c.SignedBy)
	}
	return c.Issuer
}

func requestRows(r *inspect.Request) [][2]string {
	signature := r.Signature + ", good"
	if !r.SignatureOK {
		signature = r.Signature + ", BAD: it does not belong to the key"
	}
	rows := [][2]string{
		{"Names", orNone(strings.Join(r.Names, ", "), "none")},
		{"Subject", orNone(r.Subject, "(empty)")},
		{"Key", inspect.KeyWords(r.KeyType)},
		{"Signature", signature},
	}
	if r.AsksForCA {
		rows = append(rows, [2]string{"Asks", "to become a CA; devca refuses that"})
	}
	return append(rows, [2]string{"Pin", r.SPKIPin})
}

func crlRows(l *inspect.CRL, now time.Time) [][2]string {
	issuer := l.Issuer
	if l.SignedBy > 0 {
		issuer = fmt.Sprintf("%s (certificate %d here)", l.Issuer, l.SignedBy)
	}
	rows := [][2]string{
		{"Issuer", issuer},
		{"Number", orNone(l.Number, "none")},
		{"Made", l.ThisUpdate.Format(time.DateOnly)},
		{"Due", inspect.Due(l.NextUpdate, now)},
		{"Signature", l.Signature},
		{"Revoked", fmt.Sprint(l.Count)},
	}
	for _, entry := range l.Entries {
		rows = append(rows, [2]string{"", fmt.Sprintf("%s  %s  %s", entry.Time.Format(time.DateOnly), entry.Serial, entry.Reason)})
	}
	if more := l.Count - len(l.Entries); more > 0 {
		rows = append(rows, [2]string{"", fmt.Sprintf("and %d more", more)})
	}
	return rows
}

func keyRows(k *inspect.Key) [][2]string {
	if k.Encrypted {
		return [][2]string{{"Key", "encrypted; its type shows once it is decrypted"}}
	}
	rows := [][2]string{{"Key", inspect.KeyWords(k.Type)}}
	if k.BelongsTo > 0 {
		rows = append(rows, [2]string{"Belongs to", fmt.Sprintf("number %d here", k.BelongsTo)})
	}
	return append(rows, [2]string{"Pin", k.SPKIPin})
}

func orNone(text, none string) string {
	if text == "" {
		return none
	}
	return text
}

// chainNote says how the certificates of an input hang together, if there are several.
func chainNote(source inspectSource) string {
	var chain []*inspect.Certificate
	number := map[int]int{} // of item, of certificate in the chain
	for i, item := range source.Items {
		if item.Certificate != nil {
			chain = append(chain, item.Certificate)
			number[i+1] = len(chain)
		}
	}
	if len(chain) == 0 || len(chain) == 1 && source.Server == nil {
		return ""
	}
	last := chain[len(chain)-1]
	for i, certificate := range chain[:len(chain)-1] {
		if number[certificate.SignedBy] != i+2 {
			return "Chain: not in order, or with something that does not belong; servers send the leaf, then each issuer"
		}
	}
	switch {
	case last.SelfSigned && len(chain) == 1:
		return "Chain: a single self-signed certificate"
	case last.SelfSigned:
		return "Chain: in order, up to and with the root, which servers need not send"
	case last.CA == nil:
		return "Chain: the leaf alone; who issued it is not sent"
	}
	return "Chain: in order, up to " + inspect.ShortName(last.Subject) + "; its root " + inspect.ShortName(last.Issuer) + " is left out, as it should be"
}

// entries prints labelled values, indented; a long value goes on below itself.
func (p *program) entries(rows [][2]string) {
	const label = 12
	for _, row := range rows {
		first := true
		lines := []string{ui.Clean(row[1])}
		if width := p.streams.Width - label - 2; width > 20 {
			lines = fillLines(lines[0], width)
		}
		for _, line := range lines {
			name := ""
			if first {
				name = ui.Clean(row[0])
			}
			p.say("  %-*s%s", label, name, line)
			first = false
		}
	}
}
