#!/usr/bin/env bash
# A real browser for the tests: Debian's Chromium, driven by puppeteer-core, judged by axe-core.
#   browser.sh PAGE [FOLDER]    opens the HTML file, prints what was seen as JSON, and puts pictures into FOLDER
# BROWSER_SCRIPT=still.mjs is for pages without scripts.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
mkdir -p "$tools"
# What the packages need is as of a day, so that a later release of a part changes nothing.
packages="puppeteer-core@24.30.0 axe-core@4.11.0" day=2026-11-20
home=$tools/browser

exec 9>"$tools/browser.lock"
flock 9
command -v chromium >/dev/null || {
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  { $sudo apt-get update -qq && $sudo apt-get install -y -qq chromium; } >&2
}
[ "$(cat "$home/.installed" 2>/dev/null)" = "$packages $day" ] || {
  rm -rf "$home"
  mkdir -p "$home"
  echo '{ "private": true }' >"$home/package.json"
  # shellcheck disable=SC2086 # the packages are several words
  (cd "$home" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error --before="$day" $packages >&2)
  echo "$packages $day" >"$home/.installed"
}
exec 9>&-

# Chromium keeps its settings below HOME.
HOME=$(mktemp -d) BROWSER_MODULES=$home CHROMIUM=$(command -v chromium) timeout 300 node "$here/${BROWSER_SCRIPT:-browser.mjs}" "$@"
