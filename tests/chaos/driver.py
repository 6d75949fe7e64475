"""Chaos, by a seed: people work while harm is done, then all is let come to rest and looked at."""

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import psutil

from studiolo_contract.events import Failed
from studiolo_contract.text import TextRequest
from tests.chaos import audit
from tests.chaos.harms import Harms, schedule
from tests.chaos.house import House
from tests.chaos.people import Person, Sleeper
from tests.chaos.wire import Wire

PEOPLE = ("krita", "blender", "obsidian", "cli")
MEMORY = 96 * 2**20
"""Bytes that the daemon may have grown by: what Python keeps of its busiest moment."""


@dataclass
class Tale:
    """What was done, and what is wrong."""

    seed: int
    done: list[str] = field(default_factory=list)
    outcomes: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self):
        counted = ", ".join(f"{number} {what}" for what, number in sorted(self.outcomes.items()))
        lines = [f"seed {self.seed}", *self.done, counted, *(f"WRONG: {what}" for what in self.wrong)]
        return "\n".join(lines)


def run(seed, seconds, folder, models, painter, say=lambda line: None, pause=4.0):
    """The tale of `seconds` seconds of harm, in an empty folder. `models`: a folder with the starters; `painter`: that
    of a picture model which paints in a moment."""
    random = Random(seed)
    tale = Tale(seed)
    began = time.monotonic()

    def tell(what):
        line = f"{time.monotonic() - began:7.1f}  {what}"
        tale.done.append(line)
        say(line)

    house = House(folder, models)
    wire = Wire(house.running)
    people = [Person(name, seed, wire, painter) for name in PEOPLE]
    harms = Harms(house, wire, people, random)
    sleepers = []
    plan = schedule(random, seconds, pause)
    try:
        house.start()
        fresh = _weight(house)
        for person in people:
            person.start()
        sleepers.append(Sleeper("sleeper", house.running(), TextRequest(text="a nap", dry=True)))
        for at, name in plan:
            time.sleep(max(0.0, began + at - time.monotonic()))
            tell(harms.do(name))
        tell("all harm is done")
        for person in people:
            person.stop()
        for end in harms.held:
            end()
        for person in people:
            person.join(240)
        deadline = time.monotonic() + 300
        for person in people:
            person.wait_for_all(deadline)
        _wait_for_sleepers(house, sleepers, deadline)
        tell("all jobs are over")
        tale.wrong += audit.look(house, [*people, *sleepers], harms.done)
        for wish in (wish for person in people for wish in person.wishes):
            last = wish.followed.log[-1].event if wish.followed.log else None
            how = last.problem.code if isinstance(last, Failed) else type(last).__name__.lower()
            tale.outcomes[f"{wish.kind} {how}"] += 1
        for person in people:
            person.close()
        _let_rest(house)
        heavy = _weight(house)
        tell(f"the daemon was {fresh[0] / 2**20:.0f} MiB with {fresh[1]} files at its first start, is "
             f"{heavy[0] / 2**20:.0f} MiB with {heavy[1]}")  # fmt: skip
        if heavy[0] > fresh[0] + MEMORY or heavy[1] > fresh[1] + 16:
            tale.wrong.append(f"the daemon has grown from {fresh} to {heavy} (bytes, files)")
        house.stop()
        tale.wrong += audit.look_after(house)
    finally:
        for one in [*people, *sleepers]:
            one.close()
        wire.close()
        house.stop()
        house.leave()
    return tale


def _wait_for_sleepers(house, sleepers, deadline):
    """What a program that hangs has submitted is done all the same."""
    for sleeper in sleepers:
        with house.client(sleeper.wishes[0].client) as client:
            while time.monotonic() < deadline:
                states = Counter(info.state for info in client.jobs())
                if states["queued"] + states["running"] == 0:
                    break
                time.sleep(0.1)


def _weight(house):
    """Bytes and open files of the daemon's own process."""
    process = psutil.Process(house.process.pid)
    return process.memory_info().rss, process.num_fds() if os.name == "posix" else 0


def _let_rest(house):
    """Until the daemon has noticed that everybody is gone."""
    deadline = time.monotonic() + 60
    while house.status()["sockets"] and time.monotonic() < deadline:
        time.sleep(0.2)
