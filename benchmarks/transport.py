"""`scripts/bench transport`: a picture there and back, in each form in which it travels, beside bare socket and HTTP.

Through the daemon a picture is put, which ends when it is hashed and on disk, and got, which ends when its hash has
been checked. The peers only carry the same bytes there and back: `websockets` echoes them, and a bare application on
the daemon's own HTTP server, uvicorn, answers a POST with its body. All of it in one run, in turn, on loopback. What
Pillow takes to encode and decode stands beside it, since a form that is small is not quick for that.
"""

from __future__ import annotations

import http.client
import io
import logging
import multiprocessing
import os
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import typer
from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as connect_socket

from benchmarks.hardware import write_results
from benchmarks.household import own_daemon
from studiolo_client.client import Client

MOST = 2**30
"""Bytes of one message, for the peers."""


@dataclass(frozen=True)
class Form:
    """How a picture travels."""

    name: str
    encode: Callable[[np.ndarray[Any, Any]], bytes]
    decode: Callable[[bytes, int], Any]


def _raw(order: tuple[int, ...], kind: type) -> Form:
    scale = 1 if kind is np.uint8 else 255
    name = "rgbaf32" if kind is np.float32 else "rgba8" if order[0] == 0 else "bgra8"
    return Form(
        name,
        lambda pixels: (pixels[..., order].astype(kind) / scale).astype(kind).tobytes(),
        lambda data, side: np.frombuffer(data, kind, side * side * 4).reshape(side, side, 4)[..., order],
    )


def _file(kind: str, **options: int) -> Form:
    def encode(pixels: np.ndarray[Any, Any]) -> bytes:
        file = io.BytesIO()
        Image.fromarray(pixels).convert("RGB" if kind == "JPEG" else "RGBA").save(file, kind, **options)
        return file.getvalue()

    return Form(kind, encode, lambda data, _: Image.open(io.BytesIO(data)).load())


FORMS = (
    _raw((0, 1, 2, 3), np.uint8),
    _raw((2, 1, 0, 3), np.uint8),
    _raw((0, 1, 2, 3), np.float32),
    _file("PNG", compress_level=1),
    _file("JPEG", quality=90),
)


def picture(side: int) -> np.ndarray[Any, Any]:
    """Soft shapes with a little grain, as a painting has them: neither noise, nor one colour."""
    y, x = np.mgrid[0:side, 0:side] / side
    waves = [np.sin(6 * x + 3 * y), np.cos(9 * y - 2 * x), np.sin(14 * x * y)]
    grain = np.random.default_rng(1).normal(0, 2, (side, side, 3))
    colour = (127 + 110 * np.stack(waves, axis=-1) + grain).clip(0, 255).astype(np.uint8)
    return np.dstack([colour, np.full((side, side), 255, np.uint8)])


def main(runs: int = 7, sides: str = "1024,4096") -> None:
    """Medians over `runs` pictures of each form and size, after one that is not counted. Sides in pixels."""
    figures: dict[str, dict[str, float]] = {}
    with own_daemon() as running, Client(running, "bench") as client, _peers() as (echo, post):
        for side in map(int, sides.split(",")):
            pixels = picture(side)
            for form in track(FORMS, f"carrying {side} × {side}"):
                figures[f"{form.name}, {side} x {side}"] = _measure(form, pixels, runs, client, echo, post)
    columns = ("put, ms", "get, ms", "put and get, MB/s", "bare websockets, ms", "bare HTTP POST, ms")
    table = Table("", *columns, title="A picture there and back")
    for name, measured in figures.items():
        table.add_row(name, *(f"{measured[column]:.3g}" for column in columns))
    Console().print(table)
    write_results("transport", {"runs": runs, **figures})


def _measure(
    form: Form,
    pixels: np.ndarray[Any, Any],
    runs: int,
    client: Client,
    echo: Callable[[bytes], bytes],
    post: Callable[[bytes], bytes],
) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in ("encode", "decode", "put", "get", "websockets", "HTTP")}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        done = work()
        times[name].append(1000 * (time.perf_counter() - began))
        return done

    for run in range(runs + 1):
        encoded = timed("encode", lambda: form.encode(pixels))
        data = encoded + os.urandom(8)  # what the daemon has already is not sent again
        carriers = {
            "daemon": lambda data=data: _through(client, data, timed),
            "websockets": lambda data=data: timed("websockets", lambda: echo(data)),
            "HTTP": lambda data=data: timed("HTTP", lambda: post(data)),
        }
        for name in sorted(carriers, reverse=bool(run % 2)):
            assert carriers[name]() == data
        timed("decode", lambda encoded=encoded: form.decode(encoded, pixels.shape[0]))
    median = {name: statistics.median(values[1:]) for name, values in times.items()}
    both = median["put"] + median["get"]
    return {
        "MB": len(encoded) / 1e6,
        "encode, ms": median["encode"],
        "put, ms": median["put"],
        "get, ms": median["get"],
        "decode, ms": median["decode"],
        "put and get, MB/s": 2 * len(encoded) / 1e3 / both,
        "bare websockets, ms": median["websockets"],
        "bare HTTP POST, ms": median["HTTP"],
        "times bare websockets": both / median["websockets"],
        "times bare HTTP POST": both / median["HTTP"],
    }


def _through(client: Client, data: bytes, timed: Callable[[str, Callable[[], Any]], Any]) -> bytes:
    name = timed("put", lambda: client.put(data))
    got: bytes = timed("get", lambda: client.get(name))
    return got


@contextmanager
def _peers() -> Iterator[tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]]:
    """What carries bytes to an echo of `websockets`, and to one of HTTP on uvicorn, each in a process of its own."""
    ports = [_free_port(), _free_port()]
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=serve, args=(port,), daemon=True)
        for serve, port in zip((_echo_socket, _echo_http), ports, strict=True)
    ]
    for process in processes:
        process.start()
    try:
        for port in ports:
            _wait_for(port)
        with connect_socket(f"ws://127.0.0.1:{ports[0]}", compression=None, proxy=None, max_size=MOST) as line:
            connection = http.client.HTTPConnection("127.0.0.1", ports[1])
            yield lambda data: _echoed(line, data), lambda data: _posted(connection, data)
            connection.close()
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _echoed(line: ClientConnection, data: bytes) -> bytes:
    line.send(data)
    answer = line.recv()
    assert isinstance(answer, bytes)
    return answer


def _posted(connection: http.client.HTTPConnection, data: bytes) -> bytes:
    connection.request("POST", "/", body=data, headers={"Content-Type": "application/octet-stream"})
    return connection.getresponse().read()


def _echo_socket(port: int) -> None:
    from websockets.sync.server import ServerConnection, serve

    logging.getLogger("websockets.server").disabled = True  # whoever looks whether it is there says nothing to it

    def handle(line: ServerConnection) -> None:
        for message in line:
            line.send(message)

    with serve(handle, "127.0.0.1", port, compression=None, max_size=MOST) as server:
        server.serve_forever()


def _echo_http(port: int) -> None:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def echo(request: Request) -> Response:
        return Response(await request.body(), media_type="application/octet-stream")

    app = Starlette(routes=[Route("/", echo, methods=["POST"])])
    # its one connection waits while the others carry, longer than a server waits by itself
    uvicorn.run(app, port=port, log_level="error", access_log=False, timeout_keep_alive=600)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


if __name__ == "__main__":
    typer.run(main)
