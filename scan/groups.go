package scan

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"slices"

	"devca/tlsparams"
)

func describeSuite(id uint16) Suite {
	info := tlsparams.Suite(id)
	return Suite{SuiteInfo: info, Name: info.Name, Strength: info.Strength, Reason: info.Why}
}

func describeGroup(id uint16) Group {
	info := tlsparams.Group(id)
	return Group{GroupInfo: info, Name: info.Name, PostQuantum: info.PostQuantum}
}

// commonGroups are those that servers in use have.
func commonGroups(version uint16) []uint16 {
	classical := []uint16{groupX25519, groupP256, groupP384, groupP521}
	if version < versionTLS13 {
		return classical
	}
	const x25519MLKEM768 = 0x11ec
	return append([]uint16{x25519MLKEM768}, classical...)
}

// groups takes away what the server chose until it chooses no more.
func (s *scanner) groups(ctx context.Context, v *Version, h hello) {
	if v.ID < versionTLS13 {
		if h.suites = v.elliptic(); len(h.suites) == 0 {
			return
		}
	}
	var chosen []uint16
	curve, offered := uint16(0), h
	for len(offered.groups) > 0 {
		a, err := s.probe(ctx, offered)
		if err != nil {
			break
		}
		group := uint16(0)
		if a.accepts(offered) {
			group, _ = a.group()
		}
		if !slices.Contains(offered.groups, group) {
			break
		}
		if curve == 0 {
			curve = curveOf(a)
		}
		chosen = append(chosen, group)
		offered.groups = without(offered.groups, group)
	}
	if v.ID < versionTLS13 && slices.Contains(chosen, curve) {
		chosen = append(chosen, s.besideCurve(ctx, v, h, curve, offered.groups)...)
	}
	for _, group := range chosen {
		v.Groups = append(v.Groups, describeGroup(group))
	}
	reversed := h
	reversed.groups = slices.Clone(chosen)
	slices.Reverse(reversed.groups)
	v.GroupOrder = s.order(ctx, reversed, len(chosen), func(a *answer) bool {
		group, _ := a.group()
		return group == reversed.groups[0]
	})
	if v.GroupOrder == OrderClient || v.GroupOrder == OrderNone && v.SuiteOrder == OrderClient {
		v.GroupsHidden = "" // the curve was the last in the client's list
	}
}

// elliptic are the suites that need a group; if there are some, those with RSA
// certificates, which do not belong to a group themselves.
func (v *Version) elliptic() []uint16 {
	var all, rsa []uint16
	for _, suite := range v.Suites {
		if suite.KeyExchange != "ECDHE" {
			continue
		}
		all = append(all, suite.ID)
		if suite.Authentication == RSA {
			rsa = append(rsa, suite.ID)
		}
	}
	if len(rsa) > 0 {
		return rsa
	}
	return all
}

// besideCurve goes on up to TLS 1.2 where the certificate's own curve was taken
// away: without it, OpenSSL cannot use an ECDSA certificate at all (RFC 8422, 5.1,
// has the list speak of certificates as well). So it stays at the end of the
// list; and a server that goes by an order of its own may then choose it, and
// hide what comes after it.
func (s *scanner) besideCurve(ctx context.Context, v *Version, h hello, curve uint16, left []uint16) []uint16 {
	var chosen []uint16
	for len(left) > 0 {
		offered := h
		offered.groups = append(slices.Clone(left), curve)
		a, err := s.probe(ctx, offered)
		if err != nil || !a.accepts(offered) {
			return chosen
		}
		group, _ := a.group()
		if group == curve {
			v.GroupsHidden = "the server chooses " + describeGroup(curve).Name + ", the curve of its certificate, before the groups that it likes less, and takes no client without it"
			return chosen
		}
		if !slices.Contains(left, group) {
			return chosen
		}
		chosen = append(chosen, group)
		left = without(left, group)
	}
	return chosen
}

// curveOf is the group of the ECDSA certificate that came with an answer; 0: there
// is none.
func curveOf(a *answer) uint16 {
	chain := a.transcript.Chain(false)
	if len(chain) == 0 {
		return 0
	}
	leaf, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return 0
	}
	key, ok := leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return 0
	}
	switch key.Curve.Params().Name {
	case "P-256":
		return groupP256
	case "P-384":
		return groupP384
	case "P-521":
		return groupP521
	}
	return 0
}
