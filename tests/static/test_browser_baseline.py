"""What pages load runs in Chrome 109 and Firefox 115 ESR, holds nothing inline, and stays small."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import brotli
import pytest

from conserje import assets

KIBIBYTE = 1024

TOO_NEW_FOR_STYLES = {
    "light-dark()": r"\blight-dark\(",
    ":has()": r":has\(",
    "color-mix()": r"\bcolor-mix\(",
    "relative colours": r"\b(?:rgb|hsl|oklch|oklab)\(\s*from\b",
    "text-wrap": r"\btext-wrap\s*:",
    "popover": r":popover-open|\[popover",
    "@starting-style": r"@starting-style",
    "@scope": r"@scope",
    "@property": r"@property",
    "subgrid": r"\bsubgrid\b",
    "anchor positioning": r"\banchor\(|position-anchor|anchor-name",
    "field-sizing": r"\bfield-sizing\b",
    "interpolate-size": r"\binterpolate-size\b",
}
TOO_NEW_FOR_SCRIPTS = {
    "Object.groupBy": r"\b(?:Object|Map)\.groupBy\b",
    "Promise.withResolvers": r"\bPromise\.(?:withResolvers|try)\b",
    "Array.fromAsync": r"\bArray\.fromAsync\b",
    "popover": r"\b(?:show|hide|toggle)Popover\b|\.popover\b",
    "commandfor": r"\bcommandFor(?:Element)?\b|\bcommandfor\b",
    "the regex flag v": (
        r"(?:[=(,:!&|?\[]|\breturn|=>)\s*/(?![/*])"  # where a pattern may begin
        r"(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\n\\\[])+/[dgimsuy]*v[dgimsuy]*\b"
    ),
    "RegExp with the flag v": r"\bRegExp\([^)]*,\s*[\"'`][dgimsuy]*v",
    "new set methods": r"\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(",
    "arrays changed by copy": r"\.(?:toSorted|toReversed|toSpliced)\(",
    "iterator helpers": r"\bIterator\.(?:from|concat)\b",
    "URL.parse": r"\bURL\.(?:parse|canParse)\(",
    "AbortSignal.any": r"\bAbortSignal\.any\(",
    "checkVisibility": r"\bcheckVisibility\(",
}
EVALUATED_OR_INLINE = {
    "eval": r"\beval\(|\bnew Function\b",
    "a timer with text": r"\bset(?:Timeout|Interval)\(\s*[\"'`]",
    "an inline handler": r"\bon(?:click|change|input|submit|load|error|key\w+)\s*=\s*[\"'`\\]",
    "a handler by attribute": r"setAttribute\(\s*[\"'`](?:on\w+|style)[\"'`]",
    "an inline style": r"\bstyle\s*=\s*\\?[\"'`]|\.cssText\b",
    "markup as text": r"\.(?:innerHTML|outerHTML)\s*=|insertAdjacentHTML|document\.write\b",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    static = tmp_path_factory.mktemp("static") / "static"
    shutil.copytree(assets.STATIC, static, ignore=shutil.ignore_patterns("build"))
    return {name: static / "build" / hashed for name, hashed in assets.build(static).items()}


def own_sources(suffix: str) -> list[Path]:
    return sorted((assets.STATIC / suffix).rglob(f"*.{suffix}"))


def without_comments(path: Path) -> str:
    text = path.read_text()
    if path.suffix == ".css":
        return assets.tight_css(text)
    return assets.tight_script(text)


def nested_rules(style_sheet: str) -> list[str]:
    """Rules that stand in another rule's block: known since Chrome 112 and Firefox 117."""
    found: list[str] = []
    open_blocks: list[str] = []
    for prelude, mark in re.findall(r"([^{};]*)([{};])", re.sub(r"\"[^\"]*\"|'[^']*'", "", style_sheet)):
        if mark == "{":
            if any(not block.startswith("@") for block in open_blocks):
                found.append(prelude.strip())
            open_blocks.append(prelude.strip())
        elif mark == "}":
            open_blocks.pop()
    return found


def test_there_are_styles_and_scripts_to_look_at() -> None:
    assert own_sources("css")
    assert own_sources("js")


@pytest.mark.parametrize("path", own_sources("css"), ids=lambda path: path.name)
def test_style_sheets_use_nothing_newer_than_the_oldest_browsers(path: Path) -> None:
    style_sheet = without_comments(path)
    assert nested_rules(style_sheet) == []
    used = [name for name, pattern in TOO_NEW_FOR_STYLES.items() if re.search(pattern, style_sheet)]
    assert used == []


@pytest.mark.parametrize("path", own_sources("js"), ids=lambda path: path.name)
def test_own_scripts_evaluate_nothing_and_put_nothing_inline(path: Path) -> None:
    script = without_comments(path)
    assert [name for name, pattern in EVALUATED_OR_INLINE.items() if re.search(pattern, script)] == []


def test_scripts_use_nothing_newer_than_the_oldest_browsers(built: dict[str, Path]) -> None:
    for name, path in built.items():
        if path.suffix == ".js":
            script = path.read_text()
            used = [too_new for too_new, pattern in TOO_NEW_FOR_SCRIPTS.items() if re.search(pattern, script)]
            assert used == [], name


@pytest.mark.parametrize("path", own_sources("js"), ids=lambda path: path.name)
def test_strings_of_own_scripts_stay_on_one_line(path: Path) -> None:
    """The build takes indentation and whole-line comments out of scripts; inside a long string that would change it."""
    lines = without_comments(path).splitlines()
    assert [line for line in lines if line.count("`") % 2] == []


@pytest.mark.parametrize("path", own_sources("js"), ids=lambda path: path.name)
def test_own_scripts_name_no_other_host(path: Path) -> None:
    assert not re.search(r"[\"'`](?:https?:)?//", without_comments(path))


@pytest.mark.parametrize(
    ("name", "most"),
    [("css/app.css", 3.2 * KIBIBYTE), ("js/app.js", 17 * KIBIBYTE), ("icons/favicon.svg", 400)],
)
def test_what_every_page_loads_stays_small(built: dict[str, Path], name: str, most: float) -> None:
    sent = built[name].with_name(built[name].name + ".br")
    assert sent.stat().st_size <= most


def test_own_script_stays_small_in_the_bundle(built: dict[str, Path]) -> None:
    members = assets.BUNDLES["js/app.js"]
    vendored = b"\n".join((assets.STATIC / name).read_bytes() for name in members if name.startswith("vendor/"))
    whole = built["js/app.js"].with_name(built["js/app.js"].name + ".br").stat().st_size
    assert whole - len(brotli.compress(vendored)) <= 4.5 * KIBIBYTE


@pytest.mark.parametrize(
    ("style_sheet", "nested"),
    [
        ("a{color:red}b{color:blue}", []),
        ("@media print{a{color:red}}", []),
        ("@supports (x:y){@media print{a{color:red}}}", []),
        ("a{color:red;&:hover{color:blue}}", ["&:hover"]),
        ("a{@media print{color:red}}", ["@media print"]),
        ("a{b{color:red}}", ["b"]),
        ('a::before{content:"{"}b{color:red}', []),
    ],
)
def test_nesting_is_told_from_rules_inside_at_rules(style_sheet: str, nested: list[str]) -> None:
    assert nested_rules(style_sheet) == nested


@pytest.mark.parametrize(
    ("too_new", "script"),
    [
        ("Object.groupBy", "Object.groupBy(x, f)"),
        ("Promise.withResolvers", "let {promise} = Promise.withResolvers();"),
        ("popover", "menu.showPopover()"),
        ("commandfor", "button.commandForElement = dialog"),
        ("the regex flag v", "if (/[a-z&&[aeiou]]/v.test(x)) {}"),
        ("the regex flag v", r"return /\p{RGI_Emoji}/gv"),
        ("RegExp with the flag v", "new RegExp(x, 'gv')"),
    ],
)
def test_what_is_too_new_is_recognised(too_new: str, script: str) -> None:
    assert re.search(TOO_NEW_FOR_SCRIPTS[too_new], script)


@pytest.mark.parametrize("script", ["a / b / value", "path.replace(/x/g, v)", "x = 1 / 2; y = 3 / v", "'a/b/v'"])
def test_divisions_and_plain_patterns_are_not_taken_for_the_flag(script: str) -> None:
    assert not re.search(TOO_NEW_FOR_SCRIPTS["the regex flag v"], script)
