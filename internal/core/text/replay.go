package text

// NothingChangesInReplay says why what was asked for is not done while the page
// shows the past.
const NothingChangesInReplay = "Nothing can be changed while the past is shown, and what is so now is not told beside it. Go back to live first."
