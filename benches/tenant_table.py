#!/usr/bin/env python3
"""The table of ratios in README.md: binaries beside the fastest parse, over generated tenants, interleaved in one run.

tenant_table.py TOOLS NAME=BINARY... [--users 10000,100000,1000000] [--runs 3] [--tenants FOLDER]

TOOLS has gen_tenant.py, check_plan.py and floor, a program whose `floor parse sonic DIR` is the fastest parse of the
tenant in DIR. Each binary plans each tenant as it is, and with an empty application: no account yet, and no member in
any of its groups. What other jobs do to the machine falls on all alike; what is printed are medians.
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Seed, churn in percent, groups for each size; the first churns nothing, the last much.
SETTINGS = {
    10_000: [(23, 0, 290), (7, 2, 130), (11, 20, 170)],
    100_000: [(23, 0, 400), (7, 2, 200), (11, 20, 800)],
    1_000_000: [(23, 0, 1000), (7, 2, 2000), (11, 20, 3000)],
}
READ_ALIKE = ["users", "groups", "members"]
OF_APPLICATION = ["accounts", "entitlements"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tools", type=pathlib.Path)
    parser.add_argument("binaries", nargs="+", metavar="NAME=BINARY")
    parser.add_argument("--users", default="10000,100000,1000000")
    parser.add_argument("--settings", default="0,1,2", help="which of a size's three settings")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tenants", type=pathlib.Path, default=pathlib.Path("/tmp/tenants"))
    return parser.parse_args()


def tenant(tools, folder, users, seed, churn, groups):
    """The folder of a generated tenant, made where it is missing."""
    made = folder / f"{users}-{seed}-{churn}-{groups}"
    if not (made / "truth.json").exists():
        options = {"--users": users, "--seed": seed, "--churn": churn, "--groups": groups, "--out": made}
        words = [str(word) for pair in options.items() for word in pair]
        subprocess.run([sys.executable, tools / "gen_tenant.py", *words], check=True, stdout=subprocess.DEVNULL)
    return made


def emptied(made):
    """The same tenant with an empty application. Links of files: the product follows no others out of the folder."""
    empty = made.with_name(made.name + "-empty")
    if empty.exists():
        return empty
    empty.mkdir()
    for name in READ_ALIKE:
        os.link(made / f"{name}.ndjson", empty / f"{name}.ndjson")
    (empty / "accounts.ndjson").touch()
    with open(made / "entitlements.ndjson") as groups, open(empty / "entitlements.ndjson", "w") as written:
        written.writelines(re.sub(r'"members":\[.*\]', '"members":[]', line) for line in groups)
    return empty


def cost(command, out=os.devnull):
    """CPU seconds and peak bytes of one process, whose output goes to a file."""
    with open(out, "wb") as stdout:
        process = subprocess.Popen([str(word) for word in command], stdout=stdout)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command}: exit {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def agrees(tools, made, plan):
    """Whether a plan is the tenant's known answer."""
    told = plan.with_suffix(".told")
    with open(told, "wb") as written:
        subprocess.run(["awk", "-f", HERE / "tenant" / "words.awk", plan], check=True, stdout=written)
    checked = subprocess.run([sys.executable, tools / "check_plan.py", made, told], stdout=subprocess.DEVNULL)
    return checked.returncode == 0


def row(options, binaries, users, setting):
    """One line of the table."""
    made = tenant(options.tools, options.tenants, users, *setting)
    folders = {"full": made, "empty": emptied(made)}
    plan = options.tenants / "plan.tsv"
    parses, costs, wrong = [], {}, set()
    for _ in range(options.runs):
        parses.append(cost([options.tools / "floor", "parse", "sonic", made])[0])
        for name, binary in binaries:
            for kind, folder in folders.items():
                command = [binary, "plan", "-C", HERE / "tenant", "--data", folder, "--format", "tsv"]
                costs.setdefault((name, kind), []).append(cost(command, plan))
                if kind == "full" and len(parses) == 1 and not agrees(options.tools, made, plan):
                    wrong.add(name)
    unit = statistics.median(parses)
    seed, churn, groups = setting
    cells = [f"{users:,}", f"{seed}, {churn} %, {groups}", f"{unit:.2f}"]
    for name, _ in binaries:
        middle = {
            kind: [statistics.median(values) for values in zip(*costs[name, kind])] for kind in folders
        }
        cells += [
            f"{middle['full'][0] / unit:.2f}" + (" DIFFERS" if name in wrong else ""),
            f"{middle['full'][1] / users:,.0f}",
            f"{middle['empty'][0] / middle['full'][0]:.2f}",
            f"{middle['empty'][1] / users:,.0f}",
        ]
    print("| " + " | ".join(cells) + " |", flush=True)


def main():
    options = arguments()
    options.tenants.mkdir(parents=True, exist_ok=True)
    binaries = [tuple(binary.split("=", 1)) for binary in options.binaries]
    titles = ["users", "seed, churn, groups", "P, s"]
    for name, _ in binaries:
        titles += [f"CPU / P, {name}", "bytes a user", "empty / full", "bytes a user, empty"]
    print("| " + " | ".join(titles) + " |")
    print("|" + " --- |" * len(titles))
    for users in map(int, options.users.split(",")):
        for at in map(int, options.settings.split(",")):
            row(options, binaries, users, SETTINGS[users][at])


main()
