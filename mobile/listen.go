package mobile

import (
	"context"
	"errors"
	"net"
	"net/netip"

	"devca/diag"
)

// Listen opens the port, 0 for any free one, at the addresses: the first must
// work, of the others those count that do. It gives the listeners and, in the
// same order, where they are.
func Listen(ctx context.Context, addresses []netip.Addr, port uint16) ([]net.Listener, []netip.AddrPort, error) {
	if len(addresses) == 0 {
		return nil, nil, noNetwork()
	}
	var listeners []net.Listener
	var places []netip.AddrPort
	for i, address := range addresses {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", netip.AddrPortFrom(address, port).String())
		switch {
		case err != nil && i == 0:
			return nil, nil, cannotListen(address, port, err)
		case err != nil:
			continue // the same port is taken there
		}
		if at, ok := listener.Addr().(*net.TCPAddr); ok {
			port = at.AddrPort().Port()
		}
		listeners, places = append(listeners, listener), append(places, netip.AddrPortFrom(address, port))
	}
	return listeners, places, nil
}

func noNetwork() error {
	return diag.New(diag.MobileNoNetwork, "this machine has no address that a phone could reach").
		Fix("join the phone's network and run the command again", "devca mobile").
		Fix("or reach an Android phone by cable", "devca mobile --addr 127.0.0.1 --port 8000, and then: adb reverse tcp:8000 tcp:8000").
		Fix("or send the file by mail or AirDrop", "devca ca export --format mobileconfig --out devca.mobileconfig")
}

// cannotListen tells the two causes apart by asking for any port at the address.
func cannotListen(address netip.Addr, port uint16, cause error) error {
	if port != 0 {
		probe, err := net.Listen("tcp", netip.AddrPortFrom(address, 0).String())
		if err == nil {
			_ = probe.Close()
			return diag.New(diag.MobilePort, "this port cannot be used").From(bare(cause)).
				Fix("take any free one", diag.CommandLine("devca", "mobile", "--addr", address.String()))
		}
	}
	return diag.New(diag.MobileAddress, address.String()+" is not an address of this machine").From(bare(cause)).
		Fix("let devca find one", "devca mobile")
}

// bare takes off what the finding says already: operation, network, address.
func bare(err error) error {
	if wrapped, ok := errors.AsType[*net.OpError](err); ok {
		return wrapped.Err
	}
	return err
}
