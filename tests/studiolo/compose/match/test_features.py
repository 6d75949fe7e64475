"""What is heard in a MIDI file: the figures move with what was written, and hostile files are a sentence."""

from __future__ import annotations

import io

import mido
import pytest

from studiolo.compose.match.features import Figures, measured
from studiolo.media import midi
from studiolo_contract.errors import StudioloError

MAJOR, PHRYGIAN = (0, 2, 4, 5, 7, 9, 11, 12), (0, 1, 3, 5, 7, 8, 10, 12)


def written(
    pitches: list[tuple[int, ...]], *, bpm: float = 120, velocity: int = 80, channel: int = 0, ticks: int = 480
) -> bytes:
    """Chords one after the other, each a quarter long."""
    file = mido.MidiFile(ticks_per_beat=ticks)
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))])
    for chord in pitches:
        track += [mido.Message("note_on", note=p, velocity=velocity, channel=channel) for p in chord]
        for at, pitch in enumerate(chord):
            track.append(mido.Message("note_off", note=pitch, channel=channel, time=0 if at else ticks))
    file.tracks.append(track)
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()


def scale(steps: tuple[int, ...], tonic: int = 62) -> list[tuple[int, ...]]:
    """Up and down over a held tonic."""
    return [(tonic - 12, tonic + step) for step in (*steps, *reversed(steps))]


def figures(data: bytes) -> Figures:
    return measured(midi.read(data))


def test_tempo_and_length_are_those_of_the_file() -> None:
    slow, quick = (figures(written(scale(MAJOR), bpm=bpm)) for bpm in (60, 150))
    assert (round(slow.tempo), round(quick.tempo)) == (60, 150)
    assert quick.density == pytest.approx(2.5 * slow.density, rel=0.01)
    assert quick.legato == pytest.approx(slow.legato / 2.5, rel=0.01)
    assert midi.read(written(scale(MAJOR), bpm=60)).seconds == pytest.approx(16)


def test_a_change_of_tempo_is_heard_from_where_it_stands() -> None:
    file = mido.MidiFile(file=io.BytesIO(written([(60,)] * 4, bpm=60)))
    file.tracks[0].insert(5, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(120)))  # after two notes
    data = io.BytesIO()
    file.save(file=data)
    heard = midi.read(data.getvalue())
    assert [round(note.begin, 3) for note in heard.notes] == [0, 1, 2, 2.5]
    assert heard.tempo == pytest.approx(4 / 3 * 60)


def test_tonic_mode_and_brightness_are_told() -> None:
    bright, dark = figures(written(scale(MAJOR))), figures(written(scale(PHRYGIAN, 65)))
    assert (bright.tonic, bright.mode, bright.major) == (2, "major", 1.0)
    assert (dark.tonic, dark.mode, dark.major) == (5, "phrygian", 0.0)
    assert bright.brightness > 0.5 > -0.3 > dark.brightness


def test_what_rubs_is_rougher_than_what_blends() -> None:
    blends, rubs = figures(written([(60, 64, 67)] * 4)), figures(written([(60, 61, 66)] * 4))
    assert blends.dissonance < 0.15 < 0.5 < rubs.dissonance


def test_loudness_register_and_drums() -> None:
    low, high = figures(written([(40,)] * 4, velocity=30)), figures(written([(88,)] * 4, velocity=120))
    assert (low.register, high.register) == (40, 88)
    assert low.loudness < 0.3 < 0.9 < high.loudness
    both = mido.MidiFile(file=io.BytesIO(written(scale(MAJOR))))
    both.tracks += mido.MidiFile(file=io.BytesIO(written([(36,)] * 16, channel=9))).tracks
    data = io.BytesIO()
    both.save(file=data)
    drummed = figures(data.getvalue())
    assert drummed.drums == pytest.approx(2)
    assert drummed.register == figures(written(scale(MAJOR))).register


@pytest.mark.parametrize(
    "data", [b"", b"MThd", written([]), written([(36,)] * 4, channel=9), b"\xff" * 3000], ids=lambda d: str(len(d))
)
def test_what_has_no_music_is_one_sentence(data: bytes) -> None:
    with pytest.raises(StudioloError) as caught:
        figures(data)
    assert caught.value.problem.code == "bad_midi"
