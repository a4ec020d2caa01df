package command

import (
	"encoding/pem"
	"math/big"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
)

func (p *program) revokeCommand() *cli.Command {
	return &cli.Command{
		Name:      "revoke",
		Usage:     "record that a certificate is not to be trusted any more",
		ArgsUsage: "FILE|NAME|SERIAL...",
		Description: "Examples:\n  devca revoke app.test\n  devca revoke localhost+2.pem --reason keyCompromise\n\n" +
			"No browser and hardly a client asks about certificates of a local CA; servers that check\n" +
			"client certificates do, with the list that devca ca crl writes.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "reason", Value: "unspecified", Usage: "`WHY`, as RFC 5280 names it: " + strings.Join(ca.Reasons(), ", ")},
		},
		Action:       p.revoke,
		BashComplete: p.completeNames,
	}
}

// revokeResult is the JSON answer of revoke.
type revokeResult struct {
	Revoked []entryResult `json:"revoked"`
	Reason  string        `json:"reason"`
}

func (p *program) revoke(c *cli.Context) error {
	if !c.Args().Present() {
		return usage(c, "say which certificate: a file, a name or a serial number")
	}
	reason, err := ca.ParseReason(c.String("reason"))
	if err != nil {
		return err
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	ledger, err := dir.Ledger()
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Second)
	var entries []ca.Entry
	for _, text := range c.Args().Slice() {
		e, err := ledger.Find(text, now)
		if err != nil {
			return err
		}
		entries = append(entries, e)
	}
	if err := dir.Revoke(entries, reason, now); err != nil {
		return err
	}
	result := revokeResult{Revoked: []entryResult{}, Reason: c.String("reason")}
	for _, e := range entries {
		if e.RevokedAt.IsZero() {
			e.RevokedAt = now
		}
		result.Revoked = append(result.Revoked, describeEntry(e, now))
	}
	if p.json {
		return p.result(result)
	}
	for _, e := range result.Revoked {
		p.say("Revoked %s  (serial %s)", strings.Join(e.Names, ", "), e.Serial)
	}
	p.note("Servers that check client certificates learn it from a list. Next: devca ca crl --out devca.crl")
	return nil
}

func (p *program) caCRLCommand() *cli.Command {
	return &cli.Command{
		Name:        "crl",
		Usage:       "sign the list of revoked certificates (CRL)",
		Description: "Examples:\n  devca ca crl --out devca.crl\n  devca ca crl --days 7 --format der --out devca.crl.der\n\nEvery list has a higher number than the one before. In PEM form the root's own list, which\nis empty, follows: nginx and HAProxy want one of every CA in the chain. For nginx:\n  ssl_client_certificate chain.pem;  # root.pem and the issuing CA\n  ssl_crl devca.crl;",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Value: "-", Usage: "`FILE` to write, - for standard output"},
			&cli.StringFlag{Name: "format", Value: "pem", Usage: "`FORM` of the list: pem, der"},
			&cli.IntFlag{Name: "days", Value: 30, Usage: "`N` days until the next list is due"},
		},
		Action: p.caCRL,
	}
}

// crlResult is the JSON answer of ca crl.
type crlResult struct {
	Path       string    `json:"path"`
	Number     *big.Int  `json:"number"`
	ThisUpdate time.Time `json:"this_update"`
	NextUpdate time.Time `json:"next_update"`
	Revoked    int       `json:"revoked"`
}

func (p *program) caCRL(c *cli.Context) error {
	out, format, days := c.String("out"), c.String("format"), c.Int("days")
	switch {
	case c.Args().Present():
		return usage(c, "ca crl takes no names")
	case format != "pem" && format != "der":
		return usage(c, "--format %q is unknown: choose pem, der", format)
	case days < 1 || days > 3650:
		return usage(c, "--days %d is not between 1 and 3650", days)
	case p.json && out == "-":
		return usage(c, "--json and the list itself cannot both go to standard output: add --out FILE")
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	authority, err := dir.Open()
	if err != nil {
		return err
	}
	list, err := dir.RevocationList(authority, time.Now(), time.Duration(days)*24*time.Hour)
	if err != nil {
		return err
	}
	data := list.Raw
	if format == "pem" {
		ofRoot, err := dir.RootRevocationList(authority)
		if err != nil {
			return err
		}
		data = append(pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: list.Raw}), ofRoot...)
	}
	if err := p.writeOut(c, out, data, false, format == "der"); err != nil {
		return err
	}
	if p.json {
		return p.result(crlResult{
			Path: out, Number: list.Number, ThisUpdate: list.ThisUpdate.UTC(), NextUpdate: list.NextUpdate.UTC(),
			Revoked: len(list.RevokedCertificateEntries),
		})
	}
	if out != "-" {
		p.say("Revocation list  %s  (number %s, %d revoked, next due %s)", out, list.Number, len(list.RevokedCertificateEntries), until(list.NextUpdate))
	}
	return nil
}
