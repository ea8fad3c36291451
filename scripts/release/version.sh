# Which version this is, and what the linker writes into the programs. Sourced;
# also on a Mac, whose bash is of 2007 and whose date knows no -d.

# tag_version prints the version that the tag says. Later commits are versions
# before the next one: 0.1.0 and five commits are 0.1.1-dev.5.
tag_version() {
	local described tag count
	if described=$(git describe --tags --match 'v[0-9]*.[0-9]*.[0-9]*' --long 2>/dev/null); then
		count=${described%-g*} tag=${count%-*} count=${count##*-}
		tag=${tag#v}
		if [ "$count" -eq 0 ]; then
			printf '%s\n' "$tag"
		elif [[ $tag == *-* ]]; then
			printf '%s.%s\n' "$tag" "$count" # 0.2.0-rc.1 and five are 0.2.0-rc.1.5
		else
			printf '%s.%s-dev.%s\n' "${tag%.*}" $((${tag##*.} + 1)) "$count"
		fi
	else # no tag yet: before the first version of the changelog
		printf '%s-dev.%s\n' "$(VERSION= node scripts/release/about.mjs get VERSION)" "$(git rev-list --count HEAD)"
	fi
}

commit=$(git rev-parse HEAD)
modified=$(git status --porcelain --untracked-files=no)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
VERSION=${VERSION:-$(tag_version)}
export VERSION SOURCE_DATE_EPOCH
stamp=$(TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd)
linked="-s -w -buildid= -X main.version=$VERSION -X main.commit=$commit -X main.date=$stamp"
