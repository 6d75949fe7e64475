"""A full house: whoever waits at a screen goes first, nothing grows without end, and one that never reads delays nobody."""

import os
import signal
import socket
import threading
from urllib.parse import urlsplit

import psutil
import pytest
from websockets.sync.client import connect

from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Result, Started
from studiolo_contract.frames import read_daemon, to_json
from studiolo_contract.text import TextRequest
from studiolo_contract.wire import Accepted, Get, Happened, Hello, Submit
from studiolo_daemon.workshop.worker import SLOTS
from tests.daemon.conftest import Daemon
from tests.daemon.test_daemon import wait_until, worker_of

CLIENTS, EACH = 50, 10
BOUND = 64 * 2**20
"""Bytes by which the daemon may grow; what all the jobs here hold is a part of it."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="stops a process as only POSIX can")


def dry(number, text="The keeper of the house heard music."):
    """The cheapest job that there is: no word is written."""
    return TextRequest(text=f"{number}. {text}", dry=True, seed=number)


def started(job):
    return next(happened.at for happened in job.log if isinstance(happened.event, Started))


@pytest.fixture(scope="module")
def house(starter_home, tmp_path_factory):
    """A daemon that takes just so many, its worker warm."""
    home = tmp_path_factory.mktemp("home")
    (home / "models").symlink_to(starter_home / "models", target_is_directory=True)
    # one each for those who come in time, for the artist, and for who never reads
    (home / "settings.toml").write_text(
        f"jobs_per_client = {EACH}\njobs = {CLIENTS * EACH + 2}\nsockets = {CLIENTS + 3}\nspare = false\n"
    )
    daemon = Daemon(home).start()
    with daemon.client("first") as client:
        client.submit(dry(0)).wait(90)
    wait_until(lambda: daemon.status()["sockets"] == 0)
    yield daemon
    daemon.stop()


def memory(daemon):
    return psutil.Process(daemon.process.pid).memory_info().rss


def refused(call, *arguments):
    with pytest.raises(StudioloError) as caught:
        call(*arguments)
    assert caught.value.problem.code == "busy", caught.value
    assert caught.value.problem.retry_after > 0
    return str(caught.value)


def test_many_jobs_of_many_clients_while_somebody_waits_at_a_screen(house):
    before = memory(house)
    worker = worker_of(house)
    clients = [house.client(f"client {number}") for number in range(CLIENTS)]
    batches = {}

    def submit(place, client):
        batches[place] = [client.submit(dry(100 * (place + 1) + n), priority="batch") for n in range(EACH)]

    os.kill(worker, signal.SIGSTOP)  # so that all of them are there at once
    try:
        threads = [threading.Thread(target=submit, args=pair) for pair in enumerate(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert "This client has" in refused(clients[0].submit, dry(1))
        with house.client("artist") as artist, house.client("late") as late:
            urgent = [artist.submit(dry(number)) for number in (1, 2)]
            assert "The daemon has" in refused(late.submit, dry(3))
            with house.client("last"):
                assert "connections" in refused(house.client, "too many")
            os.kill(worker, signal.SIGCONT)
            for job in urgent:
                job.wait(120)
            jobs = [job for row in batches.values() for job in row]
            for job in jobs:
                assert isinstance(job.wait(120), Result)
    finally:
        os.kill(worker, signal.SIGCONT)
    assert len(jobs) == CLIENTS * EACH
    for job in (*jobs, *urgent):
        assert [happened.seq for happened in job.log] == list(range(1, len(job.log) + 1))
    # what was on the worker already may have been before the urgent ones, and nothing else
    order = sorted((*jobs, *urgent), key=started)
    assert max(order.index(job) for job in urgent) < SLOTS.get("text", 1) + len(urgent)
    # nobody has a second turn before all have had their first
    turns = [job for job in order if job not in urgent]
    rows = {job: place for place, row in batches.items() for job in row}
    last_round = [rows[job] for job in turns[-CLIENTS:]]
    assert len(set(last_round)) > CLIENTS - SLOTS.get("text", 1) - 1
    assert memory(house) - before < BOUND
    for client in clients:
        client.close()


def test_one_that_never_reads_costs_little_and_delays_nobody(house):
    wait_until(lambda: house.status()["sockets"] == 0)
    running = house.running()
    with house.client("neighbour") as neighbour:
        blob = neighbour.put(os.urandom(2**20))
    before = memory(house)
    with connect(f"ws://{urlsplit(running.url).netloc}/v1/ws", sock=narrow(running), max_size=None) as deaf:
        deaf.send(to_json(Hello(protocol=1, client="deaf", token=running.token)))
        long = "She counted the stairs again. " * 300
        for number in range(EACH):
            deaf.send(to_json(Submit(ref=number, key=str(number), request=dry(number, long))))
        for number in range(200):  # 200 MiB of answers that nobody takes
            deaf.send(to_json(Get(ref=1000 + number, sha256=blob)))
        with house.client("neighbour") as neighbour:
            for number in range(40):
                neighbour.submit(dry(9000 + number)).wait(60)
            mine = {
                info.job for info in neighbour.jobs(everyone=True) if info.client == "deaf" and info.state == "done"
            }
            assert memory(house) - before < BOUND
        logs = heard(deaf, EACH)
    assert mine <= set(logs)
    for log in logs.values():
        assert [happened.seq for happened in log] == list(range(1, len(log) + 1))
        assert isinstance(log[-1].event, Result)


def narrow(running):
    """A connection that holds little of what is not read."""
    address = urlsplit(running.url)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**14)
    line.connect((address.hostname, address.port))
    return line


def heard(deaf, jobs):
    """Reads at last: the log of each job, until all are over."""
    logs = {}
    over = 0
    while over < jobs:
        message, _ = read_daemon(deaf.recv(60))
        if isinstance(message, Accepted):
            logs.setdefault(message.job, [])
        if isinstance(message, Happened):
            logs[message.job].append(message)
            over += isinstance(message.event, Result)
    return logs
