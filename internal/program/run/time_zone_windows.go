package run

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// systemZone names the time zone that the system is set to; "" where it cannot be
// told. That it is summer is no other zone, nor is what a new year changes in its rules.
func systemZone() string {
	var zone windows.Timezoneinformation
	if _, err := windows.GetTimeZoneInformation(&zone); err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d", windows.UTF16ToString(zone.StandardName[:]), zone.Bias)
}
