"""A business "no", told apart from a fault: rules raise it, screens word it."""

from __future__ import annotations


class Refused(Exception):
    """The act was understood and is not going to happen.

    `code` is stable, in English, asserted by tests; the sentence that a person reads is looked up in
    `blueprints/wording.py`. `facts` are the values which that sentence needs. `field` names the form's field
    that the refusal is about, where there is one.
    """

    def __init__(self, code: str, *, field: str | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.facts = facts
