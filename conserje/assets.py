"""Static files: hashed and compressed once by `python -m conserje.assets`, then served for a year without asking again.

The address of a file changes with its content, so a browser on a thin link downloads each version once. Pages name
files by their source, `asset('css/app.css')`; the manifest says under which hashed name that is served.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.headers import Headers

import brotli
from whitenoise import WhiteNoise

if TYPE_CHECKING:
    from flask import Flask

STATIC = Path(__file__).parent / "static"
PUBLIC_PREFIX = "/static/"
SOURCE_FOLDERS = ("css", "js", "icons", "vendor")
PUBLISHED_SUFFIXES = frozenset({".css", ".js", ".svg", ".png", ".webp"})
ONE_YEAR_IN_SECONDS = 365 * 24 * 60 * 60

# One request instead of three: what every page needs. Members are not published on their own.
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "js/app.js": (
        "vendor/htmx-4.0.1/htmx.min.js",
        "vendor/htmx-4.0.1/hx-ptag.min.js",
        "js/app.js",
    ),
}

_MANIFEST = "manifest.json"
_HASHED_NAME = re.compile(r"\.[0-9a-f]{10}\.\w+$")
_STRING = r"""(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
_CSS_COMMENT = re.compile(_STRING + r"|/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(_STRING + r"|\s*;?\s*(?P<close>\})\s*|\s*(?P<mark>[{;,>])\s*|(?P<colon>:)\s+|(?P<space>\s+)")


class AssetsError(RuntimeError):
    """The built static files are missing or a source cannot be built; the message says what to do."""


def build(static: Path = STATIC, bundles: Mapping[str, tuple[str, ...]] = BUNDLES) -> dict[str, str]:
    """Bring `static/build/` up to date and return its manifest: source name to hashed name.

    The same sources always give the same bytes and names. Files of earlier builds are removed. Two builds at once
    wait for each other, and a server that reads meanwhile never sees half a file.
    """
    target = static / "build"
    target.mkdir(parents=True, exist_ok=True)
    with _only_one_builder(target):
        manifest = {}
        for name, content in sorted(_contents(static, bundles).items()):
            manifest[name] = _hashed(name, content)
            _publish(target / manifest[name], content)
        _write_whole(target / _MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
        _remove_all_but(target, manifest)
    return manifest


def init_assets(app: Flask, static: Path = STATIC) -> None:
    """Serve the built files under `/static/` before the application is asked, and give templates `asset(name)`.

    Without a build `asset` raises `AssetsError`, so commands that draw no page still run.
    """
    folder = static / "build"
    manifest = _read_manifest(folder)

    def asset(name: str) -> str:
        if name not in manifest:
            raise AssetsError(f"No built static file for {name!r}: run `make assets`.")
        return PUBLIC_PREFIX + manifest[name]

    app.jinja_env.globals["asset"] = asset
    files = WhiteNoise(
        app.wsgi_app,
        autorefresh=False,
        allow_all_origins=False,
        immutable_file_test=_never_changes,
        add_headers_function=_secure,
    )
    files.FOREVER = ONE_YEAR_IN_SECONDS
    for hashed in manifest.values():
        files.add_file_to_dictionary(PUBLIC_PREFIX + hashed, str(folder / hashed))
    app.wsgi_app = files  # type: ignore[method-assign]


def tight_css(source: str) -> str:
    """The same style sheet without comments and needless whitespace; strings are left as they are."""
    without_comments = _CSS_COMMENT.sub(lambda found: found["string"] or " ", source)
    return _CSS_SPACE.sub(
        lambda found: " " if found["space"] else found[found.lastgroup or 0], without_comments
    ).strip()


def tight_script(source: str) -> str:
    """The same script without indentation and whole-line comments; meant for scripts without multi-line strings."""
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def _contents(static: Path, bundles: Mapping[str, tuple[str, ...]]) -> dict[str, bytes]:
    parts = {}
    for folder in SOURCE_FOLDERS:
        for path in (static / folder).rglob("*"):
            if path.is_file() and path.suffix in PUBLISHED_SUFFIXES:
                parts[path.relative_to(static).as_posix()] = _prepared(path)
    whole = {}
    for name, members in bundles.items():
        missing = [member for member in members if member not in parts]
        if missing:
            raise AssetsError(f"The bundle {name} needs {', '.join(missing)}")
        whole[name] = b"\n".join(parts[member] for member in members)
    bundled = {member for members in bundles.values() for member in members}
    return {name: content for name, content in parts.items() if name not in bundled} | whole


def _prepared(path: Path) -> bytes:
    content = path.read_bytes()
    if "vendor" in path.parts:
        return content
    if path.suffix == ".css":
        text = content.decode()
        if "url(" in text or "@import" in text:
            raise AssetsError(f"{path.name} names another file: its hashed address cannot be known there")
        return tight_css(text).encode()
    if path.suffix == ".js":
        return tight_script(content.decode()).encode()
    return content


def _hashed(name: str, content: bytes) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{dot}{suffix}"


def _publish(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    compressed = {".br": brotli.compress, ".gz": lambda raw: gzip.compress(raw, 9, mtime=0)}
    for ending, compress in compressed.items():
        beside = path.with_name(path.name + ending)
        if not beside.exists():
            _write_whole(beside, compress(content))
    if not path.exists():
        _write_whole(path, content)


def _write_whole(path: Path, content: bytes) -> None:
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.chmod(part, 0o644)
    os.replace(part, path)


def _remove_all_but(target: Path, manifest: Mapping[str, str]) -> None:
    wanted = {target / hashed for hashed in manifest.values()}
    wanted |= {path.with_name(path.name + ending) for path in wanted for ending in (".br", ".gz")}
    wanted |= {target / _MANIFEST, target / ".lock"}
    for path in target.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()


@contextmanager
def _only_one_builder(target: Path) -> Iterator[None]:
    with (target / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read_manifest(folder: Path) -> dict[str, str]:
    try:
        manifest: dict[str, str] = json.loads((folder / _MANIFEST).read_text())
    except FileNotFoundError:
        return {}
    lost = [hashed for hashed in manifest.values() if not (folder / hashed).is_file()]
    if lost:
        raise AssetsError(f"Built static files are gone ({', '.join(lost)}): run `make assets`.")
    return manifest


def _never_changes(path: str, url: str) -> bool:
    return bool(_HASHED_NAME.search(url))


def _secure(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if path.endswith(".svg"):
        # A picture opened on its own is a document: it may load and run nothing.
        headers["Content-Security-Policy"] = "default-src 'none'"
        headers["Content-Type"] = "image/svg+xml; charset=utf-8"


def main() -> None:
    """What `make assets` runs."""
    try:
        manifest = build()
    except AssetsError as problem:
        sys.exit(str(problem))
    print(f"{len(manifest)} static files in {STATIC / 'build'}")


if __name__ == "__main__":
    main()
