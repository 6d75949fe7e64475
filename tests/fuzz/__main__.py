"""`python -m tests.fuzz KIND --minutes 10` has atheris (the extra `fuzz`) look for what breaks a reader of strangers' bytes.

`--corpus` gives it the hostile files that are known instead, without atheris, and prints each sentence and then how many
MiB the process had at most.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import warnings
from pathlib import Path

from tests.fuzz import corpus

LONGEST = 2**14
"""Bytes of what the fuzzer makes; the seeds are smaller."""
SECONDS = 5
FOUND = Path(__file__).parents[2] / ".cache" / "fuzz"
"""Where the bytes of a finding are left."""
MEMORY = 1024
"""MiB. What takes longer or more is a finding."""


def peak() -> int:
    """MiB that this process had at most."""
    status = Path("/proc/self/status")
    if status.exists():  # the other figure begins with that of who started this process
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def known(kind: str) -> int:
    from tests.fuzz.targets import refused

    taken = 0
    for name, data in corpus.hostile(kind).items():
        sentence = refused(kind, data)
        print(f"{name}: {sentence}")
        taken += not sentence
    print(peak(), "MiB")
    return 1 if taken else 0


def fuzz(kind: str, seconds: float) -> None:
    import atheris

    with atheris.instrument_imports(
        include=["studiolo", "studiolo_daemon", "studiolo_contract", "PIL", "mido", "gguf"]
    ):
        from tests.fuzz.targets import raw, refused

    from studiolo_contract.errors import StudioloError

    def once(data: bytes) -> None:
        refused(kind, data)
        if kind == "picture":
            try:
                raw(data)
            except StudioloError as error:
                assert error.problem.code == "bad_picture"

    warnings.simplefilter("ignore")
    FOUND.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate([*corpus.seeds(kind).values(), *corpus.hostile(kind).values()]):
            if len(data) <= LONGEST:
                (Path(folder) / str(number)).write_bytes(data)
        limits = [f"-max_total_time={round(seconds)}", f"-max_len={LONGEST}", f"-timeout={SECONDS}"]
        limits += [f"-rss_limit_mb={MEMORY}", "-print_final_stats=1", f"-artifact_prefix={FOUND}/{kind}-"]
        atheris.Setup([sys.argv[0], *limits, folder], once)
        atheris.Fuzz()


def main() -> int:
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("kind", choices=corpus.KINDS)
    said.add_argument("--minutes", type=float, default=10.0)
    said.add_argument("--corpus", action="store_true")
    chosen = said.parse_args()
    if chosen.corpus:
        return known(chosen.kind)
    fuzz(chosen.kind, chosen.minutes * 60)
    return 0


if __name__ == "__main__":
    sys.exit(main())
