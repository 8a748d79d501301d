"""Language, time zone and the way of writing dates: the community's, with Spanish as the source language."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from gettext import NullTranslations
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Flask, g
from flask_babel import Babel, get_translations

from conserje import clock

DEFAULT_LOCALE = "es_CL"
DEFAULT_TIME_ZONE = "America/Santiago"


class Wall(NamedTuple):
    """What the clock and the calendar on the gatehouse's wall say while one request is answered."""

    zone: ZoneInfo
    today: date
    is_colombian: bool


def init_localisation(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT_LOCALE)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=_locale, timezone_selector=time_zone)
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    app.context_processor(_words)
    app.jinja_env.filters.update(moment=moment, day=day, near=near, hour=hour, last_time=last_time, ago=ago)


def gettext(text: str, **values: object) -> str:
    """The text in the community's wording, with its values put in."""
    worded = _catalogue().gettext(text)
    return worded % values if values else worded


def _words() -> dict[str, object]:
    """`_` for templates. A screen has some two hundred texts: the catalogue is looked up once for all of them."""
    find = _catalogue().gettext
    return {"_": lambda text, **values: find(text) % values if values else find(text)}


def ngettext(one: str, many: str, number: int) -> str:
    """The singular or the plural in the community's wording; `%(num)s` is the number."""
    return _catalogue().ngettext(one, many, number) % {"num": number}


def N_(text: str) -> str:  # noqa: N802 - the customary name
    """Marks a text that is translated where it is used."""
    return text


def long_day(day: date) -> str:
    """21 de noviembre de 2026, as a letter has it."""
    return format_date(day, "long", locale="es")


def _catalogue() -> NullTranslations:
    if "catalogue" not in g:
        g.catalogue = get_translations()
    catalogue: NullTranslations = g.catalogue
    return catalogue


class Place(Protocol):
    """Where a request is: its language and its time of day."""

    locale: str
    time_zone: str


def be_in(place: Place) -> None:
    """Answer this request in the language and time of a place, where nobody is signed in: a resident's link."""
    g.place = place


def _place() -> Place | None:
    place: Place | None = g.get("access") or g.get("place")
    return place


def _locale() -> str:
    place = _place()
    return str(place.locale) if place else DEFAULT_LOCALE


def time_zone() -> str:
    """The time zone of the community that the request works in."""
    place = _place()
    return str(place.time_zone) if place else DEFAULT_TIME_ZONE


def moment(at: datetime) -> str:
    """Day and time in full: 21-11-2026 14:32 in Chile, 21/11/2026 2:32 p. m. in Colombia."""
    wall = _wall()
    local = at.astimezone(wall.zone)
    return f"{_day(local, wall)} {_hour(local, wall)}"


def day(of: date) -> str:
    """A day of the calendar: 21-11-2026 in Chile, 21/11/2026 in Colombia."""
    return _day(of, _wall())


def near(at: datetime) -> str:
    """A moment near now as one says it: hoy 14:31, ayer 20:05, mañana 9:00; further away in full."""
    wall = _wall()
    local = at.astimezone(wall.zone)
    word = _NEAR.get((local.date() - wall.today).days)
    return f"{gettext(word) if word else _day(local, wall)} {_hour(local, wall)}"


def hour(at: datetime) -> str:
    """The time of day alone: 14:31, or 2:31 p. m. in Colombia."""
    wall = _wall()
    return _hour(at.astimezone(wall.zone), wall)


def wall_time(minute: int) -> str:
    """A minute of whichever day, as one says it: 9:00, or 9:00 a. m. in Colombia."""
    hours, minutes = divmod(minute, 60)
    wall = _wall()
    return _hour(time(hours, minutes), wall) if wall.is_colombian else f"{hours}:{minutes:02}"


def last_time(at: datetime) -> str:
    """When somebody was last here: hoy 14:31, ayer 20:05, and before that the day alone."""
    wall = _wall()
    day = at.astimezone(wall.zone).date()
    return near(at) if (wall.today - day).days in (0, 1) else _day(day, wall)


_NEAR = {-1: N_("ayer"), 0: N_("hoy"), 1: N_("mañana")}


def ago(at: datetime) -> str:
    """How long ago, in the largest whole unit."""
    passed = max(clock.now() - at, timedelta(0))
    if passed < timedelta(minutes=1):
        return gettext("recién")
    if passed < timedelta(hours=1):
        return gettext("hace %(n)d min", n=passed // timedelta(minutes=1))
    if passed < timedelta(days=1):
        return gettext("hace %(n)d h", n=passed // timedelta(hours=1))
    return gettext("hace %(n)d d", n=passed.days)


def _wall() -> Wall:
    if "wall" not in g:
        zone = _zone(time_zone())
        g.wall = Wall(zone, clock.now().astimezone(zone).date(), _locale() == "es_CO")
    wall: Wall = g.wall
    return wall


_zone = cache(ZoneInfo)


def _day(local: date, wall: Wall) -> str:
    mark = "/" if wall.is_colombian else "-"
    return f"{local.day:02}{mark}{local.month:02}{mark}{local.year}"


def _hour(local: datetime | time, wall: Wall) -> str:
    if not wall.is_colombian:
        return f"{local.hour:02}:{local.minute:02}"
    return f"{local.hour % 12 or 12}:{local.minute:02} {'a. m.' if local.hour < 12 else 'p. m.'}"
