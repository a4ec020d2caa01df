package explain

// Cause is what is wrong, whatever words a program has for it.
type Cause string

// The causes. docs/explain.md has the list; scripts may match them.
const (
	UntrustedRoot     Cause = "untrusted-root"     // the chain is whole, and its root is not among those trusted
	SelfSigned        Cause = "self-signed-leaf"   // the server's certificate signed itself
	IncompleteChain   Cause = "incomplete-chain"   // the server leaves the intermediate out
	StaleRoot         Cause = "stale-root"         // a trusted root has the issuer's name, and another key
	Expired           Cause = "expired"            //
	NotYetValid       Cause = "not-yet-valid"      //
	TooLong           Cause = "validity-too-long"  //
	WrongName         Cause = "wrong-name"         // the certificate is for other names
	NoSAN             Cause = "no-san"             // it has its name in the common name only, or nowhere
	Revoked           Cause = "revoked"            //
	RevocationUnknown Cause = "revocation-unknown" // nobody could say
	NameConstraint    Cause = "name-constraint"    // the CA may not issue for the name
	NotCA             Cause = "issuer-not-ca"      //
	CALeaf            Cause = "ca-used-as-leaf"    //
	WrongPurpose      Cause = "wrong-purpose"      // the extended key usage
	KeyUsage          Cause = "key-usage"          //
	PathLength        Cause = "path-length"        //
	WeakKey           Cause = "weak-key"           //
	WeakSignature     Cause = "weak-signature"     //
	BadForm           Cause = "bad-form"           // an extension is missing, unknown or malformed
	ReusedSerial      Cause = "reused-serial"      //
	Transparency      Cause = "transparency"       // no log entry for a public certificate
	Pinned            Cause = "pinned"             // a key that was pinned is not there
	HSTS              Cause = "hsts"               // the browser remembers that only HTTPS will do

	PlainHTTP       Cause = "plain-http"                // the port does not speak TLS
	HTTPToTLS       Cause = "http-to-tls"               // the client does not speak TLS, and the port does
	ProtocolVersion Cause = "protocol-version"          //
	Cipher          Cause = "cipher"                    // nothing in common
	ServerName      Cause = "server-name-unknown"       // the server has no certificate for the name asked for
	ALPN            Cause = "alpn"                      //
	ClientWanted    Cause = "client-certificate-wanted" //
	ClientRefused   Cause = "client-certificate-refused"
	ClientDistrusts Cause = "client-distrusts"   // seen by the server: the client refuses its certificate
	ClientLeft      Cause = "client-walked-away" // seen by the server: the client ended the handshake
	Handshake       Cause = "handshake-failed"   // the peer gave up and did not say why

	MissingCAFile   Cause = "missing-ca-file"      // a variable or option names a file that is not there
	BadCAFile       Cause = "unusable-ca-file"     // it is there, and holds no certificate that can be read
	MissingKeyFile  Cause = "missing-key-file"     // of a server or a client certificate
	UnreadableKey   Cause = "unreadable-key"       // permission, password or form
	KeyMismatch     Cause = "key-mismatch"         // the key is not the certificate's
	NoCertificate   Cause = "no-certificate"       // the server has none
	NotVerified     Cause = "verification-off"     // somebody switched the check off
	LegacyAlgorithm Cause = "legacy-algorithm"     // OpenSSL 3 no longer loads it
	StoreUnusable   Cause = "trust-store-unusable" //

	ConnectionRefused Cause = "connection-refused"
	NameNotResolved   Cause = "name-not-resolved"
	Timeout           Cause = "timeout"
	ConnectionBroken  Cause = "connection-broken" // in the middle, and nobody says why
	Proxy             Cause = "proxy"
)

// Area is what a cause is about, and how much it matters beside others.
type Area string

// The areas, the most telling first.
const (
	Settings    Area = "settings"    // of the client or the server; certificate errors follow from it
	Certificate Area = "certificate" //
	Protocol    Area = "protocol"    // TLS itself
	Connection  Area = "connection"  // no TLS was spoken
)

// About is what there is to say about a cause.
type About struct {
	Area Area
	What string // is wrong, in one sentence without full stop; {host} may stand in it
}

// causes has a line for each cause.
var causes = map[Cause]About{
	UntrustedRoot:     {Certificate, "the certificate leads to a root that this client does not trust"},
	SelfSigned:        {Certificate, "the server's certificate is signed by itself, not by a CA that this client trusts"},
	IncompleteChain:   {Certificate, "the server sends its certificate without the intermediate that leads to a trusted root"},
	StaleRoot:         {Certificate, "the certificate is signed by another key than that of the trusted CA of the same name"},
	Expired:           {Certificate, "a certificate has expired, or this machine's clock is ahead"},
	NotYetValid:       {Certificate, "a certificate is not valid yet, or this machine's clock is behind"},
	TooLong:           {Certificate, "the certificate is valid for longer than this client allows"},
	WrongName:         {Certificate, "the certificate is for other names than {host}"},
	NoSAN:             {Certificate, "the certificate names no host among its subject alternative names, and this client does not look elsewhere"},
	Revoked:           {Certificate, "the certificate has been revoked by its issuer"},
	RevocationUnknown: {Certificate, "this client wants to know whether the certificate was revoked, and nobody could tell it"},
	NameConstraint:    {Certificate, "the CA that issued the certificate may not issue for {host}"},
	NotCA:             {Certificate, "the certificate was issued by one that is not a CA's"},
	CALeaf:            {Certificate, "a CA's certificate is used as a server's"},
	WrongPurpose:      {Certificate, "the certificate is not for this purpose: its extended key usage says so"},
	KeyUsage:          {Certificate, "the certificate's key usage does not allow what TLS does with the key"},
	PathLength:        {Certificate, "a CA stands below one that allows none below it"},
	WeakKey:           {Certificate, "a key in the chain is too short for this client"},
	WeakSignature:     {Certificate, "a certificate in the chain is signed with an algorithm that this client no longer accepts"},
	BadForm:           {Certificate, "a certificate is not of the form that this client demands"},
	ReusedSerial:      {Certificate, "another certificate with the same issuer and serial number has been seen before"},
	Transparency:      {Certificate, "the certificate is in no public log, and comes from a root for which that is demanded"},
	Pinned:            {Certificate, "the server's key is not one of those that were pinned"},
	HSTS:              {Certificate, "the browser remembers that this site is to be reached by HTTPS only (HSTS)"},

	PlainHTTP:       {Protocol, "the port does not speak TLS: plain HTTP, or another protocol, answers there"},
	HTTPToTLS:       {Protocol, "somebody spoke plain HTTP to a port that speaks TLS"},
	ProtocolVersion: {Protocol, "client and server have no version of TLS in common"},
	Cipher:          {Protocol, "client and server have no cipher suite, group or signature algorithm in common"},
	ServerName:      {Protocol, "the server has no certificate for the name it was asked for (SNI)"},
	ALPN:            {Protocol, "client and server have no application protocol in common (ALPN)"},
	ClientWanted:    {Protocol, "the server wants a client's certificate, and got none"},
	ClientRefused:   {Protocol, "the server refuses the client's certificate"},
	ClientDistrusts: {Protocol, "the client does not trust this server's certificate, and said so"},
	ClientLeft:      {Protocol, "the client ended the handshake, most likely because it does not trust this server's certificate"},
	Handshake:       {Protocol, "the other side ended the handshake without telling why"},

	MissingCAFile:   {Settings, "a setting names a file of CA certificates that is not there"},
	BadCAFile:       {Settings, "a setting names a file of CA certificates in which none can be read"},
	MissingKeyFile:  {Settings, "the file of a certificate or key is not there"},
	UnreadableKey:   {Settings, "a private key or certificate cannot be read: permission, password or form"},
	KeyMismatch:     {Settings, "the private key does not belong to the certificate"},
	NoCertificate:   {Settings, "the server has no certificate to show"},
	NotVerified:     {Settings, "certificates are not checked at all here: somebody switched it off"},
	LegacyAlgorithm: {Settings, "a file uses an algorithm that OpenSSL 3 no longer loads by itself"},
	StoreUnusable:   {Settings, "a trust store cannot be opened"},

	ConnectionRefused: {Connection, "nothing listens on the port"},
	NameNotResolved:   {Connection, "the host name has no address"},
	Timeout:           {Connection, "the other side did not answer in time"},
	ConnectionBroken:  {Connection, "the connection broke off in the middle: the other side, or something between, ended it"},
	Proxy:             {Connection, "a proxy stands between client and server, and fails or refuses"},
}

// About gives what there is to say about a cause.
func (c Cause) About() About { return causes[c] }

// Known says whether it is a cause of the list.
func (c Cause) Known() bool { _, ok := causes[c]; return ok }
