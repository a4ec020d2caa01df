// Asks for the head of a page with Node's own https module and its global agent, as
// most programs do. Once the handshake is done, nothing is TLS' fault.
const [url, seconds] = process.argv.slice(-2);
const unreached = ["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_NONAME", "ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EACCES", "EPERM"];
console.log("version node " + process.versions.node + ", OpenSSL " + process.versions.openssl);
let connected = false;
const request = require("https").request(url, { method: "HEAD" }, answer => {
	console.log("status " + answer.statusCode);
	process.exit(0);
});
request.on("socket", socket => socket.once("secureConnect", () => { connected = true; }));
request.on("error", failure => {
	for (const one of failure.errors || [failure]) console.error((one.code ? one.code + " " : "") + one.message);
	const codes = (failure.errors || [failure]).map(one => one.code);
	process.exit(connected ? 0 : codes.some(code => unreached.includes(code)) ? 61 : 60);
});
setTimeout(() => process.exit(connected ? 0 : 62), seconds * 1000);
request.end();
