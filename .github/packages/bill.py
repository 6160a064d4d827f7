#!/usr/bin/env python3
"""Writes the bill of materials of a release: every crate that is compiled into it, as CycloneDX 1.5
(https://cyclonedx.org/docs/1.5/json/).

    bill.py --output FILE
"""

import argparse
import json
import subprocess
from pathlib import Path

from release import ROOT


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--output", required=True, type=Path)
    given = arguments.parse_args()
    given.output.write_text(json.dumps(bill(), indent=2) + "\n")


def bill() -> dict:
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--manifest-path", ROOT / "Cargo.toml"]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    root = metadata["resolve"]["root"]
    builds = {one for one, package in packages.items() if any("proc-macro" in target["kind"] for target in package["targets"])}
    linked = _linked(metadata["resolve"]["nodes"], root, builds)
    component = _component(packages[root]) | {"type": "application"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component},
        "components": sorted((_component(packages[one]) for one in linked - {root}), key=lambda one: one["purl"]),
    }


def _linked(nodes: list[dict], root: str, builds: set[str]) -> set[str]:
    """The packages that are reached by normal dependencies: what tests, build scripts and macros (`builds`) use is not in the binary."""
    by_id = {node["id"]: node for node in nodes}
    found, left = set(), [root]
    while left:
        one = left.pop()
        if one not in found | builds:
            found.add(one)
            left += [
                dependency["pkg"]
                for dependency in by_id[one]["deps"]
                if any(kind["kind"] is None for kind in dependency["dep_kinds"])
            ]
    return found


def _component(package: dict) -> dict:
    purl = f"pkg:cargo/{package['name']}@{package['version']}"
    component = {"type": "library", "bom-ref": purl, "name": package["name"], "version": package["version"], "purl": purl}
    return component | ({"licenses": [{"expression": package["license"]}]} if package["license"] else {})


if __name__ == "__main__":
    main()
