"""What an authenticator app computes: a code of six digits that changes every 30 seconds (RFC 6238)."""

from __future__ import annotations

import hmac
from datetime import datetime

from pyotp import TOTP

STEP_SECONDS = 30
# Telephones' clocks are a little off, and typing takes a while: the step before and the one after are right too.
STEPS_BESIDE = 1
_ISSUER = "Conserje"


def step_of(moment: datetime) -> int:
    """Which of the steps of 30 seconds the moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: str, typed: str, now: datetime) -> int | None:
    """The step, of those that are right at this moment, whose code was typed; None where it is no such code."""
    code, of_secret = "".join(typed.split()).encode(), TOTP(secret)
    around = range(step_of(now) - STEPS_BESIDE, step_of(now) + STEPS_BESIDE + 1)
    # All are compared, so that the time it takes tells nothing.
    found = [step for step in around if hmac.compare_digest(of_secret.generate_otp(step).encode(), code)]
    return max(found, default=None)


def address(secret: str, email: str) -> str:
    """What the app reads out of the picture: `otpauth://totp/…`, with the account's e-mail."""
    return TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)


def picture(secret: str, email: str) -> str:
    """The address as a QR code: an `<svg>` element without styles. Always dark on light, as cameras want it."""
    import segno  # only whoever sets it up needs it

    drawn = segno.make(address(secret, email), error="m", micro=False)
    return drawn.svg_inline(scale=4, dark="#000", light="#fff", svgclass=None, lineclass=None)


def legible(secret: str) -> str:
    """The secret in groups of four, for whoever types it into the app."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
