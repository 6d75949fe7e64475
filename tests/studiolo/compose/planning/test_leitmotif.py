"""The beginning of a melody, as other pieces take it."""

import io

import mido
import pytest

from studiolo.compose.planning.leitmotif import leitmotif
from studiolo.music import motif
from studiolo.music.score import TICKS
from studiolo_contract.errors import StudioloError


def tune(*notes, rest=0):
    """A file of notes, each a pitch and its quarters."""
    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack()
    file.tracks.append(track)
    for pitch, quarters in notes:
        if pitch is None:
            rest += quarters
            continue
        track.append(mido.Message("note_on", note=pitch, velocity=90, time=round(rest * 480)))
        track.append(mido.Message("note_off", note=pitch, time=round(quarters * 480)))
        rest = 0
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()


def test_it_is_the_beginning_with_its_rests():
    assert leitmotif(tune((64, 1), (67, 0.5), (None, 0.5), (69, 1.5), rest=2), 24.0) == "E4:1 G4:0.5 -:0.5 A4:1.5"


@pytest.mark.parametrize(("seconds", "quarters"), [(24.0, 8), (8.0, 3)])
def test_a_long_melody_is_cut_to_what_a_piece_has_room_for(seconds, quarters):
    notes = motif.read(leitmotif(tune(*[(60 + step % 7, 0.75) for step in range(60)]), seconds))
    assert notes[-1].end == quarters * TICKS


def test_one_note_is_no_melody_and_other_bytes_are_no_file():
    assert leitmotif(tune((60, 20), (62, 1)), 24.0) == ""
    with pytest.raises(StudioloError):
        leitmotif(b"no tune", 24.0)
