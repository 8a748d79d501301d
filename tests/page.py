"""A browser without script for tests of screens: fills forms as a person does, and inspects every page it gets."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from conserje import clock
from conserje.accounts import sign_in
from conserje.accounts.models import Account
from conserje.database import db
from tests.builders import PASSWORD

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Visitor:
    """One browser: a cookie jar, the page it is on, and nothing of the application's insides."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self._answer: TestResponse | None = None
        self._page = BeautifulSoup("", "html.parser")
        self._is_at_the_door = False

    @property
    def answer(self) -> TestResponse:
        """What the last request was answered with."""
        self._go_in()
        assert self._answer is not None, "nothing was asked for yet"
        return self._answer

    @property
    def page(self) -> BeautifulSoup:
        """What stands on the screen."""
        self._go_in()
        return self._page

    @page.setter
    def page(self, page: BeautifulSoup) -> None:
        """Put the screen back: another tab, or the button «Atrás»."""
        self._page, self._is_at_the_door = page, False

    def come_in(self, email: str) -> None:
        """Be signed in and at the gate, without the trouble of signing in: thousands of tests begin like this.

        The gate's page is asked for when somebody looks at it.
        """
        with self.app.app_context():
            account = db.session.scalars(select(Account).where(Account.email == email)).one()
            token = sign_in.open_session(account, address="127.0.0.1", now=clock.now())
            db.session.commit()
        with self.client.session_transaction() as session:
            session.update({"_user_id": token, "_fresh": True})
        self._is_at_the_door = True

    def _go_in(self) -> None:
        if self._is_at_the_door:
            self.get("/porteria/")

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.get("/ingresar")
        self.submit("form", email=email, password=password)
        assert self.answer.status_code == 303, self.page.get_text(" ", strip=True)
        self.get(self.answer.location)

    def get(self, path: str, *, htmx: bool = False, **headers: str) -> Visitor:
        return self._take(self.client.get(path, headers={**(HTMX if htmx else {}), **headers}))

    def follow(self) -> Visitor:
        """Go where the last answer sends the browser."""
        return self.get(self.answer.location)

    def post(self, path: str, data: dict[str, Any] | None = None, *, htmx: bool = False, **headers: str) -> Visitor:
        """Post exactly this, with the page's forgery token unless one is given: for forms tampered with."""
        fields = {"csrf_token": self.csrf_token(), **(data or {})}
        return self._take(self.client.post(path, data=fields, headers={**(HTMX if htmx else {}), **headers}))

    def submit(
        self, form: str = "main form[method=post]", button: str = "", *, htmx: bool = False, **typed: Any
    ) -> Visitor:
        """Fill the page's form (a CSS selector) and press its button (by its text, or the first)."""
        tag = self.one(form)
        fields: dict[str, Any] = {**values_of(tag), **typed}
        pressed = next((b for b in tag.select("button") if button and button in b.get_text()), None)
        target = str((pressed or {}).get("formaction") or tag.get("action") or "")
        return self._sent(target, fields, htmx)

    def press(self, text: str, *, within: str = "body", htmx: bool = False) -> Visitor:
        """Press a button that posts by itself (`form=` and `formaction`)."""
        button = next(b for b in self.one(within).select("button[formaction]") if text in b.get_text())
        form = self.page.find("form", id=button["form"]) if button.get("form") else button.find_parent("form")
        assert isinstance(form, Tag)
        fields = values_of(form)
        if button.get("name"):
            fields[str(button["name"])] = str(button.get("value", ""))
        return self._sent(str(button["formaction"]), fields, htmx)

    def click(self, text: str, *, within: str = "body", htmx: bool = False) -> Visitor:
        link = next(a for a in self.one(within).select("a[href]") if text in a.get_text())
        return self.get(str(link["href"]), htmx=htmx)

    def one(self, selector: str) -> Tag:
        found = self.page.select_one(selector)
        assert found is not None, f"{selector} is not on the page: {self.page.get_text(' ', strip=True)[:300]}"
        return found

    def text(self, selector: str = "body") -> str:
        return " ".join(self.one(selector).get_text(" ", strip=True).split())

    @property
    def status(self) -> int:
        return self.answer.status_code

    def csrf_token(self) -> str:
        field = self.page.select_one("input[name=csrf_token]")
        return str(field["value"]) if field else ""

    def _sent(self, target: str, fields: dict[str, Any], htmx: bool) -> Visitor:
        files = {
            name: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for name, value in fields.items()
        }
        return self._take(self.client.post(target, data=files, headers=HTMX if htmx else {}))

    def _take(self, answer: TestResponse) -> Visitor:
        self._answer, self._is_at_the_door = answer, False
        if answer.mimetype == "text/html" and answer.get_data():
            page = BeautifulSoup(answer.text, "html.parser")
            take_out_admitted_style(page, answer.headers.get("Content-Security-Policy", ""))
            if page.find("html") is None:
                inspect_fragment(page)
                # The page stays what it was, as in a browser that swaps a part of it.
                if self.page.select_one("input[name=csrf_token]") and not page.select_one("input[name=csrf_token]"):
                    page.append(BeautifulSoup(str(self.page.select_one("form#acts") or ""), "html.parser"))
            elif not 300 <= answer.status_code < 400:
                inspect_page(page, self.app)
            if not 300 <= answer.status_code < 400:
                self._page = page
        return self


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def values_of(form: Tag) -> dict[str, Any]:
    """What a browser would send for a form that nobody touched."""
    values: dict[str, Any] = {}
    for control in form.select("input[name], textarea[name]"):
        kind = control.get("type", "text")
        if kind in ("file", "submit") or (kind in ("checkbox", "radio") and not control.has_attr("checked")):
            continue
        name, value = str(control["name"]), str(control.get("value") or control.string or "")
        # Several boxes of one name are ticked, or said again by fields that nobody sees.
        values[name] = [*_several(values[name]), value] if name in values else value
    for choice in form.select("select[name]"):
        chosen = choice.select_one("option[selected]") or choice.select_one("option")
        values[str(choice["name"])] = str(chosen["value"]) if chosen else ""
    return values


def take_out_admitted_style(page: BeautifulSoup, policy: str) -> None:
    """The resident's page is complete in one request: its one style is admitted by its hash, and by nothing else."""
    for style in page.select("style"):
        digest = b64encode(sha256(style.get_text().encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in policy, "an inline style that the policy does not name"
        style.decompose()


def inspect_page(page: BeautifulSoup, app: Flask) -> None:
    """What holds for every page whatever it shows."""
    assert page.title, "a page has a title"
    assert page.title.get_text(strip=True), "and it is not empty"
    tags = page.find_all(True)
    headings = sum(tag.name == "h1" for tag in tags)
    assert headings == 1, f"a page has one h1, not {headings}"
    assert page.select_one("html[lang]"), "a page says its language"
    ids = Counter(str(tag["id"]) for tag in tags if tag.has_attr("id"))
    twice = [name for name, times in ids.items() if times > 1]
    assert not twice, f"ids are unique: {twice}"
    for tag in tags:
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            for target in str(tag.get(name, "")).split():
                assert target in ids, f"{name}={target} names nothing"
    labels = {tag.get("for") for tag in tags if tag.name == "label"}
    for tag in tags:
        if tag.name in ("select", "textarea") or (tag.name == "input" and tag.get("type") != "hidden"):
            assert tag.get("aria-label") or tag.get("id") in labels, f"{tag.get('name')} has no label"
    inspect_fragment(page)
    urls = app.url_map.bind("localhost")
    for tag in tags:
        posts = tag.name in ("form", "button") and str(tag.get("method", "post")) == "post"
        for attribute in _ADDRESSES.get(tag.name, ("hx-get", "hx-post")):
            target = urlsplit(str(tag.get(attribute, "")))
            if target.path and not target.scheme and not target.path.startswith("/static/"):
                method = (
                    "POST" if attribute == "hx-post" or (attribute in ("action", "formaction") and posts) else "GET"
                )
                urls.match(target.path, method=method)


# Which attributes of an element are addresses of ours; every element may have those of htmx.
_ADDRESSES = {
    "a": ("href", "hx-get", "hx-post"),
    "form": ("action", "hx-get", "hx-post"),
    "button": ("formaction", "hx-get", "hx-post"),
}


def inspect_fragment(page: BeautifulSoup) -> None:
    """What holds for pages and fragments: nothing inline, every form has an address and says who sent it."""
    for tag in page.find_all(True):
        assert tag.name != "style", "nothing is inline"
        assert not tag.has_attr("style"), "nothing is inline"
        assert tag.name != "script" or tag.get("src"), "nothing is inline"
        loud = [name for name in tag.attrs if name.startswith(("on", "hx-on"))]
        assert not loud, f"inline handlers {loud}"
        assert not re.search(r"\[[^\]]*\]", str(tag.get("hx-trigger", ""))), "no trigger filters: the CSP forbids them"
        if tag.name == "form" and tag.get("method") != "dialog":
            assert tag.get("action"), "a form has an action"
            # A resident's link is itself the secret that a forger lacks: no session, no token beside it.
            if tag.get("method") == "post" and not str(tag["action"]).startswith("/a/"):
                assert tag.find("input", attrs={"name": "csrf_token"}), "a form that posts carries the forgery token"
