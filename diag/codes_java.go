package diag

// Java's trust stores.
const (
	// JavaPassword is a trust store with a password that is not the usual one.
	JavaPassword Code = "java/password"
	// JavaDamaged is a trust store that is cut off or no trust store at all.
	JavaDamaged Code = "java/damaged"
	// JavaFormat is a trust store of a format that is not supported.
	JavaFormat Code = "java/format"
	// JavaKeytool is a store that only keytool changes, and keytool failed.
	JavaKeytool Code = "java/keytool"
	// JavaReadOnly is a Java on a read-only file system.
	JavaReadOnly Code = "java/read-only"
)
