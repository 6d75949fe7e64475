"""`python -m tests.chaos --minutes 30 --seed 7`: what was done and what is wrong; exit status 1 where anything is."""

import argparse
import importlib.util
import sys
import tempfile
import time
from pathlib import Path

from studiolo.models.store import Store
from tests.chaos.driver import run

TREE = Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 10_000)
    options = parser.parse_args()
    home = TREE / ".cache" / "test-home"
    Store(home).pull("starter-text", lambda fetching: None)
    spec = importlib.util.spec_from_file_location("pipelines", TREE / "tests/studiolo/engines/pipelines.py")
    pipelines = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pipelines)
    with tempfile.TemporaryDirectory(prefix="studiolo-chaos-") as folder:
        painter = pipelines.save("sd15", Path(folder) / "painter")
        house = Path(folder) / "house"
        house.mkdir()
        tale = run(
            options.seed,
            60 * options.minutes,
            house,
            home / "models",
            str(painter),
            lambda line: print(line, flush=True),
        )
        if tale.wrong:
            print((house / "daemon.out").read_text()[-4000:])
    print(tale)
    return bool(tale.wrong)


if __name__ == "__main__":
    sys.exit(main())
