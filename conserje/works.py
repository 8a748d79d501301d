"""What `flask worker` does when a job of a kind is ordered."""

from __future__ import annotations

from conserje.jobs import Work

WORKS: dict[str, Work] = {}
