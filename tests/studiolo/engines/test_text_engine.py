"""The text engine as its caller sees it: with the real starter, and with small models of other families."""

import dataclasses
import json
import time

import pytest

from studiolo.device import Device
from studiolo.engines.engine import JobCancelled, Task
from studiolo.engines.transformers_text import load
from studiolo.models.store import Store
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Context, Progress, Text
from studiolo_contract.image import ImageRequest
from studiolo_contract.text import Sampling, TextRequest, TokenBias
from tests.studiolo.engines import writers

CPU = Device("cpu", "CPU", "float32")
BRIEF = "The lighthouse keeper heard music under the sea."


@pytest.fixture(scope="module")
def starter(starter_home):
    return load(Store(starter_home).find("starter-text"), CPU)


@pytest.fixture(scope="module", params=["llama", "gpt2"])
def small(request, tmp_path_factory):
    return load(writers.save(request.param, tmp_path_factory.mktemp(request.param)), CPU)


def run(engine, cancelled=lambda: False, **fields):
    events = []
    fields = {"text": BRIEF, "seed": 3, "max_tokens": 24, "candidates": 1} | fields
    finished = engine.run(Task(TextRequest(**fields), {}, events.append, lambda *_: None, cancelled))
    return finished, events


def said(events, variant=0):
    return "".join(event.text for event in events if isinstance(event, Text) and event.variant == variant)


def test_streams_prose_after_saying_what_it_has_read(starter):
    finished, events = run(starter, max_tokens=60)
    (output,) = finished.outputs
    context = next(event for event in events if isinstance(event, Context))
    read = [event for event in events if isinstance(event, Progress)]
    assert events.index(context) < events.index(read[0])
    assert (read[-1].stage, read[-1].total) == ("read", context.tokens)
    assert sum(part.tokens for part in context.parts) == context.tokens
    assert len([event for event in events if isinstance(event, Text)]) > 10
    assert said(events).strip().startswith(output.text)
    assert output.text[-1] in '.!?"”'
    assert len(output.text.split()) > 10
    assert BRIEF in finished.final_prompt


@pytest.mark.parametrize("candidates", [1, 3])
def test_settled_gives_the_same_again(starter, candidates):
    finished, events = run(starter, candidates=candidates, variants=2, max_tokens=24, seed=None)
    settled = finished.settled
    assert settled.preset == "neutral"
    assert None not in dataclasses.astuple(settled.sampling)
    assert None not in (settled.seed, settled.max_tokens, settled.candidates)
    assert settled.model == "starter-text"
    again = []
    repeated = starter.run(Task(settled, {}, again.append, lambda *_: None, lambda: False))
    assert repeated.outputs == finished.outputs
    assert repeated.settled == settled
    assert [said(again, n) for n in (0, 1)] == [said(events, n) for n in (0, 1)]


def test_settled_again_on_a_fresh_engine(starter, starter_home):
    finished, _ = run(starter)
    fresh = load(Store(starter_home).find("starter-text"), CPU)
    assert fresh.run(Task(finished.settled, {}, lambda _: None, lambda *_: None, lambda: False)).outputs == (
        finished.outputs
    )


def test_variants_differ_and_carry_their_seeds(starter):
    finished, events = run(starter, variants=3, seed=2**32 - 2)
    assert [output.seed for output in finished.outputs] == [2**32 - 2, 2**32 - 1, 0]
    assert len({output.text for output in finished.outputs}) == 3
    for variant, output in enumerate(finished.outputs):
        assert said(events, variant).strip().startswith(output.text)


def test_a_variant_alone_is_the_variant_of_the_batch(tmp_path):
    """To the letter where rows do not touch each other's arithmetic, as here; see docs/models/text-engine.md."""
    engine = load(writers.save("gpt2", tmp_path), CPU)
    together, _ = run(engine, variants=3, seed=10)
    for n in range(3):
        alone, _ = run(engine, seed=10 + n)
        assert alone.outputs[0] == together.outputs[n]


def test_the_best_of_several_drafts_is_shown_stretch_by_stretch(starter):
    finished, events = run(starter, candidates=3, max_tokens=60)
    (output,) = finished.outputs
    pieces = [event.text for event in events if isinstance(event, Text)]
    assert 2 <= len(pieces) <= 12
    assert output.tokens > 2 * len(output.text.split())  # what was rejected counts
    assert said(events).strip().startswith(output.text)


def test_banned_phrases_never_appear(starter):
    free, _ = run(starter, max_tokens=50, sampling=Sampling(temperature=0.0))
    words = free.outputs[0].text.split()
    banned = (" ".join(words[2:4]), words[8].upper(), "the")
    held, events = run(
        starter, max_tokens=50, sampling=Sampling(temperature=0.0, banned_phrases=banned), end_at_sentence=False
    )
    for phrase in banned:
        assert phrase.lower() in free.outputs[0].text.lower()
        assert phrase.lower() not in held.outputs[0].text.lower()
        assert phrase.lower() not in said(events).lower()
    assert len(held.outputs[0].text.split()) > 10


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_answer_does_not_end_before_it_has_begun(starter, seed):
    finished, _ = run(starter, mode="continue", text="It rained for forty days.", seed=seed, max_tokens=100)
    assert len(finished.outputs[0].text.split()) >= 20


def test_stops_before_a_stop_phrase(starter):
    free, _ = run(starter, max_tokens=60)
    stop = " ".join(free.outputs[0].text.split()[4:6])
    held, events = run(starter, max_tokens=60, stop=(stop,))
    assert held.outputs[0].finish == "stop"
    assert stop not in said(events)
    assert free.outputs[0].text.startswith(held.outputs[0].text)


def test_ends_at_a_sentence_only_where_asked(starter):
    cut, events = run(starter, max_tokens=34)
    whole, _ = run(starter, max_tokens=34, end_at_sentence=False)
    assert cut.outputs[0].finish == whole.outputs[0].finish == "length"
    assert whole.outputs[0].text.startswith(cut.outputs[0].text)
    assert len(cut.outputs[0].text) < len(whole.outputs[0].text) == len(said(events).strip())


def test_a_character_sheet_parses_even_when_tokens_are_few(starter):
    finished, _ = run(starter, mode="character", text="A smuggler who keeps bees", max_tokens=110)
    sheet = json.loads(finished.outputs[0].text)
    assert {"name", "age", "fear"} <= set(sheet)


def test_json_of_the_persons_own_schema(starter):
    schema = {"type": "object", "required": ["mood"], "properties": {"mood": {"enum": ["calm", "tense"]}}}
    finished, _ = run(starter, json_schema=json.dumps(schema), candidates=2)
    assert json.loads(finished.outputs[0].text)["mood"] in ("calm", "tense")


def test_alternatives(starter):
    finished, events = run(starter, alternatives=4, max_tokens=12, end_at_sentence=False)
    tokens = [token for event in events if isinstance(event, Text) for token in event.tokens]
    assert len(tokens) == finished.outputs[0].tokens == 12
    assert "".join(token.text for token in tokens).strip() == finished.outputs[0].text
    for token in tokens:
        shares = [choice.probability for choice in token.alternatives]
        assert len(shares) == 4
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= 1.0001
        assert token.probability <= shares[0] + 1e-6
    assert not any(event.tokens for event in run(starter)[1] if isinstance(event, Text))


def test_a_bias_on_a_word(starter):
    liked, _ = run(starter, sampling=Sampling(temperature=0.0, logit_bias=(TokenBias(text="green", bias=12.0),)))
    plain, _ = run(starter, sampling=Sampling(temperature=0.0))
    assert "green" in liked.outputs[0].text
    assert "green" not in plain.outputs[0].text


def test_cancelled_while_it_reads_and_while_it_writes(starter):
    began = time.perf_counter()
    with pytest.raises(JobCancelled):
        run(starter, text="It was a long and quiet night. " * 300, cancelled=lambda: time.perf_counter() > began + 0.3)
    assert time.perf_counter() < began + 10  # reading all of it takes far longer on a machine as busy as that
    seen = []
    with pytest.raises(JobCancelled):
        starter.run(
            Task(
                TextRequest(text=BRIEF, candidates=1),
                {},
                seen.append,
                lambda *_: None,
                lambda: bool(said(seen).strip()),
            )
        )
    assert 1 <= len([event for event in seen if isinstance(event, Text)]) <= 3


def test_a_text_longer_than_the_window_is_cut_in_the_open(small):
    finished, events = run(small, mode="continue", text="The tide went out. " * 800 + "Ana waited.")
    context = next(event for event in events if isinstance(event, Context))
    assert sum(part.cut for part in context.parts) > 1000
    assert context.tokens + 24 <= context.window
    assert any("left out" in note for note in finished.notes)
    assert "Ana waited." in finished.final_prompt


def test_other_families_write_too(small):
    first, events = run(small, variants=2, sampling=Sampling(temperature=0.7), end_at_sentence=False)
    again, _ = run(small, variants=2, sampling=Sampling(temperature=0.7), end_at_sentence=False)
    assert first.outputs == again.outputs
    assert all(output.tokens > 0 for output in first.outputs)
    assert said(events, 0).strip() == first.outputs[0].text
    schema = {"type": "array", "items": {"type": "string"}, "minItems": 2}
    drafts, _ = run(small, json_schema=json.dumps(schema), candidates=3)
    assert len(json.loads(drafts.outputs[0].text)) >= 2


def test_what_is_refused(starter, tmp_path):
    with pytest.raises(StudioloError, match="no preset called 'loud'"):
        run(starter, preset="loud")
    with pytest.raises(StudioloError, match="only writes"):
        starter.run(Task(ImageRequest(prompt="a boat"), {}, lambda _: None, lambda *_: None, lambda: False))
    good = writers.save("llama", tmp_path / "good")
    with pytest.raises(StudioloError, match=r"no config\.json"):
        load(dataclasses.replace(good, folder=tmp_path / "none"), CPU)
    weights = good.folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(StudioloError, match="can't be loaded") as failure:
        load(good, CPU)
    assert failure.value.problem.code == "bad_model"
    weights.rename(good.folder / "pytorch_model.bin")
    with pytest.raises(StudioloError, match="not in safetensors"):
        load(good, CPU)


def test_presets_hold_only_the_difference(starter, starter_home):
    own = Store(starter_home).find("starter-text").defaults.sampling

    def settled(**fields):
        return run(starter, max_tokens=2, **fields)[0].settled.sampling

    assert settled(preset="precise").temperature == 0.4
    assert own.dry_multiplier
    assert (settled().dry_multiplier, settled().top_p) == (own.dry_multiplier, 1.0)
    mixed = settled(preset="creative", sampling=Sampling(temperature=0.3))
    assert (mixed.temperature, mixed.xtc_probability) == (0.3, 0.5)
    assert settled(preset="neutral").repetition_penalty == 1.0
