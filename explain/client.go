package explain

import "slices"

// Client is a program, language or library that says such things, and how it is
// told from others in a log.
type Client struct {
	Name  string
	Title string

	// Inside are the clients whose texts it repeats: what npm says is what Node says.
	Inside []string

	// Clues are words that stand in its logs and not in those of others. Own are
	// those with which it introduces the message itself; they settle who spoke.
	Clues, Own []string

	// Runtime is its name in package runtimes, where that is another one; Server says
	// that it is the side that shows the certificate.
	Runtime string
	Server  bool
}

// ClientNamed gives the client of a name.
func ClientNamed(name string) (Client, bool) {
	i := slices.IndexFunc(clients, func(c Client) bool { return c.Name == name })
	if i < 0 {
		return Client{}, false
	}
	return clients[i], true
}

// Clients gives all of them.
func Clients() []Client { return slices.Clone(clients) }

// everybody is the client whose words all others repeat.
const everybody = "system"

// height gives how many clients are inside of one another.
func height(name string) int {
	client, _ := ClientNamed(name)
	most := 0
	for _, inside := range client.Inside {
		most = max(most, 1+height(inside))
	}
	return most
}

// Repeats says whether a client may say what the other one says: npm what Node says.
func Repeats(outer, inner string) bool { return depthTo(outer, inner) >= 0 }

// depthTo gives how many clients lie between; -1 if the inner one is not inside.
func depthTo(outer, inner string) int {
	if inner == everybody && outer != everybody {
		return 1 + height(outer)
	}
	if outer == inner {
		return 0
	}
	client, _ := ClientNamed(outer)
	best := -1
	for _, name := range client.Inside {
		if d := depthTo(name, inner); d >= 0 && d+1 > best {
			best = d + 1
		}
	}
	return best
}
