"""Security headers of every answer (ASVS 3.4)."""

from __future__ import annotations

from flask import Flask, Response

from conserje.blueprints.htmx import wants_fragment

# Nothing is inline and nothing is evaluated, so nothing unsafe is admitted. blob: is the preview of a photo.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)

# What is no document of its own (a fragment that htmx puts into a page, a photograph) may load nothing at all, and the
# page around it has said the rest: on a thin line headers weigh as much as a row.
_OF_PARTS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_OF_PAGES = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # same-origin, not no-referrer: the check against forged requests needs it over https.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}
_ONE_YEAR = 365 * 24 * 3600


def init_headers(app: Flask) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        is_part = wants_fragment() or response.mimetype != "text/html"
        for name, value in (_OF_PARTS if is_part else _OF_PAGES).items():
            response.headers.setdefault(name, value)
        # Screens hold personal data: no copy stays in the browser's cache unless a view says so.
        response.headers.setdefault("Cache-Control", "no-store")
        if app.config["HTTPS"]:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={_ONE_YEAR}; includeSubDomains")
        return response
