"""The composer's recipe: it reads old tunes, hears their chords, learns, goes on where it stopped, and is exported as
what the engine reads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from studiolo.device import Device
from studiolo.engines.sheet_writer import SheetWriter
from studiolo.music import vocabulary
from studiolo.music.score import BAR
from studiolo_starter.composer import exporting, measures, sheets, training, tunes
from tests.starter.conftest import STEP

CPU = Device("cpu", "this computer", "float32")
TREE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def read() -> list[tunes.Tune]:
    """A chorale and thirty dances, by the real music21."""
    from music21 import corpus

    chorale = next(path for path in corpus.getComposer("bach") if path.stem == "bwv269")
    dances = sorted(corpus.getComposer("ryansMammoth"))[::18]
    found = list(tunes.read(chorale, "bach"))
    for dance in dances:
        found += tunes.read(dance, "ryansMammoth")
    return found


@pytest.fixture(scope="module")
def cache(read: list[tunes.Tune], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    (folder / "music").mkdir()
    (folder / "music" / "tunes.jsonl").write_text("".join(json.dumps(asdict(tune)) + "\n" for tune in read))
    return folder


def test_a_chorale_has_four_voices_and_its_phrases(read):
    chorale = read[0]
    assert (chorale.meter, chorale.tonic, chorale.mode) == ("3/4", 7, "major")
    assert len(chorale.voices) == 4
    highest, lowest = (sum(note[2] for note in voice) / len(voice) for voice in (chorale.voices[0], chorale.voices[3]))
    assert highest > lowest + 12
    assert len(chorale.phrase_ends) > 3


def test_dances_are_read_with_key_and_meter(read):
    dances = read[1:]
    assert len(dances) >= 40
    assert all(len(dance.voices) == 1 and dance.mode in tunes.MODES for dance in dances)
    assert {dance.meter for dance in dances} >= {"6/8", "4/4"}


def test_what_was_read_is_kept(cache, read):
    assert tunes.load(cache) == read
    assert tunes.write(cache) == cache / "music" / "tunes.jsonl"  # not read again


def test_a_chorale_s_chords_are_those_that_its_voices_make(read):
    sheet = sheets.sheet(read[0])
    chords = [chord for bar in sheet.bars for chord in bar.harmonies]
    assert (
        sum((chord.root, chord.quality) in {(0, ""), (7, ""), (7, "7"), (5, "")} for chord in chords) > len(chords) / 2
    )
    assert (chords[-1].root, chords[-1].quality) == (0, "")
    assert all(bar.bass for bar in sheet.bars[1:])
    assert sheet.header["ensemble"] == "choir"


def test_sheets_can_be_said_and_read_again(read):
    said = 0
    for tune in read:
        sheet = sheets.sheet(tune)
        if sheet is None:
            assert tune.meter not in BAR
            continue
        row = vocabulary.encode(sheet)
        assert vocabulary.decode(row[len(vocabulary.HEADER) + 1 : -1]) == sheet.bars
        assert all(bar.harmonies for bar in sheet.bars[1:])
        said += 1
    assert said > 20


def test_the_header_tells_calm_from_lively(read):
    levels = {sheets.sheet(tune).header["density"] for tune in read if tune.meter in BAR}
    assert len(levels) >= 2


@pytest.fixture(scope="module")
def trained(cache, steps_as_time) -> Iterator[Path]:
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"BATCH": 2, "WINDOW": 96, "WARM_UP": 1}.items():
            patch.setattr(training, name, value)
        training.train(cache, 10 * STEP, resume=False)
        yield cache


def test_it_learns_and_goes_on_where_it_stopped(trained):
    first = torch.load(trained / "composer.pt", weights_only=True)
    learned, held = training.rows(trained)
    net = training.model()
    fresh = training.held_out_bits(net, held or learned[:2])
    net.load_state_dict(first["model"])
    assert training.held_out_bits(net, held or learned[:2]) < fresh - 1
    training.train(trained, 12 * STEP, resume=True)
    assert (first["step"], torch.load(trained / "composer.pt", weights_only=True)["step"]) == (10, 12)


def test_what_it_exports_is_what_the_engine_reads(trained, tmp_path):
    shutil.copytree(TREE / "starters" / "composer", tmp_path / "composer")
    exporting.export(trained, tmp_path / "composer")
    assert {file.name for file in (tmp_path / "composer").iterdir()} == {
        "README.md",
        "known-runs.safetensors",
        "config.json",
        "model.safetensors",
        "soundfont.sf2",
    }
    assert SheetWriter.load(tmp_path / "composer", CPU).resident_bytes() > 1_000_000


def test_a_3_gram_knows_more_than_chance(cache):
    learned, _ = training.rows(cache)
    assert training.ngram_bits(learned[:-2], learned[-2:]) < 5 < 8.4


def test_runs_that_were_taken_over_are_found(cache, read):
    voice = read[3].voices[0]
    taken = [(pitch + 5, length) for _, length, pitch in voice[4:14]]
    own = [(60, 7), (73, 11), (61, 5), (80, 13)]
    assert measures.longest_shared([own + taken + own, own], cache) == [10, 0]
