package doctor

import (
	"context"
	"fmt"

	"devca/diag"
	"devca/dial"
	"devca/explain"
)

// oneLoopback is a server that listens at one loopback address only, where a client
// asked the other: Node's and Vite's localhost is ::1 on most machines, and a hosts file
// that has 127.0.0.1 alone leads others there.
func (e *exam) oneLoopback(ctx context.Context, c *complaint) {
	if c.meant != explain.ConnectionRefused {
		return
	}
	listening, refusing := dial.Loopbacks(ctx, *e.target)
	if len(listening) != 1 {
		return
	}
	there, asked := listening[0], refusing[0]
	c.cause = fmt.Sprintf("the server listens at %s only, and not at %s, which %s is for this program", there, asked, e.target.Host)
	// Another line of the hosts file is no help: where there is no address of IPv6 but
	// ::1, getaddrinfo(3) leaves that out for those who ask with AI_ADDRCONFIG, as Node does.
	c.fixes = []diag.Fix{{Do: "have the server listen at " + asked + ", too (Vite: --host " + asked + ")"}}
}
