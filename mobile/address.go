package mobile

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// Address is one of this machine's addresses at which a phone may find it.
type Address struct {
	IP        netip.Addr
	Interface string // the network interface's name
}

// Addresses gives the machine's addresses, the likeliest first: that of the
// default route, then IPv4, then IPv6, then those of virtual networks. Public
// addresses come into question only where there is no private IPv4 address:
// nobody outside should be asked in. Loopback and link-local ones
// never do; a browser cannot be given the latter's zone.
func Addresses() ([]Address, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var found []Address
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			continue // it went away in this moment
		}
		for _, address := range addresses {
			if prefix, err := netip.ParsePrefix(address.String()); err == nil {
				found = append(found, Address{IP: prefix.Addr().Unmap(), Interface: i.Name})
			}
		}
	}
	return order(found, routed("udp4", "192.0.2.1:9"), routed("udp6", "[2001:db8::1]:9")), nil
}

// routed gives the address from which packets to the outside would come. The
// destinations are for documentation (RFC 5737, RFC 3849); connecting a
// datagram socket sends nothing.
func routed(network, outside string) netip.Addr {
	connection, err := net.Dial(network, outside)
	if err != nil {
		return netip.Addr{}
	}
	defer connection.Close()
	local, _ := netip.ParseAddrPort(connection.LocalAddr().String())
	return local.Addr().Unmap()
}

// order leaves out what no phone reaches and sorts the rest.
func order(found []Address, routed ...netip.Addr) []Address {
	rank := func(a Address) int {
		switch {
		case virtual(a.Interface):
			return 3
		case slices.Contains(routed, a.IP) && a.IP.Is4():
			return 0
		case a.IP.Is4():
			return 1
		}
		return 2
	}
	isPrivate := func(a Address) bool { return a.IP.IsPrivate() || shared.Contains(a.IP) }
	// Who has a private IPv4 address is in a network with its own edge.
	inside := slices.ContainsFunc(found, func(a Address) bool { return a.IP.Is4() && isPrivate(a) && !virtual(a.Interface) })
	kept := slices.DeleteFunc(found, func(a Address) bool {
		return !a.IP.IsGlobalUnicast() || inside && !isPrivate(a)
	})
	slices.SortStableFunc(kept, func(a, b Address) int { return cmp.Compare(rank(a), rank(b)) })
	return kept
}

// shared are addresses behind a carrier's or an overlay network's translation
// (RFC 6598), such as Tailscale's.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// virtual tells by its name whether an interface leads to containers and virtual
// machines of this machine, where no phone is.
func virtual(name string) bool {
	name = strings.ToLower(name)
	for _, prefix := range []string{
		"br-", "cali", "cni", "docker", "flannel", "incusbr", "lxcbr", "lxdbr",
		"podman", "vboxnet", "vethernet", "veth", "virbr", "vmenet", "vmnet",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
