// Package fault has errors that a person is meant to read: a code that a
// program reacts to, a sentence that says what happened and what to do, and
// the cause for the log.
package fault

import "errors"

// Code says what kind of failure it is. Codes are stable: the page, the exit
// status and tests depend on them.
type Code string

// The codes, with the exit status that each has of the command line.
const (
	Internal      Code = "internal"      // 1: a defect of ours
	Usage         Code = "usage"         // 2: wrong words on the command line
	Unreachable   Code = "unreachable"   // 3: nobody answers
	Unauthorized  Code = "unauthorized"  // 4: the key is refused
	Forbidden     Code = "forbidden"     // 5: the key is known, but may not
	TLS           Code = "tls"           // 6: the certificate is not trusted
	Misconfigured Code = "misconfigured" // 7: an address or setting is wrong
)

// Fault is an error with two readers: Code and Message are for a person and
// for the page, Cause is for the log.
type Fault struct {
	Code    Code
	Message string
	Cause   error
	// Fields are what was entered and cannot be used, where that is known.
	Fields []Field
}

// Field is one thing that was entered and cannot be used.
type Field struct {
	Path    string `json:"path"`    // in the settings file, such as "alerts.thresholds.warning"
	Message string `json:"message"` // what is wrong with it, a sentence
}

// New returns a fault. cause may be nil.
func New(code Code, message string, cause error) *Fault {
	return &Fault{Code: code, Message: message, Cause: cause}
}

// Error gives the message and, where there is one, the cause.
func (f *Fault) Error() string {
	if f.Cause == nil {
		return f.Message
	}
	return f.Message + ": " + f.Cause.Error()
}

// Unwrap gives errors.Is and errors.As the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// Of returns the fault in err's chain, or an Internal one around err. It
// returns nil for nil.
func Of(err error) *Fault {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	return New(Internal, "Something went wrong inside Gatewatch.", err)
}

// ExitCode is the process exit status for err: 0 for nil.
func ExitCode(err error) int {
	if err == nil {
		return 0
	}
	switch Of(err).Code {
	case Usage:
		return 2
	case Unreachable:
		return 3
	case Unauthorized:
		return 4
	case Forbidden:
		return 5
	case TLS:
		return 6
	case Misconfigured:
		return 7
	case Internal:
		return 1
	}
	return 1
}
