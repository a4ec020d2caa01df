package trust

import "strings"

// verdict is what trust settings say about a root for TLS.
type verdict string

const (
	unsettled verdict = "" // nothing
	settled   verdict = "trust"
	denied    verdict = "deny"
)

// readTrustSettings reads what "security dump-trust-settings" says about
// certificates of a name, which is all that it prints of them:
//
//	Cert 3: devca root 7f3a9c2e
//	   Number of trust settings : 2
//	   Trust Setting 0:
//	      Policy OID            : SSL
//	      Result Type           : kSecTrustSettingsResultTrustRoot
//
// No settings at all mean "always trust", a setting without a policy is for
// everything, one without a result trusts, and one for a host or a program is
// for these only (SecTrustSettings.h). "Never" wins.
func readTrustSettings(dump, name string) verdict {
	result := unsettled
	inside := false
	setting := trustSetting{}
	for line := range strings.Lines(dump) {
		line = strings.TrimRight(line, "\r\n")
		if header, title, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(header, "Cert ") {
			result = setting.addTo(result)
			inside, setting = title == name, trustSetting{}
			continue
		}
		key, value, _ := strings.Cut(line, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case !inside:
		case key == "Number of trust settings" && value == "0":
			result = trustSetting{begun: true}.addTo(result)
		case strings.HasPrefix(key, "Trust Setting "):
			result = setting.addTo(result)
			setting = trustSetting{begun: true}
		case key == "Policy OID":
			setting.elsewhere = setting.elsewhere || value != "SSL"
		case key == "Policy String", key == "Application":
			setting.elsewhere = true
		case key == "Result Type":
			setting.result = value
		}
	}
	return setting.addTo(result)
}

// trustSetting is one of the settings of a certificate.
type trustSetting struct {
	begun     bool
	elsewhere bool // it is for something else than TLS with any server
	result    string
}

// addTo gives the verdict of the settings so far and this one.
func (t trustSetting) addTo(so verdict) verdict {
	switch {
	case !t.begun || t.elsewhere || so == denied:
		return so
	case t.result == "kSecTrustSettingsResultDeny":
		return denied
	case t.result == "", t.result == "kSecTrustSettingsResultTrustRoot", t.result == "kSecTrustSettingsResultTrustAsRoot":
		return settled
	}
	return so
}
