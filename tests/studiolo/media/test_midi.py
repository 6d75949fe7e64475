"""A piece becomes a MIDI file that others read; a melody comes out of any file, and every broken one is a sentence."""

from __future__ import annotations

import io
import struct
from itertools import pairwise

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studiolo.media.midi import MAX_BYTES, MAX_MESSAGES, MAX_QUARTERS, encode, read_melody
from studiolo.music.score import TICKS, Note, Part, Score, Stretch, Tempo
from studiolo_contract.errors import StudioloError

MELODY = (Note(0, 12, 76, 90), Note(12, 6, 79, 80), Note(20, 16, 81, 70), Note(36, 12, 79, 60), Note(52, 4, 79, 60))


def score() -> Score:
    bass = Part("bass", "bass", 32, tuple(Note(begin, 24, 40) for begin in range(0, 96, 24)), pan=-1.0, gain=-6.0)
    beat = tuple(Note(begin, 6, 36 + 2 * (begin % 24 == 12)) for begin in range(0, 96, 12))
    return Score(
        parts=(
            Part("violin", "melody", 40, MELODY, pan=0.5, room=0.5),
            Part("kit", "drums", 8, beat, drums=True),
            bass,
        ),
        tempi=(Tempo(0, 120.0, "4/4"), Tempo(48, 97.3, "4/4"), Tempo(96, 60.0, "6/8")),
        length=132,
        seconds=9.0,
        stretches=(Stretch("Straße 🌊", 0, 48), Stretch("relief", 48, 132)),
    )


def opened(data: bytes) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(data), charset="utf-8")


def header(ticks_per_beat: int = 480, kind: int = 1, tracks: int = 1) -> bytes:
    return b"MThd" + struct.pack(">IHHh", 6, kind, tracks, ticks_per_beat)


def track(events: bytes, size: int | None = None) -> bytes:
    return b"MTrk" + struct.pack(">I", len(events) if size is None else size) + events


END = b"\x00\xff\x2f\x00"
TONE = b"\x00\x90\x40\x40\x83\x60\x80\x40\x00"
"""A quarter long."""


def played(*notes: tuple[int, int, int], channel: int = 0, ticks_per_beat: int = 480) -> bytes:
    """A file of one track: (begin, end, pitch) in its own ticks."""
    events = sorted(
        [(end, 0, pitch) for _, end, pitch in notes] + [(begin, 1, pitch) for begin, _, pitch in notes],
    )
    line = mido.MidiTrack()
    now = 0
    for tick, begins, pitch in events:
        kind = "note_on" if begins else "note_off"
        line.append(mido.Message(kind, channel=channel, note=pitch, velocity=80 * begins, time=tick - now))
        now = tick
    data = io.BytesIO()
    mido.MidiFile(type=1, ticks_per_beat=ticks_per_beat, tracks=[line]).save(file=data)
    return data.getvalue()


def shape(notes: tuple[Note, ...]) -> list[tuple[int, int, int]]:
    return [(note.begin, note.length, note.pitch) for note in notes]


def refusal(data: bytes) -> str:
    with pytest.raises(StudioloError) as refused:
        read_melody(data)
    assert refused.value.problem.code == "bad_midi"
    assert refused.value.problem.message.count(".") == refused.value.problem.mend.count(".") == 1
    return refused.value.problem.message


# ---- writing


def test_a_piece_is_a_file_of_named_tracks() -> None:
    file = opened(encode(score()))
    assert (file.type, file.ticks_per_beat) == (1, 480)
    assert [line.name for line in file.tracks[1:]] == ["violin", "kit", "bass"]
    assert [line[1].program for line in file.tracks[1:]] == [40, 8, 32]
    assert [{m.channel for m in line if not m.is_meta} for line in file.tracks[1:]] == [{0}, {9}, {1}]
    controls = [{m.control: m.value for m in line if m.type == "control_change"} for line in file.tracks[1:]]
    assert [control[10] for control in controls] == [96, 64, 0]
    assert controls[2][7] < controls[0][7] == 100
    assert controls[0][91] > controls[1][91]


def test_time_in_the_file_is_time_in_the_piece() -> None:
    piece = score()
    heard = 0.0
    begins = []
    for message in opened(encode(piece)):
        heard += message.time
        if message.type == "note_on":
            begins.append(heard)
    wanted = sorted(piece.at(note.begin) for part in piece.parts for note in part.notes)
    assert begins == pytest.approx(wanted, abs=1e-4)
    assert opened(encode(piece)).length == pytest.approx(piece.at(piece.length), abs=1e-4)


def test_the_conductor_has_the_meters_and_the_sections() -> None:
    conductor = opened(encode(score())).tracks[0]
    meters = [(m.numerator, m.denominator, m.clocks_per_click) for m in conductor if m.type == "time_signature"]
    assert meters == [(4, 4, 24), (6, 8, 36)]
    now = 0
    markers = {}
    for message in conductor:
        now += message.time
        if message.type == "marker":
            markers[message.text] = now
    assert markers == {"Straße 🌊": 0, "relief": 4 * 480}


def test_fifteen_melodic_parts_leave_the_drums_their_channel() -> None:
    parts = tuple(Part(f"part {n}", "chords", n, (Note(0, 12, 60),)) for n in range(15))
    piece = Score(parts=parts, tempi=(Tempo(0, 120.0, "4/4"),), length=48, seconds=2.0)
    channels = [line[1].channel for line in opened(encode(piece)).tracks[1:]]
    assert channels == [*range(9), *range(10, 16)]


def test_a_tone_struck_again_sounds_again() -> None:
    again = Part("harp", "melody", 46, (Note(0, 12, 60), Note(12, 12, 60)))
    piece = Score(parts=(again,), tempi=(Tempo(0, 120.0, "4/4"),), length=48, seconds=2.0)
    assert shape(read_melody(encode(piece))) == [(0, 12, 60), (12, 12, 60)]


def test_the_same_piece_gives_the_same_bytes() -> None:
    assert encode(score()) == encode(score())


# ---- reading what is right


def test_a_melody_comes_back_as_it_went() -> None:
    piece = Score((score().parts[0], score().parts[1]), score().tempi, length=96, seconds=5.0)
    assert read_melody(encode(piece)) == MELODY


def test_it_begins_at_0_and_counts_in_the_score_s_ticks() -> None:
    data = played((960, 1440, 60), (1440, 1600, 62), (1601, 1679, 64))
    assert shape(read_melody(data)) == [(0, 12, 60), (12, 4, 62), (16, 2, 64)]


@pytest.mark.parametrize("ticks_per_beat", [1, 24, 96, 32767])
def test_any_resolution_will_do(ticks_per_beat: int) -> None:
    quarter = ticks_per_beat
    data = played((0, quarter, 60), (quarter, 2 * quarter, 62), ticks_per_beat=ticks_per_beat)
    assert shape(read_melody(data)) == [(0, TICKS, 60), (TICKS, TICKS, 62)]


def test_the_highest_notes_are_taken() -> None:
    chords = [(begin, begin + 480, pitch) for begin in (0, 480, 960) for pitch in (48, 55, 64 + begin // 480)]
    assert shape(read_melody(played(*chords))) == [(0, 12, 64), (12, 12, 65), (24, 12, 66)]
    over_a_bass = played((0, 1920, 40), (480, 960, 70), (960, 1200, 69))
    assert shape(read_melody(over_a_bass)) == [(0, 12, 40), (12, 12, 70), (24, 6, 69)]
    under_it = played((0, 960, 70), (480, 1440, 50), (960, 1440, 72))
    assert shape(read_melody(under_it)) == [(0, 24, 70), (24, 12, 72)]


def test_legato_does_not_swallow_the_next_tone() -> None:
    assert shape(read_melody(played((0, 540, 67), (480, 960, 65)))) == [(0, 12, 67), (12, 12, 65)]


def test_drums_are_no_melody() -> None:
    assert refusal(played((0, 100, 36), channel=9)) == "The MIDI file has no notes, or only drums."


def test_a_note_of_no_length_has_one_and_one_without_end_lasts_as_its_track() -> None:
    assert shape(read_melody(played((0, 1, 60)))) == [(0, 1, 60)]
    endless = b"\x00\x90\x40\x40\x87\x40\xff\x2f\x00"
    assert shape(read_melody(header() + track(endless))) == [(0, 24, 64)]


def test_running_status_and_velocity_0_are_understood() -> None:
    events = b"\x00\x90\x40\x40\x83\x60\x40\x00\x00\x43\x50\x83\x60\x43\x00" + END
    assert shape(read_melody(header(kind=0) + track(events))) == [(0, 12, 64), (12, 12, 67)]


# ---- reading what is wrong


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MThd",
        b"RIFF" + bytes(100),
        header(),
        header()[:9],
        header(tracks=0),
        header(tracks=65535) + track(TONE + END),
        header() + track(END),
        header() + track(TONE + END)[:-6],
        header() + track(TONE + END, size=2**31),
        header() + track(TONE + END, size=3),
        header() + track(b"\x40\x40\x40"),
        header() + track(b"\x00\x90\xff\xff" + END),
        header() + track(b"\x00\xf4\x00" + END),
        header() + track(b"\x00\xff\x51\x00" + TONE + END),
        header() + track(b"\x00\xff\x59\x02\x63\x63" + TONE + END),
        header() + track(b"\x00\xff\x54\x05\xff\xff\xff\xff\xff" + TONE),
        header() + track(b"\x00\xff\x01\xff\xff\xff\x7f" + TONE),
        header() + track(b"\x00\xf0\xff\xff\xff\xff\x7f" + TONE),
        header() + track(b"\xff" * 900 + b"\x00\x90\x40\x40" + TONE + TONE + b"\xff" * 900 + b"\x00\x90\x50\x40" + END),
        header() + track(b"\xff" * (MAX_BYTES - 100)),
    ],
    ids=str,
)
def test_a_broken_file_is_a_sentence(data: bytes) -> None:
    refusal(data)


def test_time_that_is_no_music_s_is_named() -> None:
    smpte = struct.unpack(">h", bytes([256 - 25, 40]))[0]
    assert "film frames" in refusal(header(ticks_per_beat=smpte) + track(TONE + END))
    assert "film frames" in refusal(header(ticks_per_beat=0) + track(TONE + END))
    assert "patterns" in refusal(header(kind=2) + track(TONE + END))
    assert f"{MAX_QUARTERS} quarters" in refusal(
        header() + track(TONE + b"\xff" * 8 + b"\x00\x90\x50\x40" + TONE + END)
    )


def test_too_much_is_named() -> None:
    assert f"{MAX_BYTES // 1024} are the most" in refusal(header() + bytes(MAX_BYTES))
    assert f"{MAX_MESSAGES} are the most" in refusal(header() + track(TONE * (MAX_MESSAGES // 2 + 1) + END))


def check(data: bytes) -> None:
    """It is either refused, or one line of notes."""
    try:
        notes = read_melody(data)
    except StudioloError as error:
        assert error.problem.code == "bad_midi"
        return
    assert notes[0].begin == 0
    assert all(note.length > 0 and 0 <= note.pitch < 128 and 0 < note.velocity < 128 for note in notes)
    assert all(before.end <= after.begin for before, after in pairwise(notes))


@given(st.binary(max_size=400))
def test_noise_is_never_a_crash(noise: bytes) -> None:
    check(noise)
    check(header() + track(noise))
    check(header() + track(TONE + noise + END))


@given(st.integers(-(2**15), 2**15 - 1), st.integers(0, 2**16 - 1), st.integers(0, 4), st.integers(0, 2**32 - 1))
def test_headers_are_never_trusted(ticks_per_beat: int, kind: int, tracks: int, size: int) -> None:
    check(header(ticks_per_beat, kind, tracks) + track(TONE + END, size))
    check(header(ticks_per_beat, kind % 3) + track(TONE + TONE + END))


@given(st.data())
def test_a_file_with_wrong_bytes_is_never_a_crash(data: st.DataObject) -> None:
    whole = bytearray(encode(score()))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        change = data.draw(st.sampled_from(["set", "cut", "drop", "insert"]))
        if change == "set":
            whole[at] = data.draw(st.integers(0, 255))
        elif change == "cut":
            del whole[max(1, at) :]
        elif change == "drop" and len(whole) > 1:
            del whole[at]
        else:
            whole[at:at] = data.draw(st.binary(max_size=8))
    check(bytes(whole))


notes = st.tuples(st.integers(0, 4000), st.integers(1, 1000), st.integers(0, 127))


@settings(max_examples=200)
@given(st.lists(notes, min_size=1, max_size=40), st.sampled_from([1, 7, 24, 480, 960]))
def test_any_notes_are_one_line_with_the_highest_of_all(played_notes: list[tuple[int, int, int]], unit: int) -> None:
    data = played(*((begin, begin + length, pitch) for begin, length, pitch in played_notes), ticks_per_beat=unit)
    try:
        line = read_melody(data)
    except StudioloError as error:
        assert "quarters" in error.problem.message
        return
    check(data)
    assert max(note.pitch for note in line) == max(pitch for _, _, pitch in played_notes)
