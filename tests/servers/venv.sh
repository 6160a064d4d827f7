# Sourced by the scripts that start servers from PyPI; they set `here`. Sets `tools`, a folder that tests keep.
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
mkdir -p "$tools"

install() { # install NAME REQUIREMENTS: a virtualenv in $tools/NAME, made anew when its requirements change
  # One at a time: tests run side by side.
  exec 9>"$tools/$1.lock"
  flock 9
  cmp -s "$2" "$tools/$1/.installed" || {
    rm -rf "${tools:?}/$1"
    python3 -m venv "$tools/$1"
    "$tools/$1/bin/pip" -q install --disable-pip-version-check -r "$2" >&2
    cp "$2" "$tools/$1/.installed"
  }
  exec 9>&-
}
