#!/usr/bin/env bash
# tenant.sh DIR OUT: plans the generated tenant in DIR with the release binary and writes OUT as plan.tsv, in the words
# of the benchmark.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$1 out=$2
"${ROLEWRIGHT_BINARY:-$here/../target/release/rolewright}" plan -C "$here/tenant" --data "$dir" --format tsv |
  awk -f "$here/tenant/words.awk" >"$out"
