"""People at their programs: each submits small jobs of every kind, changes its mind now and then, and insists. Knows
nothing of what is done to the daemon meanwhile.
"""

import io
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from PIL import Image

from studiolo_client.client import Client
from studiolo_client.connection import open_connection
from studiolo_client.job import Job
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Result, Started, TextOutput
from studiolo_contract.frames import read_daemon, to_json
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture, hash_of
from studiolo_contract.music import MusicRequest
from studiolo_contract.request import Request
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest
from studiolo_contract.upscale import UpscaleRequest
from studiolo_contract.wire import Accepted, Submit

PASSING = ("no_daemon", "bad_token", "busy", "disk_full", "unknown_blob", "stopped")
"""What somebody hears who has to try again."""
AT_ONCE = 20
"""Jobs that one person has under way."""
KINDS = {"dry": 5, "text": 4, "image": 4, "upscale": 2, "texture": 1, "music": 1}
"""How often each is wanted."""


@dataclass
class Wish:
    """What was submitted under a key, and what came of it."""

    client: str
    key: str
    kind: str
    jobs: list[str] = field(default_factory=list)
    """Its id, each time that it was told; all of them the same."""
    make: Callable[[Client], Request] | None = None
    priority: str = "interactive"
    followed: Job | None = None
    until: float = math.inf
    """When it is wanted no more, by `time.monotonic`."""
    cancelled: bool = False


class Person(threading.Thread):
    def __init__(self, name, seed, wire, painter):
        super().__init__(name=name, daemon=True)
        self.wishes: list[Wish] = []
        self.surprises: list[str] = []
        """What was said to it that should never be said."""
        self._random = Random(f"{seed} {name}")
        self._wire = wire
        self._painter = painter
        self._client: Client | None = None
        self._satisfied = threading.Event()
        self.wanted_no_more = threading.Event()
        """Set from outside: whatever has been started is cancelled."""

    def run(self):
        try:
            while not self._satisfied.is_set():
                self._act()
                self._satisfied.wait(self._random.uniform(0.0, 0.15))
        except Exception as error:  # noqa: BLE001 (it is what the audit asks for)
            self.surprises.append(f"{self.name} gave up: {error!r}")

    def stop(self):
        self._satisfied.set()

    def wait_for_all(self, deadline):
        """Until each job is over, as this person sees it."""
        for wish in self.wishes:
            while not wish.followed.over:
                if time.monotonic() > deadline:
                    self.surprises.append(f"{wish.key} ({wish.kind}) was not over in time: {wish.followed.log[-1:]}")
                    break
                if wish.followed.problem is not None:  # its client has ended: another one goes on
                    wish.followed = self._insist(lambda client, wish=wish: client.resume(wish.jobs[0]))
                time.sleep(0.02)

    def close(self):
        if self._client is not None:
            self._client.close()

    def _act(self):
        open_wishes = [wish for wish in self.wishes if not wish.followed.over]
        now = time.monotonic()
        for wish in open_wishes:
            if now > wish.until:
                self._cancel(wish)
        if self.wanted_no_more.is_set():
            self.wanted_no_more.clear()
            for wish in open_wishes:
                if any(isinstance(happened.event, Started) for happened in wish.followed.log):
                    self._cancel(wish)
        chance = self._random.random()
        if self.wishes and chance < 0.12:
            self._submit(self._random.choice(self.wishes))  # says it again
        elif self.wishes and chance < 0.16:
            wish = self._random.choice(self.wishes)
            self._insist(lambda client: client.pin(wish.jobs[0]))
        elif chance < 0.22:
            self._look_at(self._random.choice(self.wishes) if self.wishes else None)
        elif len(open_wishes) < AT_ONCE:
            self.wishes.append(self._new())

    def _new(self):
        kind = self._random.choices(list(KINDS), list(KINDS.values()))[0]
        priority = self._random.choice(("interactive", "batch"))
        wish = Wish(self.name, f"{self.name}-{len(self.wishes)}", kind, make=self._maker(kind), priority=priority)
        self._submit(wish)
        if self._random.random() < 0.2:
            wish.until = time.monotonic() + self._random.uniform(0, 4)
        return wish

    def _submit(self, wish):
        job = self._insist(lambda client: client.submit(wish.make(client), wish.key, wish.priority))
        wish.jobs.append(job.id)
        if wish.followed is None or wish.followed.problem is not None:
            wish.followed = job

    def _cancel(self, wish):
        wish.cancelled, wish.until = True, math.inf
        self._insist(lambda client: client.cancel(wish.jobs[0]))

    def _look_at(self, wish):
        """Fetches what was made, if it is."""
        last = wish.followed.log[-1].event if wish is not None and wish.followed.log else None
        for output in last.outputs if isinstance(last, Result) else ():
            if not isinstance(output, TextOutput):
                data = self._insist(lambda client, name=output.blob.sha256: client.get(name), lasting=("unknown_blob",))
                if hash_of(data) != output.blob.sha256:
                    self.surprises.append(f"{wish.key} came with other bytes")

    def _maker(self, kind):
        seed, steps = self._random.randrange(3), self._random.choice((1, 2, 30))  # few: some are the very same work
        words = self._random.choice(("a red boat", "the sea at dawn", "a lamp"))
        side = self._random.choice((16, 24))
        png = io.BytesIO()
        Image.new("RGB", (side, side), (seed * 80, 90, 120)).save(png, "png")

        def make(client: Client) -> Request:
            if kind == "dry":
                return TextRequest(text=words, seed=seed, dry=True)
            if kind == "text":
                return TextRequest(text=words, seed=seed, mode="continue", max_tokens=2 * steps, candidates=1)
            if kind == "image":
                return ImageRequest(prompt=words, width=64, height=64, steps=steps, seed=seed, model=self._painter)
            if kind == "music":
                return MusicRequest(prompt=words, seconds=1.0 + seed, seed=seed)
            picture = Picture(sha256=client.put(png.getvalue()), width=side, height=side)
            if kind == "upscale":
                return UpscaleRequest(image=picture)
            return TextureRequest(prompt="", image=picture)

        return make

    def _insist(self, ask, lasting=()):
        """What the daemon answers, however often one has to ask. Raises `StudioloError` for what should not be said."""
        deadline = time.monotonic() + 180
        while True:
            try:
                if self._client is None:
                    self._client = Client(self._wire.running(), self.name, patience=3.0, find=self._wire.running)
                return ask(self._client)
            except StudioloError as error:
                code = error.problem.code
                if code in lasting or time.monotonic() > deadline or code not in PASSING:
                    raise
                if self._client is None or code == "stopped":
                    self._client = None
                time.sleep(self._random.uniform(0.05, 0.4))
            except AttributeError:  # there is no daemon.json just now
                if self._wire.running() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


class Sleeper:
    """A program that hangs: says hello, submits something, and then neither reads again nor goes."""

    def __init__(self, name, running, request):
        self.wishes = [Wish(name, f"{name}-{number}", "dry") for number in range(3)]
        self._socket, _ = open_connection(running, name)
        for wish in self.wishes:
            self._socket.send(to_json(Submit(ref=1, key=wish.key, request=request)))
            while not isinstance(message := read_daemon(self._socket.recv(timeout=60))[0], Accepted):
                pass
            wish.jobs.append(message.job)

    def close(self):
        self._socket.close()
