package text

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Why a topic or a hub is seen as it is.
const (
	DeliveryDialectUnknown = "Which kind of gateway it is is not known yet."
	DeliveryUnconnected    = "Live updates are not connected" // goes on
	DeliveryForbidden      = "The gateway does not let us."
	DeliveryNotAsked       = "It was not asked yet."
	DeliveryNotTried       = "It is not tried."
	DeliveryNoSuchHub      = "This gateway has no such hub."
	DeliveryHubDown        = "It is not connected."
	DeliverySilentHub      = "It is connected. This gateway sends nothing on it by itself: what comes are answers to what Gatewatch asked."
)

// DeliveryUntold says that a gateway tells nothing of a topic.
func DeliveryUntold(topic string) string { return "This gateway does not tell " + topic + "." }

// DeliveryUnpushed says that a gateway does not push a topic; the sentence goes
// on.
func DeliveryUnpushed(topic string) string { return "This gateway does not push " + topic }

// DeliveryNoHub says that a gateway lacks a hub; the sentence goes on.
func DeliveryNoHub(hub string) string { return "This gateway has no hub " + hub }

// DeliveryPaused says why nothing is pushed now, or never was; the sentence goes on.
func DeliveryPaused(cause string) string {
	return DeliveryUnconnected + ": " + strings.TrimSuffix(cause, ".")
}

// DeliveryChecked ends why a topic is not pushed by how often it is read instead,
// in milliseconds.
func DeliveryChecked(unpushed string, everyMS int64) string {
	return unpushed + "; checked " + Interval(everyMS) + "."
}

// DeliveryPushOnly says why a topic that is pushed is not read as well.
func DeliveryPushOnly(why string) string { return "It cannot be read as well: " + why }

// DeliveryReadFailed says why the last read failed.
func DeliveryReadFailed(cause string) string { return "The last read failed: " + cause }

// DeliveryUnread says why a topic that is not pushed is not read either.
func DeliveryUnread(why string) string { return "It is not read either: " + why }

// Interval writes how often something is read, in whole seconds, as settings
// have it: "every 120 s".
func Interval(ms int64) string {
	whole := (time.Duration(ms) * time.Millisecond).Round(time.Second) / time.Second
	return fmt.Sprintf("every %d s", max(1, whole))
}

// Sentences joins those that are not empty.
func Sentences(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}
