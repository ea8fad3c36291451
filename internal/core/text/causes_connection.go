package text

import (
	"fmt"
	"strings"
)

// Why a connection does not stand, or does not stand any more.
const (
	CauseEndedForGood         = "The gateway ended the connection for good and gave no reason; a key without balance is one."
	CauseConnectionUnknown    = "The gateway does not know the connection that it had just allowed."
	CauseHintSticky           = "Several nodes without sticky sessions behave like this. Give the load balancer sticky sessions (a cookie is enough), or have it let WebSockets through."
	CauseKeyRefused           = "The gateway does not accept this key."
	CauseKeyRefusedByAdmin    = "What answers at the address of the Core API is an Admin API, and does not accept this key. These may be the addresses of Core and Admin swapped."
	CauseHubForbidden         = "The key may not use this hub."
	CauseTooOften             = "The gateway says that we ask too often."
	CauseForgotten            = "The gateway forgot the connection."
	CauseNoSuchHub            = "This gateway does not have this hub."
	CauseNothingThere         = "Nothing is found at the hub's address."
	CauseNoTransport          = "The gateway offers no transport that we may use."
	CauseCertificateSigner    = "The gateway's certificate is signed by nobody that this computer trusts."
	CauseCertificateName      = "The gateway's certificate is for another name."
	CauseCertificateInvalid   = "The gateway's certificate is not valid (expired, or not for this use)."
	CauseCertificateUntrusted = "The gateway's certificate cannot be trusted."
	CauseNoTLS                = "The address begins with https, but the gateway does not speak TLS there."
	CauseTLSRefused           = "The gateway refuses the TLS connection; it may want a client certificate."
	CauseServerSilent         = "Nothing was heard from the gateway any more."
	CauseProtocolEnded        = "The connection's protocol loop ended."
	CauseProxy                = "The proxy cannot be reached, or does not let us through."
	CauseProxyBasic           = "The proxy wants a name and a password. Put them into the environment, as HTTPS_PROXY=http://name:password@proxy:3128, and start Gatewatch again."
	CauseNameUnknown          = "The gateway's name cannot be found."
	CauseNobodyListens        = "Nobody listens at the gateway's address."
	CauseTimeout              = "The gateway did not answer in time."
	CauseBrokenOff            = "The connection broke off."
	CauseNoRoute              = "There is no way to the gateway's network."
	CauseNoTaskWatched        = "No task is watched that it would tell of. It connects when one is."
	CauseHubNotOffered        = "The gateway does not offer it."
)

// CauseOfHalves is why neither half of a gateway is reached, where that is not the
// same for both.
func CauseOfHalves(core, admin string) string {
	return "Core: " + strings.TrimSuffix(core, ".") + "; Admin: " + admin
}

// TransportDirect is how a connection travels that was made without a
// negotiation, because nodes without sticky sessions forget what another one
// granted.
const TransportDirect = "WebSockets without negotiation"

// CauseClosed says that the gateway closed a connection; said is its reason or
// "".
func CauseClosed(said string) string {
	if said != "" {
		said = ": " + said
	}
	return "The gateway closed the connection" + said + "."
}

// CauseNotServing says that the gateway answers with errors.
func CauseNotServing(status int) string {
	return fmt.Sprintf("The gateway does not serve at the moment (HTTP status %d).", status)
}

// CauseNoHubThere says that something else than a hub answers.
func CauseNoHubThere(status int) string {
	return fmt.Sprintf("The address does not answer like a hub (HTTP status %d).", status)
}

// CauseTooBig says that a message was larger than limit, in bytes.
func CauseTooBig(limit int64) string {
	return "The gateway sent a message of more than " + Plural(limit, "byte") + "."
}

// CauseNegotiate says that the gateway does not negotiate, and what it said.
func CauseNegotiate(said string) string { return "The gateway refuses to negotiate: " + said + "." }

// CauseHandshake says that the gateway refused the handshake, and what it said.
func CauseHandshake(said string) string { return "The gateway refuses the handshake: " + said + "." }

// CauseUnreachable says why no connection came about.
func CauseUnreachable(why string) string { return "The gateway cannot be reached: " + why + "." }

// CauseProxyLogin is for a proxy that wants a login which Gatewatch has none for.
func CauseProxyLogin(schemes string) string {
	return "The proxy wants a login by " + schemes + ", which Gatewatch cannot do. Have it let this computer through without one, or use a local proxy that logs in (such as cntlm) and name that."
}
