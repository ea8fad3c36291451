package archtest

// layers lists the folders of internal from the ground up: what a layer is,
// which layers its packages may import besides their own, and the packages in
// it. A package that is in no layer may not exist.
var layers = []struct {
	name     string
	what     string
	imports  []string
	packages []string
}{
	{"foundation", "small things that know nothing of gateways", nil, words("dedup fault files licences life lock logfile refusal secret")},
	{"core", "events, what follows from them, what deserves attention: pure, and given the time", words("foundation"), words("event text ledger forecast state film cause outlook alert rehearsal feed engine")},
	{"sources", "where events come from: hubs and lists of a gateway", words("foundation core"), words("hub wire rest gateway update")},
	{"store", "what outlives a run: history and settings", words("foundation core"), words("history config")},
	{"desktop", "how a person is notified: notifications and the status item", words("foundation core"), words("display notify notification tray")},
	{"tools", "the demo gateway, and what tests and measures", words("foundation core sources store desktop"), words("demo replay bench webbridge scorecard reference archtest")},
	{"program", "puts it together for every subcommand", words("foundation core sources store desktop tools"), words("run cli doctor")},
}

// allowed lists, for each of our packages, which others of ours it may import
// outside its tests, and why not more. A package that is not listed may not
// exist: add it here, with its reason, to its layer above, and in
// docs/ARCHITECTURE.md.
var allowed = map[string]struct {
	imports []string
	why     string
}{
	"event":    {nil, "the vocabulary knows nobody, so everybody can know it"},
	"secret":   {words("files"), "a small tool that anything may use"},
	"refusal":  {nil, "a small tool that anything may use"},
	"files":    {nil, "a small tool that anything may use"},
	"fault":    {nil, "a small tool that anything may use"},
	"licences": {nil, "a text that knows nobody"},
	"life":     {nil, "a small tool that anything may use"},
	"lock":     {nil, "a small tool that anything may use"},
	"logfile":  {nil, "a small tool that anything may use"},
	"dedup":    {nil, "a small tool that anything may use"},
	"wire":     {words("event text dedup"), "decoding bytes into events needs the events, and nothing that holds a connection"},

	"text":      {words("event"), "says what it is given in plain values, so that everybody can call it"},
	"ledger":    {words("event"), "pure bookkeeping: no I/O, no clock"},
	"forecast":  {words("event"), "pure arithmetic on amounts and times: it knows no gateway, so that any file can be forecast"},
	"state":     {words("event text ledger dedup"), "a pure fold of events; it is given the time"},
	"alert":     {words("event text forecast state"), "a pure evaluation of the state"},
	"cause":     {words("event text state"), "orders what happened before an alert; pure, and given what is known"},
	"outlook":   {words("event text state"), "says in one sentence how things are, for all who say it"},
	"rehearsal": {words("event state alert"), "plays the past to one rule; pure, and given the events"},
	"film":      {words("state"), "keeps what was shown, entry by entry, and takes none of them apart"},
	"feed":      {words("state"), "turns deltas into frames and knows no events"},
	"engine":    {words("event ledger state outlook alert feed"), "the one goroutine imports no adapter: it says what it needs in two interfaces"},

	"hub":          {words("text secret fault refusal"), "holds a connection and does not know what is said over it"},
	"rest":         {words("event text wire secret fault"), "reads a gateway's lists; it knows no hub, and nobody who listens"},
	"update":       {nil, "reads and judges a file; who looks, when and for whom is not its business"},
	"gateway":      {words("event text wire rest hub secret fault"), "an adapter: it must not know who listens"},
	"history":      {words("event text ledger fault"), "an adapter: it is given rows, not alerts"},
	"notify":       {words("event text alert"), "decides; showing is done behind an interface"},
	"notification": {words("event text notify"), "drivers only obey"},
	"display":      {nil, "asks a display whether it lets us in, and nothing else"},
	"tray":         {words("event text"), "drivers only obey"},
	"config":       {words("event secret fault files"), "an adapter: nobody below needs the settings file"},

	"doctor": {words("config event notification fault gateway history hub lock notify refusal rest secret state text tray wire"), "asks each part how it is; only those who build a run start it"},

	"replay":    {words("hub"), "plays recordings of real gateways to tests; knows frames and answers, not our events"},
	"demo":      {nil, "speaks wire, not our events, so that it cannot agree with us by accident"},
	"webbridge": {nil, "carries calls of a page in a browser and does not know them; only the window of the build for tests (tag wired) has it"},
	"scorecard": {nil, "judges what was told by what happened; it is given both in plain values"},
	"reference": {words("event config"), "writes a document of what the source declares; a program of its own that nothing imports"},
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
	"filippo.io/age":                   {words("secret"), "what a passphrase encrypts is keys; nothing else is kept so"},
	"github.com/zalando/go-keyring":    {words("secret"), "calls can hang for ever; secret gives each a deadline"},
	"github.com/godbus/dbus/v5":        {words("notification tray app run secret"), "the session bus is asked at the edge"},
	"github.com/gen2brain/beeep":       {words("notification"), "a driver"},
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
