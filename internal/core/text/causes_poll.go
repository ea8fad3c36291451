package text

import "fmt"

// Why a list or a part of a gateway is not read.
const (
	CauseBanned                   = "This address is banned by the gateway for up to 30 min after wrong keys, not necessarily ours."
	CauseBannedByUs               = "This address is banned by the gateway for up to 30 min: our own key was refused here a moment ago."
	CauseNoSuchList               = "This gateway has no such list."
	CauseNoLists                  = "This gateway has no lists: its Admin API is not asked."
	CauseListsGone                = "The gateway's lists are not found at the moment."
	CauseMasterKeyRefused         = "The gateway does not accept the master key. It is tried again now and then, as a few refusals ban our address."
	CauseAdminForbidden           = "The gateway does not let us read its Admin API."
	CauseAdminUnreachable         = "The gateway's Admin API cannot be reached."
	CauseAdminFails               = "The gateway's Admin API answers with errors; its database may be down."
	CauseAdminUnreadable          = "The gateway's Admin API answers what cannot be read."
	CauseCoreKeyRefused           = "Core does not accept the virtual key, so it is not asked how it is."
	CauseCoreNoHub                = "This gateway has no hub that Core could be asked by."
	CauseCoreConnectionUnreadable = "Core answers a new connection with something that cannot be read."
	CauseCoreSaysNothing          = "This gateway's Core does not say how it is."
	CauseCoreUnreadable           = "What Core says of itself cannot be read."
	CauseNoCoreAddress            = "This gateway's Core API has no address in Connections."
	CauseNoVirtualKey             = "No virtual key: the Core API is not asked."
	CauseNoAdminAddress           = "This gateway's Admin API has no address in Connections."
	CauseNoMasterKey              = "No master key: the Admin API is not asked."
)

// CauseBannedFor says that our address is banned; own is whether a key of ours
// was refused there lately.
func CauseBannedFor(own bool) string {
	if own {
		return CauseBannedByUs
	}
	return CauseBanned
}

// CauseCoreForbids says that Core lets nobody connect.
func CauseCoreForbids(status int) string {
	return fmt.Sprintf("Core does not let us ask now (HTTP status %d).", status)
}

// CauseCoreConnectionFails says that Core answers new connections with an error.
func CauseCoreConnectionFails(status int) string {
	return fmt.Sprintf("Core answers new connections with HTTP status %d.", status)
}

// CauseCoreForbidsReport says that Core does not let us read how it is.
func CauseCoreForbidsReport(status int) string {
	return fmt.Sprintf("Core does not say how it is (HTTP status %d).", status)
}

// CauseCoreFails says that Core answers with an error when asked how it is.
func CauseCoreFails(status int) string {
	return fmt.Sprintf("Core answers with HTTP status %d.", status)
}

// CausePollKeyRefused says that an API does not accept the key. API is its name,
// such as "Admin API", here and below.
func CausePollKeyRefused(api string) string {
	return "The gateway does not accept the key for its " + api + "."
}

// CausePollForbidden says that an API does not let us read.
func CausePollForbidden(api string, status int) string {
	return fmt.Sprintf("The gateway's %s does not let us read this now (HTTP status %d).", api, status)
}

// CausePollFails says that an API answers with an error.
func CausePollFails(api string, status int) string {
	return fmt.Sprintf("The gateway's %s answers with HTTP status %d.", api, status)
}

// CausePollUnreadable says that an API's answer is not what it should be.
func CausePollUnreadable(api string) string {
	return "The gateway's " + api + " answers what cannot be read."
}

// CausePollTimeout says that an API did not answer in time.
func CausePollTimeout(api string) string { return "The gateway's " + api + " does not answer in time." }

// CausePollUnreachable says that an API was not reached.
func CausePollUnreachable(api string) string { return "The gateway's " + api + " cannot be reached." }
