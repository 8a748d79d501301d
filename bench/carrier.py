"""A stand-in for SNS and SES in a process of its own: answers every message after 50 ms and says when each SMS came.

`python -m bench.carrier` prints its port. Then for each line of its standard input it prints how many SMS have come
and, for `times`, the moments at which each telephone was asked for, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from urllib.parse import parse_qs

ANSWERS_AFTER = 0.05
_SMS_ANSWER = (
    b'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>%d</MessageId>'
    b"</PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>"
)
came: list[tuple[str, float]] = []


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b"expect: 100-continue" in head:
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
            said = await reader.readexactly(length)
            is_mail = head.startswith(b"post /v2/email/")
            if not is_mail:
                came.append((parse_qs(said.decode())["PhoneNumber"][0], time.time()))
            await asyncio.sleep(ANSWERS_AFTER)
            body = b'{"MessageId": "1"}' if is_mail else _SMS_ANSWER % len(came)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := (await orders.readline()).strip():
        print(json.dumps(came if order == b"times" else len(came)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
