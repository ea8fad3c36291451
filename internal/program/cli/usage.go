package cli

import (
	"regexp"
	"strings"
)

// usageForms turn what the parser of the command line complains of into what
// happened, why, and what to do; the first that fits is taken.
var usageForms = []struct {
	form *regexp.Regexp
	says string
}{
	{
		regexp.MustCompile(`^unknown flag ([^\s,]+)(?:, did you mean (.*)\?)?$`),
		"There is no option $1. It is none of those that this command has.| Did you mean $2?",
	},
	{
		regexp.MustCompile(`^unexpected argument ("?[^",]*"?)(?:, did you mean (.*)\?)?$`),
		"There is too much on the command line: $1 is no command here, and nothing is expected in its place.| Did you mean $2?",
	},
	{
		regexp.MustCompile(`^(--[\w-]+)\S* must be one of (.*) but got (".*")$`),
		"The option $1 does not take $3: it takes only $2. Give it one of these.",
	},
	{
		regexp.MustCompile(`^(--[\w-]+)\S*: expected a valid \d+ bit u?int but got (".*")$`),
		"The option $1 does not take $2: it is no whole number that fits. Give it one such as 1.",
	},
	{
		regexp.MustCompile(`^(--[\w-]+)\S*: expected an? (?:valid \d+ bit )?u?(?:int|float) but got (".*?")(?: .*)?$`),
		"The option $1 does not take $2: it is no number. Give it one such as 1.",
	},
	{
		regexp.MustCompile(`^(--[\w-]+)\S*: expected duration but got (".*?").*$`),
		"The option $1 does not take $2: it is no length of time. Give it one such as 90s, 15m or 24h.",
	},
	{
		regexp.MustCompile(`^(--[\w-]+)\S*: bool value must be .* but got (".*")$`),
		"The option $1 does not take $2: it is switched on by naming it alone. Leave the value out.",
	},
	{
		regexp.MustCompile(`^(--[\w-]+)\S*: (?:expected .* value but got .*EOL.*|missing value.*)$`),
		"The option $1 needs a value, and nothing follows it. Give it one: $1 VALUE.",
	},
	{
		regexp.MustCompile(`^missing flags: (.*)$`),
		"Something is missing on the command line: $1. The command cannot run without it; add it.",
	},
	{
		regexp.MustCompile(`^(?:missing positional arguments|expected) (.*)$`),
		"Something is missing on the command line: $1. The command cannot run without it; add it.",
	},
	{
		regexp.MustCompile(`^(--[\w-]+) and (--[\w-]+) can't be used together$`),
		"The options $1 and $2 cannot be used together: each says what the other says otherwise. Leave one out.",
	},
	{
		regexp.MustCompile(`^(?:[\w-]+: )?((?:the option|give only) .*)$`),
		"$1.",
	},
	{
		regexp.MustCompile(`^(?:.*: )?(there is .*)$`),
		"$1. It is neither a command nor a page nor a link of Gatewatch. Check how it is spelt.",
	},
}

// usageSentence says what is wrong with a command line, in sentences. What a
// command itself complains of is made one.
func usageSentence(err error) string {
	said := strings.TrimSpace(err.Error())
	for _, u := range usageForms {
		m := u.form.FindStringSubmatchIndex(said)
		if m == nil {
			continue
		}
		must, guess, _ := strings.Cut(u.says, "|")
		out := string(u.form.ExpandString(nil, must, said, m))
		if guess != "" && len(m) > 4 && m[4] >= 0 {
			out += string(u.form.ExpandString(nil, guess, said, m))
		}
		return sentenceOf(out)
	}
	return sentenceOf("The command line cannot be understood: " + said)
}

// sentenceOf begins with a capital letter and ends with a stop.
func sentenceOf(s string) string {
	if s == "" {
		return s
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") {
		s += "."
	}
	return s
}
