"""What a request may be: how much it sends, and which ids its address may hold.

A photograph comes in a form of parts, everything else is a few typed lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.routing import IntegerConverter

View = TypeVar("View", bound=Callable[..., Any])
MEBIBYTE = 1024 * 1024
# What the other fields and the marks between the parts of a form take beside a file.
_BESIDE_THE_FILE = 64 * 1024


# Ids are 32-bit integers: PostgreSQL would refuse the comparison with a larger one.
LARGEST_ID, NO_ROW = 2**31 - 1, 0


class RowIdConverter(IntegerConverter):
    """`<int:…>` in an address: the id of a row. One beyond all ids is taken for that of no row: it is not found."""

    def to_python(self, value: str) -> int:
        number = int(value)
        return number if number <= LARGEST_ID else NO_ROW


def init_limits(app: Flask) -> None:
    app.url_map.converters["int"] = RowIdConverter
    app.before_request(_limit_what_is_sent)


def takes_file(*, megabytes: int) -> Callable[[View], View]:
    """A view that takes a file of another size than a photograph's."""

    def mark(view: View) -> View:
        view.most_megabytes = megabytes  # type: ignore[attr-defined]
        return view

    return mark


def most_megabytes() -> int | None:
    """How large a file this request's view takes, where it says so."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "most_megabytes", None)


def _limit_what_is_sent() -> None:
    # MAX_FORM_MEMORY_SIZE itself counts for the parts of a multipart form only.
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    elif most := most_megabytes():
        request.max_content_length = most * MEBIBYTE + _BESIDE_THE_FILE
