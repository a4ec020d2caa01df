package command

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/dial"
	"devca/doctor"
	"devca/verify"
	"devca/web"
)

// serverJudge is devca verify, for doctor.
func (p *program) serverJudge(c *cli.Context) func(context.Context, string) (*doctor.Judgement, error) {
	return func(_ context.Context, name string) (*doctor.Judgement, error) {
		target, err := dial.ParseTarget(name)
		if err != nil {
			return nil, err
		}
		o := &verifyOptions{targets: []string{name}, clients: verify.Everyone, usage: verify.Server, timeout: c.Duration("timeout")}
		judged, err := p.judgeServer(c, o, p.newGround(c, o), name)
		if err != nil {
			if _, explained := errors.AsType[*diag.Error](err); !explained {
				return nil, err
			}
			return doctor.NotReached(err), nil
		}
		j := &doctor.Judgement{
			Findings: judged.findings(), Accepted: !judged.refused(), Version: judged.live.Version,
			ServerTime: func(ctx context.Context) time.Time { return serverTime(ctx, target) },
		}
		if anchor := judged.report.Anchor; anchor != nil {
			j.Anchored, j.Root, j.Source = true, anchor.Certificate, anchor.Source
		}
		for _, certificate := range judged.request.Chain {
			if certificate.X509 != nil {
				j.Chain = append(j.Chain, certificate.X509)
			}
		}
		return j, nil
	}
}

// serverTime is what the server's Date header says (RFC 9110, 6.6.1); zero where
// there is none.
func serverTime(ctx context.Context, target dial.Target) time.Time {
	if target.Protocol.Name != "https" {
		return time.Time{}
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	connection, err := dial.Open(ctx, target, dial.Options{})
	if err != nil {
		return time.Time{}
	}
	client := tls.Client(connection, dial.Config(target, dial.Options{}))
	if err := client.HandshakeContext(ctx); err != nil {
		connection.Close()
		return time.Time{}
	}
	answer, err := web.Get(ctx, client, web.Request{Host: target.Address(), MaxBody: 1})
	if err != nil {
		return time.Time{}
	}
	return answer.Date()
}
