"""What templates may use."""

from __future__ import annotations

import secrets

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

from conserje import config
from conserje.blueprints import labels
from conserje.identity import documents, phones
from conserje.permissions import Permission

csrf = CSRFProtect()


def init_rendering(app: Flask) -> None:
    csrf.init_app(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        kind_label=labels.kind,
        state_label=labels.state,
        method_label=labels.method,
        document_type_label=labels.document_type,
        resident_kind_label=labels.resident_kind,
        profile_label=labels.profile,
        document=documents.display,
        phone=phones.display,
        initials=initials,
    )
    app.jinja_env.globals.update(
        Permission=Permission,
        new_key=new_key,
        is_demo=config.is_demo(app),
        shows_photos=lambda: request.cookies.get("sinfotos") != "1",
    )
    app.context_processor(lambda: {"access": g.get("access")})


def new_key() -> str:
    """The key that makes a form, posted twice, count once."""
    return secrets.token_urlsafe(12)


def initials(name: str) -> str:
    """Two letters that stand where a photograph is missing."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in words[:2]).upper() or "?"
