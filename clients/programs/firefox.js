// Asks for the head of a page as Firefox's network layer does for any page, and
// tells the certificate's or the network's error by its name.
const [url, done] = arguments;
const { NetUtil } = ChromeUtils.importESModule("resource://gre/modules/NetUtil.sys.mjs");
const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
const version = Services.appinfo.name.toLowerCase() + " " + Services.appinfo.version;

const named = status => Object.keys(Cr).find(name => Cr[name] === status) || "0x" + status.toString(16);

function ask() {
	const channel = NetUtil.newChannel({ uri: url, loadUsingSystemPrincipal: true }).QueryInterface(Ci.nsIHttpChannel);
	channel.requestMethod = "HEAD";
	channel.redirectionLimit = 0;
	channel.loadFlags |= Ci.nsIRequest.LOAD_ANONYMOUS | Ci.nsIRequest.LOAD_BYPASS_CACHE | Ci.nsIRequest.INHIBIT_CACHING;
	return new Promise(told => channel.asyncOpen({
		onStartRequest() {},
		onDataAvailable(request) { request.cancel(Cr.NS_BINDING_ABORTED); },
		onStopRequest(request, status) {
			const answer = { version, status: 0, tls: false, error: "" };
			try { answer.status = channel.responseStatus; } catch (none) {}
			if (!answer.status && !Components.isSuccessCode(status)) {
				const security = channel.securityInfo;
				answer.error = named(status);
				if (security && security.errorCodeString) {
					answer.tls = true;
					answer.error = security.errorCodeString;
				}
			}
			told(answer);
		},
	}));
}

// What a policy adds is read while the browser starts already: where there is one, a
// refusal counts when it lasts. (For the system's roots every check waits by itself.)
function stillLoading() {
	const policies = Services.policies && Services.policies.getActivePolicies() || {};
	return "Certificates" in policies || "SecurityDevices" in policies;
}

(async () => {
	const until = Date.now() + (stillLoading() ? 2000 : 0);
	let answer = await ask();
	while (answer.tls && Date.now() < until) {
		await new Promise(soon => setTimeout(soon, 100));
		answer = await ask();
	}
	done(answer);
})().catch(failure => { // such as a port that Firefox keeps from web pages
	done({ version, status: 0, tls: false, error: failure.result ? named(failure.result) : String(failure) });
});
