package text

// What is said of looking for a newer version, and of what was found.
const (
	UpdateNoAddress   = "No address is set at which a newer version would be named."
	UpdateNoKey       = "The key of version files is no ed25519 public key in base64 (44 characters)."
	UpdateSignature   = "The signature of the version file is wrong, so it is not believed."
	UpdateNoFile      = "What is at the address is no version file."
	UpdateLarge       = "What is at the address is larger than a version file, so it was not read."
	UpdateReplayed    = "The version file is older than one that was read before, so it is not believed."
	UpdateFuture      = "The version file was signed in the future. One of the two clocks is wrong; it is not believed."
	UpdateExpired     = "The version file has expired, so nobody knows whether it is the newest. Whoever gives it out must sign it anew."
	UpdateUnknownSelf = "This is a build without a version, so whether another is newer cannot be said."
)

// UpdateRedirects says that an address leads elsewhere; cause says where.
func UpdateRedirects(cause string) string {
	return "The address leads elsewhere (" + cause + "). That is not followed: set the address at which the file really is."
}

// UpdateUnreachable says that nothing could be read.
func UpdateUnreachable(cause string) string {
	return "The address cannot be read: " + cause + "."
}

// UpdateCurrent says that nothing is newer.
func UpdateCurrent(version string) string { return "Gatewatch " + version + " is the newest version." }

// UpdateOlder says that what is named is older than this program.
func UpdateOlder(named, version string) string {
	return "The version file names " + named + ", which is older than this Gatewatch " + version + "."
}

// UpdateNewer says that there is a newer version: a title and what to do.
func UpdateNewer(named, version, notes string) (title, body string) {
	body = "This is " + version + ". Nothing is installed by itself."
	if notes != "" {
		body += " What is new: " + notes
	}
	return "Gatewatch " + named + " is there.", body
}
