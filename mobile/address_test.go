package mobile

import (
	"net/netip"
	"strings"
	"testing"
)

func TestOrder(t *testing.T) {
	for _, c := range []struct{ found, routed, want string }{
		{"eth0 192.168.1.20, eth0 fe80::1, lo 127.0.0.1", "", "192.168.1.20"},
		{"docker0 172.17.0.1, wlan0 10.0.0.7, eth0 192.168.1.20", "", "10.0.0.7 192.168.1.20 172.17.0.1"},
		{"wlan0 10.0.0.7, eth0 192.168.1.20", "192.168.1.20", "192.168.1.20 10.0.0.7"},
		{"eth0 fd00::2, eth0 192.168.1.20, tailscale0 100.101.2.3", "fd00::2", "192.168.1.20 100.101.2.3 fd00::2"},
		{"eth0 203.0.113.5, eth0 2001:db8::5, eth1 10.0.0.5", "203.0.113.5", "10.0.0.5"},
		{"eth0 203.0.113.5, docker0 172.17.0.1", "203.0.113.5", "203.0.113.5 172.17.0.1"},
		{"eth0 2001:db8::5, vEthernet(WSL) 172.20.0.1", "", "2001:db8::5 172.20.0.1"},
		{"eth0 169.254.3.4, lo ::1, eth0 ff02::1", "", ""},
		{"", "", ""},
	} {
		var found []Address
		for entry := range strings.SplitSeq(c.found, ", ") {
			if name, ip, ok := strings.Cut(entry, " "); ok {
				found = append(found, Address{netip.MustParseAddr(ip), name})
			}
		}
		routed, _ := netip.ParseAddr(c.routed)
		var got []string
		for _, a := range order(found, routed, netip.Addr{}) {
			got = append(got, a.IP.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, not %s", c.found, got, c.want)
		}
	}
}

// TestAddresses: this machine's own are readable, whatever they are.
func TestAddresses(t *testing.T) {
	addresses, err := Addresses()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if !a.IP.IsGlobalUnicast() || a.Interface == "" {
			t.Errorf("%+v", a)
		}
	}
}
