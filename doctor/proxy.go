package doctor

import (
	"cmp"
	"net"
	"net/url"
	"runtime"
	"slices"
	"strings"

	"devca/diag"
	"devca/explain"
)

// proxied blames a variable that sends programs to a proxy which did not bring them
// further, where the server itself answers: what a client says of it ("connection
// refused") sounds as if the server were meant.
func (e *exam) proxied(c *complaint) bool {
	meant := slices.Contains([]explain.Cause{explain.ConnectionRefused, explain.NameNotResolved, explain.Timeout, explain.Proxy}, c.meant)
	if !meant || browser(c.client) || slices.Contains([]string{"node", "java", "php"}, c.client) { // these read no such variable
		return false
	}
	if j, err := e.judgement(); err != nil || e.target == nil || j.Failure != nil {
		return false
	}
	variable, proxy := e.proxy()
	if variable == "" {
		return false
	}
	c.cause = variable + " names the proxy " + proxy + ", which does not lead to " + e.target.Host
	c.fixes = []diag.Fix{{Do: "have programs go there without it", Run: e.aroundProxy()}}
	return true
}

// proxy is the variable that names a proxy for the target; empty: none does. The small
// letters count first, as curl and Python have it.
func (e *exam) proxy() (variable, proxy string) {
	get := e.Machine.Getenv
	for entry := range strings.SplitSeq(cmp.Or(get("no_proxy"), get("NO_PROXY")), ",") {
		host, _, err := net.SplitHostPort(entry)
		if err != nil {
			host = entry
		}
		host = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(host), "*"), ".")
		if entry == "*" || host != "" && (strings.EqualFold(host, e.target.Host) || strings.HasSuffix(strings.ToLower(e.target.Host), "."+strings.ToLower(host))) {
			return "", ""
		}
	}
	for _, variable := range []string{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"} {
		value := get(variable)
		if value == "" {
			continue
		}
		if !strings.Contains(value, "://") {
			value = "http://" + value
		}
		if parsed, err := url.Parse(value); err == nil {
			return variable, parsed.Host // without a password
		}
	}
	return "", ""
}

// aroundProxy is the command that adds the target to the names that are reached
// directly. Wget reads the variable in small letters alone.
func (e *exam) aroundProxy() string {
	get := e.Machine.Getenv
	value := e.target.Host
	if before := cmp.Or(get("no_proxy"), get("NO_PROXY")); before != "" {
		value = before + "," + value
	}
	if runtime.GOOS == "windows" {
		return diag.Export("NO_PROXY", value)
	}
	return "export " + diag.CommandLine("no_proxy="+value, "NO_PROXY="+value)
}
