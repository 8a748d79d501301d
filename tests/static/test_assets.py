from __future__ import annotations

import fcntl
import gzip
import json
import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import brotli
import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from conserje import assets

ONE_BUNDLE = {"js/app.js": ("vendor/lib-1/lib.min.js", "js/app.js")}


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    for name, content in {
        "css/app.css": "/* the look */\nbody {\n  color: red;\n}\n",
        "js/app.js": "// the act\n(() => {\n  lib();\n})();\n",
        "icons/favicon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "vendor/lib-1/lib.min.js": "let lib=()=>{};",
        "vendor/lib-1/LICENSE": "free",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def files_in(build: Path) -> dict[str, bytes]:
    paths = (path for path in build.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(build).as_posix(): path.read_bytes() for path in paths}


def serve(static: Path) -> tuple[Flask, FlaskClient]:
    app = Flask("served", static_folder=None)
    assets.init_assets(app, static)
    return app, app.test_client()


def test_every_published_source_is_in_the_manifest_and_on_disk_in_three_forms(static: Path) -> None:
    manifest = assets.build(static, ONE_BUNDLE)
    assert set(manifest) == {"css/app.css", "js/app.js", "icons/favicon.svg"}
    assert json.loads((static / "build" / "manifest.json").read_text()) == manifest
    for hashed in manifest.values():
        plain = (static / "build" / hashed).read_bytes()
        assert brotli.decompress((static / "build" / f"{hashed}.br").read_bytes()) == plain
        assert gzip.decompress((static / "build" / f"{hashed}.gz").read_bytes()) == plain


def test_a_bundle_holds_its_members_in_order_and_they_are_not_published_alone(static: Path) -> None:
    manifest = assets.build(static, ONE_BUNDLE)
    script = (static / "build" / manifest["js/app.js"]).read_text()
    assert script.index("let lib=") < script.index("lib();")
    assert not any("lib.min" in name for name in files_in(static / "build"))


def test_the_same_sources_give_the_same_bytes_elsewhere_and_again(static: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(static, other)
    assets.build(static, ONE_BUNDLE)
    assets.build(other, ONE_BUNDLE)
    first = files_in(static / "build")
    assets.build(static, ONE_BUNDLE)
    assert first == files_in(other / "build") == files_in(static / "build")
    # gzip's own clock stands still, or two machines would differ.
    assert {packed[4:8] for name, packed in first.items() if name.endswith(".gz")} == {bytes(4)}


def test_a_second_build_writes_no_file_that_is_already_there(static: Path) -> None:
    manifest = assets.build(static, ONE_BUNDLE)
    style = static / "build" / f"{manifest['css/app.css']}.br"
    before = style.stat().st_mtime_ns
    assets.build(static, ONE_BUNDLE)
    assert style.stat().st_mtime_ns == before


def test_a_changed_source_gets_a_new_name_and_the_old_output_goes(static: Path) -> None:
    old = assets.build(static, ONE_BUNDLE)
    (static / "css/app.css").write_text("body { color: blue; }")
    (static / "build/css/leftover.css").write_text("stale")
    new = assets.build(static, ONE_BUNDLE)
    assert new["css/app.css"] != old["css/app.css"]
    assert new["js/app.js"] == old["js/app.js"]
    expected = {hashed + ending for hashed in new.values() for ending in ("", ".br", ".gz")}
    assert set(files_in(static / "build")) == expected | {"manifest.json"}


def test_builds_at_the_same_time_leave_one_whole_build(static: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        builds = [pool.submit(assets.build, static, ONE_BUNDLE) for _ in range(4)]
        manifests = [build.result(timeout=60) for build in builds]
    assert all(manifest == manifests[0] for manifest in manifests)
    assert len(files_in(static / "build")) == 3 * len(manifests[0]) + 1


def test_a_build_waits_for_the_one_before_it(static: Path) -> None:
    assets.build(static, ONE_BUNDLE)
    (static / "css/app.css").write_text("body { color: blue; }")
    with ThreadPoolExecutor(1) as pool:
        with (static / "build" / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            second = pool.submit(assets.build, static, ONE_BUNDLE)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert "css/app.css" in second.result(timeout=60)


def test_a_style_sheet_that_names_another_file_is_refused(static: Path) -> None:
    (static / "css/app.css").write_text("body { background: url(x.png); }")
    with pytest.raises(assets.AssetsError, match=r"app\.css"):
        assets.build(static, ONE_BUNDLE)


def test_a_bundle_that_lacks_a_member_is_refused(static: Path) -> None:
    with pytest.raises(assets.AssetsError, match=r"gone\.js"):
        assets.build(static, {"js/app.js": ("js/gone.js",)})


@pytest.mark.parametrize(
    ("source", "tight"),
    [
        ("a , b > c { color : red ; }", "a,b>c{color :red}"),
        ('/* "x */ q::before { content: "; } /* kept */"; }', 'q::before{content:"; } /* kept */"}'),
        (
            "@media (min-width: 3rem) and (hover: none) { p { margin: 0; } }",
            "@media (min-width:3rem) and (hover:none){p{margin:0}}",
        ),
        (".a :hover { width: calc(1px + 2px); }", ".a :hover{width:calc(1px + 2px)}"),
        ("a {}\n/* between */\nb { color: red }", "a{}b{color:red}"),
    ],
)
def test_tightening_a_style_sheet_keeps_its_meaning(source: str, tight: str) -> None:
    assert assets.tight_css(source) == tight
    assert assets.tight_css(tight) == tight


def test_tightening_a_script_takes_only_indentation_and_whole_line_comments() -> None:
    assert assets.tight_script("  // why\n  go('//x'); // here\n\n") == "go('//x'); // here\n"


def test_templates_get_the_hashed_address(static: Path) -> None:
    manifest = assets.build(static, ONE_BUNDLE)
    app, _ = serve(static)
    with app.test_request_context():
        assert render_template_string("{{ asset('css/app.css') }}") == "/static/" + manifest["css/app.css"]


def test_without_a_build_the_first_page_says_what_to_run(static: Path) -> None:
    app, _ = serve(static)
    with app.test_request_context(), pytest.raises(assets.AssetsError, match="make assets"):
        render_template_string("{{ asset('css/app.css') }}")


def test_a_build_that_lost_a_file_is_refused_at_start(static: Path) -> None:
    manifest = assets.build(static, ONE_BUNDLE)
    (static / "build" / manifest["css/app.css"]).unlink()
    with pytest.raises(assets.AssetsError, match="make assets"):
        serve(static)


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("", None)])
def test_the_smallest_form_that_the_browser_accepts_is_sent(static: Path, accepted: str, encoding: str | None) -> None:
    # Long enough for every form to be smaller than the plain one.
    (static / "css/app.css").write_text("body { color: red; } " * 200)
    assets.build(static, ONE_BUNDLE)
    app, client = serve(static)
    address = app.jinja_env.globals["asset"]("css/app.css")
    with client.get(address, headers={"Accept-Encoding": accepted}) as answer:
        assert answer.status_code == 200
        assert answer.headers.get("Content-Encoding") == encoding
        assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("css/app.css", 'text/css; charset="utf-8"'),
        ("js/app.js", 'text/javascript; charset="utf-8"'),
        ("icons/favicon.svg", "image/svg+xml; charset=utf-8"),
    ],
)
def test_static_answers_are_kept_for_a_year_and_carry_the_security_headers(
    static: Path, name: str, media_type: str
) -> None:
    assets.build(static, ONE_BUNDLE)
    app, client = serve(static)
    with client.get(app.jinja_env.globals["asset"](name)) as answer:
        headers = answer.headers
    assert headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert headers["Content-Type"] == media_type
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    if name.endswith(".svg"):
        assert headers["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize("address", ["manifest.json", ".lock", "css/app.css", "../app.css"])
def test_only_hashed_files_are_served(static: Path, address: str) -> None:
    assets.build(static, ONE_BUNDLE)
    _, client = serve(static)
    assert client.get(f"/static/{address}").status_code == 404


def test_the_project_builds_in_little_time_and_publishes_what_pages_name(tmp_path: Path) -> None:
    static = tmp_path / "static"
    shutil.copytree(assets.STATIC, static, ignore=shutil.ignore_patterns("build"))
    assert {"css/app.css", "js/app.js", "icons/favicon.svg"} <= set(assets.build(static))
