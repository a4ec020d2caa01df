package explain

import "slices"

// ownLists are clients that bring a list of roots with them, as all do that repeat
// what they say.
var ownLists = []string{
	"node", "requests", "httpx", "aiohttp", "pip", "aws", "az", "gcloud", "conda", "poetry", "httpie", "uv", "deno", "grpc", "electron",
}

// ReadsNoStore says whether a client, or one inside of it, looks into no store of
// the system: only variables and settings add to its roots.
func ReadsNoStore(client string) bool {
	if client == "rust" {
		return true // and not curl, which may be built with rustls and then gives it the system's roots
	}
	return slices.ContainsFunc(ownLists, func(name string) bool { return Repeats(client, name) })
}
