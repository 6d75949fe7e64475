"""The daemon that chaos is brought to: started, killed, looked at. Knows no job.

Its home lies on a small disk of its own where that can be had (Linux, as root), so that it can be filled; its clock can
be turned where libfaketime is installed. Where either is missing the driver says so and does the rest.
"""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from studiolo_client import discovery
from tests.daemon.conftest import Daemon

DISK = 192
"""MiB."""
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


class House(Daemon):
    def __init__(self, folder, models):
        """`folder`: empty. `models`: a folder of models, which is only read."""
        super().__init__(folder / "home")
        self.log = folder / "daemon.out"
        self.home.mkdir(mode=0o700)
        mounted = sys.platform == "linux" and os.geteuid() == 0
        self.small_disk = mounted and not subprocess.call(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=700", "studiolo-chaos", str(self.home)],
            stderr=subprocess.DEVNULL,
        )
        (self.home / "models").symlink_to(models, target_is_directory=True)
        (self.home / "settings.toml").write_text("keep_days = 36500\n")  # a turned clock is many days
        self.clock = folder / "clock" if FAKETIME else None
        self.turn("+0")

    def start(self):
        environment = os.environ | {"STUDIOLO_HOME": str(self.home)}
        if self.clock is not None:
            environment |= {
                "LD_PRELOAD": str(FAKETIME[0]),
                "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                "FAKETIME_NO_CACHE": "1",
                "DONT_FAKE_MONOTONIC": "1",
            }
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "studiolo_daemon", "--port", "0"]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            running = self.running()
            if running is not None and running.pid == self.process.pid and discovery.status(running):
                return self
            time.sleep(0.05)
        raise AssertionError(f"The daemon did not start:\n{self.log.read_text()[-4000:]}")

    def workers(self):
        """The processes in which models run, idle ones too."""
        try:
            children = psutil.Process(self.process.pid).children(recursive=True)
            return [child for child in children if "studiolo_daemon.workshop.worker_process" in child.cmdline()]
        except psutil.Error:
            return []

    def left_over(self):
        """Processes that belong to this home, whoever their parent is."""
        found = []
        for process in psutil.process_iter():
            try:
                if str(self.home) in process.cmdline():
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def fill(self):
        """Takes the last byte of the disk."""
        with (self.home / "filler").open("ab", buffering=0) as file:
            for piece in (bytes(2**20), bytes(4096)):
                with contextlib.suppress(OSError):
                    while file.write(piece) == len(piece):
                        pass

    def make_room(self):
        (self.home / "filler").unlink(missing_ok=True)

    def turn(self, offset):
        """Has the clock of the daemon and its workers be off by so much: `+3h`, `-2d`."""
        if self.clock is not None:
            draft = self.clock.with_name("draft")
            draft.write_text(f"{offset}\n")
            draft.replace(self.clock)

    def leave(self):
        if self.small_disk:
            subprocess.check_call(["umount", "--lazy", str(self.home)])
