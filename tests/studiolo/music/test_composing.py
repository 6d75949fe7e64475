"""A piece phrase by phrase, with the real composer: form, cadences, motif, and rules that hold in every bar."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from studiolo.device import Device
from studiolo.engines.sheet_writer import SheetWriter
from studiolo.models.store import Store
from studiolo.music.arranging import arrange, intensity
from studiolo.music.composing import LEADING, Manner, compose
from studiolo.music.motif import read
from studiolo.music.plan import Plan, Wanted, plan
from studiolo.music.players import ensemble, ensemble_names
from studiolo.music.runs import LONGEST, runs, short
from studiolo.music.score import BAR
from studiolo.music.theory import QUALITIES, SCALES
from studiolo.music.vocabulary import Bar
from studiolo_contract.music import Mood, MusicRequest

pytestmark = pytest.mark.usefixtures("one_thread")

CPU = Device("cpu", "this computer", "float32")
SAD, GLAD, WILD = Mood(valence=-0.6, arousal=-0.3), Mood(valence=0.6, arousal=0.3), Mood(arousal=0.9, tension=0.8)


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> SheetWriter:
    return SheetWriter.load(Store(tmp_path_factory.mktemp("home")).find("starter-composer").folder, CPU)


@cache
def frame(*stretches: Wanted, seconds: float = 24, motif: str = "", **request: object) -> Plan:
    asked = MusicRequest(prompt="x", seconds=seconds, seed=7, **request)  # type: ignore[arg-type]
    return plan(asked, stretches, 2, None, motif=read(motif) if motif else ())


def written(writer: SheetWriter, made: Plan, seed: int = 7, manner: Manner = Manner()) -> list[Bar]:  # noqa: B008
    return [bar for phrase in compose(made, manner, writer, seed, lambda: None) for bar in phrase]


@pytest.mark.parametrize("mood", [SAD, GLAD, WILD])
@pytest.mark.parametrize("meter", ["2/4", "3/4", "4/4", "6/8", "12/8"])
@pytest.mark.parametrize("voices", [False, True])
def test_tones_lie_in_bar_and_scale_one_after_the_other(writer, mood, meter, voices):
    made = frame(Wanted("", mood), seconds=14, meter=meter)
    bars = written(writer, made, manner=Manner(voices=voices))
    assert len(bars) == made.bars
    scale = set(SCALES[made.sections[0].mode])
    for number, bar in enumerate(bars):
        assert bar.harmonies
        assert bar.melody or number
        chords = {(chord.root + step) % 12 for chord in bar.harmonies for step in QUALITIES[chord.quality]}
        for tones in (bar.melody, bar.bass):
            ends = [tone.begin + tone.length for tone in tones]
            assert all(end <= after.begin for end, after in zip(ends, tones[1:], strict=False))
            assert all(end <= BAR[meter] for end in ends)
            assert {tone.pitch % 12 for tone in tones} <= scale | chords


def test_it_ends_at_home(writer):
    for mood in (SAD, GLAD, WILD):
        made = frame(Wanted("", mood), seconds=12)
        bars = written(writer, made)
        before, last = bars[-2].harmonies[-1], bars[-1].harmonies[0]
        assert (before.root, before.quality) == LEADING[made.sections[0].mode]
        assert last.root == 0
        assert bars[-1].melody[-1].pitch % 12 == 0
        assert bars[-1].melody[-1].length == BAR[made.meter]


def test_a_loop_leads_back_to_its_beginning(writer):
    made = frame(Wanted("", GLAD), loop=True)
    bars = written(writer, made)
    assert bars[-1].harmonies[-1].root == LEADING[made.sections[0].mode][0]
    assert bars[0].harmonies[0].root == 0


def test_the_theme_returns_and_goes_on_otherwise(writer):
    made = frame(Wanted("", GLAD), seconds=40)
    bars = written(writer, made)
    returning = [phrase for phrase in made.phrases if phrase.returns is not None]
    assert returning
    first = returning[0]
    source = made.phrases[first.returns]
    theme = [bar.melody for bar in bars[source.first : source.first + source.bars]]
    again = [bar.melody for bar in bars[first.first : first.first + first.bars]]
    assert again[:2] == theme[:2]
    assert again != theme


def test_a_new_section_takes_the_theme_into_its_own_mode(writer):
    made = frame(Wanted("a", GLAD), Wanted("b", SAD), seconds=40)
    bars = written(writer, made)
    glad, sad = made.sections
    assert (glad.mode, sad.mode) == ("major", "minor")
    for old, new in zip(bars[:2], bars[sad.first : sad.first + 2], strict=True):
        assert [tone.begin for tone in old.melody] == [tone.begin for tone in new.melody]
        assert {tone.pitch % 12 for tone in new.melody} <= set(SCALES["minor"]) | {11}


def test_the_motif_is_there_note_by_note(writer):
    made = frame(Wanted("", GLAD), motif="D4:1 F#4:0.5 A4:1.5 G4:1 E4:2")
    bars = written(writer, made)
    tones = [tone for bar in bars for tone in bar.melody]
    assert [tone.pitch - tones[0].pitch for tone in tones[:5]] == [0, 4, 7, 5, 2]


def test_seeds_decide(writer):
    made = frame(Wanted("", GLAD), seconds=10)
    assert written(writer, made, 1) == written(writer, made, 1)
    assert written(writer, made, 1) != written(writer, made, 2)


@pytest.mark.parametrize("name", ensemble_names())
def test_every_ensemble_plays_within_its_reach(writer, name):
    made = frame(Wanted("a", SAD), Wanted("b", WILD), seconds=24)
    band = ensemble(name)
    score = arrange(made, band, written(writer, made), 7)
    assert {part.role for part in score.parts} >= {"melody"}
    assert len({part.name for part in score.parts}) == len(score.parts)
    reach = {player.instrument.name: player.instrument for player in band.players}
    if band.bold:
        reach[band.bold.name] = band.bold
    for part in score.parts:
        assert list(part.notes) == sorted(part.notes, key=lambda note: (note.begin, note.pitch))
        assert all(1 <= note.velocity <= 127 and note.length > 0 for note in part.notes)
        one = reach[part.name.rstrip(" 23")]
        if not part.drums:
            assert all(one.low - 5 <= note.pitch <= one.high + 5 for note in part.notes), part.name


def test_loud_and_dense_as_the_mood_is(writer):
    def made(mood: Mood) -> tuple[float, float]:
        asked = frame(Wanted("", mood), meter="4/4")
        score = arrange(asked, ensemble("orchestral"), written(writer, asked), 7)
        notes = [note for part in score.parts for note in part.notes]
        return sum(note.velocity for note in notes) / len(notes), len(notes)

    quiet, loud = made(Mood(arousal=-0.7)), made(Mood(arousal=0.7))
    assert loud[0] > quiet[0] + 15
    assert loud[1] > 1.5 * quiet[1]


@pytest.mark.parametrize("layers", [1, 2, 3, 4])
def test_layers_grow_from_the_calmest_parts(writer, layers):
    made = frame(Wanted("", WILD))
    parts = arrange(made, ensemble("synth"), written(writer, made), 7).parts
    groups = intensity(parts, layers)
    assert len(groups) == layers
    assert sorted(part.name for group in groups for part in group) == sorted(part.name for part in parts)
    assert groups[0][0].role == "pad"
    assert groups[-1][-1].role == "drums"


def test_a_draft_that_repeats_what_was_learned_is_not_taken(writer):
    made = frame(Wanted("", GLAD), seconds=10)
    once = written(writer, made, 5)
    line = [(tone.pitch, tone.length) for bar in once[:-1] for tone in bar.melody]
    wary = SheetWriter(writer._decoder, short(runs(line, LONGEST + 1)))
    again = [(tone.pitch, tone.length) for bar in written(wary, made, 5)[:-1] for tone in bar.melody]
    assert len(line) > LONGEST
    assert not np.isin(runs(again, LONGEST + 1), runs(line, LONGEST + 1)).any()
