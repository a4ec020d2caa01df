package clients

import "context"

// kind is how clients of one kind are found and asked.
type kind struct {
	id    string
	title string // where the id does not say it all
	slow  bool   // it takes long to start
	many  bool   // a machine may have several
	find  func(context.Context, *finder) []string
	ask   func(context.Context, *errand) Answer
}

// kinds lists all kinds, in the order in which clients are listed.
func kinds() []kind {
	return []kind{
		{id: "curl", find: onPath("curl"), ask: askCurl},
		{id: "wget", find: onPath("wget"), ask: askWget},
		{id: "wget2", find: onPath("wget2"), ask: askWget2},
		{id: "git", find: onPath("git"), ask: askGit},
		{id: "node", many: true, find: findNode, ask: askNode},
		{id: "bun", many: true, find: findBun, ask: askBun},
		{id: "deno", many: true, find: findDeno, ask: askDeno},
		{id: "python", many: true, find: findPython("ssl"), ask: askPython("urllib")},
		{id: "python-requests", many: true, find: findPython("requests"), ask: askPython("requests")},
		{id: "python-httpx", many: true, find: findPython("httpx"), ask: askPython("httpx")},
		{id: "java", many: true, slow: true, find: findJava, ask: askJava},
		{id: "go", title: "go (devca itself)", find: findSelf, ask: askGo},
		{id: "ruby", find: onPath("ruby"), ask: askRuby},
		{id: "php", find: onPath("php"), ask: askPHP},
		{id: "perl", find: findPerl, ask: askPerl},
		{id: "chromium", many: true, slow: true, find: findChromium, ask: askChromium},
		{id: "firefox", many: true, slow: true, find: findFirefox, ask: askFirefox},
	}
}

// Kinds are the names of all kinds.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.id)
	}
	return names
}
