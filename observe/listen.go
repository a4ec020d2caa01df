package observe

import (
	"context"
	"errors"
	"net"

	"devca/diag"
)

// Listen opens a port. Addresses that others can reach are refused unless forced:
// whoever comes there reaches the server behind it.
func Listen(ctx context.Context, address string, force bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, diag.New(diag.ObserveAddress, "this is no address and port").From(err).
			Fix("name both", "devca observe --listen 127.0.0.1:8443")
	}
	if ip := net.ParseIP(host); (ip == nil || !ip.IsLoopback()) && host != "localhost" && !force {
		return nil, diag.New(diag.ObserveAddress, "others could reach "+address).
			Because("what is behind it is open to them, too").
			Fix("stay on this machine", "devca observe --listen 127.0.0.1:8443").
			Fix("or insist, for clients on other machines", diag.CommandLine("devca", "observe", "--listen", address, "--force"))
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err == nil {
		return listener, nil
	}
	if wrapped, ok := errors.AsType[*net.OpError](err); ok {
		err = wrapped.Err
	}
	return nil, diag.New(diag.ObserveAddress, "nothing can listen at "+address).From(err).
		Fix("take any free port", "devca observe --listen 127.0.0.1:0")
}
