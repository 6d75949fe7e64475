"""Both decoders against transformers' own forward pass, row by row."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import transformers

from studiolo.device import Device
from studiolo.engines import llama_graph
from studiolo.engines.llama_decoder import LlamaDecoder
from studiolo.engines.plain_decoder import PlainDecoder
from studiolo.engines.transformers_text import load
from tests.studiolo.engines import writers

CPU = Device("cpu", "CPU", "float32")
FAST = ["llama", "mistral", "qwen2", "qwen3"]
ROW = [5, 90, 17, 200, 41, 8, 133, 77, 260, 30, 12, 99]
OTHER = [300, 4, 4, 61, 150]


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory):
    made = {}

    def folder(family):
        if family not in made:
            made[family] = writers.save(family, tmp_path_factory.mktemp(family))
        return made[family].folder

    return folder


def reference(folder):
    return transformers.AutoModelForCausalLM.from_pretrained(folder).eval()


def true_logits(model, tokens):
    with torch.inference_mode():
        return model(torch.tensor([tokens])).logits[0, -1].numpy()


def apart(logits, truth):
    """Distance as a share of the spread of the true logits."""
    return float(np.sqrt(np.mean((logits - truth) ** 2)) / truth.std())


def decoders(folder, family):
    model = reference(folder)
    yield model, PlainDecoder(model, 1024), 1e-4
    if family in FAST:
        shape = llama_graph.shape_of(model.config)
        assert shape is not None
        yield model, LlamaDecoder(shape, model.state_dict(), 1), 0.1  # what eight bits lose in a net of random weights


@pytest.mark.parametrize("family", [*FAST, "gpt2"])
def test_rows_go_on_alone_together_and_back(folder_of, family):
    for model, decoder, close in decoders(folder_of(family), family):
        batch = decoder.batch(3, 64)
        assert apart(batch.read(0, ROW[:7]), true_logits(model, ROW[:7])) < close
        assert apart(batch.read(0, ROW[7:]), true_logits(model, ROW)) < close  # a prompt in two pieces
        batch.copy(0, [1])
        batch.read(2, OTHER)
        assert batch.lengths == [12, 12, 5]
        logits = batch.step([9, 310, 55])
        for row, tokens in enumerate(([*ROW, 9], [*ROW, 310], [*OTHER, 55])):
            assert apart(logits[row], true_logits(model, tokens)) < close
        batch.rewind(0, 6)
        logits = batch.step([71, None, 2])  # one goes back, one rests
        assert apart(logits[0], true_logits(model, [*ROW[:6], 71])) < close
        assert apart(logits[2], true_logits(model, [*OTHER, 55, 2])) < close
        assert batch.lengths == [7, 13, 7]
        batch.copy(2, [0])
        logits = batch.step([3, 4, 5])
        for row, tokens in enumerate(([*OTHER, 55, 2, 3], [*ROW, 310, 4], [*OTHER, 55, 2, 5])):
            assert apart(logits[row], true_logits(model, tokens)) < close


def test_what_the_graph_would_get_wrong_is_left_to_transformers(folder_of):
    config = transformers.AutoConfig.from_pretrained(folder_of("llama"))
    assert llama_graph.shape_of(config)
    for change in (
        {"hidden_act": "gelu"},
        {"rope_parameters": {"rope_type": "yarn", "rope_theta": 1e4}},
        {"mlp_bias": True},
        {"model_type": "gemma"},
        {"sliding_window": 128, "model_type": "mistral"},
        {"hidden_size": 72},
    ):
        other = SimpleNamespace(**{**config.to_dict(), **change})
        assert llama_graph.shape_of(other) is None, change


def test_eight_bits_lose_little():
    weight = torch.randn(64, 96, generator=torch.Generator().manual_seed(0))
    numbers, scales = llama_graph.quantise(weight)
    back = (numbers.astype(np.float32) - 128) * scales[..., None]
    assert np.abs(back.reshape(64, 96) - weight.numpy()).max() <= scales.max() * 0.501


def test_the_starter_says_nearly_what_it_says_in_full_precision(starter_home):
    """On a page of prose: perplexity within 2 %, and a mean divergence that no reader could notice."""
    folder = starter_home / "models" / "starter-text"
    words = transformers.AutoTokenizer.from_pretrained(folder)
    tokens = words.encode(
        "The lighthouse stood at the very end of the point, where the rocks gave out and the sea began in earnest. "
        "Every evening at dusk Martin climbed the hundred and twelve steps to the lamp room, trimmed the wick, and "
        "wound the clockwork that turned the lens. He had done it for nineteen years. His father had done it before "
        "him, and in all that time the light had failed only once, on the night of the great storm, when the glass "
        "broke and the rain came in. After that his father never spoke of the sea without lowering his voice."
    )
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.inference_mode():
        truth = model(torch.tensor([tokens])).logits[0].log_softmax(-1)[:-1]
    decoder = LlamaDecoder(llama_graph.shape_of(model.config), model.state_dict(), 1)
    batch = decoder.batch(1, len(tokens))
    ours = torch.tensor(np.stack([batch.step([token])[0].copy() for token in tokens[:-1]])).log_softmax(-1)
    target = torch.tensor(tokens[1:])[:, None]
    loss = [-float(rows.gather(1, target).mean()) for rows in (truth, ours)]
    assert abs(np.exp(loss[1] - loss[0]) - 1) < 0.02
    assert float((truth.exp() * (truth - ours)).sum(-1).mean()) < 0.01
    assert float((truth.argmax(-1) == ours.argmax(-1)).float().mean()) > 0.9


def test_which_decoder_runs_what(tmp_path):
    for family, kind in (("llama", LlamaDecoder), ("gpt2", PlainDecoder)):
        engine = load(writers.save(family, tmp_path / family), CPU)
        assert isinstance(engine._decoder, kind)
        assert engine.resident_bytes() > 10_000


def test_what_is_recalled_is_the_same_to_the_bit(folder_of):
    model = reference(folder_of("llama"))
    decoder = LlamaDecoder(llama_graph.shape_of(model.config), model.state_dict(), 1)
    long = np.random.default_rng(0).integers(5, 300, 200).tolist()

    def last_logits(tokens, room):
        batch = decoder.batch(2, room)
        recalled = batch.recall(0, tokens)
        for start in range(recalled, len(tokens), decoder.chunk):
            logits = batch.read(0, tokens[start : start + decoder.chunk])
        batch.remember(0, tokens)
        return recalled, logits

    assert last_logits(long, 256)[0] == 0
    other = [*long[:150], *ROW]
    recalled, logits = last_logits(other, 300)
    assert recalled == 128
    decoder.known = ([], decoder.known[1][..., :0, :])
    assert (last_logits(other, 300)[1] == logits).all()
    assert (last_logits([*other, 7], 400)[0], last_logits(ROW, 64)[0]) == (128, 0)
