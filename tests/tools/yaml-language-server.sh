#!/usr/bin/env bash
# The YAML language server of editors, from npm, over stdin and stdout; installed once under target/test-tools.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../servers/npm.sh"
install yaml-language-server yaml-language-server@2.0.0 2026-11-20
exec node "$tools/yaml-language-server/node_modules/yaml-language-server/bin/yaml-language-server" --stdio
