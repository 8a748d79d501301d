"""The days and hours of an authorised access, as one says them: «los martes de 9:00 a 13:00»."""

from __future__ import annotations

from conserje.access_lists.schedules import EVERY_DAY, Validity
from conserje.localisation import N_, gettext, wall_time

WEEKDAYS = (
    N_("lunes"),
    N_("martes"),
    N_("miércoles"),
    N_("jueves"),
    N_("viernes"),
    N_("sábados"),
    N_("domingos"),
)
# As many in a row are said by the first and the last: «de lunes a viernes».
_A_RUN = 3
_SATURDAY = 5


def schedule(validity: Validity) -> str:
    """When an authorised person is let in without asking; nothing where that is always."""
    if not validity.has_schedule:
        return ""
    days = gettext("todos los días") if validity.days == EVERY_DAY else _days(validity.weekdays)
    if validity.from_minute is None or validity.until_minute is None:
        return days
    hours = {"start": wall_time(validity.from_minute), "end": wall_time(validity.until_minute)}
    return f"{days} {gettext('de %(start)s a %(end)s', **hours)}"


def _days(weekdays: tuple[int, ...]) -> str:
    names = [gettext(WEEKDAYS[day]) for day in weekdays]
    first, last = weekdays[0], weekdays[-1]
    if len(weekdays) >= _A_RUN and last - first == len(weekdays) - 1:
        return gettext("de %(first)s a %(last)s", first=_of_one(first), last=_of_one(last))
    if len(names) == 1:
        return gettext("los %(days)s", days=names[0])
    return gettext("los %(days)s y %(last)s", days=", ".join(names[:-1]), last=names[-1])


def _of_one(day: int) -> str:
    """The day's singular: only Saturday and Sunday have one of their own."""
    name = gettext(WEEKDAYS[day])
    return name.removesuffix("s") if day >= _SATURDAY else name
