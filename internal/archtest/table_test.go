package archtest

// allowed lists, for each of our packages, which others of ours it may import
// outside its tests, and why not more. A package that is not listed may not
// exist: add it here, with its reason, and in docs/ARCHITECTURE.md.
var allowed = map[string]struct {
	imports []string
	why     string
}{
	"event":   {nil, "the vocabulary knows nobody, so everybody can know it"},
	"secret":  {nil, "a small tool that anything may use"},
	"fault":   {nil, "a small tool that anything may use"},
	"life":    {nil, "a small tool that anything may use"},
	"lock":    {nil, "a small tool that anything may use"},
	"logfile": {nil, "a small tool that anything may use"},
	"seen":    {nil, "a small tool that anything may use"},
	"wire":    {words("event seen"), "reading bytes into facts needs the facts, and nothing that holds a connection"},

	"state":  {words("event seen"), "a pure fold of facts; it is told the time"},
	"alert":  {words("event state"), "a pure judgement of the state"},
	"feed":   {words("state"), "turns deltas into frames and knows no facts"},
	"engine": {words("event state alert feed"), "the one goroutine imports no adapter: it says what it needs in two interfaces"},

	"hub":     {words("secret fault"), "holds a connection and does not know what is said over it"},
	"rest":    {words("event wire secret fault"), "reads a gateway's lists; it knows no hub, and nobody who listens"},
	"gateway": {words("event wire rest hub secret fault"), "an adapter: it must not know who listens"},
	"history": {words("event fault"), "an adapter: it is given rows, not alerts"},
	"notify":  {words("event alert"), "decides; showing is done behind an interface"},
	"desktop": {words("event notify"), "drivers only obey"},
	"tray":    {words("event"), "drivers only obey"},
	"config":  {words("event secret fault"), "an adapter: nobody below needs the settings file"},

	"doctor": {words("config desktop event fault gateway history hub lock notify rest secret tray wire"), "asks each part how it is; only those who build a run start it"},

	"replay":    {words("hub"), "plays recordings of real gateways to tests; knows frames and answers, not our facts"},
	"demo":      {nil, "speaks wire, not our facts, so that it cannot agree with us by accident"},
	"webbridge": {nil, "carries calls and does not know them"},
	"archtest":  {nil, "looks at the source only"},

	"run":   {words("*"), "builds the parts for every subcommand"},
	"cli":   {words("*"), "reads the command line and starts a run"},
	"bench": {words("*"), "measures them; a program of its own that nothing imports"},
}

// externals lists which of our packages may import a module that belongs to
// one place, and why.
var externals = map[string]struct {
	only []string
	why  string
}{
	"github.com/wailsapp/":             {words("main app"), "everything but the window also runs without one"},
	"github.com/philippseith/signalr":  {words("hub demo bench"), "used plainly it loses the order of events; hub wraps it, demo plays the server"},
	"github.com/coder/websocket":       {words("hub demo webbridge bench"), "sockets are held at the edge"},
	"modernc.org/sqlite":               {words("history"), "one owner of the database"},
	"github.com/zalando/go-keyring":    {words("secret"), "calls can hang for ever; secret gives each a deadline"},
	"github.com/godbus/dbus/v5":        {words("desktop tray app run"), "the session bus is asked at the edge"},
	"github.com/gen2brain/beeep":       {words("desktop"), "a driver"},
	"fyne.io/systray":                  {words("tray"), "a driver"},
	"github.com/pelletier/go-toml/v2":  {words("config"), "one form of the settings file"},
	"github.com/adrg/xdg":              {words("config app run"), "paths are decided in one place"},
	"github.com/fsnotify/fsnotify":     {words("config"), "one watcher"},
	"github.com/alecthomas/kong":       {words("main run cli"), "flags are read at the top"},
	"github.com/stretchr/testify":      {nil, "tests compare with go-cmp"},
	"github.com/HdrHistogram/":         {words("hub state bench"), "a tool for latencies"},
	"github.com/cockroachdb/apd/v3":    {nil, "an oracle for tests only"},
	"github.com/google/go-cmp/cmp":     {nil, "for tests only"},
	"pgregory.net/rapid":               {nil, "for tests only"},
	"go.uber.org/goleak":               {nil, "for tests only"},
	"golang.org/x/crypto/openpgp":      {nil, "abandoned, with known holes"},
	"github.com/DeRuina/timberjack":    {nil, "logfile rotates in a hundred lines"},
	"github.com/emersion/go-autostart": {nil, "it needs cgo on Windows"},
}
