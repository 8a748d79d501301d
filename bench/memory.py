"""What a worker holds in memory after a thousand mixed requests, and at its worst."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import count

from PIL import Image

from bench import people
from bench.client import HTMX, Client
from bench.report import Figure, megabytes
from bench.seed import ChosenUnit, Scene
from bench.server import Server, running

REQUESTS = 1_000
CLIENTS = 8
MOST_AFTER, MOST_EVER = 120, 220
TWELVE_MEGAPIXELS = (4000, 3000)
UPLOADS = 6
_VISIT = re.compile(rb'id="visit-(\d+)"')
_people = count(200_000)


def measure(scene: Scene, database: str) -> list[Figure]:
    """Of the heaviest worker. Resident memory is judged: it counts what workers share in each of them."""
    part = f"memory, {database}"
    with running(scene) as server:
        _mixed_requests(server, scene)
        after = server.memory()
        share = max(megabytes(worker.share) for worker in after)
        resident = max(megabytes(worker.resident) for worker in after)
        figures = [
            Figure(
                part, f"worker after {REQUESTS:,} mixed requests", resident, "MB", MOST_AFTER,
                note=f"RSS; its share (PSS) {share:.0f} MB",
            )
        ]  # fmt: skip
        client = Client(server).sign_in()
        for kind in ("JPEG", "PNG", "WEBP"):
            _uploads(client, scene, kind)
            peak = max(megabytes(worker.peak) for worker in server.memory())
            what = f"worker at its peak, {UPLOADS} {kind} of 12 MP uploaded"
            figures.append(Figure(part, what, peak, "MB", MOST_EVER, note="RSS, the most that the kernel ever saw"))
    return figures


def _mixed_requests(server: Server, scene: Scene) -> None:
    each = REQUESTS // CLIENTS
    with ThreadPoolExecutor(CLIENTS) as threads:
        done = [threads.submit(_one_gate, server, unit, each) for unit in scene.units[-CLIENTS:]]
        for gate in done:
            gate.result()


def _one_gate(server: Server, unit: ChosenUnit, requests: int) -> None:
    """What a gate asks for in a shift, its own lists polled in between."""
    client = Client(server).sign_in()
    path = f"/porteria/unidades/{unit.id}"
    arrived: list[int] = []

    def save() -> None:
        form = client.get(f"{path}/visitantes/nuevo", HTMX)
        assert b'name="full_name"' in form.body
        answer = client.act(f"{path}/visitantes", _visitor())
        arrived.append(int(_VISIT.findall(answer.body)[0]))

    def settle() -> None:
        if arrived:
            visit = arrived.pop()
            client.get(f"/porteria/visitas/{visit}/decidir", HTMX)
            client.act(f"/porteria/visitas/{visit}/aceptar", {"method": "call", "note": ""})
            client.act(f"/porteria/visitas/{visit}/salida")

    turns: list[Callable[[], object]] = [
        lambda: client.get("/porteria/"),
        lambda: client.get("/porteria/ingresos", HTMX),
        lambda: client.get(f"/porteria/unidades/opciones?q={unit.typed[-3:]}", HTMX),
        lambda: client.get(path, HTMX),
        lambda: client.get(f"{path}/visitas/actual", HTMX),
        lambda: client.get(f"/porteria/fotos/{unit.photos[0]}-96.jpg"),
        lambda: client.get(f"/porteria/visitantes/{unit.deactivated_ids[0]}", HTMX),
        lambda: client.act(f"{path}/telefonos"),
        save,
        settle,
    ]
    chance = random.Random(unit.id)
    begun = client.asked
    while client.asked - begun < requests:
        chance.choice(turns)()


def _visitor() -> dict[str, str]:
    number = next(_people)
    return {
        "document_type": "run", "document_number": people.run(number), "full_name": people.full_name(number),
        "kind": "visit", "companions": "0", "plate": "", "note": "", "valid_from": "", "valid_until": "",
    }  # fmt: skip


def _uploads(signed_in: Client, scene: Scene, kind: str) -> None:
    """Originals of a phone, sent without script, several at once."""
    photograph = _photograph(kind)

    def upload(number: int) -> None:
        client = signed_in.again()
        boundary = secrets.token_hex(12)
        fields = {"csrf_token": client.token, "key": secrets.token_urlsafe(12), **_visitor()}
        body = b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        )
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="foto.jpg"\r\n\r\n'
        body += head.encode() + photograph + f"\r\n--{boundary}--\r\n".encode()
        unit = scene.units[number % len(scene.units)]
        client.send(f"/porteria/unidades/{unit.id}/visitantes", body, f"multipart/form-data; boundary={boundary}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(upload, range(UPLOADS)))


def _photograph(kind: str) -> bytes:
    """Twelve megapixels with some grain, as a phone's camera gives them, in under 12 MB."""
    grain = Image.effect_noise((500, 375), 60).convert("RGB").resize(TWELVE_MEGAPIXELS, Image.Resampling.BICUBIC)
    file = BytesIO()
    match kind:
        case "PNG":
            grain.quantize(32).convert("RGB").save(file, kind, compress_level=6)
        case _:
            grain.save(file, kind, quality=88, method=0)
    return file.getvalue()
