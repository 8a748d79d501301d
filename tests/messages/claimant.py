"""A process that claims whatever it can get, as a worker would, and writes the ids to its standard output.

It says «ready», waits for a line on its standard input, and ends when a claim finds nothing.
"""

from __future__ import annotations

import sys

from conserje import create_app
from conserje.database import begin_writing, db
from conserje.messages import outbox
from tests.builders import NOON


def claim_everything(name: str, most: int = 3) -> list[int]:
    """The ids of all that this claimant got, a transaction for each claim."""
    claimed: list[int] = []
    while True:
        begin_writing()
        taken = [message.id for message in outbox.claim(name, now=NOON, most=most, most_bulk=most)]
        db.session.commit()
        if not taken:
            return claimed
        claimed += taken


def main() -> None:
    app = create_app()
    with app.app_context():
        outbox.something_to_do(NOON)  # what is slow the first time
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(" ".join(map(str, claim_everything(sys.argv[1]))))


if __name__ == "__main__":
    main()
