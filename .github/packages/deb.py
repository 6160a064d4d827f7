"""The Debian package: program, manual pages, completions, and a systemd service and timer that are not enabled until somebody
does so."""

import gzip
import subprocess
import tempfile
from pathlib import Path

import archive
from release import ROOT, Release

SYSTEMD = Path(__file__).resolve().parent / "systemd"
COMPLETIONS = {
    "completions/rolewright.bash": "usr/share/bash-completion/completions/rolewright",
    "completions/_rolewright": "usr/share/zsh/vendor-completions/_rolewright",
    "completions/rolewright.fish": "usr/share/fish/vendor_completions.d/rolewright.fish",
}


def pack(release: Release, output: Path) -> Path:
    place = output / f"rolewright_{release.version}_{release.platform.debian}.deb"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, content in _files(release).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            (root / path).write_bytes(content)
            (root / path).chmod(0o755 if path.startswith("usr/bin/") else 0o644)
        root.chmod(0o755)
        command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", folder, str(place)]
        subprocess.run(command, check=True, capture_output=True)
    return place


def _files(release: Release) -> dict[str, bytes]:
    files = {"usr/bin/rolewright": release.binary.read_bytes()}
    for path, content in (archive.generated(release) or {}).items():
        if path in COMPLETIONS:
            files[COMPLETIONS[path]] = content
        elif path.startswith("man/"):
            files[f"usr/share/man/man1/{path.removeprefix('man/')}.gz"] = gzip.compress(content, mtime=0)
    for unit in sorted(SYSTEMD.iterdir()):
        files[f"usr/lib/systemd/system/{unit.name}"] = unit.read_bytes()
    files["usr/share/doc/rolewright/copyright"] = (ROOT / "LICENSE-MIT").read_bytes()
    size = sum(len(content) for content in files.values()) // 1024
    files["DEBIAN/control"] = _control(release, size).encode()
    return files


def _control(release: Release, size: int) -> str:
    """Section 5.3 of Debian's policy. The program is static, so it depends on nothing; git pushes the ledger."""
    return (
        f"Package: rolewright\nVersion: {release.version}\nArchitecture: {release.platform.debian}\n"
        "Maintainer: Rolewright developers <noreply@rolewright.invalid>\n"
        f"Installed-Size: {size}\nDepends: git\nRecommends: ca-certificates\nSection: admin\nPriority: optional\n"
        f"Description: {release.description}\n"
        " Linking rules from directory groups to rights, defaults and exclusions are policies in git;\n"
        " a plan shows what a change does, and only what is merged is applied.\n"
    )
