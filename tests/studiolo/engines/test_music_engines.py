"""The engines that make sound, on real pipelines: exact lengths, doing it again, stopping, and saying what they can't."""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from studiolo.device import Device
from studiolo.engines import ace_step, musicgen, sound_result, stable_audio
from studiolo.engines.engine import Emission, Engine, Finished, JobCancelled, Task
from studiolo.models.layout import inspect
from studiolo.models.model import Defaults, Model
from studiolo.music.mix import loudness, true_peak
from studiolo_contract.codec import from_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Progress, SoundOutput
from studiolo_contract.media import Midi, hash_of
from studiolo_contract.music import Mood, MusicRequest, Section
from studiolo_contract.recipe import Recipe
from studiolo_contract.text import TextRequest
from tests.studiolo.engines import soundmakers

pytestmark = pytest.mark.usefixtures("one_thread")
CPU = Device("cpu", "this computer", "float32")
LOADERS = {"ace-step": ace_step.load, "stable-audio": stable_audio.load, "musicgen": musicgen.load}
KINDS = ("ace-step-turbo", "stable-audio-short", "stable-audio-3", "musicgen")
each_kind = pytest.mark.parametrize("kind", KINDS)
EngineOf = Callable[[str], Engine]
FolderOf = Callable[[str], Path]


def engine_at(folder: Path, family: str = "", **defaults: Any) -> Engine:
    """`family`: the engine that is to load it; by the folder's name where there is none."""
    load = LOADERS[family or next(family for family in LOADERS if folder.name.startswith(family))]
    return load(
        Model(folder.name, "music", family, folder, "none", True, "1", "f" * 64, Defaults(**defaults)),
        CPU,
    )


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> FolderOf:
    """The folder of a small random model of this kind."""
    home = tmp_path_factory.mktemp("soundmakers")
    return cache(lambda kind: soundmakers.save(kind, home))


@pytest.fixture(scope="session")
def engine_of(folder_of: FolderOf) -> EngineOf:
    """The loaded engine of this kind."""
    return cache(lambda kind: engine_at(folder_of(kind)))


@dataclass
class Job:
    """One request handed to an engine, and everything that came back."""

    events: list[Emission] = field(default_factory=list)
    finished: Finished | None = None

    @property
    def steps(self) -> list[Progress]:
        return [event for event in self.events if isinstance(event, Progress) and event.stage == "steps"]

    @property
    def made(self) -> Finished:
        assert self.finished is not None
        return self.finished

    @property
    def output(self) -> SoundOutput:
        output, picture = self.made.outputs
        assert picture.name == "score"
        assert isinstance(output, SoundOutput)
        return output

    @property
    def file(self) -> bytes:
        return self.made.blobs[self.output.blob.sha256]

    @property
    def sound(self) -> np.ndarray:
        return soundfile.read(io.BytesIO(self.file), dtype="float32")[0]

    @property
    def settled(self) -> MusicRequest:
        assert isinstance(self.made.settled, MusicRequest)
        return self.made.settled

    @property
    def notes(self) -> str:
        return "\n".join(self.made.notes)


def play(
    engine: Engine, cancelled: Callable[[Job], bool] = lambda job: False, job: Job | None = None, **request: Any
) -> Job:
    """Runs a request: a second of music in two steps with seed 5, unless it says otherwise."""
    job = job or Job()
    steps = None if isinstance(engine, musicgen.MusicgenEngine) else 2
    request = {"prompt": "a tense chase", "seconds": 1.0, "steps": steps, "seed": 5, **request}
    task = Task(MusicRequest(**request), {}, job.events.append, lambda *_: None, lambda: cancelled(job))
    job.finished = engine.run(task)
    return job


def refused(engine: Engine, **request: Any) -> StudioloError:
    with pytest.raises(StudioloError) as caught:
        play(engine, **request)
    assert caught.value.problem.message.count("\n") == 0
    print(caught.value)
    return caught.value


# ---- the sound


@pytest.mark.parametrize("kind", [*KINDS, "ace-step-base", "musicgen-stereo"])
def test_exactly_as_long_as_asked_for_in_stereo_and_as_loud_as_all_music(kind: str, engine_of: EngineOf) -> None:
    job = play(engine_of(kind), seconds=1.37)
    info = soundfile.info(io.BytesIO(job.file))
    assert (info.frames, info.samplerate, info.channels) == (round(1.37 * 44_100), 44_100, 2)
    output = job.output
    assert (output.samples, output.sample_rate, output.channels) == (info.frames, 44_100, 2)
    assert (output.part, output.name, output.loop, output.seed) == ("mix", "mix", False, 5)
    assert (output.blob.sha256, output.blob.size) == (hash_of(job.file), len(job.file))
    assert output.blob.media_type == "audio/wav"
    assert -20.0 < loudness(job.sound, 44_100) < -15.5  # noise has peaks that hold it back
    assert true_peak(job.sound) <= -0.9
    assert np.abs(job.sound[[0, -1]]).max() < 0.01


@each_kind
def test_the_same_seed_is_the_same_sound_and_another_is_not(kind: str, engine_of: EngineOf) -> None:
    first, again, other = (play(engine_of(kind), seed=seed) for seed in (1, 1, 2))
    assert first.file == again.file
    assert not np.array_equal(first.sound, other.sound)


@each_kind
def test_what_was_settled_makes_the_same_again(kind: str, engine_of: EngineOf) -> None:
    engine = engine_of(kind)
    job = play(engine, seed=None)
    settled = job.settled
    assert settled.seed is not None
    assert settled.guidance_scale is not None
    assert settled.model == kind
    assert settled.steps == (None if kind.startswith("musicgen") else 2)
    finished = engine.run(Task(settled, {}, lambda _: None, lambda *_: None, lambda: False))
    assert finished.blobs == job.made.blobs


@pytest.mark.parametrize(
    ("kind", "steps", "guidance"),
    [
        ("ace-step-turbo", 8, 1.0),
        ("ace-step-base", 50, 7.0),
        ("stable-audio-short", 100, 7.0),
        ("stable-audio-3", 8, 1.0),
        ("musicgen", 0, 3.0),
    ],
)
def test_what_each_model_does_when_nothing_is_said(
    kind: str, steps: int, guidance: float, engine_of: EngineOf, folder_of: FolderOf
) -> None:
    model = Model(kind, "music", "", folder_of(kind), "none", True, "1", "", Defaults())
    seen: list[Progress] = []

    def watch(event: Emission) -> None:
        assert isinstance(event, Progress)
        seen.append(event)
        raise JobCancelled

    with pytest.raises(JobCancelled):
        engine_of(kind).run(Task(MusicRequest(seconds=1.0), {}, watch, lambda *_: None, lambda: False))
    assert seen[0].total == (steps or 53)
    task = Task(MusicRequest(), {}, watch, lambda *_: None, lambda: False)
    settled = sound_result.decide(task, model, 60.0, steps, guidance).settled
    assert (settled.steps, settled.guidance_scale) == (steps or None, guidance)
    chosen = dataclasses.replace(model, defaults=Defaults(steps=3, guidance_scale=2.0))
    settled = sound_result.decide(task, chosen, 60.0, steps, guidance).settled
    assert (settled.steps, settled.guidance_scale) == (3 if steps else None, 2.0)


@each_kind
def test_a_loop_runs_on_where_it_begins(kind: str, engine_of: EngineOf) -> None:
    job = play(engine_of(kind), seconds=2.0, loop=True)
    sound = job.sound.astype(float)
    assert len(sound) == 88_200
    assert job.output.loop
    assert b"smpl" in job.file
    inside = np.abs(np.diff(sound, axis=0))
    assert np.abs(sound[0] - sound[-1]).max() <= inside.max()
    assert "crossfade" in job.notes
    assert not np.array_equal(job.sound, play(engine_of(kind), seconds=2.0).sound)


def test_the_beginning_of_a_loop_is_what_would_have_followed_its_end() -> None:
    sound = np.stack([np.arange(90_000), -np.arange(90_000)], axis=1).astype(np.float32)
    made = sound_result.looped(sound, 20_000)
    assert made.shape == (20_000, 2)
    assert made[0].tolist() == [20_000, -20_000]
    assert np.array_equal(made[10_000:], sound[10_000:20_000])


@pytest.mark.parametrize("rate", [32_000, 44_100, 48_000])
def test_a_tone_keeps_its_pitch_whatever_the_model_s_rate(rate: int) -> None:
    tone = np.sin(2 * np.pi * 1_000 * np.arange(rate) / rate, dtype=np.float32)[None]
    made = sound_result.stereo(tone, rate)
    assert made.shape == (44_100, 2)
    wanted = np.sin(2 * np.pi * 1_000 * np.arange(44_100) / 44_100)
    assert np.abs(made[100:-100] - wanted[100:-100, None]).max() < 0.01


def test_two_channels_of_a_model_are_two_in_the_file(engine_of: EngineOf) -> None:
    mono, stereo = (play(engine_of(kind)).sound for kind in ("musicgen", "musicgen-stereo"))
    assert np.array_equal(mono[:, 0], mono[:, 1])
    assert not np.array_equal(stereo[:, 0], stereo[:, 1])


def test_ace_step_makes_no_less_than_ten_seconds(engine_of: EngineOf) -> None:
    assert "no less than 10 seconds" in play(engine_of("ace-step-turbo"), steps=1).notes
    # 17.44 s are 436 frames, of which diffusers alone would make 437
    job = play(engine_of("ace-step-turbo"), seconds=17.44, steps=1)
    assert "no less" not in job.notes
    assert job.output.samples == round(17.44 * 44_100)


def test_all_that_a_stable_audio_open_makes(engine_of: EngineOf) -> None:
    """With the scheduler that it has, which would take its noise from outside of a Brownian path."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", module="torchsde")
        job = play(engine_of("stable-audio-short"), seconds=11.1)
    assert job.output.samples == round(11.1 * 44_100)


# ---- on the way


@each_kind
def test_says_how_far_it_is(kind: str, engine_of: EngineOf) -> None:
    job = play(engine_of(kind), steps=3)
    done, total = [step.done for step in job.steps], job.steps[-1].total
    assert done == list(range(1, total + 1))
    assert total == (53 if kind.startswith("musicgen") else 3)
    assert job.events[-1] == Progress(stage="decode", done=1, total=1)


@each_kind
def test_stops_after_the_step_in_which_it_is_cancelled(kind: str, engine_of: EngineOf) -> None:
    before = play(engine_of(kind))
    job = Job()
    with pytest.raises(JobCancelled):
        play(engine_of(kind), job=job, cancelled=lambda job: bool(job.steps))
    assert [step.done for step in job.steps] == [1]
    assert play(engine_of(kind)).file == before.file


def test_long_music_of_musicgen_tells_at_most_a_hundred_times(engine_of: EngineOf) -> None:
    job = play(engine_of("musicgen"), seconds=4.0)
    assert len(job.steps) == 100
    assert (job.steps[-1].done, job.steps[-1].total) == (203, 203)


# ---- what the model is told

EVERYTHING: Mapping[str, Any] = {
    "prompt": "a chase.",
    "mood": Mood(valence=-0.8, arousal=0.9, tension=0.4),
    "tempo": 132.0,
    "key": "d",
    "mode": "minor",
    "meter": "3/4",
    "ensemble": "chamber",
    "instruments": ("violin", "cello", "harp"),
}


@pytest.mark.parametrize("kind", ["stable-audio-3", "musicgen"])
def test_a_model_that_knows_only_words_is_told_everything_in_words(kind: str, engine_of: EngineOf) -> None:
    job = play(engine_of(kind), **EVERYTHING)
    assert job.made.final_prompt == (
        "a chase. sorrowful, driving, tense. chamber. played on violin, with cello and harp. in D minor. 132 BPM. "
        "in 3/4 time"
    )
    assert "knows tempo, key, meter in words only" in job.notes


def test_ace_step_is_told_in_figures_what_it_has_figures_for(engine_of: EngineOf) -> None:
    job = play(engine_of("ace-step-turbo"), **EVERYTHING)
    assert job.made.final_prompt.split("\n") == [
        "a chase. sorrowful, driving, tense. chamber. played on violin, with cello and harp",
        "bpm: 132",
        "keyscale: D minor",
        "timesignature: 3",
        "[Instrumental]",
    ]
    assert "words only" not in job.notes
    for change in ({"tempo": 133.0}, {"key": "E"}, {"meter": "4/4"}):
        other = play(engine_of("ace-step-turbo"), **{**EVERYTHING, **change})
        assert not np.array_equal(other.sound, job.sound)


def test_ace_step_is_told_in_words_what_it_has_no_figures_for(engine_of: EngineOf) -> None:
    job = play(engine_of("ace-step-turbo"), key="Bb dorian", meter="12/8")
    assert job.made.final_prompt == "a tense chase. in Bb dorian. in 12/8 time\n[Instrumental]"
    assert "knows key, meter in words only" in job.notes


SECTIONS = (
    Section(prompt="tense\nchase [fast]", seconds=1.5),
    Section(mood=Mood(valence=0.7), until=Mood(arousal=-0.9), seconds=1.0),
    Section(),
)


def test_sections_are_told_in_order_with_their_lengths(engine_of: EngineOf) -> None:
    job = play(engine_of("stable-audio-3"), sections=SECTIONS, seconds=4.0)
    assert job.made.final_prompt == (
        "a tense chase. 1.5 seconds: tense chase [fast]. 1 seconds: joyful, turning motionless. 1.5 seconds: as before"
    )
    assert "knows sections in words only" in job.notes
    job = play(engine_of("ace-step-turbo"), sections=SECTIONS, seconds=4.0)
    assert job.made.final_prompt.split("\n")[1:] == [
        "[Instrumental]",
        "[Part 1 - 1.5 seconds: tense chase  fast ]",
        "[Part 2 - 1 seconds: joyful, turning motionless]",
        "[Part 3 - 1.5 seconds: as before]",
    ]


def test_sections_that_all_have_a_length_are_the_whole(engine_of: EngineOf) -> None:
    job = play(engine_of("musicgen"), sections=SECTIONS[:2], seconds=2.5)
    assert job.output.samples == round(2.5 * 44_100)


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"sections": SECTIONS, "seconds": 2.5}, "leaves nothing for the other 1"),
        ({"sections": (Section(seconds=0.6),)}, "last 0.6 s together and the piece"),
        ({"sections": (Section(seconds=400.0), Section(seconds=300.0))}, "last 700 s together and the piece"),
        ({"key": "H"}, "no key called 'H'"),
    ],
)
def test_what_can_t_be_is_one_sentence(request_: dict[str, Any], says: str, engine_of: EngineOf) -> None:
    error = refused(engine_of("ace-step-turbo"), **request_)
    assert error.problem.code == "bad_request"
    assert says in error.problem.message


@each_kind
def test_what_it_did_not_read_of_a_long_brief_is_said(kind: str, engine_of: EngineOf) -> None:
    assert "it did not see" not in play(engine_of(kind)).notes
    job = play(engine_of(kind), prompt="storm " * 200 + "then the sun", steps=1)
    assert "it did not see “" in job.notes
    assert "then the sun”" in job.notes or "…”" in job.notes


# ---- what they can't do


@each_kind
def test_what_it_can_t_do_is_said(kind: str, engine_of: EngineOf) -> None:
    plain = play(engine_of(kind), seconds=10.0 if kind.startswith("ace") else 1.0).made.notes
    terms = [musicgen.TERMS] if kind == "musicgen" else []
    assert plain == (*terms, f"{kind} makes sound and no notes, so there is no MIDI file.")
    asked = play(engine_of(kind), stems=True, layers=3, motif="E4:1 G4:1")
    assert [output.name for output in asked.made.outputs] == ["mix", "score"]
    for words in ("no stems", "no layers", "the motif was left out"):
        assert words in asked.notes
    assert "motif" in play(engine_of(kind), motif_midi=Midi(sha256="a" * 64)).notes


def test_musicgen_says_on_every_result_that_it_is_not_for_sale(engine_of: EngineOf) -> None:
    job = play(engine_of("musicgen"), steps=20)
    assert job.made.notes[0] == musicgen.TERMS
    assert musicgen.TERMS.encode() in job.file
    assert "has no denoising steps" in job.notes


def test_guidance_steers_what_can_be_steered(engine_of: EngineOf) -> None:
    job = play(engine_of("ace-step-turbo"), guidance_scale=5.0)
    assert "takes no guidance" in job.notes
    for kind in ("ace-step-base", "stable-audio-short", "stable-audio-3", "musicgen"):
        weak, strong = (play(engine_of(kind), guidance_scale=scale) for scale in (0.0, 5.0))
        assert not np.array_equal(weak.sound, strong.sound)


@pytest.mark.parametrize(
    ("kind", "most"), [("ace-step-turbo", 600), ("stable-audio-open", 47.5), ("stable-audio-3", 120), ("musicgen", 30)]
)
def test_what_is_too_long_is_refused_with_the_longest_that_it_can(kind: str, most: float, engine_of: EngineOf) -> None:
    if most < 600:
        error = refused(engine_of(kind), seconds=most + 0.2)
        assert error.problem.code == "bad_request"
        assert f"makes {most:g} seconds of music at most" in error.problem.message
        assert f"Ask for {most:g} seconds or less" in error.problem.mend
    error = refused(engine_of(kind), seconds=most - 3.0, loop=True)
    assert f"Ask for {most - 4:g} seconds or less" in error.problem.mend


@each_kind
def test_only_music_is_made(kind: str, engine_of: EngineOf) -> None:
    with pytest.raises(StudioloError, match="only makes music"):
        engine_of(kind).run(Task(TextRequest(text="x"), {}, lambda _: None, lambda *_: None, lambda: False))


# ---- the file


@pytest.mark.parametrize("format", ["wav", "flac"])
def test_the_file_carries_the_recipe_that_makes_it_again(format: str, engine_of: EngineOf) -> None:
    job = play(engine_of("stable-audio-3"), prompt="Nebel über dem Fluß", format=format)
    assert job.output.blob.media_type == f"audio/{format}"
    assert soundfile.info(io.BytesIO(job.file)).format == format.upper()
    text = job.file[job.file.index(b'{"request"') :].decode("utf-8", "replace")
    travelling: Recipe = from_plain(Recipe, json.JSONDecoder().raw_decode(text)[0])
    assert (travelling.model, travelling.model_sha256, travelling.licence) == ("stable-audio-3", "f" * 64, "none")
    assert travelling.final_prompt == job.made.final_prompt == "Nebel über dem Fluß"
    assert travelling.notes == job.made.notes
    again = engine_of("stable-audio-3").run(
        Task(travelling.settled, {}, lambda _: None, lambda *_: None, lambda: False)
    )
    assert next(iter(again.blobs.values())) == job.file


# ---- trouble


def test_the_weights_are_counted(engine_of: EngineOf, folder_of: FolderOf) -> None:
    for kind in KINDS:
        files = sum(file.stat().st_size for file in folder_of(kind).rglob("*.safetensors"))
        assert engine_of(kind).resident_bytes() == pytest.approx(files, rel=0.3)


@pytest.mark.parametrize("kind", ["ace-step-turbo", "musicgen"])
def test_too_little_memory_is_a_sentence(kind: str, folder_of: FolderOf) -> None:
    engine = engine_at(folder_of(kind))
    decoder = engine._pipeline.vae.decoder if kind == "ace-step-turbo" else engine._network.audio_encoder.decoder

    def full(*_: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    hook = decoder.register_forward_pre_hook(full)
    error = refused(engine)
    assert error.problem.code == "out_of_memory"
    assert "Making 1 seconds of music takes more memory than this computer has free" in error.problem.message
    hook.remove()
    assert play(engine).output.samples == 44_100


@pytest.mark.parametrize("kind", ["stable-audio-3", "musicgen"])
def test_numbers_that_run_over_are_no_sound(kind: str, folder_of: FolderOf) -> None:
    engine = engine_at(folder_of(kind))
    decoder = engine._pipeline.vae.decoder if kind == "stable-audio-3" else engine._network.audio_encoder.decoder
    with torch.no_grad():
        for weights in decoder.parameters():
            weights.fill_(float("nan"))
    error = refused(engine)
    assert error.problem.code == "bad_model"
    assert "is not a sound" in error.problem.message


def no_weights(folder: Path) -> None:
    for file in folder.rglob("*.safetensors"):
        file.unlink()


def pickled(folder: Path) -> None:
    for file in folder.rglob("*.safetensors"):
        torch.save({"a": torch.zeros(1)}, file.with_name("pytorch_model.bin"))
        file.unlink()


def cut_short(folder: Path) -> None:
    for file in folder.rglob("*.safetensors"):
        file.write_bytes(file.read_bytes()[:-1000])


def no_tokenizer(folder: Path) -> None:
    for file in folder.rglob("tokenizer*.json"):
        file.unlink()


def broken_json(folder: Path) -> None:
    for name in ("model_index.json", "config.json"):
        if (folder / name).is_file():
            (folder / name).write_text('{"_class_name": ')


def gone(folder: Path) -> None:
    shutil.rmtree(folder)


@each_kind
@pytest.mark.parametrize("harm", [no_weights, pickled, cut_short, no_tokenizer, broken_json, gone])
def test_a_folder_that_is_not_whole_says_why(
    kind: str, harm: Callable[[Path], None], folder_of: FolderOf, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(folder_of(kind), tmp_path / kind))
    harm(folder)
    with pytest.raises(StudioloError) as caught:
        engine_at(folder)
    problem = caught.value.problem
    print(problem.message, problem.mend)
    assert problem.code == ("model_missing" if harm is gone else "bad_model")
    assert problem.message.count("\n") == 0


@pytest.mark.parametrize(
    ("kind", "family"),
    [("stable-audio-3", "ace-step"), ("ace-step-turbo", "stable-audio"), ("ace-step-turbo", "musicgen")],
)
def test_another_model_s_folder_is_refused(kind: str, family: str, folder_of: FolderOf) -> None:
    with pytest.raises(StudioloError) as caught:
        engine_at(folder_of(kind), family)
    print(caught.value)
    assert caught.value.problem.code == "bad_model"


def test_a_text_model_s_folder_is_no_musicgen(folder_of: FolderOf, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    with pytest.raises(StudioloError, match="it is a llama, not a musicgen"):
        engine_at(tmp_path, "musicgen")


@each_kind
def test_a_folder_of_ones_own_is_known_by_its_files(folder_of: FolderOf, kind: str) -> None:
    layout = inspect(folder_of(kind))
    assert layout.kind == "music"
    assert kind.startswith(layout.engine)
