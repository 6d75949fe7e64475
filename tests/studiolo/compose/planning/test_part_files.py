"""What a part consists of, and what it lends."""

import json

from studiolo.compose.planning.part_files import files_of, lent_by, own_file, text_of
from studiolo.compose.planning.plan import Step
from studiolo_contract.events import ImageOutput, MidiOutput, Result, SoundOutput, TextOutput
from studiolo_contract.media import Picture, blob_of
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.music import Section

PNG, WAV, MIDI = (blob_of(kind.encode(), kind) for kind in ("image/png", "audio/wav", "audio/midi"))


def step(name, kind, graph=False):
    return Step(name=name, kind=kind, request=None, needs={}, follows=(), seed=1, graph=graph)


def result(*outputs):
    return Result(outputs=outputs, recipe=None)


def text(words):
    return result(TextOutput(text=words, seed=1, finish="end", tokens=3))


def image(name=None):
    return ImageOutput(blob=PNG, width=64, height=32, seed=1, name=name)


def names(files):
    return [file.name for file in files.files]


def test_prose_is_a_page_and_a_sheet_is_one_for_people_and_one_for_programs():
    prose = files_of(step("scene", "text"), text(" Once.\n"))
    assert names(prose) == ["scene.md"]
    assert prose.data[prose.files[0].blob.sha256] == b"Once.\n"
    sheet = text(json.dumps({"name": "Odile", "age": 67, "personality": ["proud", "kind"], "goal": "To rest."}))
    made = files_of(step("sheet", "text"), sheet)
    assert names(made) == ["sheet.md", "sheet.json"]
    page = made.data[made.files[0].blob.sha256].decode()
    assert page.startswith("# Odile\n\n**Age** 67\n")
    assert "**Personality** proud, kind" in page
    assert json.loads(made.data[made.files[1].blob.sha256])["age"] == 67
    assert "Odile" in text_of(sheet)
    assert "{" not in text_of(sheet)


def test_beats_are_a_graph_in_both():
    told = text(json.dumps([{"title": "A", "what": "B.", "tension": 0.2}, {"title": "C", "what": "D.", "tension": 1}]))
    made = files_of(step("beats", "text", graph=True), told)
    assert "flowchart" in made.data[made.files[0].blob.sha256].decode()
    assert json.loads(made.data[made.files[1].blob.sha256])["edges"] == [{"from": 1, "to": 2}]
    lent = lent_by(step("beats", "text", graph=True), told, MoodCard())
    assert [type(section) for section in lent] == [Section, Section]
    assert lent_by(step("scene", "text"), told, MoodCard()) is None
    assert lent_by(step("beats", "text", graph=True), text("no beats"), MoodCard()) is None


def test_pictures_maps_and_music_have_their_names():
    assert names(files_of(step("concept", "image"), result(image()))) == ["concept.png"]
    maps = result(image("basecolor"), image("normal"))
    assert names(files_of(step("scene-2/ground", "texture"), maps)) == [
        "scene-2/ground/basecolor.png",
        "scene-2/ground/normal.png",
    ]
    sounds = [
        SoundOutput(blob=WAV, part=part, name=name, samples=1, sample_rate=1, channels=1, loop=False, seed=1)
        for part, name in (("mix", "mix"), ("stem", "violin"), ("layer", "layer-1"))
    ]
    music = result(*sounds, MidiOutput(blob=MIDI, notes=1, seed=1), image("score"))
    assert names(files_of(step("theme", "music"), music)) == [
        "theme.wav",
        "theme/stem-violin.wav",
        "theme/layer-1.wav",
        "theme.mid",
        "theme-score.png",
    ]
    picture = lent_by(step("concept", "image"), result(image()), MoodCard())
    assert picture == Picture(sha256=PNG.sha256, width=64, height=32)


def test_ones_own_file_has_its_parts_name():
    assert own_file(step("concept", "image"), blob_of(b"", "image/jpeg")).name == "concept.jpg"
    assert own_file(step("ground", "texture"), PNG).name == "ground/basecolor.png"
    assert own_file(step("scene", "text"), blob_of(b"", "text/plain")).name == "scene.md"
