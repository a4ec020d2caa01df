package diag

// What doctor finds beside what the other rooms say.
const (
	// DoctorClock is a clock that cannot be right.
	DoctorClock Code = "doctor/clock"
	// DoctorOtherClock is a clock that programs are shown instead of the machine's.
	DoctorOtherClock Code = "doctor/other-clock"
	// DoctorAccount is a CA or a store of another account than the person's.
	DoctorAccount Code = "doctor/other-account"
	// DoctorNotTrusted is a store that does not trust the root.
	DoctorNotTrusted Code = "doctor/not-trusted"
	// DoctorHalfInstalled is an installation or removal that was killed.
	DoctorHalfInstalled Code = "doctor/half-installed"
	// DoctorSameName is a second root of the same name, with another key.
	DoctorSameName Code = "doctor/same-name"
	// DoctorStaleRoot is an earlier root of this CA that is still trusted.
	DoctorStaleRoot Code = "doctor/stale-root"
	// DoctorEarlierRoot is a server whose certificate is of an earlier root of this CA.
	DoctorEarlierRoot Code = "doctor/earlier-root"
	// DoctorForeignRoot is a development root of another tool.
	DoctorForeignRoot Code = "doctor/foreign-root"
	// DoctorHidden is a browser's database that another one hides.
	DoctorHidden Code = "doctor/hidden-database"
	// DoctorVariable is a variable that names a file that is not there, or lacks the root.
	DoctorVariable Code = "doctor/variable"
	// DoctorSetting is a setting of a program that gets in the way.
	DoctorSetting Code = "doctor/setting"
	// DoctorLeafExpired is an issued certificate that has expired, or is about to.
	DoctorLeafExpired Code = "doctor/leaf-expired"
	// DoctorAuthorityExpires is a root or issuing CA that is about to expire.
	DoctorAuthorityExpires Code = "doctor/authority-expires"
	// DoctorHosts is an entry of the hosts file that leads elsewhere.
	DoctorHosts Code = "doctor/hosts"
	// DoctorName is a name that the system's resolver does not know.
	DoctorName Code = "doctor/name-unknown"
	// DoctorPort is a port that is taken, or may not be used.
	DoctorPort Code = "doctor/port"
	// DoctorKeyAccess is a key of a server's certificate that is open to others.
	DoctorKeyAccess Code = "doctor/key-open"
	// DoctorClient is a client of this machine that does not connect.
	DoctorClient Code = "doctor/client-refuses"
	// DoctorCommand is a command that failed.
	DoctorCommand Code = "doctor/command-failed"
	// DoctorNotConfirmed is --fix without anybody's consent.
	DoctorNotConfirmed Code = "doctor/not-confirmed"
	// DoctorUnread is a question that could not be answered.
	DoctorUnread Code = "doctor/unread"
	// DoctorPage is the report as a page that cannot be written.
	DoctorPage Code = "doctor/page"
)
