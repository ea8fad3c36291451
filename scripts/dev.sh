#!/usr/bin/env bash
# Develops the frontend in the real window: Vite serves and reloads it, the
# program of a development build shows it on the demo gateway. After a change
# of Go code, stop and start again.
. "$(dirname "$0")/lib.sh"

vite_port=${VITE_PORT:-34117}
bridge_port=${BRIDGE_PORT:-34116}

go build -tags dev,webkit2_41 -o bin/gatewatch-dev .
npm run dev --prefix frontend -- --port "$vite_port" --strictPort &
vite=$!
trap 'kill "$vite" 2>/dev/null; wait "$vite" 2>/dev/null || true' EXIT
until node -e "require('net').connect($vite_port, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(1))"; do
	kill -0 "$vite" || die "the development server did not start"
	sleep 0.2
done
say "In a browser too: http://127.0.0.1:$bridge_port"
frontenddevserverurl=http://127.0.0.1:$vite_port devserver=127.0.0.1:$bridge_port bin/gatewatch-dev --demo
