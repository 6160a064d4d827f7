#!/usr/bin/env bash
# Builds and packages the extension for Visual Studio Code, in a copy under target/test-tools; prints the package's path.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
source=$here/../../docs/editors/vscode
home=$tools/vscode-extension
mkdir -p "$home"
# The packager's own parts are as of a day; the extension's are in its lock file.
packager=@vscode/vsce@3.9.2 day=2026-11-20

exec 9>"$tools/vscode-extension.lock"
flock 9
[ "$(cat "$home/packager/.installed" 2>/dev/null)" = "$packager $day" ] || {
  rm -rf "$home/packager"
  mkdir -p "$home/packager"
  echo '{ "private": true }' >"$home/packager/package.json"
  (cd "$home/packager" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error --before="$day" "$packager" >&2)
  echo "$packager $day" >"$home/packager/.installed"
}
cp -r "$source/." "$home/extension.new"
if [ -d "$home/extension/node_modules" ] && cmp -s "$source/package-lock.json" "$home/extension/package-lock.json"; then
  rm -rf "$home/extension.new/node_modules"
  mv "$home/extension/node_modules" "$home/extension.new/"
fi
rm -rf "$home/extension"
mv "$home/extension.new" "$home/extension"
cd "$home/extension"
[ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
npm run --silent build >&2
"$home/packager/node_modules/.bin/vsce" package --no-dependencies --allow-missing-repository --skip-license --out rolewright.vsix >&2
echo "$PWD/rolewright.vsix"
