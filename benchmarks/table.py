"""`scripts/bench table`: writes benchmarks/README.md from what the benchmarks have written, a row for each claim."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.claims import CLAIMS, Claim

PAGE = Path(__file__).with_name("README.md")
RESULTS = Path(__file__).with_name("results")
HEAD = """\
# How fast it is, and against what

Each row is one claim, measured in one run beside what people would use instead, on the same machine and in turn. It is
written by `scripts/bench table` from `benchmarks/results/`, which also has what the rows leave out; a row is measured
anew by `scripts/bench` and the name of its benchmark. The ratio is Studiolo's figure by its peer's: for times less is
better, for rates more.

| claim | Studiolo | peer | ratio | target | met | benchmark |
| --- | --- | --- | --- | --- | --- | --- |
"""

FOOT = """
That two jobs in flight which ask for the very same run once is no figure but a test, `tests/daemon/test_twins.py`.

## Where and when

"""


def page(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The whole page. `results`: what each benchmark has written, by its name."""
    used = {claim.result: results[claim.result] for claim in CLAIMS if claim.result in results}
    machines = "".join(f"- `{name}`: {_machine(result)}\n" for name, result in used.items())
    return (
        HEAD
        + "".join(_row(claim, results.get(claim.result)) for claim in CLAIMS)
        + "\n## Where and when\n\n"
        + machines
    )


def read_results(folder: Path = RESULTS) -> dict[str, Any]:
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))}


def _row(claim: Claim, result: Mapping[str, Any] | None) -> str:
    return "| " + " | ".join(_cells(claim, result)) + " |\n"


def _cells(claim: Claim, result: Mapping[str, Any] | None) -> Iterator[str]:
    try:
        found = None if result is None else claim.read(result["figures"])
    except (KeyError, StopIteration):
        found = None
    yield claim.what
    if found is None:
        yield from ("not measured yet", claim.peer, "", claim.target, "", f"`{claim.result}`")
        return
    yield f"{_number(found.ours)} {claim.unit}"
    yield f"{claim.peer}: {_number(found.peers)} {claim.unit}" if found.peers is not None else claim.peer
    yield f"{found.ours / found.peers:.2f}" if found.peers else ""
    yield claim.target
    yield {True: "yes", False: "**no**", None: ""}[found.met]
    yield f"`{claim.result}`"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _machine(result: Mapping[str, Any]) -> str:
    found = result["hardware"]
    parts = [
        result["when"][:10],
        f"{found['processor']}, {found['cores']} cores, {found['memory_gb']:.0f} GB",
        found["card"] or "no graphics card",
        f"load {found['load_average'][0]:.1f} before and during it",
        f"torch {found['packages'].get('torch', 'not there')}",
    ]
    return "; ".join(parts)


def main() -> None:
    PAGE.write_text(page(read_results()), encoding="utf-8")
    print(f"written to {PAGE}")


if __name__ == "__main__":
    main()
