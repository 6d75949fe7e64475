"""Soundtracks by the project's own composer, as they leave the engine: exact, playable, explained."""

from __future__ import annotations

import io
import itertools
import json
import struct
from collections.abc import Callable
from types import SimpleNamespace

import mido
import numpy as np
import pytest
import soundfile

from studiolo.engines.engine import JobCancelled
from studiolo.media import midi
from studiolo.models.store import Store
from studiolo.music import mix
from studiolo.music.score import Note, Part, Score, Tempo
from studiolo.runner import Runner
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput, MidiOutput, Progress, SoundOutput, SoundPreview
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Midi, hash_of
from studiolo_contract.music import Mood, MusicRequest, Section
from tests.studiolo.engines.painting import CPU

pytestmark = pytest.mark.usefixtures("one_thread")

BRIEF = "tense chase through a neon market, then relief"


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., SimpleNamespace]:
    model, runner = Store(tmp_path_factory.mktemp("home")).find("starter-composer"), Runner(CPU)

    def made(prompt: str = BRIEF, cancel_after: int = 10**9, inputs=None, **request: object) -> SimpleNamespace:
        asked = MusicRequest(prompt=prompt, **{"seconds": 8.0, "seed": 3, "previews": False, **request})  # type: ignore[arg-type]
        return run(asked, cancel_after, inputs)

    def run(asked: MusicRequest, cancel_after: int = 10**9, inputs=None) -> SimpleNamespace:
        events: list[object] = []
        previews: list[tuple[SoundPreview, bytes]] = []
        looked = iter(range(10**9))
        result, blobs = runner.run(
            asked,
            [model],
            inputs or {},
            events.append,
            lambda preview, data: previews.append((preview, data)),
            lambda: next(looked) >= cancel_after,
        )
        sounds = {o.name: o for o in result.outputs if isinstance(o, SoundOutput)}
        heard = {
            name: soundfile.read(io.BytesIO(blobs[o.blob.sha256]), dtype="float32")[0] for name, o in sounds.items()
        }
        notes = next(o for o in result.outputs if isinstance(o, MidiOutput))
        return SimpleNamespace(
            result=result,
            recipe=result.recipe,
            blobs=blobs,
            events=events,
            previews=previews,
            sounds=sounds,
            heard=heard,
            data=blobs[sounds["mix"].blob.sha256],
            midi=mido.MidiFile(file=io.BytesIO(blobs[notes.blob.sha256])),
            notes=notes,
            picture=next(o for o in result.outputs if isinstance(o, ImageOutput)),
        )

    made.run = run
    return made


@pytest.fixture(scope="module")
def full(scored):
    return scored(seconds=12.345, loop=True, stems=True, layers=3, previews=True)


def test_it_is_as_long_as_asked_to_the_sample(full):
    samples = round(12.345 * 44_100)
    assert {len(sound) for sound in full.heard.values()} == {samples}
    assert full.sounds["mix"].samples == samples
    assert full.sounds["mix"].seconds == pytest.approx(12.345, abs=1e-4)
    assert full.heard["mix"].shape[1] == 2


def test_it_is_loud_as_asked_and_does_not_clip(full):
    assert mix.loudness(full.heard["mix"], 44_100) == pytest.approx(-16, abs=0.5)
    assert mix.true_peak(full.heard["mix"]) <= -1.0


def test_stems_and_layers_are_the_mix(full):
    for part in ("stem", "layer"):
        together = sum(full.heard[name] for name, o in full.sounds.items() if o.part == part)
        assert np.abs(together - full.heard["mix"]).max() < 1e-3
    assert [name for name, o in full.sounds.items() if o.part == "layer"] == ["layer-1", "layer-2", "layer-3"]


def test_a_loop_says_so_to_samplers_and_has_no_seam(full):
    place = full.data.index(b"smpl")
    fields = struct.unpack("<9I6I", full.data[place + 8 : place + 68])
    assert fields[7] == 1
    assert fields[11:13] == (0, full.sounds["mix"].samples - 1)
    sound = full.heard["mix"]
    inside = np.abs(np.diff(sound, axis=0)).max()
    assert np.abs(sound[0] - sound[-1]).max() <= inside


def test_the_recipe_lies_in_the_file_and_explains_itself(full):
    comment = full.data[full.data.index(b"ICMT") + 8 :].split(b"\0")[0]
    assert json.loads(comment)["settled"]["seed"] == 3
    why = {reason.what: reason for reason in full.recipe.why}
    assert why["ensemble"].because == "'neon'"
    moods = [reason for reason in full.recipe.why if reason.what == "mood"]
    assert "'chase'" in moods[0].because
    assert moods[1].because == "'relief'"
    modes = [reason.value for reason in full.recipe.why if reason.what == "mode"]
    assert len(modes) == 2
    assert any(reason.because == "learned" for reason in full.recipe.why if reason.what == "player")


def test_midi_has_a_track_for_each_part_and_ends_in_time(full):
    names = [track.name for track in full.midi.tracks[1:]]
    assert names == [name for name, o in full.sounds.items() if o.part == "stem"]
    assert full.notes.notes == sum(m.type == "note_on" and m.velocity > 0 for t in full.midi.tracks for m in t)
    assert full.midi.length == pytest.approx(12.345, abs=0.05)


def test_it_can_be_heard_and_seen_on_the_way(full):
    (preview, data), *more = full.previews
    assert not more
    sound, rate = soundfile.read(io.BytesIO(data))
    assert len(sound) / rate == pytest.approx(preview.seconds, abs=0.01)
    assert 0 < preview.seconds < preview.total == 12.345
    assert len(preview.waveform) == round(100 * preview.seconds / preview.total)
    assert max(preview.waveform) > 50
    stages = [event.stage for event in full.events if isinstance(event, Progress)]
    assert [stage for number, stage in enumerate(stages) if stage not in stages[:number]] == [
        "load",
        "compose",
        "render",
        "decode",
    ]
    assert full.picture.name == "score"
    assert full.picture.width == 1200


def test_what_settled_makes_is_the_same(scored, full):
    again = scored.run(full.recipe.settled)
    assert all(np.array_equal(again.heard[name], sound) for name, sound in full.heard.items())
    assert again.recipe.settled == full.recipe.settled


def test_another_seed_is_another_piece(scored):
    one, other = scored(seed=1), scored(seed=2)
    assert not np.array_equal(one.heard["mix"], other.heard["mix"])


def test_without_a_loop_it_begins_clean_and_dies_away(scored):
    sound = scored("a calm evening", seconds=10).heard["mix"]
    assert np.abs(sound[0]).max() < 0.01
    assert np.abs(sound[-1]).max() < 0.002
    assert np.abs(sound[-4_410:]).max() < np.abs(sound).max() / 6


@pytest.mark.parametrize("seconds", [1.0, 2.5])
@pytest.mark.parametrize("loop", [True, False])
def test_the_shortest_pieces_are_pieces_too(scored, seconds, loop):
    job = scored("joy", seconds=seconds, loop=loop)
    assert len(job.heard["mix"]) == seconds * 44_100
    assert np.abs(job.heard["mix"]).max() > 0.05


def test_flac_has_the_same_sound(scored):
    wav, flac = scored(seconds=3), scored(seconds=3, format="flac")
    assert flac.sounds["mix"].blob.media_type == "audio/flac"
    assert flac.data.startswith(b"fLaC")
    assert np.array_equal(wav.heard["mix"], flac.heard["mix"])


def test_a_motif_from_a_midi_file_is_in_the_melody(scored):
    tune = tuple(Note(12 * n, 12, pitch) for n, pitch in enumerate((64, 67, 69, 71, 69)))
    part = Part("x", "melody", 0, tune)
    data = midi.encode(Score((part,), (Tempo(0, 120, "4/4"),), 96, 4.0))
    job = scored("a hero returns", motif_midi=Midi(sha256=hash_of(data)), inputs={hash_of(data): data}, seconds=16.0)
    track = next(track for track in job.midi.tracks[1:])
    pitches = [m.note for m in track if m.type == "note_on" and m.velocity]
    steps = [b - a for a, b in itertools.pairwise(pitches)]
    assert [3, 2, 2, -2] in [steps[at : at + 4] for at in range(len(steps))]
    assert any(reason.what == "motif" for reason in job.recipe.why)


def test_sections_and_their_moods_are_taken_as_they_are(scored):
    sections = (
        Section(prompt="dusk", mood=Mood(valence=-0.8, arousal=-0.5), seconds=4.0),
        Section(prompt="the gates open", mood=Mood(valence=0.8), until=Mood(valence=0.8, arousal=0.9)),
    )
    job = scored("x", seconds=12.0, sections=sections, tempo=96.0, key="E", instruments=("oboe", "harp", "cello"))
    assert job.recipe.settled.sections == sections
    assert next(track.name for track in job.midi.tracks[1:]) == "oboe"
    tempi = {round(mido.tempo2bpm(m.tempo)) for m in job.midi.tracks[0] if m.type == "set_tempo"}
    assert tempi == {96}
    assert [reason.value for reason in job.recipe.why if reason.what == "mode"] == ["phrygian", "lydian"]


def test_it_stops_wherever_it_is(scored):
    whole = scored(seconds=6.0)
    assert whole.heard
    for after in (1, 5, 60, 120):
        with pytest.raises(JobCancelled):
            scored(seconds=6.0, cancel_after=after)


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        ({"key": "H"}, "bad_request", "no key called 'H'"),
        ({"key": "C minor", "mode": "major"}, "bad_request", "the mode major"),
        ({"ensemble": "gamelan"}, "bad_request", "no ensemble"),
        ({"instruments": ("kazooo",)}, "bad_request", "no instrument"),
        ({"instruments": ("drums",)}, "bad_request", "Only drums"),
        ({"motif": "E4"}, "bad_request", "fewer than two notes"),
        ({"motif": "C4:8 D4:8", "seconds": 2.0}, "bad_request", "The motif fills"),
        ({"motif_midi": Midi(sha256="0" * 64)}, "unknown_blob", "is not here"),
        ({"motif": "E4 G4", "motif_midi": Midi(sha256="0" * 64)}, "bad_request", "two motifs"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(scored, change, code, sentence):
    with pytest.raises(StudioloError, match=sentence) as caught:
        scored(**change)
    assert caught.value.problem.code == code
    assert caught.value.problem.mend


def test_a_broken_midi_file_is_told(scored):
    data = b"MThd nonsense"
    with pytest.raises(StudioloError) as caught:
        scored(motif_midi=Midi(sha256=hash_of(data)), inputs={hash_of(data): data})
    assert caught.value.problem.code == "bad_midi"


def test_what_it_does_not_use_it_says(scored):
    notes = scored(seconds=2.0, steps=20, guidance_scale=3.0).recipe.notes
    assert any("steps and no guidance_scale" in note for note in notes)


def test_other_requests_are_refused(scored):
    with pytest.raises(StudioloError, match="makes music only"):
        scored.run(ImageRequest(prompt="x", seed=1))
