"""From moods to keys, tempi and bars: what is exact, what follows what, and what contradicts itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studiolo.music.meaning import meter_for, mode_for, tempo_for
from studiolo.music.motif import read
from studiolo.music.plan import Plan, Wanted, plan
from studiolo.music.score import BAR, Score
from studiolo.music.theory import MODES
from studiolo_contract.errors import StudioloError
from studiolo_contract.music import Mood, MusicRequest


def drawn(request: MusicRequest, *stretches: Wanted, **fixed: object) -> Plan:
    return plan(request, stretches or [Wanted("", Mood())], fixed.get("tonic"), fixed.get("mode"))  # type: ignore[arg-type]


def end_of(made: Plan) -> float:
    """Seconds to the last bar line."""
    return Score((), made.tempi, made.bars * BAR[made.meter], made.seconds).at(made.bars * BAR[made.meter])


moods = st.builds(Mood, valence=st.floats(-1, 1), arousal=st.floats(-1, 1), tension=st.floats(-1, 1))


@settings(max_examples=200)
@given(
    seconds=st.floats(1, 600),
    stretches=st.lists(st.builds(Wanted, st.just("x"), moods, st.none() | moods), min_size=1, max_size=5),
    tempo=st.none() | st.floats(30, 240),
    meter=st.none() | st.sampled_from(list(BAR)),
    loop=st.booleans(),
)
def test_bars_fill_the_time_exactly(seconds, stretches, tempo, meter, loop):
    stretches = stretches[: max(1, int(seconds // 2))]
    request = MusicRequest(prompt="x", seconds=seconds, tempo=tempo, meter=meter, loop=loop, seed=1)
    made = drawn(request, *stretches)
    assert end_of(made) + made.ring == pytest.approx(seconds, abs=1e-6)
    assert made.ring == 0 if loop else made.ring >= -1e-9
    assert sum(phrase.bars for phrase in made.phrases) == made.bars
    assert [phrase.first for phrase in made.phrases] == [
        sum(before.bars for before in made.phrases[:number]) for number in range(len(made.phrases))
    ]


def test_a_tempo_that_was_asked_for_is_kept():
    made = drawn(MusicRequest(prompt="x", seconds=42, tempo=100, seed=1))
    assert [section.bpm for section in made.sections] == [100]
    assert made.ring == pytest.approx(42 - made.bars * 2.4)
    assert not made.notes


def test_a_loop_whose_bars_do_not_fit_says_how_its_tempo_gives_way():
    made = drawn(MusicRequest(prompt="x", seconds=42, tempo=100, loop=True, seed=1))
    assert made.bars == 18
    assert made.notes == ("A loop has whole bars: 18 of them in 42 s make 102.9 beats a minute instead of 100.",)


def test_sections_begin_when_they_were_asked_to():
    calm, wild = Mood(arousal=-0.8), Mood(arousal=0.9, valence=-0.5)
    made = drawn(
        MusicRequest(prompt="x", seconds=30, seed=1), Wanted("a", calm, None, 12.0), Wanted("b", wild, None, 18.0)
    )
    first, second = made.sections
    assert Score((), made.tempi, 0, 30).at(second.first * BAR[made.meter]) == pytest.approx(12.0)
    assert second.bpm > first.bpm
    assert made.phrases[-1].closes


def test_moods_turn_to_modes_and_tempi_in_order():
    brightness = [MODES.index(mode_for(Mood(valence=value / 10))) for value in range(-10, 11)]
    assert brightness == sorted(brightness, reverse=True)
    assert set(brightness) == set(range(len(MODES)))
    tempi = [tempo_for(Mood(arousal=value / 10), "4/4") for value in range(-10, 11)]
    assert tempi == sorted(tempi)
    assert 55 < tempi[0] < 65 < 140 < tempi[-1] < 170


def test_the_mood_moves_within_a_section():
    made = drawn(
        MusicRequest(prompt="x", seconds=40, seed=1), Wanted("", Mood(arousal=-1), Mood(arousal=1), None, "it swells")
    )
    path = [made.mood_at(bar).arousal for bar in range(made.bars)]
    assert path == sorted(path)
    assert (path[0], path[-1]) == (-1, 1)


def test_glad_music_is_in_other_keys_than_sad_music():
    def keys(valence: float) -> set[int]:
        return {
            drawn(MusicRequest(prompt="x", seed=seed), Wanted("", Mood(valence=valence))).tonic for seed in range(9)
        }

    assert len(keys(0.8)) == len(keys(-0.8)) == 5
    assert keys(0.8) - keys(-0.8) == {7, 9, 4}


def test_words_call_for_a_meter():
    assert meter_for("a ghostly waltz", Mood())[0] == "3/4"
    assert meter_for("lullaby for a robot", Mood())[0] == "6/8"
    assert meter_for("march of the ants", Mood())[0] == "2/4"
    assert meter_for("rain", Mood())[0] == "4/4"


def test_every_choice_has_a_reason():
    made = drawn(MusicRequest(prompt="x", seconds=30, seed=1), Wanted("joy", Mood(valence=0.9), because="'joy'"))
    said = {reason.what: reason for reason in made.why}
    assert {"mood", "meter", "key", "tempo", "mode", "density"} <= set(said)
    assert said["mood"].because == "'joy'"
    assert all(reason.because for reason in made.why)


@pytest.mark.parametrize(
    ("seconds", "lengths", "sentence"),
    [
        (30, (10, 10), "The sections last 20 s together and the piece 30 s."),
        (30, (10, 25), "The sections last 35 s together"),
        (30, (30, None), "leaves nothing for the other 1"),
    ],
)
def test_contradictory_sections_are_told(seconds, lengths, sentence):
    stretches = [Wanted("", Mood(), None, length) for length in lengths]
    with pytest.raises(StudioloError, match=sentence):
        drawn(MusicRequest(prompt="x", seconds=seconds, seed=1), *stretches)


def test_a_motif_that_is_longer_than_the_piece_is_told():
    request = MusicRequest(prompt="x", seconds=4, tempo=60, meter="4/4", seed=1)
    with pytest.raises(StudioloError, match="The motif fills 2 bars of 4/4"):
        plan(request, [Wanted("", Mood())], None, None, motif=read("C4:4 D4:4"))
