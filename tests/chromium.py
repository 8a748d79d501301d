"""Finds the Chromium that the browser tests drive; `python -m tests.chromium` prints its path.

CHROMIUM names one; else one on the PATH is taken; else, as root on Debian, a package is installed. The headless shell
is the same browser without windows: it opens a page in a third of the time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium-headless-shell", "chromium")


def find_chromium() -> Path:
    """A Chromium that starts. Leaves the program with one line (`SystemExit`) where none can be had."""
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if path is None or not _starts(path):
            raise SystemExit(f"CHROMIUM is {named!r}, which is not a browser that starts")
        return Path(path)
    found = _on_path()
    if found is None and _may_install():
        _install()
        found = _on_path()
    if found is None:
        raise SystemExit(
            "The browser tests need Chromium: install it (Debian: apt-get install chromium) "
            "or set CHROMIUM to the path of one"
        )
    return found


def _on_path() -> Path | None:
    paths = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in paths if path and _starts(path)), None)


def _starts(path: str) -> bool:
    """Ubuntu's `chromium-browser` may be a note that says to install a snap: it is on the PATH and does not start."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _may_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _install() -> None:
    # An older Debian has no package of the shell.
    done = _apt_get("update") and any(
        _apt_get("install", "--yes", "--no-install-recommends", package) for package in PACKAGES
    )
    if not done:
        raise SystemExit("Chromium could not be installed: apt-get failed; set CHROMIUM to the path of one")


def _apt_get(*arguments: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "--quiet", *arguments]
    return subprocess.run(command, stdout=sys.stderr, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    print(find_chromium())
