"""The program in processes of its own, over the database of a test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).parent.parent
# The settings that the processes share with the application of the tests; the key derives the same links.
SHARED = ("SECRET_KEY", "PUBLIC_BASE_URL", "PHOTO_FOLDER")


def start(app: Flask, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """`python …` over the application's database, with pipes; nothing of this process's environment reaches it."""
    environment: Mapping[str, str] = {
        "PATH": os.environ["PATH"],
        "PYTHONUNBUFFERED": "1",
        "CONSERJE_MODE": "demo",
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        **{name: str(app.config[name]) for name in SHARED},
        **settings,
    }
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
