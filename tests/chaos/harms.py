"""What is done to the daemon, its workers, its wire, its disk and its clock. Each harm is over when its function
returns.
"""

import contextlib
import resource
import time

import psutil

from studiolo_client.discovery import call
from studiolo_contract.errors import StudioloError

MIB = 2**20


class Harms:
    def __init__(self, house, wire, people, random):
        self.house, self.wire, self.people, self.random = house, wire, people, random
        self.done: set[str] = set()
        """Kinds of harm that were done, so that failures can be held against them."""
        self.held: list = []
        """What lets go of connections that are held until the end."""

    def do(self, name):
        """What was done, in words."""
        said = getattr(self, name)()
        self.done.add(name)
        return said

    def kill_worker(self):
        worker = self._worker()
        if worker is None:
            return "no worker to kill"
        with contextlib.suppress(psutil.Error):
            worker.kill()
        return f"killed worker {worker.pid}"

    def stop_worker(self):
        """It hangs, and then nobody wants its jobs any more."""
        worker = self._worker()
        if worker is None:
            return "no worker to stop"
        for person in self.people:
            person.wanted_no_more.set()
        deadline = time.monotonic() + 6
        with contextlib.suppress(psutil.Error):
            worker.suspend()
            while worker.is_running() and time.monotonic() < deadline:
                time.sleep(0.1)
        gone = not worker.is_running()
        with contextlib.suppress(psutil.Error):
            worker.resume()
        return f"stopped worker {worker.pid}, which {'was ended' if gone else 'had nothing to do'}"

    def starve_worker(self):
        worker = self._worker()
        if worker is None:
            return "no worker to starve"
        with contextlib.suppress(psutil.Error):
            soft, hard = worker.rlimit(resource.RLIMIT_AS)
            worker.rlimit(resource.RLIMIT_AS, (worker.memory_info().vms + self.random.choice((0, 4, 64)) * MIB, hard))
            time.sleep(3)
            worker.rlimit(resource.RLIMIT_AS, (soft, hard))
        return f"gave worker {worker.pid} no memory for 3 s"

    def kill_daemon(self):
        self.house.kill()
        time.sleep(self.random.uniform(0, 0.5))
        self.house.start()
        return f"killed the daemon; the next is {self.house.process.pid}"

    def end_daemon(self):
        self.house.stop()
        self.house.start()
        return f"ended the daemon; the next is {self.house.process.pid}"

    def cut_wire(self):
        torn = self.random.random() < 0.5
        self.wire.cut(lambda: self.random.random() < 0.7, torn)
        return f"cut connections{', in the middle of a frame' if torn else ''}"

    def hold_wire(self):
        end = self.wire.hold(lambda: self.random.random() < 0.4)
        time.sleep(self.random.uniform(1, 3))
        if self.random.random() < 0.3:
            self.held.append(end)
            return "held connections until the clients noticed"
        end()
        return "held connections, then cut them"

    def fill_disk(self):
        if not self.house.small_disk:
            return "the disk can't be filled here"
        self.house.fill()
        time.sleep(self.random.uniform(0.5, 3))
        self.house.fill()
        killed = self.random.random() < 0.3
        if killed:
            self.house.kill()
        self.house.make_room()
        if killed:
            self.house.start()
        return f"filled the disk{', and killed the daemon then' if killed else ''}"

    def turn_clock(self):
        if self.house.clock is None:
            return "the clock can't be turned here"
        offset = self.random.choice(("+0", "+3h", "+40d", "-2d", "-5y"))
        self.house.turn(offset)
        return f"turned the clock to {offset}"

    def collect(self):
        status, report = call(self.house.running(), "POST", "/v1/gc", 60)
        return f"collected: {status}, {report.get('jobs')} jobs, {report.get('blobs')} blobs"

    def free(self):
        deadline = time.monotonic() + 60
        while True:
            try:
                with self.house.client("renderer", patience=5.0) as client:
                    client.free()
                return "freed memory"
            except StudioloError as error:  # on a busy machine no answer may come in time; a person asks again
                if error.problem.code != "no_daemon" or time.monotonic() > deadline:
                    raise

    def _worker(self):
        deadline = time.monotonic() + 20
        while not (workers := self.house.workers()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return self.random.choice(sorted(workers, key=lambda one: one.pid)) if workers else None


WEIGHTS = {
    "kill_worker": 4,
    "stop_worker": 2,
    "starve_worker": 2,
    "kill_daemon": 3,
    "end_daemon": 1,
    "cut_wire": 4,
    "hold_wire": 2,
    "fill_disk": 2,
    "turn_clock": 3,
    "collect": 2,
    "free": 1,
}


def schedule(random, seconds, pause):
    """(second, harm): every kind at least once where there is time, in an order that the seed decides."""
    names = list(WEIGHTS)
    random.shuffle(names)
    at, plan = random.uniform(1, pause), []
    while at < seconds:
        name = names.pop() if names else random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        plan.append((at, name))
        at += random.uniform(0.4, 1.6) * pause
    return plan
