"""A spare worker is ready when it is of use, and is gone when it is not: no process is left behind."""

import asyncio
import time

import psutil
import pytest

from studiolo_daemon.workshop import spare as spares
from studiolo_daemon.workshop.spare import Spare


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(spares, "SETTLE", 0.0)


async def until(true):
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.001)


async def ready(spare):
    spare.prepare()
    await until(lambda: spare.pid is not None)
    return spare.pid


def workers():
    return [child for child in psutil.Process().children() if "worker_process" in " ".join(child.cmdline())]


async def test_it_is_taken_once_and_by_one_only(tmp_path):
    spare = Spare(tmp_path)
    pid = await ready(spare)
    spare.prepare()  # there is one
    taken = await asyncio.gather(spare.take(), spare.take())
    assert [worker.pid for worker in taken].count(pid) == 1
    assert len({worker.pid for worker in taken}) == 2
    assert spare.pid is None
    await spare.close()
    for worker in taken:
        assert worker.alive
        await worker.stop()
    assert not workers()


async def test_one_that_died_meanwhile_is_not_given_out(tmp_path):
    spare = Spare(tmp_path)
    pid = await ready(spare)
    psutil.Process(pid).kill()
    await until(lambda: spare.pid is None)
    worker = await spare.take()
    assert worker.alive
    assert worker.pid != pid
    await worker.stop()
    await spare.close()


async def test_closed_before_it_was_begun_it_never_is(tmp_path):
    spare = Spare(tmp_path)
    spare.prepare()
    await spare.close()
    await asyncio.sleep(0.1)
    assert spare.pid is None
    assert not workers()


async def test_where_none_is_wanted_none_is_made_ready(tmp_path):
    spare = Spare(tmp_path, wanted=False)
    spare.prepare()
    await asyncio.sleep(0.1)
    assert spare.pid is None
    assert not workers()


async def test_closed_in_the_middle_of_its_start_it_leaves_no_process(tmp_path):
    spare = Spare(tmp_path)
    spare.prepare()
    await until(lambda: len(asyncio.all_tasks()) > 1)  # its start has begun
    assert spare.pid is None
    await spare.close()
    assert not workers()


async def test_who_gives_up_waiting_for_one_leaves_it_to_be_closed(tmp_path):
    spare = Spare(tmp_path)
    taking = asyncio.create_task(spare.take())
    await until(lambda: len(asyncio.all_tasks()) > 2)
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    await spare.close()
    assert not workers()


async def test_where_none_can_be_started_it_says_so_and_goes_on(tmp_path, monkeypatch):
    spare = Spare(tmp_path)
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    with pytest.raises(OSError, match="nothing"):
        await spare.take()
    spare.prepare()
    await asyncio.sleep(0.2)
    assert spare.pid is None
    await spare.close()
