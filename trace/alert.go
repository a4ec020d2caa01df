package trace

import (
	"fmt"

	"devca/tlsparams"
)

// Alert is a side's word that something is wrong, or over (RFC 8446, 6).
type Alert struct {
	Fatal  bool
	Number uint8
}

// Closure says whether the alert only ends the connection in good order.
func (a *Alert) Closure() bool { return a.Number == alertCloseNotify || a.Number == alertUserCanceled }

// String is the alert's name and number.
func (a *Alert) String() string {
	return fmt.Sprintf("%s (%d)", tlsparams.AlertName(a.Number), a.Number)
}

const (
	alertCloseNotify         = 0
	alertUnexpectedMessage   = 10
	alertBadRecordMAC        = 20
	alertHandshakeFailure    = 40
	alertBadCertificate      = 42
	alertUnsupported         = 43
	alertRevoked             = 44
	alertExpired             = 45
	alertCertificateUnknown  = 46
	alertIllegalParameter    = 47
	alertUnknownCA           = 48
	alertAccessDenied        = 49
	alertDecodeError         = 50
	alertDecryptError        = 51
	alertProtocolVersion     = 70
	alertInsufficient        = 71
	alertInternal            = 80
	alertFallback            = 86
	alertUserCanceled        = 90
	alertNoRenegotiation     = 100
	alertMissingExtension    = 109
	alertUnrecognizedName    = 112
	alertBadStatus           = 113
	alertUnknownPSK          = 115
	alertCertificateRequired = 116
	alertNoALPN              = 120
)

// alertWords says what a side means by an alert. Both sides use the same numbers
// with other meanings, so the sender counts.
func alertWords(fromClient bool, number uint8) string {
	who, other := "the server", "the client"
	if fromClient {
		who, other = other, who
	}
	switch number {
	case alertCloseNotify:
		return who + " has nothing more to say and closes the connection in good order"
	case alertUserCanceled:
		return who + " gave the handshake up on its user's behalf"
	case alertBadRecordMAC, alertDecryptError:
		return who + " could not make sense of what is encrypted or signed: the two sides do not have the same keys, or somebody changed what was sent"
	case alertHandshakeFailure:
		return who + " found nothing in common with what " + other + " offers: suites, groups or kinds of signature"
	case alertProtocolVersion:
		return who + " speaks none of the versions that " + other + " offers"
	case alertInsufficient:
		return who + " wants stronger cryptography than " + other + " offers"
	case alertInternal:
		return who + " has a problem of its own; its log says which"
	case alertFallback:
		return who + " sees that " + other + " came back with an older version than it speaks, and does not go along"
	case alertNoRenegotiation:
		return who + " does not begin a second handshake on this connection"
	case alertNoALPN:
		return who + " speaks none of the application protocols that " + other + " offers"
	case alertUnrecognizedName:
		return who + " refused the name: it has no certificate for it"
	case alertUnknownPSK:
		return who + " does not know the pre-shared key that " + other + " means"
	case alertUnexpectedMessage, alertIllegalParameter, alertDecodeError, alertMissingExtension:
		return who + " found what it got against the protocol"
	}
	return certificateAlertWords(fromClient, who, other, number)
}

// certificateAlertWords knows the alerts about certificates.
func certificateAlertWords(fromClient bool, who, other string, number uint8) string {
	switch number {
	case alertUnknownCA:
		return who + " does not trust the authority that " + other + "'s certificate comes from"
	case alertCertificateUnknown:
		if fromClient {
			return who + " does not accept the server's certificate; most often its root is not trusted there"
		}
		return who + " does not accept the client's certificate"
	case alertBadCertificate, alertUnsupported:
		if !fromClient && number == alertBadCertificate {
			return who + " wants a client's certificate, or does not accept the one it got"
		}
		return who + " does not accept " + other + "'s certificate"
	case alertRevoked:
		return who + " knows " + other + "'s certificate as revoked"
	case alertExpired:
		return who + " finds " + other + "'s certificate expired or not valid yet by its clock"
	case alertAccessDenied:
		return who + " knows the certificate and does not let it in"
	case alertBadStatus:
		return who + " does not accept the stapled OCSP response"
	case alertCertificateRequired:
		return who + " does not go on without a client's certificate"
	}
	return who + " sent " + tlsparams.AlertName(number)
}
