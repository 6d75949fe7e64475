"""`score` as a process, through a real daemon, with the real composer."""

import itertools
import json

import mido
import pytest
import soundfile


def test_a_brief_becomes_a_folder_that_can_be_used_as_it_is(studiolo):
    brief = "tense chase through a neon market, then relief"
    status, output, errors = studiolo(
        "score", brief, "--seconds", "12.5", "--loop", "--stems", "--layers", "2", "-o", "chase/", "--seed", "7"
    )
    assert status == 0, errors
    files = output.splitlines()
    assert files[0] == "chase/mix.wav"
    assert files[-5:] == [
        f"chase/{name}" for name in ("layer-1.wav", "layer-2.wav", "score.mid", "score.png", "recipe.json")
    ]
    assert len([file for file in files if "/stem-" in file]) >= 4
    sound = soundfile.info(studiolo.folder / "chase" / "mix.wav")
    assert (sound.frames, sound.samplerate, sound.channels) == (551_250, 44_100, 2)
    assert mido.MidiFile(studiolo.folder / "chase" / "score.mid").length == pytest.approx(12.5, abs=0.05)
    recipe = json.loads((studiolo.folder / "chase" / "recipe.json").read_text())
    assert recipe["model"] == "starter-composer"
    assert recipe["settled"]["seed"] == 7
    assert [reason["because"] for reason in recipe["why"] if reason["what"] == "ensemble"] == ["'neon'"]
    assert "ensemble: synth ('neon')" in errors
    assert "'relief'" in errors


def test_a_motif_may_be_a_file_and_the_folder_has_a_name_of_its_own(studiolo):
    track = mido.MidiTrack()
    for pitch in (62, 65, 69, 67):
        track += [mido.Message("note_on", note=pitch, velocity=80), mido.Message("note_off", note=pitch, time=480)]
    mido.MidiFile(tracks=[track]).save(studiolo.folder / "hero.mid")
    status, output, errors = studiolo(
        "score",
        "-",
        "--motif",
        "hero.mid",
        "--seconds",
        "10",
        "--seed",
        "5",
        "--format",
        "flac",
        feed=b"The hero returns",
    )
    assert status == 0, errors
    assert output.splitlines()[0] == "the-hero-returns-5/mix.flac"
    notes = [
        m.note
        for m in mido.MidiFile(studiolo.folder / "the-hero-returns-5" / "score.mid").tracks[1]
        if m.type == "note_on" and m.velocity
    ]
    assert [b - a for a, b in itertools.pairwise(notes[:4])] == [3, 4, -2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["   "], "The brief is empty."),
        (["rain", "--seconds", "0"], "seconds"),
        (["rain", "--seconds", "36000"], "seconds"),
        (["rain", "--key", "H"], "There is no key called 'H'."),
        (["rain", "--instrument", "violine"], "Did you mean violin"),
        (["rain", "--mood", "sad"], "'sad' is no mood."),
        (["rain", "--mood", "5,0,0"], "valence"),
        (["rain", "--motif", "gone.mid"], "gone.mid"),
        (["rain", "--tempo", "1"], "tempo"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(studiolo, arguments, sentence):
    status, output, errors = studiolo("score", *arguments)
    assert status != 0
    assert output == ""
    assert sentence in " ".join(errors.split())
    assert "Traceback" not in errors


def test_a_broken_midi_file_costs_nothing_but_a_sentence(studiolo):
    (studiolo.folder / "broken.mid").write_bytes(b"MThd\0\0\0\6\0\1")
    status, output, errors = studiolo("score", "rain", "--motif", "broken.mid")
    assert status != 0
    assert "MIDI" in errors
    assert output == ""
