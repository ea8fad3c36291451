# Builds the page into frontend/dist, if it changed. Sourced after lib.sh.

page_inputs=()
for f in frontend/src frontend/public frontend/wailsjs frontend/index.html frontend/package-lock.json \
	frontend/vite.config.ts frontend/build-checks.ts frontend/tsconfig.json frontend/postcss.config.cjs; do
	[ -e "$f" ] && page_inputs+=("$f")
done
if [ -f frontend/dist/index.html ] && fresh frontend "${page_inputs[@]}"; then
	: # as it was
else
	say "Building the frontend"
	npm run build --prefix frontend --silent </dev/null
	touch frontend/dist/.gitkeep # embedding needs a file there in a fresh clone
	keep frontend "${page_inputs[@]}"
fi
