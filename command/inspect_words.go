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
	p.say("%s", ui.Clean(headline(source)))
	if source.Server != nil && source.Server.Failure != "" {
		p.entries([][2]string{{"Handshake", "ended after the certificates: " + source.Server.Failure}})
	}
	for i, item := range source.Items {
		p.say("")
		title := itemTitle(item)
		if len(source.Items) > 1 {
			title = fmt.Sprintf("%d  %s", i+1, title)
		}
		p.say("%s", title)
		p.entries(itemRows(source, item, now))
	}
	if lines := chainLines(source); len(lines) > 0 {
		p.say("")
		for _, line := range fillLines(ui.Clean(lines[0]), p.streams.Width) {
			p.say("%s", line)
		}
		for _, line := range lines[1:] {
			p.say("%s", ui.Clean(line))
		}
	}
}

func headline(source inspectSource) string {
	if server := source.Server; server != nil {
		line := server.Address + "  " + server.Version + ", " + server.CipherSuite
		if server.ServerName != "" {
			line += ", asked for " + server.ServerName
		}
		if server.AsksForClient {
			line += ", asks for a client certificate"
		}
		return line
	}
	name := source.Source
	if source.Kind == "stdin" {
		name = "standard input"
	}
	format := map[inspect.Format]string{
		inspect.FormatPEM: "PEM", inspect.FormatDER: "DER", inspect.FormatPKCS12: "PKCS#12", inspect.FormatPKCS7: "PKCS#7", inspect.FormatJKS: "JKS",
	}[source.Format]
	return name + "  " + format
}

func itemTitle(item inspect.Item) string {
	switch item.Kind {
	case inspect.KindCertificate:
		if item.Certificate.CA != nil {
			return "CA certificate"
		}
		return "certificate"
	case inspect.KindRequest:
		return "certificate request"
	case inspect.KindCRL:
		return "revocation list"
	case inspect.KindPrivateKey:
		return "private key"
	case inspect.KindPublicKey:
		return "public key"
	}
	return "not readable"
}

func itemRows(source inspectSource, item inspect.Item, now time.Time) [][2]string {
	switch {
	case item.Certificate != nil:
		return certificateRows(item.Certificate, now)
	case item.Request != nil:
		return requestRows(item.Request)
	case item.CRL != nil:
		return crlRows(item.CRL, now)
	case item.Key != nil:
		return keyRows(source, item.Key)
	}
	rows := [][2]string{{"What", item.Unreadable.What}, {"Why", item.Unreadable.Error}}
	if len(item.Unreadable.Convert) > 0 {
		rows = append(rows, [2]string{"Convert", convertLine(source, item.Unreadable)})
	}
	return rows
}

func certificateRows(c *inspect.Certificate, now time.Time) [][2]string {
	var rows [][2]string
	add := func(label, value string) { rows = append(rows, [2]string{label, value}) }
	subject := orNone(c.Subject, "(empty)")
	if c.CA != nil {
		add("Subject", subject)
	}
	if c.CA == nil || len(c.Names) > 0 {
		add("Names", orNone(enumerated(c.Names), "none, so clients accept it for no host"))
	}
	add("Valid", inspect.Validity(c.NotBefore, c.NotAfter, now))
	add("Key", inspect.KeyWords(c.KeyType)+"; may "+c.Usage())
	if c.CA == nil {
		add("For", c.Purpose())
		add("Subject", subject)
	} else if len(c.ExtKeyUsage) > 0 {
		add("For", "certificates for "+c.Purpose())
	}
	add("Issuer", issuerWords(c))
	if c.CA != nil {
		add("CA", c.CA.Below())
		add("Permits", orNone(enumerated(c.CA.Permitted), "every name"))
		if len(c.CA.Excluded) > 0 {
			add("Excludes", enumerated(c.CA.Excluded))
		}
	}
	if len(c.OCSP)+len(c.CRLs) > 0 {
		add("Revocation", strings.Join(append(append([]string{}, c.OCSP...), c.CRLs...), ", "))
	}
	add("SHA-256", c.SHA256)
	add("Pin", c.SPKIPin)
	add("Serial", c.Serial)
	add("Signature", c.Signature)
	return rows
}

// shownNames is how many names of one thing are listed. Certificates of content
// networks have about a hundred.
const shownNames = 120

func enumerated(names []string) string {
	text := strings.Join(names[:min(len(names), shownNames)], ", ")
	if more := len(names) - shownNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func issuerWords(c *inspect.Certificate) string {
	switch {
	case c.SelfSigned:
		return "itself (self-signed)"
	case c.SignedBy > 0:
		return fmt.Sprintf("%s (number %d here)", c.Issuer, c.SignedBy)
	}
	return orNone(c.Issuer, "(empty)")
}

func requestRows(r *inspect.Request) [][2]string {
	signature := map[inspect.State]string{
		inspect.SignatureGood: "good", inspect.SignatureBad: "bad: another key made it, or the request was changed since",
		inspect.SignatureUnchecked: "not checked",
	}[r.State]
	rows := [][2]string{
		{"Names", orNone(enumerated(r.Names), "none")},
		{"Key", inspect.KeyWords(r.KeyType)},
		{"Subject", orNone(r.Subject, "(empty)")},
		{"Signature", r.Signature + ", " + signature},
	}
	if r.AsksForCA {
		rows = append(rows, [2]string{"Asks", "to become a CA (CA:TRUE), which devca issue refuses"})
	}
	return append(rows, [2]string{"Pin", r.SPKIPin})
}

func crlRows(l *inspect.CRL, now time.Time) [][2]string {
	issuer := orNone(l.Issuer, "(empty)")
	if l.SignedBy > 0 {
		issuer = fmt.Sprintf("%s (number %d here)", l.Issuer, l.SignedBy)
	}
	rows := [][2]string{
		{"Issuer", issuer},
		{"Made", inspect.Ago(l.ThisUpdate, now)},
		{"Next", inspect.Due(l.NextUpdate, now)},
		{"Number", orNone(l.Number, "none")},
		{"Signature", l.Signature},
		{"Revoked", orNone(strings.TrimPrefix(fmt.Sprint(l.Count), "0"), "nothing")},
	}
	for _, entry := range l.Entries {
		rows = append(rows, [2]string{"", entry.Time.Format(time.DateOnly) + "  " + entry.Serial + "  " + inspect.ReasonWords(entry.Reason)})
	}
	if more := l.Count - len(l.Entries); more > 0 {
		rows = append(rows, [2]string{"", fmt.Sprintf("and %d more", more)})
	}
	return rows
}

func keyRows(source inspectSource, k *inspect.Key) [][2]string {
	if k.Encrypted {
		return [][2]string{{"Key", "encrypted, so nothing more is known without its passphrase"}}
	}
	rows := [][2]string{{"Key", inspect.KeyWords(k.Type)}}
	if k.BelongsTo > 0 {
		name := "the request"
		if c := source.Items[k.BelongsTo-1].Certificate; c != nil {
			name = c.ShortName()
		}
		rows = append(rows, [2]string{"Belongs to", fmt.Sprintf("number %d here, %s", k.BelongsTo, name)})
	}
	if k.SPKIPin != "" {
		rows = append(rows, [2]string{"Pin", k.SPKIPin})
	}
	return rows
}

func orNone(text, none string) string {
	if text == "" {
		return none
	}
	return text
}

// entries prints labelled values, indented; a long value goes on below itself.
func (p *program) entries(rows [][2]string) {
	const label = 12
	for _, row := range rows {
		name := row[0]
		for _, line := range fillLines(ui.Clean(row[1]), p.streams.Width-label-2) {
			p.say("  %-*s%s", label, name, line)
			name = ""
		}
	}
}
