package cli_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// work has tasks of the watched key and of another one, and always something
// to print: that the output is closed shows at the next line.
const work = `dialect conduit
have group 1 Platform credit=100 spent=10
have key 1 platform-api group=Platform
have key 2 intern group=Platform
have provider 1 openai type=OpenAI
have mapping 1 clips openai veo-3
every 200ms..300ms chat
task video task_wished run 6s model=clips
task video task_unwished run 6s model=clips
task video task_intern run 3s key=intern model=clips
`

// taskLine is a line of a task's progress.
type taskLine struct {
	Type, Kind, Source string
	Body               struct {
		Task, Medium, Status, Target, Text string
		Progress                           float64
		Refused                            bool
	}
}

func taskLines(t *testing.T, lines []string) (all []taskLine) {
	t.Helper()
	for _, text := range lines {
		var l taskLine
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("not JSON: %s", text)
		}
		if l.Kind == "task.progressed" {
			all = append(all, l)
		}
	}
	return all
}

// A task that is named is followed to its end, also one that no subscription
// tells of and that only can be read; one that is not named is never told of.
// One that the gateway does not know is said not to be, by name.
func TestWatchTask(t *testing.T) {
	home(t)
	g := serve(t, work)
	args := append([]string{"watch", "--json", "--task", "task_wished", "--task", "task_intern", "--task", "task_nobody"}, both(g)...)
	ended := map[string]bool{} // or said not to be
	lines, code := begin(args...).until(t, func(line string) bool {
		var l taskLine
		_ = json.Unmarshal([]byte(line), &l)
		if l.Body.Status == "completed" {
			ended[l.Body.Task] = true
		}
		if l.Body.Refused && l.Body.Target == "task task_nobody" && strings.Contains(l.Body.Text, "knows no such task") {
			ended["task_nobody"] = true
		}
		return ended["task_wished"] && ended["task_intern"] && ended["task_nobody"]
	})
	if code != 0 {
		t.Errorf("exit status %d", code)
	}
	var pushed, read []string
	for _, l := range taskLines(t, lines) {
		switch {
		case l.Body.Task == "task_wished" && l.Source == "hub:video-generation":
			pushed = append(pushed, l.Body.Status)
		case l.Body.Task == "task_intern" && l.Source == "rest:task":
			read = append(read, l.Body.Status)
		case l.Body.Task != "task_wished":
			t.Errorf("told by %s of %s", l.Source, l.Body.Task)
		}
		if l.Body.Medium != "video" {
			t.Errorf("a task of medium %q", l.Body.Medium)
		}
	}
	if !slices.Contains(pushed, "processing") || !slices.Contains(pushed, "completed") {
		t.Errorf("the hub told %q", pushed)
	}
	if len(read) < 2 || read[len(read)-1] != "completed" {
		t.Errorf("of the other key's task was read %q", read)
	}
}

// Where tasks cannot be read, each hub is asked, and its refusal names the task.
func TestWatchTaskThatIsNot(t *testing.T) {
	home(t)
	g := serve(t, "have key 1 a limit=100 spent=1\nhave provider 1 openai\nevery 200ms..300ms traffic")
	args := append([]string{"watch", "--json", "--task", "task_nobody"}, both(g)...)
	said := false
	_, code := begin(args...).until(t, func(line string) bool {
		var l taskLine
		_ = json.Unmarshal([]byte(line), &l)
		said = l.Body.Refused && l.Body.Target == "SubscribeToTask" && l.Body.Text == "task_nobody: Task not found"
		return said
	})
	if code != 0 || !said {
		t.Errorf("exit status %d, said: %v", code, said)
	}
}
