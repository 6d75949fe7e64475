"""Engines are found by name, and the one in CONTRIBUTING.md is one."""

import re
from pathlib import Path

import pytest

from studiolo import registry
from studiolo.device import Device
from studiolo.engines.engine import Finished, JobCancelled, Task
from studiolo.models.model import Defaults, Model
from studiolo.runner import Runner
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Progress, Text, TextOutput
from studiolo_contract.text import TextRequest

CPU = Device("cpu", "cpu", "float32")


@pytest.fixture
def echo(monkeypatch):
    """The worked example, registered as an engine; each call of `load` is noted."""
    page = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1)
    module = {"Text": Text, "TextOutput": TextOutput, "Finished": Finished}
    exec(example, module)
    loads = []

    def load(model, device):
        loads.append(model.name)
        return module["load"](model, device)

    monkeypatch.setattr(registry, "loader", lambda name: load)
    monkeypatch.setattr("studiolo.runner.loader", lambda name: load)
    return loads


def model(name):
    return Model(
        name=name,
        kind="text",
        engine="echo",
        folder=Path(name),
        licence="Apache-2.0",
        commercial=True,
        revision="1",
        sha256="0" * 64,
        defaults=Defaults(),
    )


def run(runner, request, name="echo", cancelled=lambda: False):
    said = []
    result, blobs = runner.run(request, [model(name)], {}, said.append, lambda *_: None, cancelled, queued=0.5)
    return result, blobs, said


def test_the_example_engine_runs_and_its_recipe_is_whole(echo):
    runner = Runner(CPU)
    request = TextRequest(text="Hello.")
    result, blobs, said = run(runner, request)
    assert [type(event) for event in said] == [Progress, Progress, Text]
    assert result.outputs[0].text == "Hello."
    recipe = result.recipe
    assert recipe.request == request
    assert recipe.settled.seed is not None
    assert (recipe.model, recipe.licence, recipe.device, recipe.timings.queued) == ("echo", "Apache-2.0", "cpu", 0.5)
    assert blobs == {}


def test_a_model_stays_loaded_until_another_takes_its_place(echo):
    runner = Runner(CPU)
    for name in ("a", "a", "b", "b", "a"):
        run(runner, TextRequest(text="x"), name)
    assert echo == ["a", "b", "a"]


def test_a_cancelled_job_loads_nothing(echo):
    with pytest.raises(JobCancelled):
        run(Runner(CPU), TextRequest(text="x"), cancelled=lambda: True)
    assert echo == []


def test_seeds_are_drawn_only_where_none_is_given(echo):
    runner = Runner(CPU)
    assert run(runner, TextRequest(text="x", seed=5))[0].recipe.settled.seed == 5
    drawn = {run(runner, TextRequest(text="x"))[0].recipe.settled.seed for _ in range(4)}
    assert len(drawn) == 4


def test_every_registered_engine_has_a_load_function():
    for name in registry.ENGINES:
        assert callable(registry.loader(name))


def test_an_unknown_engine_is_named():
    with pytest.raises(StudioloError, match="No engine is called 'abacus'"):
        registry.loader("abacus")


def test_a_task_stops_at_its_checkpoint():
    task = Task(TextRequest(text="x"), {}, lambda _: None, lambda *_: None, lambda: True)
    with pytest.raises(JobCancelled):
        task.checkpoint()
