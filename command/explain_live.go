package command

import (
	"errors"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/explain"
	"devca/verify"
)

const liveTimeout = 10 * time.Second

// liveCauses is what a server showed when it was asked.
type liveCauses struct {
	Server   string          `json:"server"`
	Causes   []explain.Cause `json:"causes"`   // the gravest first
	Findings []diag.Finding  `json:"findings"` // of devca verify, those that have a cause
}

// causeOf says which cause a finding of verify or dial is.
var causeOf = map[diag.Code]explain.Cause{
	"verify/unknown-issuer": explain.UntrustedRoot, "verify/unknown-root": explain.UntrustedRoot, "verify/not-in-store": explain.UntrustedRoot,
	"verify/incomplete-chain": explain.IncompleteChain, "verify/self-signed": explain.SelfSigned, "verify/anchor-is-leaf": explain.SelfSigned,
	"verify/signature-mismatch": explain.StaleRoot, "verify/broken-signature": explain.StaleRoot, "verify/authority-key-mismatch": explain.StaleRoot,
	"verify/expired": explain.Expired, "verify/anchor-expired": explain.Expired, "verify/not-yet-valid": explain.NotYetValid, "verify/anchor-not-yet-valid": explain.NotYetValid,
	"verify/validity-too-long": explain.TooLong, "verify/name-mismatch": explain.WrongName, "verify/no-alternative-name": explain.NoSAN, "verify/no-alternative-address": explain.NoSAN,
	"verify/wildcard-top-level": explain.WrongName, "verify/wildcard-partial": explain.WrongName, "verify/wildcard-public-suffix": explain.WrongName,
	"verify/constraint-violated": explain.NameConstraint, "verify/anchor-constraint-violated": explain.NameConstraint, "verify/issuer-not-ca": explain.NotCA, "verify/anchor-not-ca": explain.NotCA,
	"verify/leaf-is-ca": explain.CALeaf, "verify/wrong-purpose": explain.WrongPurpose, "verify/issuer-purpose": explain.WrongPurpose, "verify/key-usage": explain.KeyUsage,
	"verify/path-length": explain.PathLength, "verify/weak-rsa": explain.WeakKey, "verify/issuer-weak-rsa": explain.WeakKey, "verify/weak-signature": explain.WeakSignature,
	"verify/revoked-staple": explain.Revoked, "verify/revoked-ocsp": explain.Revoked, "verify/revoked-crl": explain.Revoked, "verify/must-staple": explain.RevocationUnknown,
	"verify/staple-unusable": explain.RevocationUnknown, "verify/no-authority-key": explain.BadForm, "verify/unknown-critical": explain.BadForm, "verify/negative-serial": explain.BadForm,
	"verify/unreadable": explain.BadForm, "verify/empty-subject": explain.BadForm, "verify/reused-serial": explain.ReusedSerial,
	"verify/old-tls": explain.ProtocolVersion, diag.VerifyClientWanted: explain.ClientWanted, diag.VerifyClientRefused: explain.ClientRefused, diag.VerifyHandshake: explain.KeyMismatch,
	diag.DialNoHost: explain.NameNotResolved, diag.DialUnreachable: explain.ConnectionRefused, diag.DialTimeout: explain.Timeout, diag.DialPlainHTTP: explain.PlainHTTP,
	diag.DialNotTLS: explain.PlainHTTP, diag.DialRefused: explain.Handshake, diag.DialSTARTTLS: explain.PlainHTTP, diag.DialProxy: explain.Proxy,
}

// askLive asks a server as devca verify does. That it cannot be reached is an
// answer, too.
func (p *program) askLive(c *cli.Context, address string) (*liveCauses, error) {
	timeout := c.Duration("timeout")
	if timeout <= 0 {
		return nil, usage(c, "--timeout must be longer than nothing")
	}
	live := &liveCauses{Server: address, Causes: []explain.Cause{}, Findings: []diag.Finding{}}
	options := &verifyOptions{clients: verify.Everyone, usage: verify.Server, timeout: timeout}
	judged, err := p.judgeServer(c, options, p.newGround(c, options), address)
	if failure, ok := errors.AsType[*diag.Error](err); ok && causeOf[failure.Code] != "" {
		live.add(findingWithCause(failure))
		return live, nil
	}
	if err != nil {
		return nil, err
	}
	findings := judged.findings()
	slices.SortStableFunc(findings, diag.BySeverity)
	for _, finding := range findings {
		if finding.Severity != diag.SeverityNotice {
			live.add(finding)
		}
	}
	return live, nil
}

func (l *liveCauses) add(finding diag.Finding) {
	cause := causeOf[finding.Code]
	if cause == "" {
		return
	}
	l.Findings = append(l.Findings, finding)
	if !slices.Contains(l.Causes, cause) {
		l.Causes = append(l.Causes, cause)
	}
}

// settle lets what the server showed decide between the causes that a text may
// have. Without a text, the server's failures are the answer.
func settle(matches []explain.Match, live *liveCauses) []explain.Match {
	if len(matches) == 0 {
		for _, cause := range live.Causes {
			matches = append(matches, explain.FromCause(cause, live.Server))
		}
		return matches
	}
	for i := range matches {
		for _, cause := range live.Causes {
			if slices.Contains(matches[i].Causes, cause) {
				matches[i] = matches[i].Settled(cause)
				break
			}
		}
	}
	return matches
}
