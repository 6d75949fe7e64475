"""What the daemon writes down: JSON lines, one for each turn of a job, bounded, private, and without anybody's words."""

import asyncio
import json
import logging
import os
import pty
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studiolo_client.job import JobCancelled
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Progress
from studiolo_contract.image import ImageRequest
from studiolo_daemon import logs

WORDS = "a walrus in violet slippers"


def written(home):
    return [json.loads(line) for line in (home / "daemon.log").read_text("utf-8").splitlines()]


def of_job(home, job):
    return [line for line in written(home) if line.get("job") == job.id and line["logger"] == "studiolo.jobs"]


def wait_until(true, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def request(painter, **kwargs):
    return ImageRequest(prompt=WORDS, model=painter, width=32, height=32, steps=4, seed=3, **kwargs)


def test_the_life_of_a_job_is_three_lines_without_its_words(bare_daemon, painter):
    with bare_daemon.client("a studio") as client:
        job = client.submit(request(painter, negative_prompt="no slippers"), priority="batch")
        job.wait(120)
    accepted, started, done = of_job(bare_daemon.home, job)
    assert (accepted["kind"], accepted["priority"], accepted["client"]) == ("image", "batch", "a studio")
    assert (accepted["lane"], started["attempt"]) == ("image", 1)
    assert done["seconds"] >= started["seconds"] >= 0
    assert "is done" in done["message"]
    for line in written(bare_daemon.home):
        assert {"time", "level", "logger", "message"} <= line.keys()
    text = (bare_daemon.home / "daemon.log").read_text("utf-8")
    for secret in ("walrus", "slippers", bare_daemon.running().token):
        assert secret not in text


def test_a_failed_job_has_its_code_and_a_stopped_one_says_so(bare_daemon, painter, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(painter, broken)
    next((broken / "unet").glob("*.safetensors")).write_bytes(b"nothing")
    with bare_daemon.client() as client:
        job = client.submit(request(str(broken)))
        with pytest.raises(StudioloError) as caught:
            job.wait(120)
        stopped = client.submit(ImageRequest(prompt=WORDS, model=painter, steps=200, seed=3))
        client.cancel(stopped)
        with pytest.raises(JobCancelled):
            stopped.wait(60)
    last = of_job(bare_daemon.home, job)[-1]
    assert (last["code"], last["level"]) == (caught.value.problem.code, "WARNING")
    assert of_job(bare_daemon.home, stopped)[-1]["code"] == "cancelled"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_worker_that_crashes_leaves_its_stack(bare_daemon, painter):
    with bare_daemon.client() as client:
        long = client.submit(ImageRequest(prompt=WORDS, model=painter, steps=200, width=256, height=256, seed=3))
        wait_until(lambda: any(isinstance(h.event, Progress) and h.event.stage == "steps" for h in long.log))
        worker = bare_daemon.status()["lanes"]["image"]["worker"]
        os.kill(worker, signal.SIGSEGV)
        wait_until(lambda: any("Segmentation fault" in line["message"] for line in written(bare_daemon.home)))
        client.cancel(long)
        with pytest.raises(JobCancelled):
            long.wait(60)
    said = [line for line in written(bare_daemon.home) if line.get("worker") == worker]
    assert any("studiolo_daemon/workshop/worker_process.py" in line["message"] for line in said)


def test_what_a_worker_logs_and_what_its_libraries_print_are_both_heard(caplog):
    program = """
import logging, os
from studiolo_daemon.logs import pass_on
pass_on()
os.write(2, b"10%\\r20%\\rhalf a line and")
os.write(2, b" its end\\n" + b"\\xff" * 9000 + b"\\n" + b'{"level": 1}\\n')
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("studiolo.worker").exception("it could not be done", extra={"job": "j1"})
raise KeyError("nobody expected this")
"""

    async def run():
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stderr=pipe)
        await logs.hear(process.stderr, process.pid)
        await process.wait()
        return process.pid

    with caplog.at_level(logging.INFO):
        pid = asyncio.run(run())
    said = {record.getMessage(): record for record in caplog.records if hasattr(record, "worker")}
    assert {"10%", "20%", "half a line and its end", '{"level": 1}', "it could not be done"} <= said.keys()
    error = said["it could not be done"]
    assert (error.levelname, error.name, error.job, error.worker) == ("ERROR", "studiolo.worker", "j1", pid)
    assert "ZeroDivisionError" in error.trace
    assert max(map(len, said)) == logs.LONGEST
    last = said["the worker ends, by its own fault"]
    assert last.levelname == "CRITICAL"
    assert "nobody expected this" in last.trace


def test_the_log_is_bounded_and_private(tmp_path):
    file = tmp_path / "daemon.log"
    file.write_text("of an older version\n")
    file.chmod(0o644)
    program = f"""
import logging, sys
from pathlib import Path
from studiolo_daemon import logs
logs.MOST = 20_000
logs.keep(Path({str(file)!r}))
for number in range(2000):
    logging.getLogger("x").info("line %d", number)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    kept = sorted(tmp_path.iterdir())
    assert [found.name for found in kept] == ["daemon.log", "daemon.log.1", "daemon.log.2"]
    assert all(found.stat().st_size <= 20_000 for found in kept)
    if os.name == "posix":
        assert {stat.S_IMODE(found.stat().st_mode) for found in kept} == {0o600}
    assert json.loads(file.read_text().splitlines()[-1])["message"] == "line 1999"


@pytest.mark.skipif(os.name != "posix", reason="bounds on files")
def test_a_log_that_cannot_be_written_is_said_once_and_written_again_when_there_is_room(tmp_path):
    file = tmp_path / "daemon.log"
    program = f"""
import logging, resource
from pathlib import Path
from studiolo_daemon import logs
logs.keep(Path({str(file)!r}))
most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
for bound, said in ((1000, 50), (most, 1), (1000, 50), (most, 1)):
    resource.setrlimit(resource.RLIMIT_FSIZE, (bound, hard))
    for number in range(said):
        logging.getLogger("x").info("line %d under %d", number, bound)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stderr.splitlines() == 2 * [
        f"{file} can't be written: File too large. Make room on its disk; until then nothing is written down there, "
        "and all else goes on."
    ]
    assert json.loads(file.read_text().splitlines()[-1])["message"].startswith("line 0 under")


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals")
def test_a_person_at_a_terminal_reads_plain_lines(tmp_path):
    ours, theirs = pty.openpty()
    environment = os.environ | {"STUDIOLO_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "studiolo_daemon", "--port", "0"]
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment)
    try:
        said = b""
        while b"answers at" not in said:
            said += os.read(ours, 4096)
    finally:
        process.terminate()
        process.wait(20)
        os.close(theirs)
        os.close(ours)
    line = next(line for line in said.decode().splitlines() if "answers at" in line)
    assert " INFO Studiolo " in line
    assert "{" not in line
    assert any("answers at" in line["message"] for line in written(Path(tmp_path)))
