#!/usr/bin/env bash
# tenant.sh DIR OUT: plans the generated tenant in DIR with the release binary and writes OUT as plan.tsv, in the words
# of the benchmark: an adoption or reactivation is an update, a right is the name of its group.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$1 out=$2
"${ROLEWRIGHT_BINARY:-$here/../target/release/rolewright}" plan -C "$here/tenant" --data "$dir" --format tsv |
  awk -F '\t' -v OFS='\t' '
    $1 == "adopt" || $1 == "reactivate" { $1 = "update" }
    $1 == "update" { if ($3 == "city") $3 = "locality"; if ($3 == "mobile") $3 = "phone" }
    $1 == "grant" || $1 == "revoke" { sub(/^role=/, "Role_", $3) }
    $1 ~ /^(create|update|deactivate|grant|revoke)$/ { print }
    $1 == "blocked" { print $1, $2, "", "", "" }' >"$out"
