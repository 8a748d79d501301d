"""How the tests come by a browser, with small programs in its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import chromium


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH, for somebody who may not install anything."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_may_install", lambda: False)
    return tmp_path


def program(path: Path, script: str = "exit 0") -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_named_browser_comes_before_those_on_the_path(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs / "chromium")
    named = program(programs / "another")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert chromium.find_chromium() == named


@pytest.mark.parametrize("script", [None, "exit 1"], ids=["absent", "does not start"])
def test_a_named_browser_that_does_not_start_is_not_replaced_by_another(
    programs: Path, monkeypatch: pytest.MonkeyPatch, script: str | None
) -> None:
    program(programs / "chromium")
    if script:
        program(programs / "named", script)
    monkeypatch.setenv("CHROMIUM", str(programs / "named"))
    with pytest.raises(SystemExit, match=r"^CHROMIUM is .* not a browser that starts$"):
        chromium.find_chromium()


def test_a_stand_in_on_the_path_that_does_not_start_is_passed_over(programs: Path) -> None:
    program(programs / "chromium-browser", "exit 1")
    chrome = program(programs / "google-chrome")
    assert chromium.find_chromium() == chrome


def test_without_any_browser_it_ends_with_one_clear_line(programs: Path) -> None:
    with pytest.raises(SystemExit, match=r"^The browser tests need Chromium: .*$"):
        chromium.find_chromium()


@pytest.fixture
def apt_get(programs: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """`apt_get("chromium")`: what is asked of a Debian that has only this package ("" for none)."""
    monkeypatch.setattr(chromium, "_may_install", lambda: True)

    def asked(package: str) -> list[str]:
        installed = programs / (package or "none")
        installs = f"printf '#!/bin/sh\\n' > {installed}; /bin/chmod 755 {installed}; exit 0" if package else "exit 100"
        cases = f'case "$*" in *" {package or "?"}") {installs};; *install*) exit 100;; esac'
        program(programs / "apt-get", f'echo "$*" >> {programs}/asked; {cases}')
        try:
            assert chromium.find_chromium() == installed
        finally:
            lines = (programs / "asked").read_text().splitlines()
        return lines

    return asked


def test_root_on_debian_gets_the_shell(apt_get: Callable[[str], list[str]]) -> None:
    assert apt_get("chromium-headless-shell") == [
        "--quiet update",
        "--quiet install --yes --no-install-recommends chromium-headless-shell",
    ]


def test_an_older_debian_gives_the_whole_browser(apt_get: Callable[[str], list[str]]) -> None:
    assert apt_get("chromium")[-1] == "--quiet install --yes --no-install-recommends chromium"


def test_a_failed_installation_ends_with_one_clear_line(apt_get: Callable[[str], list[str]]) -> None:
    with pytest.raises(SystemExit, match=r"^Chromium could not be installed: apt-get failed; .*$"):
        apt_get("")
