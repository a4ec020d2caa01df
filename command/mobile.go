package command

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/internal/ui"
	"devca/mobile"
)

// maxServing keeps "for a while" from becoming a server that nobody remembers.
const maxServing = 24 * time.Hour

func (p *program) mobileCommand() *cli.Command {
	return &cli.Command{
		Name:  "mobile",
		Usage: "bring the root to phones: a QR code and a page in this network, for a few minutes",
		Description: `Serves the root's certificate, never a key, to devices in the same network and says on
the page what to tap on iOS and Android. Only who has the address finds it. It stops by
itself, or with Ctrl-C.

Examples:
  devca mobile
  devca mobile --for 1h --port 8000
  devca mobile --count 1
  devca mobile --addr 127.0.0.1 --port 8000    # then: adb reverse tcp:8000 tcp:8000

The network may be shared with strangers: before a device is told to trust the root,
compare the SHA-256 that the device shows with the one here.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "for", Value: "10m", Usage: "stop after this `TIME`"},
			&cli.IntFlag{Name: "count", Usage: "stop after `N` downloads; the exit status is 3 if there were fewer"},
			&cli.StringFlag{Name: "addr", Usage: "serve at this `IP` address of the machine only (default: all private ones)"},
			&cli.UintFlag{Name: "port", Usage: "serve on this `PORT` (default: a free one)"},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "mobile takes no names")
			}
			return p.mobile(c)
		},
	}
}

// mobileResult is the JSON answer, printed when serving begins.
type mobileResult struct {
	URLs          []string `json:"urls"` // the likeliest first
	Name          string   `json:"name"`
	SHA256        string   `json:"sha256"`
	Unconstrained bool     `json:"unconstrained"`
	Signed        bool     `json:"signed"` // the configuration profile
	Until         string   `json:"until"`
}

// mobileOptions are the flags.
type mobileOptions struct {
	limit     time.Duration
	count     int
	port      uint16
	addresses []mobile.Address
}

func (p *program) mobile(c *cli.Context) error {
	options, err := readMobile(c)
	if err != nil {
		return err
	}
	dir, err := p.openDir(c)
	if err != nil {
		return err
	}
	root, err := currentRoot(dir)
	if err != nil {
		return err
	}
	if time.Now().After(root.NotAfter) {
		return diag.New(diag.CAExpired, "the root expired on "+root.NotAfter.UTC().Format(time.DateOnly)).
			Fix("make a new one, have it trusted and re-issue everything", "devca ca rotate")
	}
	offer, err := p.mobileOffer(dir, root)
	if err != nil {
		return err
	}
	stop := p.interruptible(c)
	defer func() {
		stop()
		p.interrupted = false // Ctrl-C is a way to end this
	}()
	addresses := make([]netip.Addr, len(options.addresses))
	for i, address := range options.addresses {
		addresses[i] = address.IP
	}
	listeners, places, err := mobile.Listen(c.Context, addresses, options.port)
	if err != nil {
		return err
	}
	server := mobile.New(offer)
	server.Limit = options.count
	server.Seen = p.seen
	ctx, cancel := context.WithTimeout(c.Context, options.limit)
	defer cancel()
	if err := p.invite(server, offer, places, options); err != nil {
		return err
	}
	if err := server.Serve(ctx, listeners...); err != nil {
		return err
	}
	return p.endServing(c, server, options)
}

func readMobile(c *cli.Context) (mobileOptions, error) {
	var o mobileOptions
	var err error
	if o.limit, err = parseDuration("for", c.String("for")); err != nil {
		return o, err
	}
	switch {
	case o.limit <= 0 || o.limit > maxServing:
		return o, usage(c, "--for is more than nothing and at most a day")
	case c.IsSet("count") && c.Int("count") < 1:
		return o, usage(c, "--count is a number of downloads, 1 or more")
	case c.Uint("port") > 65535 || c.IsSet("port") && c.Uint("port") == 0:
		return o, usage(c, "--port is a number from 1 to 65535")
	}
	o.count, o.port = c.Int("count"), uint16(c.Uint("port"))
	if !c.IsSet("addr") {
		o.addresses, err = mobile.Addresses()
		return o, err
	}
	address, err := netip.ParseAddr(c.String("addr"))
	if err != nil || address.IsUnspecified() || address.Zone() != "" {
		return o, usage(c, "--addr is one IP address of this machine, such as 192.168.1.20")
	}
	o.addresses = []mobile.Address{{IP: address.Unmap()}}
	return o, nil
}

// mobileOffer gathers what is served, and warns of a root without limits.
func (p *program) mobileOffer(dir *ca.Dir, root *x509.Certificate) (mobile.Offer, error) {
	offer := mobile.Offer{
		Name: ui.Clean(nameOf(root)), SHA256: certs.Fingerprint(root.Raw),
		Permitted: strings.Join(root.PermittedDNSDomains, ", "), DER: root.Raw,
	}
	var err error
	if offer.PEM, err = ca.ExportRoot(root, "pem"); err != nil {
		return offer, err
	}
	if offer.Profile, offer.ProfileSigned, err = p.profile(dir, root); err != nil {
		return offer, err
	}
	if authority := (&ca.Authority{Root: root}); !authority.Constrained() {
		p.warn(unconstrained(authority))
	}
	return offer, nil
}

// invite says where the page is.
func (p *program) invite(server *mobile.Server, offer mobile.Offer, places []netip.AddrPort, options mobileOptions) error {
	urls := make([]string, len(places))
	for i, place := range places {
		urls[i] = server.URL(place)
	}
	if p.json {
		return p.result(mobileResult{
			URLs: urls, Name: offer.Name, SHA256: offer.SHA256, Unconstrained: offer.Permitted == "", Signed: offer.ProfileSigned,
			Until: time.Now().Add(options.limit).UTC().Format(time.RFC3339),
		})
	}
	p.say("Root certificate  %s", offer.Name)
	p.say("SHA-256           %s", mobile.Pairs(offer.SHA256))
	if err := p.drawQR(urls[0]); err != nil {
		return err
	}
	for i, url := range urls {
		label := "Address           "
		if i > 0 {
			label = "or                "
		}
		p.say("%s%s%s", label, url, p.via(places[i].Addr(), options))
	}
	p.note("Scan the code or type the address on a device in the same network. Compare the SHA-256 that")
	p.note("the device shows in the certificate's details before you switch it on.")
	p.note("Stops after %s, or with Ctrl-C.", words(options.limit))
	return nil
}

// via names the interface of an address, where there are several.
func (p *program) via(address netip.Addr, options mobileOptions) string {
	for _, candidate := range options.addresses {
		if candidate.IP == address && len(options.addresses) > 1 {
			return "  (" + ui.Clean(candidate.Interface) + ")"
		}
	}
	return ""
}

// drawQR shows the code on a terminal that can.
func (p *program) drawQR(url string) error {
	if !p.streams.OutTTY || p.streams.Getenv("TERM") == "dumb" {
		return nil
	}
	code, err := mobile.QR(url, p.streams.Width, p.streams.Color)
	if err != nil {
		return err
	}
	if code == "" {
		p.note("The terminal is too narrow for a QR code.")
		return nil
	}
	fmt.Fprint(p.streams.Out, "\n"+code+"\n")
	return nil
}

// seen reports who came.
func (p *program) seen(from netip.Addr, file string) {
	if file == "" {
		file = "the page"
	}
	p.note("%s fetched %s", from, file)
}

// endServing says why it is over.
func (p *program) endServing(c *cli.Context, server *mobile.Server, options mobileOptions) error {
	got := server.Downloads()
	reason := "Stopped after " + words(options.limit)
	switch {
	case options.count > 0 && got >= options.count:
		reason = "Done"
	case c.Err() != nil:
		reason = "Stopped"
	}
	plural := "s"
	if got == 1 {
		plural = ""
	}
	p.note("%s: %d download%s.", reason, got, plural)
	if got == 0 {
		p.note("If the device found nothing: is it in the same network, does that network keep devices apart (guest")
		p.note("networks do), and does this machine's firewall let it in?")
	}
	if options.count > got {
		return answer(ExitNo)
	}
	return nil
}

// words writes a length of time as people say it.
func words(d time.Duration) string {
	number, unit := int(d.Seconds()), "second"
	switch {
	case d%time.Hour == 0:
		number, unit = int(d.Hours()), "hour"
	case d%time.Minute == 0:
		number, unit = int(d.Minutes()), "minute"
	case d%time.Second != 0:
		return d.String()
	}
	if number != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", number, unit)
}
