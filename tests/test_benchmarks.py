"""The page of the benchmarks says what they have measured, and nothing else."""

from benchmarks.claims import CLAIMS
from benchmarks.table import PAGE, page, read_results


def test_the_page_is_what_the_results_say():
    assert PAGE.read_text("utf-8") == page(read_results()), "run scripts/bench table"


def made(bare, through):
    hardware = {"processor": "a", "cores": 2, "memory_gb": 4.0, "card": None, "load_average": [0.1], "packages": {}}
    measured = {"bare pipeline, ms": bare, "added, ms": through - bare}
    name = "picture, 16 steps, 128 x 128, without previews"
    return {"overhead": {"when": "2026-01-02T03:04:05", "hardware": hardware, "figures": {name: measured}}}


def test_a_target_that_is_missed_is_said():
    row = lambda results: next(line for line in page(results).splitlines() if "no previews" in line)  # noqa: E731
    assert row(made(500.0, 524.0)).split(" | ")[-2] == "yes"
    assert row(made(500.0, 526.0)).split(" | ")[-2] == "**no**"
    assert "1.05" in row(made(500.0, 526.0))


def test_what_was_not_measured_is_said_and_every_claim_has_a_row():
    rows = [line for line in page({}).splitlines() if line.startswith("| ")][2:]
    assert len(rows) == len(CLAIMS)
    assert all("not measured yet" in row for row in rows)
