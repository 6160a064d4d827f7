# Sourced by the scripts that start LDAP servers.
tools=${CARGO_TARGET_DIR:-$here/../../../target}/test-tools
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)

need() { # need COMMAND PACKAGE...: installs Debian packages where a command is missing
  command -v "$1" >/dev/null && return
  shift
  exec 8>/tmp/rolewright-tests-apt.lock
  flock 8
  local sudo="" policy=/usr/sbin/policy-rc.d quiet=no
  [ "$(id -u)" = 0 ] || sudo=sudo
  # The packages bring services; the tests start their own.
  [ -e $policy ] || { quiet=yes; printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null; $sudo chmod +x $policy; }
  { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >&2
  [ $quiet = no ] || $sudo rm -f $policy
  exec 8>&-
}

locked() { # locked NAME: one at a time, since tests run side by side
  exec 9>"$tools/$1.lock"
  flock 9
}

unlock() { exec 9>&-; }

certificates() { # certificates FOLDER NAME SAN: an authority, and a server's certificate that it issues
  mkdir -p "$1"
  (
    cd "$1"
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=Test authority" -keyout ca-key.pem -out ca.pem \
      -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$2" -keyout key.pem -out server.csr
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n' "$3" >server.cnf
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 3650 -extfile server.cnf -out cert.pem
    chmod 600 key.pem ca-key.pem
  ) 2>/dev/null
}

running() { [ -f "$1/server" ] && kill -0 "$(cat "$1/server")" 2>/dev/null; }

used_by() { # used_by STATE PID: the server lives as long as one of these processes, and a while longer
  mkdir -p "$1/users"
  touch "$1/users/$2"
}

supervised() { # supervised STATE COMMAND...: starts the server in a process group of its own, and who ends it
  local state=$1
  shift
  setsid "$@" >"$state/server.log" 2>&1 </dev/null 9>&- &
  echo $! >"$state/server"
  setsid "$here/supervise.sh" "$state" $! >/dev/null 2>&1 </dev/null 9>&- &
}

ready() { # ready STATE COMMAND: waits until the command succeeds
  local _
  for _ in $(seq 600); do
    "$2" && return
    running "$1" || break
    sleep 0.1
  done
  echo "the server does not answer:" >&2
  tail -n 20 "$1/server.log" >&2
  end "$1"
  exit 1
}

end() { # end STATE: ends the server
  [ -f "$1/server" ] || return 0
  end_group "$(cat "$1/server")"
  rm -f "$1/server"
}

end_group() { # end_group PID: ends a server's process group, by the id that starting it made
  local _
  kill -TERM -- "-$1" 2>/dev/null || return 0
  for _ in $(seq 50); do
    kill -0 -- "-$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$1" 2>/dev/null || true
}

end_all() { # end_all NAME
  local state
  for state in "$tools/$1"-*/; do end "$state"; done
}
