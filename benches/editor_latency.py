#!/usr/bin/env python3
"""editor_latency.py BINARY [USERS]: how long `rolewright lsp` takes to answer, over a snapshot of USERS people (10,000).

Makes the tenant of benches/small_tenant.py, saves a snapshot of it, opens benches/tenant/workspace.yaml as an editor would and
asks 50 times each for completion and hover, and for the problems after an edit. Prints the median and the 95th percentile of
the wall time, and the mean of the CPU time that the server took (in ticks of 10 ms), which other programs hardly change.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TIMES = 50


class Editor:
    def __init__(self, command, folder):
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        self.next = 0
        self.notices = []
        root = folder.as_uri()
        self.ask("initialize", {"processId": None, "rootUri": root, "capabilities": {},
                                "workspaceFolders": [{"uri": root, "name": "policies"}]})
        self.tell("initialized", {})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.child.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.child.stdout.readline().strip()):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message = json.loads(self.child.stdout.read(length))
        if "method" in message and "id" in message:
            self.send({"id": message["id"], "result": None})
        return message

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.next += 1
        self.send({"id": self.next, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.next and "method" not in message:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']}")
                return message["result"]

    def problems(self, uri, version):
        """Waits for the problems of a version of a file."""
        while True:
            message = self.receive()
            of = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics" and of["uri"] == uri and of.get("version", version) == version:
                return of["diagnostics"]

    def cpu(self):
        """Seconds of CPU time so far, of all threads, those that ended too."""
        fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(editor, what, before=lambda turn: None):
    """Median and 95th percentile of the wall time, and mean of the CPU time. `before` is not measured."""
    walls, cpu = [], 0
    for turn in range(TIMES):
        before(turn)
        begun, wall = editor.cpu(), time.perf_counter()
        what(turn)
        walls.append(time.perf_counter() - wall)
        cpu += editor.cpu() - begun
    shown = lambda seconds: f"{seconds * 1000:.1f}"
    return shown(statistics.median(walls)), shown(sorted(walls)[int(TIMES * 0.95)]), shown(cpu / TIMES)


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    users = sys.argv[2] if len(sys.argv) > 2 else "10000"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([sys.executable, HERE / "small_tenant.py", folder / "tenant", users], check=True)
        workspace = folder / "policies"
        workspace.mkdir()
        shutil.copy(HERE / "tenant" / "workspace.yaml", workspace)
        environment = ["-C", str(workspace), "--data", str(folder / "tenant")]
        subprocess.run([binary, "snapshot", *environment, "--output", str(folder / "saved")], check=True, cwd=folder,
                       env={"PATH": os.environ["PATH"]})
        editor = Editor([binary, "lsp", "-C", str(workspace), "--snapshot", str(folder / "saved")], workspace)
        file = workspace / "workspace.yaml"
        # Problems are told only when they change, so that each version has another.
        text = file.read_text()
        uri = file.as_uri()
        started = time.perf_counter()
        editor.tell("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": 0, "text": f"{text}nonsense: 0\n"}})
        found = editor.problems(uri, 0)
        print(f"{users} people; the first problems ({len(found)}) after {time.perf_counter() - started:.2f} s")
        lines = text.split("\n")
        rule = next(number for number, line in enumerate(lines) if "group: Licensed" in line)
        place = {"textDocument": {"uri": uri}, "position": {"line": rule, "character": lines[rule].index("Licensed") + 2}}

        def edit(version, text):
            editor.tell("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]})
            return editor.problems(uri, version)

        rule = next(number for number, line in enumerate(lines) if "id: roles" in line)
        of_rule = {"textDocument": {"uri": uri}, "position": {"line": rule, "character": lines[rule].index("roles") + 2}}
        hover_of_rule = lambda _: editor.ask("textDocument/hover", of_rule) or sys.exit("nothing is said about the rule")

        def wrong(turn):
            edit(2 * turn + 1, f"{text}nonsense{turn}: 0\n")

        def sound(turn):
            if edit(2 * turn + 2, f"{text}# {turn}\n"):
                sys.exit("the workspace has problems")

        def both(turn):
            wrong(turn + TIMES)
            sound(turn + TIMES)

        if not editor.ask("textDocument/hover", place) or not editor.ask("textDocument/completion", place):
            sys.exit("nothing is said about the group")
        rows = [
            ("completion of a group", measured(editor, lambda _: editor.ask("textDocument/completion", place))),
            ("hover over a group", measured(editor, lambda _: editor.ask("textDocument/hover", place))),
            ("hover over a rule", measured(editor, hover_of_rule)),
            ("problems of an edit with an error", measured(editor, wrong)),
            ("problems of an edit without one", measured(editor, sound, wrong)),
            ("hover over a rule after an edit", measured(editor, hover_of_rule, both)),
        ]
        print("| request | median ms | 95th percentile ms | CPU ms |\n| --- | --- | --- | --- |")
        for name, figures in rows:
            print(f"| {name} | {' | '.join(figures)} |")
        editor.ask("shutdown", None)
        editor.tell("exit", None)
        editor.child.wait()


main()
