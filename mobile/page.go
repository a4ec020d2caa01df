package mobile

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"strings"
)

// device is the kind of device that asks.
type device int

const (
	unknown device = iota
	apple
	android
)

// deviceOf reads the User-Agent. An iPad calls itself a Macintosh; either
// installs the profile.
func deviceOf(agent string) device {
	for _, word := range []string{"iPhone", "iPad", "iPod", "Macintosh"} {
		if strings.Contains(agent, word) {
			return apple
		}
	}
	if strings.Contains(agent, "Android") {
		return android
	}
	return unknown
}

const style = `body{font:17px/1.5 system-ui,sans-serif;margin:0 auto;max-width:38em;padding:1em;color:#111;background:#fff}
h1{font-size:1.3em}h2,summary{font-size:1.1em;font-weight:600;margin-top:1.4em}li{margin:.4em 0}
a.get{display:inline-block;padding:.6em 1em;border-radius:.5em;background:#0a58ca;color:#fff;text-decoration:none}
code{font:15px/1.6 ui-monospace,monospace;overflow-wrap:anywhere}pre{overflow-x:auto;background:#f3f3f3;padding:.6em}
.warn{border-left:.3em solid #b02a37;padding:.2em .8em}
@media(prefers-color-scheme:dark){body{color:#eee;background:#111}pre{background:#222}a{color:#8ab4f8}}`

// styleHash lets this one style through the page's own policy (CSP level 2, 2.3.3).
func styleHash() string {
	sum := sha256.Sum256([]byte(style))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

const pageHead = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width"/>
<title>Trust a development root</title><style>` + style + `</style></head><body>
<h1>Let this device trust %[1]s</h1>
<p>After that it accepts the certificates that this development CA has issued. Take it out again when you no longer need it.</p>
%[2]s
<p>SHA-256 fingerprint:<br/><code>%[3]s</code></p>
<p>Compare it with the one in the terminal. This page came over an unprotected connection: what counts is the fingerprint that
the device itself shows in the certificate's details before you switch it on.</p>
`

const pageApple = `<ol>
<li><a class="get" href="%[1]s/root.mobileconfig">Download the profile</a><br/>in Safari, and tap <b>Allow</b>.</li>
<li>Open <b>Settings</b>, tap <b>Profile Downloaded</b> at the top (or General &rsaquo; VPN &amp; Device Management), then <b>Install</b>.
%[2]s More Details shows the certificate and its fingerprint.</li>
<li>Settings &rsaquo; General &rsaquo; About &rsaquo; <b>Certificate Trust Settings</b>: switch the root on.</li>
</ol>
<p>On a Mac, open the downloaded profile, then System Settings &rsaquo; General &rsaquo; Device Management.
To take the root out again, remove the profile at the same place.</p>
`

const pageAndroid = `<ol>
<li><a class="get" href="%[1]s/root.crt">Download the certificate</a></li>
<li>Open <b>Settings &rsaquo; Security</b> (&amp; privacy) &rsaquo; (More security settings &rsaquo;) <b>Encryption &amp; credentials</b> &rsaquo;
<b>Install a certificate</b> &rsaquo; <b>CA certificate</b> &rsaquo; Install anyway, and choose devca-root.crt.</li>
<li>Trusted credentials &rsaquo; User shows it with its fingerprint; there it can be removed again, too.</li>
</ol>
<p>Chrome trusts it at once. Firefox: Settings &rsaquo; About Firefox, tap the logo five times, then Settings &rsaquo; Secret Settings &rsaquo; Use third
party CA certificates. Apps trust it only if they say so, in res/xml/network_security_config.xml, which the manifest's
android:networkSecurityConfig names:</p>
<pre>&lt;network-security-config&gt;
  &lt;debug-overrides&gt;
    &lt;trust-anchors&gt;
      &lt;certificates src="user" /&gt;
    &lt;/trust-anchors&gt;
  &lt;/debug-overrides&gt;
&lt;/network-security-config&gt;</pre>
`

const pageFoot = `<p>Other forms: <a href="%[1]s/root.crt">DER</a>, <a href="%[1]s/root.pem">PEM</a>, <a href="%[1]s/root.mobileconfig">profile</a>.
This page goes away in a few minutes.</p>
</body></html>
`

// page renders the instructions: those for the device that asks in full, the
// others folded away, all on the page for those who are taken for something else.
func (o Offer) page(base string, asks device) []byte {
	limits := "It may sign for names in " + html.EscapeString(o.Permitted) + ", and for IP addresses."
	if o.Permitted == "" {
		limits = `<b>This root has no limits:</b> whoever has its key can imitate any site to this device, your bank's, too.`
	}
	signed := "The profile is not signed, and the device says so."
	if o.ProfileSigned {
		signed = "The profile is called not verified, as this device does not know its signer yet."
	}
	class := "note"
	if o.Permitted == "" {
		class = "warn"
	}
	var b strings.Builder
	fmt.Fprintf(&b, pageHead, html.EscapeString(o.Name), fmt.Sprintf(`<p class="%s">%s</p>`, class, limits), html.EscapeString(Pairs(o.SHA256)))
	ios, droid := fmt.Sprintf(pageApple, base, signed), fmt.Sprintf(pageAndroid, base)
	section := func(title, text string, open bool) {
		state := ""
		if open {
			state = ` open=""`
		}
		fmt.Fprintf(&b, "<details%s><summary>%s</summary>\n%s</details>\n", state, title, text)
	}
	first := func() { section("iPhone and iPad", ios, asks != android) }
	second := func() { section("Android", droid, asks != apple) }
	if asks == android {
		first, second = second, first
	}
	first()
	second()
	fmt.Fprintf(&b, pageFoot, base)
	return []byte(b.String())
}

// Pairs writes a fingerprint as phones show it: pairs of capital digits.
func Pairs(sum string) string {
	var pairs []string
	for sum = strings.ToUpper(sum); len(sum) > 2; sum = sum[2:] {
		pairs = append(pairs, sum[:2])
	}
	return strings.Join(append(pairs, sum), " ")
}
