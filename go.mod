module devca

go 1.26.8

// Other clients take certificates with a negative serial number; to say so, devca has to read them.
godebug x509negativeserial=1

require (
	github.com/boombuler/barcode v1.1.0 // QR codes (mobile)
	github.com/coder/websocket v1.8.15 // tests: WebDriver BiDi, the language of Firefox's remote control
	github.com/rogpeppe/go-internal v1.16.0 // locks on files, on every system (lockedfile); tests: scripts (testscript)
	github.com/segmentio/encoding v0.5.4 // reads a ledger of 100,000 lines several times as fast as encoding/json
	github.com/smallstep/pkcs7 v0.2.3 // signs configuration profiles (CMS)
	github.com/smallstep/truststore v0.13.0 // trust settings of the System keychain on macOS
	github.com/tailscale/hujson v0.0.0-20260727124030-b80ff77dac4f // browsers' policy files, changed without touching the rest of them
	github.com/urfave/cli/v2 v2.27.7 // the command line
	github.com/xrash/smetrics v0.0.0-20240521201337-686a1a2994c1 // "did you mean"; comes with urfave/cli anyway
	github.com/youmark/pkcs8 v0.0.0-20240726163527-a2c0da244d78 // keys under a passphrase (--keep-root-key): PBES2, which the standard library lacks
	go.yaml.in/yaml/v3 v3.0.5 // tests: reads what ca export --format k8s and docker write
	golang.org/x/crypto v0.58.0 // cryptobyte: ASN.1 and handshakes, parsed strictly; tests: ocsp
	golang.org/x/net v0.61.0 // idna: internationalised names to A-labels; netutil: a bound on connections (mobile); proxy: SOCKS (dial); tests: html, a judge
	golang.org/x/sys v0.49.0 // files without a name on Linux (O_TMPFILE, linkat); stores of certificates on Windows (crypt32)
	golang.org/x/term v0.47.0 // width of the terminal; passphrases without echo
	howett.net/plist v1.0.0 // Apple's configuration profiles (ca export --format mobileconfig)
	modernc.org/sqlite v1.62.0 // NSS databases of browsers (nssdb), without C
	software.sslmate.com/src/go-pkcs12 v0.7.4 // PKCS#12 files, modern and legacy, and Java trust stores
)

require (
	github.com/cpuguy83/go-md2man/v2 v2.0.7 // indirect
	github.com/dustin/go-humanize v1.1.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/ncruces/go-strftime v1.1.0 // indirect
	github.com/pavlo-v-chernykh/keystore-go/v4 v4.5.0 // Java's JKS stores
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/russross/blackfriday/v2 v2.1.0 // indirect
	github.com/segmentio/asm v1.1.3 // indirect
	golang.org/x/text v0.43.0 // indirect
	golang.org/x/tools v0.52.0 // indirect
	modernc.org/libc v1.80.1 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)
