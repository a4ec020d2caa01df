// Asks for the head of a page with fetch, in Bun or Deno.
const bun = globalThis.Bun;
const [url, seconds] = (bun ? process.argv : Deno.args).slice(-2);
const end = code => (bun ? process.exit(code) : Deno.exit(code));
console.log("version " + (bun ? "bun " + Bun.version : "deno " + Deno.version.deno));
try {
	const answer = await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(seconds * 1000) });
	console.log("status " + answer.status);
	end(0);
} catch (failure) {
	if (failure.name === "TimeoutError") end(62);
	const text = [failure.code, failure.message, failure.cause && failure.cause.message].filter(Boolean).join(" ");
	console.error(text);
	const unreached = /ConnectionRefused|FailedToOpenSocket|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|Timeout|Unable to connect|dns error|tcp connect error|are blocked|network is unreachable/i;
	// What came through TLS was no HTTP (Bun; hyper's name for it in Deno).
	if (/Malformed_HTTP|client error \(SendRequest\)/.test(text)) end(0);
	// The host may have such words in its name.
	end(unreached.test(text.replaceAll(url, "").replaceAll(new URL(url).hostname, "")) ? 61 : 60);
}
