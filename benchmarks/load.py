"""Puts load on a web server, in a process of its own so that the measuring takes no time from what is measured.

`python -m benchmarks.load` reads `{host, port, connections, requests}` on stdin, each request whole and in base64,
and writes `{seconds, took, failed}`: milliseconds per request, and how many were not answered with 200.
`put` runs it.
"""

import asyncio
import base64
import json
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it; `took` in milliseconds, in the order of the answers."""

    seconds: float
    took: list[float]
    failed: int

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds


def put(host: str, port: int, requests: Sequence[bytes], *, connections: int) -> Load:
    """Send all the requests, so many at a time, each over a connection that stays open."""
    plain = [base64.b64encode(request).decode() for request in requests]
    given = {"host": host, "port": port, "connections": connections, "requests": plain}
    done = subprocess.run(  # ourselves
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(given).encode(),
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    return Load(**json.loads(done.stdout))


class Line:
    """One connection that stays open, for whoever sends one request after the other. A server closes one on which
    nothing was sent for long: then it is made anew."""

    def __init__(self, host: str, port: int) -> None:
        self._where = host, port
        self._connect()

    def _connect(self) -> None:
        self._socket = socket.create_connection(self._where)
        self._answers = self._socket.makefile("rb")

    def send(self, request: bytes) -> bytes:
        """Give the answer's status."""
        if select.select([self._socket], [], [], 0)[0]:  # no answer is due, so this is the end
            self.close()
            self._connect()
        self._socket.sendall(request)
        status = self._answers.readline().split(b" ", 2)[1]
        length = 0
        while (line := self._answers.readline().strip().lower()) != b"":
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        self._answers.read(length)
        return status

    def close(self) -> None:
        self._answers.close()
        self._socket.close()


async def _all(host: str, port: int, connections: int, requests: list[str]) -> dict[str, object]:
    waiting = deque(base64.b64decode(request) for request in requests)
    took: list[float] = []
    failed = 0

    async def client() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection(host, port)
        while waiting:
            request = waiting.popleft()
            began = time.perf_counter()
            writer.write(request)
            status = await _answered(reader)
            took.append((time.perf_counter() - began) * 1000)
            failed += status != b"200"
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    return {"seconds": time.perf_counter() - began, "took": took, "failed": failed}


async def _answered(reader: asyncio.StreamReader) -> bytes:
    """Read one answer to its end; give its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    _, _, length = head.lower().partition(b"content-length:")
    await reader.readexactly(int(length.split(b"\r\n", 1)[0]))
    return head.split(b" ", 2)[1]


def main() -> None:
    given = json.load(sys.stdin)
    json.dump(asyncio.run(_all(**given)), sys.stdout)


if __name__ == "__main__":
    main()
