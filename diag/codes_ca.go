package diag

// The authority and its directory.
const (
	// CANone means that there is no CA yet.
	CANone Code = "ca/none"
	// CADamaged is a CA directory whose files are missing, cut short or do not belong together.
	CADamaged Code = "ca/damaged"
	// CAExposed is a CA directory or key that other users can read or change.
	CAExposed Code = "ca/exposed"
	// CAForeign is a CA directory that belongs to another user.
	CAForeign Code = "ca/foreign-owner"
	// CAExpired is a CA whose own certificate has expired.
	CAExpired Code = "ca/expired"
	// CANoDir means that no place for the CA directory could be found or made.
	CANoDir Code = "ca/no-directory"
	// CAExists means that a CA is there already and the options are for making one.
	CAExists Code = "ca/exists"
	// CAImport is a certificate and key that cannot become this machine's CA.
	CAImport Code = "ca/import"
	// CAUnconstrained warns that a root may sign for every name.
	CAUnconstrained Code = "ca/unconstrained"
	// CAPermit is a name that cannot be permitted.
	CAPermit Code = "ca/permit"
	// CANoCRL is an imported CA that may not sign revocation lists.
	CANoCRL Code = "ca/no-crl"
	// CAPassphrase is a missing passphrase for a root key that is to be kept.
	CAPassphrase Code = "ca/passphrase"
)

// The ledger, and the files of issued certificates.
const (
	// LedgerDamaged is a line of the ledger that cannot be read.
	LedgerDamaged Code = "ledger/damaged"
	// LedgerNotFound means that no issued certificate has this name, file or serial number.
	LedgerNotFound Code = "ledger/not-found"
	// LedgerNoFile is a certificate to renew whose file is no longer there.
	LedgerNoFile Code = "ledger/no-file"
	// LedgerAmbiguous means that several certificates have this name.
	LedgerAmbiguous Code = "ledger/ambiguous"

	// FileExists is a file in the way that devca did not write.
	FileExists Code = "issue/file-exists"
	// IssueValidity is a length of life that clients refuse or that makes no sense.
	IssueValidity Code = "issue/validity"
	// IssueKeyMismatch is a renewal whose key file is missing or of another certificate.
	IssueKeyMismatch Code = "issue/key-mismatch"
)
