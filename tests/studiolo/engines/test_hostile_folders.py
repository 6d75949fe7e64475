"""No model runs code: not by a pickle, not by a module beside its weights, not by a name in its configuration."""

from __future__ import annotations

import io
import json
import pickle
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studiolo.models.store import Store
from studiolo.runner import Runner
from studiolo_contract.errors import StudioloError
from studiolo_contract.image import ImageRequest
from studiolo_contract.request import Request
from studiolo_contract.text import TextRequest
from tests.studiolo.engines import writers
from tests.studiolo.engines.painting import CPU

TEXT = TextRequest(text="The keeper heard music.", seed=1, max_tokens=4)
IMAGE = ImageRequest(prompt="a lighthouse", seed=1, steps=1, width=64, height=64)


class Harm:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self._trace,)


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "harm was done"


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return writers.save("llama", tmp_path_factory.mktemp("writer")).folder


@pytest.fixture
def text(writer: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(writer, tmp_path / "text"))


@pytest.fixture
def image(family_folder: Callable[[str], Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(family_folder("sd15"), tmp_path / "image"))


def run(folder: Path, request: Request) -> None:
    """As a worker does it, from the name of the model on. Whoever would ask something has nobody to answer."""
    model = Store(folder.parent / "home").find(str(folder))
    Runner(CPU).run(request, [model], {}, lambda event: None, lambda preview, data: None, lambda: False)


def refusal(folder: Path, request: Request) -> str:
    with pytest.raises(StudioloError) as caught:
        run(folder, request)
    problem = caught.value.problem
    assert problem.code == "bad_model"
    assert "\n" not in problem.message
    return problem.message


def changed(file: Path, **values: object) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


def code(trace: Path) -> str:
    return f"from pathlib import Path\nPath({str(trace)!r}).touch()\nclass Mine: pass\nclass MyConfig: pass\n"


def test_the_harm_would_be_done(trace: Path) -> None:
    pickle.load(io.BytesIO(pickle.dumps(Harm(trace))))
    assert trace.exists()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.bin", "model.pt", "pytorch_model-00001-of-00001.bin"])
def test_pickled_words_stay_shut(text: Path, trace: Path, name: str) -> None:
    for file in text.glob("*.safetensors"):
        file.unlink()
    (text / name).write_bytes(pickle.dumps(Harm(trace)))
    (text / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": {"lm_head.weight": name}}))
    assert "pickle" in refusal(text, TEXT)
    (text / "else.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")  # some weights, but not those
    assert refusal(text, TEXT)
    assert not trace.exists()


def test_an_index_of_safetensors_that_names_a_pickle_opens_none(text: Path, trace: Path) -> None:
    (text / "model.safetensors").rename(text / "other.safetensors")
    (text / "evil.bin").write_bytes(pickle.dumps(Harm(trace)))
    names = {"weight_map": {"lm_head.weight": "evil.bin", "model.norm.weight": "other.safetensors"}, "metadata": {}}
    (text / "model.safetensors.index.json").write_text(json.dumps(names))
    assert "evil.bin" in refusal(text, TEXT)
    assert not trace.exists()


@pytest.mark.parametrize("part", ["unet", "text_encoder", "vae"])
def test_pickled_pictures_stay_shut(image: Path, trace: Path, part: str) -> None:
    weights = next((image / part).glob("*.safetensors"))
    names = {"diffusion_pytorch_model": "diffusion_pytorch_model.bin", "model": "pytorch_model.bin"}
    weights.with_name(names[weights.stem]).write_bytes(pickle.dumps(Harm(trace)))
    weights.unlink()
    assert "pickled weights" in refusal(image, IMAGE)
    weights.with_name("other.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    assert refusal(image, IMAGE)
    index = weights.with_name(f"{weights.name}.index.json")
    index.write_text(json.dumps({"weight_map": {"a": names[weights.stem]}, "metadata": {}}))
    assert "as weights" in refusal(image, IMAGE)
    assert not trace.exists()


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_code_beside_the_words_never_runs(text: Path, trace: Path, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n" * 9))  # whoever asks is told yes
    kinds = ("AutoConfig", "AutoModelForCausalLM", "AutoModel")
    names: dict[str, object] = dict.fromkeys(kinds, "mine.Mine")
    (text / "mine.py").write_text(code(trace))
    changed(text / file, auto_map={**names, "AutoTokenizer": ["mine.Mine", "mine.Mine"]})
    if file == "config.json":
        changed(text / file, model_type="mine")  # a name that transformers does not have
    else:
        changed(text / file, tokenizer_class="Mine")
    assert refusal(text, TEXT)
    assert not trace.exists()


def test_code_for_a_model_that_is_known_without_it_is_passed_over(text: Path, trace: Path) -> None:
    (text / "mine.py").write_text(code(trace))
    changed(text / "config.json", auto_map={"AutoConfig": "mine.Mine", "AutoModelForCausalLM": "mine.Mine"})
    run(text, TEXT)
    assert not trace.exists()


@pytest.mark.parametrize(
    "component", [["transformers", "AutoModel"], ["transformers", "AutoModelForCausalLM"], ["diffusers", "AutoModel"]]
)
def test_code_beside_a_part_of_a_pipeline_never_runs(
    image: Path, trace: Path, component: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n" * 9))
    changed(image / "model_index.json", text_encoder=component)
    names = dict.fromkeys(("AutoConfig", "AutoModel", "AutoModelForCausalLM"), "../mine.Mine")
    changed(image / "text_encoder" / "config.json", auto_map=names, model_type="mine", _class_name="Mine")
    (image / "mine.py").write_text(code(trace))
    assert refusal(image, IMAGE)
    changed(image / "text_encoder" / "config.json", auto_map=dict.fromkeys(names, "mine.Mine"))
    (image / "mine.py").rename(image / "text_encoder" / "mine.py")
    assert "never run" in refusal(image, IMAGE)
    assert not trace.exists()


def test_a_pipeline_of_its_own_never_runs(image: Path, trace: Path) -> None:
    (image / "pipeline.py").write_text(code(trace))
    for name in (["pipeline", "Mine"], "Mine", "pipeline.Mine", "../pipeline"):
        changed(image / "model_index.json", _class_name=name)
        assert "pipeline" in refusal(image, IMAGE) or "needs" in refusal(image, IMAGE)
    assert not trace.exists()


def test_a_tokenizer_without_words_paints_nothing(image: Path) -> None:
    for name in ("vocab.json", "tokenizer.json"):
        (image / "tokenizer" / name).unlink(missing_ok=True)
    assert "its tokenizer has no vocabulary" in refusal(image, IMAGE)


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "generation_config.json", "tokenizer_config.json"])
@pytest.mark.parametrize(
    "harm", [b"", b"{", b"[]", b"null", b'{"a":' * 5_000, b'{"version": "1.0", "model": {"type": "BPE"}}']
)
def test_files_of_a_writer_that_are_none_are_sentences(text: Path, name: str, harm: bytes) -> None:
    (text / name).write_bytes(harm)
    try:
        run(text, TEXT)
    except StudioloError as error:
        assert error.problem.code == "bad_model", error.problem
