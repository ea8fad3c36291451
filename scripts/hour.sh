#!/usr/bin/env bash
# Holds the real window for half an hour beside a demo gateway to which five
# things happen, one after the other, in real time: a screenshot of the whole
# screen with its bubbles during each of them, and five minutes after its end.
# Nothing that is over should be on those. Needs Xvfb, openbox, dunst, a bus and
# ImageMagick; xfce4-panel shows the tray icon, if it is there.
#
#   hour.sh FOLDER            the pictures and what `watch` would have said
#   GAP=660 LAST=300 hour.sh  an hour: a cause each 11 min, for 5 min
. "$(dirname "$0")/lib.sh"
. scripts/display.sh

out=${1:-$cache/hour}
gap=${GAP:-270} last=${LAST:-150} shot=${SHOT:-100} after=${AFTER:-300}
bin=${BIN:-bin/gatewatch}
for need in Xvfb openbox dunst dbus-daemon import; do
	command -v "$need" >/dev/null || die "$need is missing"
done
[ -x "$bin" ] || die "$bin is not built: make build"
mkdir -p "$out"
own_home
own_display 1760x900
own_bus
also openbox
also dunst
if command -v xfce4-panel >/dev/null; then also xfce4-panel --disable-wm-check; fi

cat >"$work/town.txt" <<'EOF'
dialect conduit
have group 1 Platform credit=250 spent=41.5
have group 2 Research credit=40 spent=10
have group 3 Quiet credit=100 spent=1
have key 1 platform-api group=Platform
have key 2 research-notebook group=Research
have key 3 quiet-bot group=Quiet
have provider 1 openai type=OpenAI latency=410
have provider 2 mistral type=OpenAICompatible latency=280 url=https://mistral.example/v1
have provider 3 groq type=Groq latency=95
have mapping 1 chat-default openai gpt-5.2 price=1.25/10
have mapping 2 eu-chat mistral mistral-large-3 price=0.5/1.5
have mapping 3 realtime groq llama-4-70b price=0.59/0.79
have log 60 over=2h
every 3s..5s chat keys=platform-api models=chat-default,eu-chat cost=0.0010..0.0020
every 4s..6s chat keys=quiet-bot models=realtime cost=0.0010..0.0020
EOF
mkfifo "$work/lines"
"$bin" demo-gateway --listen 127.0.0.1:0 --listen-admin 127.0.0.1:0 --script "$work/town.txt" --obey <"$work/lines" >"$work/town.log" 2>&1 &
pids+=($!)
exec 4>"$work/lines"
for _ in $(seq 100); do grep -q '^playing' "$work/town.log" && break; sleep 0.1; done
of() { sed -n "s/^$1 *//p" "$work/town.log" | head -n 1; }
GATEWATCH_VIRTUAL_KEY=$(of 'virtual key') GATEWATCH_MASTER_KEY=$(of 'master key')
export GATEWATCH_VIRTUAL_KEY GATEWATCH_MASTER_KEY
"$bin" --core "$(of 'core URL')" --admin "$(of 'admin URL')" >"$out/window.log" 2>&1 &
pids+=($!)

began=$SECONDS
say_at() { printf '%5d s  %s\n' $((SECONDS - began)) "$*" | tee -a "$out/hour.log"; }
: >"$out/hour.log"
picture() { # when, name
	(
		sleep "$1"
		import -window root "$out/$2.png"
		say_at "picture $2"
	) &
	pids+=($!)
}
cause() { # number, name, begin, end
	say_at "begins: $2"
	printf '%s\n' "$3" >&4
	picture "$shot" "$1-$2-during"
	sleep "$last"
	say_at "ends: $2"
	printf '%s\n' "$4" >&4
	picture "$after" "$1-$2-five-minutes-after"
	sleep $((gap - last))
}
sleep 75 # everything is read, and what waits for a minute has waited
import -window root "$out/0-before.png"
cause 1 provider-switched-off 'chat platform-api model=eu-chat answers=401' 'provider enable mistral'
cause 2 budget-92 'batch spend research-notebook to=92%' 'credit Research 60'
cause 3 redis-down 'redis off ban' 'redis on empty'
cause 4 quiet-provider-429 'upstream groq 429' 'upstream groq ok'
cause 5 database-down 'database off' 'database on'
rest=$((after - gap + last + 20)) # what the last picture waits for
[ "$rest" -gt 0 ] && sleep "$rest"
say_at "over"
say "$(find "$out" -name '*.png' | wc -l) pictures in $out"
