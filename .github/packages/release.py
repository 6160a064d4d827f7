"""What is packed: the binary, its version, and what each package system calls its platform."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Platform:
    """One platform's names. `wheel` is a platform tag of PyPI, `npm_os` and `npm_cpu` are node's, `debian` is dpkg's."""

    wheel: str
    npm_os: str
    npm_cpu: str
    debian: str = ""
    ending: str = ""

    @property
    def npm(self) -> str:
        return f"{self.npm_os}-{self.npm_cpu}"


# The Linux binaries are static, so they run with any libc: both kinds of wheel tag hold for them.
PLATFORMS = {
    "x86_64-unknown-linux-musl": Platform("manylinux_2_17_x86_64.musllinux_1_1_x86_64", "linux", "x64", "amd64"),
    "aarch64-unknown-linux-musl": Platform("manylinux_2_17_aarch64.musllinux_1_1_aarch64", "linux", "arm64", "arm64"),
    "x86_64-apple-darwin": Platform("macosx_10_12_x86_64", "darwin", "x64"),
    "aarch64-apple-darwin": Platform("macosx_11_0_arm64", "darwin", "arm64"),
    "x86_64-pc-windows-msvc": Platform("win_amd64", "win32", "x64", ending=".exe"),
}


@dataclass(frozen=True)
class Release:
    binary: Path
    target: str
    version: str
    description: str
    licence: str

    @staticmethod
    def of(binary: Path, target: str) -> "Release":
        package = _package()
        return Release(binary.resolve(), target, package["version"], package["description"], package["license"])

    @property
    def platform(self) -> Platform:
        return PLATFORMS[self.target]

    @property
    def program(self) -> str:
        return f"rolewright{self.platform.ending}"


def _package() -> dict:
    """This package as cargo has it."""
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path", ROOT / "Cargo.toml"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["packages"][0]


def version() -> str:
    return _package()["version"]
