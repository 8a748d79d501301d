"""One line per request, with an id that the answer carries too. Never a query, a token or a document number."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, request

log = logging.getLogger("conserje")

# Paths carry ids of rows; what is longer than any id of ours is a secret and does not belong in a log.
_SECRET_IN_PATH = re.compile(r"(?<=/)[A-Za-z0-9_-]{20,}")

# What PostgreSQL quotes of the row that it refuses: «DETAIL:  Key (email)=(…) already exists.»
_QUOTED_ROW = re.compile(r"^DETAIL: .*\n?", re.MULTILINE)


class Discreet(logging.Formatter):
    """Tracebacks without the rows that a database quotes in its messages."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        return _QUOTED_ROW.sub("", super().formatException(ei))


def init_logs(app: Flask) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(app.config["LOG_LEVEL"])
    log.propagate = bool(app.testing)
    app.logger = log  # what Flask itself reports, a fault with its traceback, goes the same way

    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.request_id = secrets.token_hex(6)
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    request_id = g.get("request_id", "-")
    elapsed = (time.perf_counter() - g.started) * 1000 if "started" in g else 0.0
    response.headers["X-Request-Id"] = request_id
    access = g.get("access")
    log.info(
        "request=%s %s %s status=%d bytes=%s ms=%.1f account=%s community=%s",
        request_id,
        request.method,
        # Quoted: an address with a line break in it cannot write lines of its own.
        _SECRET_IN_PATH.sub("-", quote(request.path)),
        response.status_code,
        response.content_length if response.content_length is not None else "-",
        elapsed,
        access.actor.account_id if access else "-",
        access.actor.community_id if access else "-",
    )
    return response
