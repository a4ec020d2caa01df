package diag

// NSS databases of browsers.
const (
	// NSSDamaged is a database that is truncated, or is none.
	NSSDamaged Code = "nss/damaged"
	// NSSBusy is a database that another program keeps locked.
	NSSBusy Code = "nss/busy"
	// NSSOwner is a database that this person may not read or change.
	NSSOwner Code = "nss/owner"
	// NSSReadOnly is a database on a read-only file system.
	NSSReadOnly Code = "nss/read-only"
	// NSSLegacy is a database of before 2018, in a format that no browser uses any more.
	NSSLegacy Code = "nss/legacy"
	// NSSUnknown is a database whose password is stored in a way that devca does not know.
	NSSUnknown Code = "nss/unknown-protection"
	// NSSCollision is a database with another certificate of the same issuer and serial number.
	NSSCollision Code = "nss/same-serial"
	// NSSHelper is a devca that could not run itself with other rights.
	NSSHelper Code = "nss/cannot-run-itself"
	// NSSImportOff is a Firefox that is told not to import the system's roots.
	NSSImportOff Code = "nss/import-off"
)
