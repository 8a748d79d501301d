"""Fewer bytes on a thin line: pages compressed as the browser understands it, files compressed once and kept."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
import pytest
from backports import zstd
from flask import Flask

from tests.builders import Cast
from tests.page import Visitor

PLAIN: Callable[[bytes], bytes] = bytes
UNPACK = {"br": brotli.decompress, "zstd": zstd.decompress, "gzip": gzip.decompress, None: PLAIN}
ACCEPTED = {
    "a browser of today": ("gzip, deflate, br, zstd", "br"),
    "brotli": ("br", "br"),
    "zstd": ("zstd", "zstd"),
    "gzip, as old browsers": ("gzip, deflate", "gzip"),
    "zstd before gzip": ("gzip, zstd", "zstd"),
    "nothing": ("", None),
    "nothing that we speak": ("compress, snappy", None),
}


@pytest.mark.parametrize(("accepted", "used"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_page_is_compressed_as_the_browser_accepts(
    cast: Cast, visit_as: Callable[[str], Visitor], accepted: str, used: str | None
) -> None:
    client = visit_as("conserje").client
    whole = client.get("/porteria/unidades?q=x")
    answer = client.get("/porteria/unidades?q=x", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == used
    assert "Accept-Encoding" in answer.vary
    text = UNPACK[used](answer.get_data()).decode()
    assert "Unidades que coinciden con «x»" in text
    if used:
        assert len(answer.get_data()) < len(whole.get_data()) * 0.6


def test_a_polled_fragment_that_did_not_change_has_no_body_to_compress(
    cast: Cast, visit_as: Callable[[str], Visitor]
) -> None:
    browser = visit_as("conserje")
    tag = browser.get("/porteria/ingresos", htmx=True).answer.headers["HX-PTag"]
    browser.get("/porteria/ingresos", htmx=True, **{"HX-PTag": tag, "Accept-Encoding": "br"})
    assert browser.status == 304
    assert "Content-Encoding" not in browser.answer.headers


@pytest.mark.parametrize(("accepted", "used"), [("br, gzip", "br"), ("gzip", "gzip"), ("", None)])
def test_a_static_file_is_kept_for_a_year_and_comes_compressed(app: Flask, accepted: str, used: str | None) -> None:
    browser = Visitor(app).get("/ingresar")
    for tag in ("link[rel=stylesheet]", "script[src]"):
        address = str(browser.one(tag).get("href") or browser.one(tag).get("src"))
        answer = app.test_client().get(address, headers={"Accept-Encoding": accepted}, buffered=True)
        assert answer.status_code == 200
        assert answer.headers.get("Content-Encoding") == used
        assert answer.headers["Cache-Control"] == "max-age=31536000, public, immutable"
        assert "Accept-Encoding" in answer.vary
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
