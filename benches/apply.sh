#!/usr/bin/env bash
# apply.sh URL CONNECTIONS [USERS [RATE]]: a run of the release binary that creates USERS accounts (60000) in the SCIM service at
# URL, this many at a time; with RATE, no faster than that: `25/second`, `180/minute`. The service need not show what it was
# sent: the profile says that answers are taken as they are. The ledger is a git repository, as always.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=${ROLEWRIGHT_BINARY:-$here/../target/release/rolewright}
url=$1 connections=$2 users=${3:-60000} rate=${4:-}
work=${TMPDIR:-/tmp}/rolewright-bench-apply
mkdir -p "$work"
data=$work/data-$users
[ -f "$data/members.ndjson" ] || python3 "$here/apply/people.py" "$data" "$users"

place=$work/run-$$
trap 'rm -rf "$place"' EXIT
mkdir "$place"
limits=""
[ -z "$rate" ] || limits=", rateLimits: [{ calls: ${rate%/*}, per: ${rate#*/} }]"
sed -e "s|URL|$url|; s|CONNECTIONS|$connections|; s|LIMITS|$limits|" "$here/apply/workspace.yaml" >"$place/workspace.yaml"
git -C "$place" init -q -b main
git -C "$place" add -A
git -C "$place" -c user.name=bench -c user.email=bench@contoso.example commit -qm policies
"$binary" apply -C "$place" --data "$data"
