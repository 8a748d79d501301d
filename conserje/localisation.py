"""Language, time zone and the way of writing dates: the community's, with Spanish as the source language."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask, g
from flask_babel import Babel
from flask_babel import gettext as _

from conserje import clock

DEFAULT_LOCALE = "es_CL"
DEFAULT_TIME_ZONE = "America/Santiago"


def init_localisation(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT_LOCALE)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=_locale, timezone_selector=time_zone)
    app.jinja_env.filters.update(moment=moment, near=near, local_input=local_input, ago=ago)


def _locale() -> str:
    access = g.get("access")
    return str(access.locale) if access else DEFAULT_LOCALE


def time_zone() -> str:
    """The time zone of the community that the request works in."""
    access = g.get("access")
    return str(access.time_zone) if access else DEFAULT_TIME_ZONE


def moment(at: datetime) -> str:
    """Day and time in full: 21-11-2026 14:32 in Chile, 21/11/2026 2:32 p. m. in Colombia."""
    local = clock.local(at, time_zone())
    return f"{_day(local)} {_hour(local)}"


def near(at: datetime) -> str:
    """A moment near now as one says it: hoy 14:31, ayer 20:05, mañana 9:00; further away in full."""
    local = clock.local(at, time_zone())
    days = (local.date() - clock.local(clock.now(), time_zone()).date()).days
    match days:
        case 0:
            return _("hoy %(hour)s", hour=_hour(local))
        case -1:
            return _("ayer %(hour)s", hour=_hour(local))
        case 1:
            return _("mañana %(hour)s", hour=_hour(local))
        case _:
            return f"{_day(local)} {_hour(local)}"


def ago(at: datetime) -> str:
    """How long ago, in the largest whole unit."""
    passed = max(clock.now() - at, timedelta(0))
    if passed < timedelta(minutes=1):
        return _("recién")
    if passed < timedelta(hours=1):
        return _("hace %(n)d min", n=passed // timedelta(minutes=1))
    if passed < timedelta(days=1):
        return _("hace %(n)d h", n=passed // timedelta(hours=1))
    return _("hace %(n)d d", n=passed.days)


def local_input(at: datetime | None) -> str:
    """A moment as the value of an <input type="datetime-local">."""
    return clock.local(at, time_zone()).strftime("%Y-%m-%dT%H:%M") if at else ""


def _day(local: datetime) -> str:
    return local.strftime("%d/%m/%Y" if _locale() == "es_CO" else "%d-%m-%Y")


def _hour(local: datetime) -> str:
    if _locale() != "es_CO":
        return local.strftime("%H:%M")
    return f"{local.hour % 12 or 12}:{local:%M} {'a. m.' if local.hour < 12 else 'p. m.'}"
