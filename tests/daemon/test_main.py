"""How the daemon's own process ends: what its status says, and what it says in words."""

import os
import subprocess
import sys


def test_a_daemon_that_cannot_come_up_says_so_and_not_that_another_is_there(tmp_path):
    program = """
import sys
from studiolo_daemon import __main__
from studiolo_daemon.workshop import supervisor
supervisor.Supervisor.start = lambda *_: 1 / 0
sys.exit(__main__.main(["--port", "0"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"STUDIOLO_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    log = tmp_path / "daemon.log"
    assert done.stderr == f"The daemon could not come up. The reason is in {log}; report it.\n"
    assert "ZeroDivisionError" in log.read_text()
    assert not (tmp_path / "daemon.json").exists()
