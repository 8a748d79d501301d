"""What templates may use."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

from conserje import config
from conserje.blueprints import journal_labels, labels, schedule_words
from conserje.identity import documents, phones
from conserje.permissions import Permission

csrf = CSRFProtect()


def init_rendering(app: Flask) -> None:
    csrf.init_app(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        action_label=journal_labels.action,
        subject_label=journal_labels.subject,
        actor_label=journal_labels.person,
        order_label=labels.order,
        asked_label=labels.asked,
        kind_label=labels.kind,
        state_label=labels.state,
        method_label=labels.method,
        document_type_label=labels.document_type,
        listing_label=labels.listing,
        schedule=schedule_words.schedule,
        resident_kind_label=labels.resident_kind,
        unit_kind_label=labels.unit_kind,
        origin_label=labels.origin,
        completeness=labels.completeness,
        country_label=labels.country,
        people_names=labels.people,
        profile_label=labels.profile,
        module_label=labels.module,
        document=documents.display,
        phone=phones.display,
        masked_phone=phones.masked,
        initials=initials,
    )
    app.jinja_env.globals.update(
        Permission=Permission,
        path_to=path_to,
        is_demo=config.is_demo(app),
        shows_photos=lambda: request.cookies.get("sinfotos") != "1",
    )
    app.context_processor(lambda: {"access": g.get("access")})


def path_to(endpoint: str, row_id: int) -> str:
    """The address of a row's view. A list asks for dozens: the part before the id is put together once."""
    return f"{_path_before(endpoint)}{row_id}"


@cache
def _path_before(endpoint: str) -> str:
    (rule,) = current_app.url_map.iter_rules(endpoint)
    (argument,) = rule.arguments
    values: dict[str, Any] = {argument: 0}
    return url_for(endpoint, **values).removesuffix("0")


def new_key() -> str:
    """The key that makes a form, posted twice, count once.

    It begins with the community that the form is shown in: a tab that was left behind there is told so (`access`).
    """
    shown_in = f"{g.access.actor.community_id}." if g.get("access") else ""
    return shown_in + secrets.token_urlsafe(12)


def initials(name: str) -> str:
    """Two letters that stand where a photograph is missing."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in words[:2]).upper() or "?"
