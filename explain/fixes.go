package explain

import "devca/diag"

// fixes are the ways out of a cause, for anybody; devca explain puts those in
// front that it found to be right for this machine. ROOT stands for devca's root.
func fixes(m Match) []diag.Fix {
	switch m.Cause {
	case UntrustedRoot:
		return []diag.Fix{{Do: "have the root trusted by this machine's stores", Run: "devca install"}, {Do: "or run the program with the root", Run: "devca exec -- COMMAND"}}
	case SelfSigned:
		return []diag.Fix{{Do: "replace it by one of a CA's", Run: "devca issue " + orName(m.Host)}}
	case Expired, NotYetValid, TooLong:
		return []diag.Fix{{Do: "renew it; for devca's certificates", Run: "devca renew --all"}}
	case WrongName, NoSAN, NameConstraint:
		return []diag.Fix{{Do: "issue one for the name", Run: "devca issue " + orName(m.Host)}}
	}
	return nil
}

func orName(host string) string {
	if host == "" {
		return "NAME"
	}
	return host
}
