#!/usr/bin/env python3
"""Writes the Homebrew formula and the winget manifests of a release, from its checksums.

    manifests.py --sums SHA256SUMS --repository OWNER/NAME --output FOLDER
"""

import argparse
from pathlib import Path

from release import version

DESCRIPTION = "Decides who gets which account and which rights, from policies kept in git"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sums", required=True, type=Path)
    arguments.add_argument("--repository", required=True)
    arguments.add_argument("--output", required=True, type=Path)
    given = arguments.parse_args()
    sums = dict(reversed(line.split(maxsplit=1)) for line in given.sums.read_text().splitlines())
    sums = {name.lstrip("*"): digest for name, digest in sums.items()}
    given.output.mkdir(parents=True, exist_ok=True)
    base = f"https://github.com/{given.repository}/releases/download/v{version()}"
    (given.output / "rolewright.rb").write_text(formula(base, given.repository, sums))
    for name, text in winget(base, given.repository, sums).items():
        (given.output / name).write_text(text)


def formula(base: str, repository: str, sums: dict[str, str]) -> str:
    """Homebrew: https://docs.brew.sh/Formula-Cookbook"""

    def source(target: str) -> str:
        name = f"rolewright-{target}.tar.gz"
        return f'url "{base}/{name}"\n      sha256 "{sums[name]}"'

    return f'''class Rolewright < Formula
  desc "{DESCRIPTION}"
  homepage "https://github.com/{repository}"
  version "{version()}"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      {source("aarch64-apple-darwin")}
    end
    on_intel do
      {source("x86_64-apple-darwin")}
    end
  end
  on_linux do
    on_arm do
      {source("aarch64-unknown-linux-musl")}
    end
    on_intel do
      {source("x86_64-unknown-linux-musl")}
    end
  end

  def install
    bin.install "rolewright"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/rolewright.bash" => "rolewright"
    zsh_completion.install "completions/_rolewright"
    fish_completion.install "completions/rolewright.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/rolewright --version")
  end
end
'''


def winget(base: str, repository: str, sums: dict[str, str]) -> dict[str, str]:
    """winget's three manifests: https://learn.microsoft.com/windows/package-manager/package/manifest"""
    owner = repository.split("/")[0]
    identifier = f"{owner}.Rolewright"
    head = f"PackageIdentifier: {identifier}\nPackageVersion: {version()}\n"
    end = "ManifestVersion: 1.10.0\n"
    name = "rolewright-x86_64-pc-windows-msvc.zip"
    installer = (
        f"{head}InstallerType: zip\nNestedInstallerType: portable\nNestedInstallerFiles:\n"
        f"- RelativeFilePath: rolewright-x86_64-pc-windows-msvc\\rolewright.exe\n  PortableCommandAlias: rolewright\nInstallers:\n"
        f"- Architecture: x64\n  InstallerUrl: {base}/{name}\n  InstallerSha256: {sums[name].upper()}\nManifestType: installer\n{end}"
    )
    locale = (
        f"{head}PackageLocale: en-US\nPublisher: {owner}\nPackageName: Rolewright\nLicense: MIT OR Apache-2.0\n"
        f"ShortDescription: {DESCRIPTION}\nManifestType: defaultLocale\n{end}"
    )
    whole = f"{head}DefaultLocale: en-US\nManifestType: version\n{end}"
    return {
        f"{identifier}.yaml": whole,
        f"{identifier}.installer.yaml": installer,
        f"{identifier}.locale.en-US.yaml": locale,
    }


if __name__ == "__main__":
    main()
