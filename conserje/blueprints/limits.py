"""How much a request may send: a photograph comes in a form of parts, everything else is a few typed lines."""

from __future__ import annotations

from flask import Flask, current_app, request


def init_limits(app: Flask) -> None:
    app.before_request(_limit_what_is_typed)


def _limit_what_is_typed() -> None:
    # MAX_FORM_MEMORY_SIZE itself counts for the parts of a multipart form only.
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
