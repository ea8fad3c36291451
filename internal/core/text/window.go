package text

import "fmt"

// What is said, once, when the window is closed and Gatewatch goes on.
const (
	WindowHiddenTitle = "Gatewatch keeps watching"
	WindowHiddenBody  = "Its icon is in the tray: a click brings the window back, and Quit in its menu ends it. Settings has a switch for this."
)

// FolderUnwritable says that the folder of the program's files takes nothing,
// as the system says why.
func FolderUnwritable(why string) (title, body string) {
	return "Gatewatch cannot write its files.", "Alerts are told, but what happens now is only kept in memory (" + why +
		"). Make room or make the folder writable: it is then kept there without a restart."
}

// What is said while the computer's time zone is not that of the start.
const (
	ZoneChangedTitle = "The computer's time zone changed."
	ZoneChangedBody  = "Days, quiet hours and times of Gatewatch stay in the zone from before until it is started again."
)

// RunningIsSilent says that the program that runs does not answer, so that what
// follows is what it kept. Role is what it was started as; pid 0 is unknown.
func RunningIsSilent(role string, pid int) string {
	return whoRuns(role, pid) + " does not answer. This is what it kept last:"
}

// RunningTellsNoForecast is the same where forecasts were asked for.
func RunningTellsNoForecast(role string, pid int) string {
	return whoRuns(role, pid) + " does not answer. What follows is made of the history, and of a look at the gateways now."
}

func whoRuns(role string, pid int) string {
	who := "The Gatewatch that runs"
	if role != "" && pid > 0 {
		who += fmt.Sprintf(" (%s, process %d)", role, pid)
	}
	return who
}
