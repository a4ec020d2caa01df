package diag

// What keeps a client away, seen from the server's end.
const (
	// ObserveUntrusted is a client that does not trust the root.
	ObserveUntrusted Code = "observe/untrusted-root"
	// ObserveSilent is a client that went after the handshake without a word.
	ObserveSilent Code = "observe/left-silently"
	// ObserveEarly is a client that went before it knew the server's answer.
	ObserveEarly Code = "observe/left-early"
	// ObserveName is a certificate that is not for the name that was asked for.
	ObserveName Code = "observe/wrong-name"
	// ObserveValidity is a certificate that is not valid now.
	ObserveValidity Code = "observe/not-valid-now"
	// ObserveRevoked is a certificate that the client knows as revoked.
	ObserveRevoked Code = "observe/revoked"
	// ObserveNothingInCommon is a client that has no version, suite or group of the server's.
	ObserveNothingInCommon Code = "observe/nothing-in-common"
	// ObserveALPN is a client that has no application protocol of the server's.
	ObserveALPN Code = "observe/no-common-protocol"
	// ObservePlain is a client that speaks HTTP where TLS is expected.
	ObservePlain Code = "observe/plain-http"
	// ObserveNotTLS is a client that speaks something else.
	ObserveNotTLS Code = "observe/not-tls"
	// ObserveSlow is a client that did not end its handshake in time.
	ObserveSlow Code = "observe/too-slow"
	// ObserveNoCertificate is a name that there is no certificate for.
	ObserveNoCertificate Code = "observe/no-certificate"
	// ObserveClientAlert is a client that ended the handshake for another reason.
	ObserveClientAlert Code = "observe/client-alert"
	// ObserveServerAlert is a server that ended the handshake.
	ObserveServerAlert Code = "observe/server-alert"
	// ObserveOnward is a server behind this one that cannot be reached.
	ObserveOnward Code = "observe/nobody-behind"
	// ObserveNoKeys is a connection whose keys are not in the key log.
	ObserveNoKeys Code = "observe/no-keys"
	// ObserveAddress is an address that cannot be listened at.
	ObserveAddress Code = "observe/address"
	// ObserveCertificate is a certificate or key that cannot be shown.
	ObserveCertificate Code = "observe/certificate"
	// ObserveKeyLog is a key log that cannot be read.
	ObserveKeyLog Code = "observe/key-log"
)
