package diag

// Trust stores.
const (
	// TrustNoStore is a machine on which no trust store was found.
	TrustNoStore Code = "trust/no-store"
	// TrustNoRoot is a question about a root that was not made yet.
	TrustNoRoot Code = "trust/no-root"
	// TrustNeedsRoot is a store of the system that this user may not change.
	TrustNeedsRoot Code = "trust/needs-root"
	// TrustStoreFailed is a program that failed to change a store.
	TrustStoreFailed Code = "trust/store-failed"
	// TrustUnreadable is a store that is there and cannot be read.
	TrustUnreadable Code = "trust/unreadable"
	// TrustUnsupported is a system whose store devca cannot change.
	TrustUnsupported Code = "trust/unsupported"
	// TrustNotTrusted is a store that does not trust the root after the installation.
	TrustNotTrusted Code = "trust/not-trusted"
	// TrustStillTrusted is a store that still has the root after the removal.
	TrustStillTrusted Code = "trust/still-trusted"
	// TrustPassword is an NSS database with a primary password.
	TrustPassword Code = "trust/primary-password"
	// TrustNoProfile is a Firefox that was never started and has no store yet.
	TrustNoProfile Code = "trust/no-profile"
	// TrustJavaHome is a JAVA_HOME in which there is no Java.
	TrustJavaHome Code = "trust/java-home"
	// TrustFollows is a store that only changes when another one does.
	TrustFollows Code = "trust/follows"
	// TrustJournal is a journal that cannot be read or written.
	TrustJournal Code = "trust/journal"
	// TrustPurge is a deletion that nobody confirmed.
	TrustPurge Code = "trust/purge-unconfirmed"
)
