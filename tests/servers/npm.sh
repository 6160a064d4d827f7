# Sourced by the scripts that start programs from npm; they set `here`. Sets `tools`, a folder that tests keep.
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
mkdir -p "$tools"

install() { # install NAME PACKAGE DAY: the package in $tools/NAME, and what it needs as of a day, so that a later release of a part
  # changes nothing. One at a time: tests run side by side.
  exec 9>"$tools/$1.lock"
  flock 9
  [ "$(cat "$tools/$1/.installed" 2>/dev/null)" = "$2 $3" ] || {
    rm -rf "${tools:?}/$1"
    mkdir -p "$tools/$1"
    echo '{ "private": true }' >"$tools/$1/package.json"
    (cd "$tools/$1" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error --before="$3" "$2" >&2)
    echo "$2 $3" >"$tools/$1/.installed"
  }
  exec 9>&-
}
