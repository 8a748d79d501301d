"""By when whoever asks about his data must be answered."""

from __future__ import annotations

from datetime import date, timedelta

from conserje.identity.countries import Country
from conserje.privacy.models import RequestKind

# Ley 21.719: calendar days, whatever is asked.
CHILEAN_DAYS = 30
# Ley 1581, articles 14 and 15: working days, fewer for a query (consulta) than for a claim (reclamo).
QUERY_DAYS, CLAIM_DAYS = 10, 15
QUERIES = frozenset({RequestKind.ACCESS, RequestKind.PORTABILITY})
_SATURDAY = 5


def due_on(kind: RequestKind, country: Country, received_on: date) -> date:
    """The last day on which an answer is in time, counted from the day after the request came.

    Working days are Monday to Friday: there is no calendar of public holidays, so that one of them among the days only
    makes this date stricter than the law's. Extensions, which both laws admit once they are announced, are not counted.
    """
    if country is Country.CL:
        return received_on + timedelta(days=CHILEAN_DAYS)
    return _after_working_days(received_on, QUERY_DAYS if kind in QUERIES else CLAIM_DAYS)


def _after_working_days(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY:
            count -= 1
    return day
