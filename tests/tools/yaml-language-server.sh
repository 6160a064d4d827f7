#!/usr/bin/env bash
# The YAML language server of editors, from npm, over stdin and stdout; installed once under target/test-tools.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
mkdir -p "$tools"
# What it needs is as of a day, so that a later release of a part changes nothing.
package=yaml-language-server@2.0.0 day=2026-11-20
home=$tools/yaml-language-server

exec 9>"$tools/yaml-language-server.lock"
flock 9
[ "$(cat "$home/.installed" 2>/dev/null)" = "$package $day" ] || {
  rm -rf "$home"
  mkdir -p "$home"
  echo '{ "private": true }' >"$home/package.json"
  (cd "$home" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error --before="$day" "$package" >&2)
  echo "$package $day" >"$home/.installed"
}
exec 9>&-
exec node "$home/node_modules/yaml-language-server/bin/yaml-language-server" --stdio
