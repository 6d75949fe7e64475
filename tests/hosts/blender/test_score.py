"""Soundtracks in the sequencer of real Blenders, to the frame and to the sample, and texts as datablocks."""

import json
import wave
from itertools import pairwise

import numpy as np
import pytest

from studiolo_contract.codec import from_plain
from studiolo_contract.recipe import Recipe
from tests.hosts.blender.conftest import IN_THE_NEWEST
from tests.hosts.blender.program import ADDON

RATE = 44100
RATES = [(24, 1.001), (24, 1.0), (25, 1.0), (30, 1.001), (30, 1.0), (60, 1.0)]

INSIDE = f"""
import {ADDON} as studiolo
from pathlib import Path

def strips():
    editor = bpy.context.scene.sequence_editor
    return [] if editor is None else list(editor.strips if hasattr(editor, "strips") else editor.sequences)

def told(strip):
    "What of a strip a test looks at."
    kept = dict(name=strip.name, channel=strip.channel, start=strip.frame_final_start, end=strip.frame_final_end,
                frames=strip.frame_final_duration, mute=strip.mute, recipe=strip.get("studiolo_recipe", ""))
    if strip.type == "SOUND":
        kept["packed"] = strip.sound.packed_file is not None
    return kept

def block(channel, start, end):
    "A strip that is in the way."
    scene = bpy.context.scene
    editor = scene.sequence_editor or scene.sequence_editor_create()
    new = (editor.strips if hasattr(editor, "strips") else editor.sequences).new_effect
    last = {{"length": end + 1 - start}} if bpy.app.version >= (5, 0) else {{"frame_end": end + 1}}
    new(name="block", type="COLOR", channel=channel, frame_start=start, **last)

def frames(start, end, fps=24, fps_base=1.0):
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = start, end
    scene.render.fps, scene.render.fps_base = fps, fps_base

def made(made):
    return dict(strips=made.strips, texts=made.texts, notes=made.notes, recipes=len(made.recipes))

def refused(ask):
    try:
        ask()
    except Exception as error:
        return str(error)
"""


@pytest.fixture
def any_blender(blender):
    blender.run(INSIDE)
    return blender


@pytest.fixture
def sounding(any_blender):
    if not any_blender.run("value = bpy.app.build_options.audaspace"):
        pytest.skip(f"the module bpy {any_blender.version} was built without sound")
    return any_blender


@pytest.fixture
def old(window):
    """A Blender whose sequencer still has its old names."""
    window.run(INSIDE)
    assert not window.run("value = hasattr(bpy.types.SequenceEditor.bl_rna.properties, 'strips')")
    return window


def score(blender, prompt, **settings):
    """The strips that were made, and what was said of them."""
    said = blender.run("value = made(studiolo.score(prompt, **settings))", prompt=prompt, settings=settings)
    every = {strip["name"]: strip for strip in blender.run("value = [told(strip) for strip in strips()]")}
    return [every[name] for name in said["strips"]], said["notes"]


def sound(blender, name, folder):
    """What is packed in a strip's sound, -1 to 1, one column a channel."""
    path = folder / "sound.wav"
    blender.run(
        "data = next(strip for strip in strips() if strip.name == name).sound.packed_file.data\n"
        "value = Path(path).write_bytes(data)",
        name=name,
        path=str(path),
    )
    return heard(path)


def heard(path):
    with wave.open(str(path)) as file:
        assert (file.getsampwidth(), file.getnchannels()) == (2, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / 32768


def loudness(samples):
    return float(np.sqrt(np.mean(samples**2)))


def recipe(strip):
    return from_plain(Recipe, json.loads(strip["recipe"]))


# ---- a soundtrack


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: f"{rate[0] / rate[1]:.2f}")
@pytest.mark.parametrize("frames", [61, 143])
def test_it_is_as_long_as_its_frames(sounding, rate, frames, tmp_path):
    sounding.run("frames(11, 10 + count, *rate)", count=frames, rate=rate)
    (strip,), _ = score(sounding, "calm rain", seed=1)
    assert (strip["start"], strip["end"], strip["frames"]) == (11, 11 + frames, frames)
    samples = sound(sounding, strip["name"], tmp_path)
    assert abs(len(samples) - frames * rate[1] / rate[0] * RATE) <= 0.51
    assert loudness(samples) > 0.01


def test_markers_are_heard(sounding, tmp_path):
    sounding.run("""
        frames(1, 288)
        for frame, name in ((97, "wild furious battle"), (193, "calm still sleep"), (500, "joy"), (240, "F_240")):
            bpy.context.scene.timeline_markers.new(name, frame=frame)
    """)
    (strip,), notes = score(sounding, "calm still sleep", seed=2)
    settled = recipe(strip).settled
    told = [(section.prompt, section.seconds) for section in settled.sections]
    assert told == [("calm still sleep", 4.0), ("wild furious battle", 4.0), ("calm still sleep", 4.0)]
    assert not notes
    samples = sound(sounding, strip["name"], tmp_path)
    first, wild, last = (loudness(samples[at : at + 4 * RATE]) for at in range(0, 12 * RATE, 4 * RATE))
    assert wild > 1.3 * first
    assert wild > 1.3 * last
    (without,), _ = score(sounding, "calm still sleep", seed=2, markers=False)
    assert recipe(without).request.sections == ()


def test_stems_come_on_channels_of_their_own_and_are_the_mix(sounding, tmp_path):
    sounding.run("frames(1, 120); block(1, 1, 30)")
    (mix, *stems), _ = score(sounding, "a merry dance", stems=True, loop=True, seed=3)
    assert len(stems) > 1
    assert [strip["channel"] for strip in (mix, *stems)] == list(range(2, 3 + len(stems)))
    assert [strip["mute"] for strip in (mix, *stems)] == [True] + [False] * len(stems)
    assert {(strip["start"], strip["frames"], strip["packed"]) for strip in (mix, *stems)} == {(1, 120, True)}
    assert all(recipe(strip).settled.seed == 3 for strip in (mix, *stems))
    together = sum(sound(sounding, strip["name"], tmp_path) for strip in stems)
    assert np.abs(together - sound(sounding, mix["name"], tmp_path)).max() < len(stems) * 2 / 32768


def test_nothing_is_in_its_way_and_nothing_is_replaced(sounding):
    sounding.run("""
        frames(1, 48)
        block(1, 48, 99); block(2, -20, 0); block(3, 20, 25)
        bpy.context.scene.sequence_editor.channels[2].mute = True
    """)
    (first,), notes = score(sounding, "calm", seed=1)
    assert not notes
    (second,), notes = score(sounding, "calm", seed=1)
    assert [first["channel"], second["channel"]] == [4, 5]
    assert "heard at the same time" in notes[0]
    on = {}
    for strip in sounding.run("value = [told(strip) for strip in strips()]"):
        on.setdefault(strip["channel"], []).append((strip["start"], strip["end"]))
    assert all(one[1] <= after[0] for spans in on.values() for one, after in pairwise(sorted(spans)))


def saved(blender, tmp_path):
    """Scores, saves, opens the file again, and plays it: what is heard, and the strip's name."""
    blender.run("frames(1, 72)")
    (strip,), _ = score(blender, "a lullaby", seed=4)
    before = sound(blender, strip["name"], tmp_path)
    folder = tmp_path / "film"
    folder.mkdir()
    blender.run(
        "bpy.ops.wm.save_as_mainfile(filepath=path); bpy.ops.wm.open_mainfile(filepath=path)",
        path=str(folder / "film.blend"),
    )
    assert [file.name for file in folder.iterdir()] == ["film.blend"]
    (again,) = blender.run("value = [told(strip) for strip in strips()]")
    assert again == strip
    assert np.array_equal(sound(blender, strip["name"], tmp_path), before)
    blender.run(
        "bpy.ops.sound.mixdown(filepath=path, container='WAV', codec='PCM', format='S16')",
        path=str(tmp_path / "played.wav"),
    )
    return heard(tmp_path / "played.wav")


def test_it_is_in_the_file_and_is_played_from_there(sounding, tmp_path):
    assert loudness(saved(sounding, tmp_path)) > 0.01


def test_a_sequencer_with_its_old_names(old, tmp_path):
    assert loudness(saved(old, tmp_path)) > 0.01
    old.run("empty(); frames(1, 97, 30, 1.001); block(1, 97, 97)")
    (mix, *stems), _ = score(old, "a merry dance", stems=True, seed=3)
    assert [strip["channel"] for strip in (mix, *stems)] == list(range(2, 3 + len(stems)))
    assert {(strip["start"], strip["frames"], strip["packed"]) for strip in (mix, *stems)} == {(1, 97, True)}
    assert len(sound(old, mix["name"], tmp_path)) == round(97 * 1.001 / 30 * RATE)


@pytest.mark.parametrize(
    ("frames", "prompt", "told"),
    [
        ((1, 20), "calm", "at least 1 s"),
        ((1, 14401), "calm", "at most 600 s"),
        ((1, 48), " ", "neither a brief nor a marker"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_touched(sounding, frames, prompt, told):
    sounding.run("frames(*span)", span=frames)
    assert told in sounding.run("value = refused(lambda: studiolo.score(prompt))", prompt=prompt)
    assert "no scene called" in sounding.run("value = refused(lambda: studiolo.score('calm', 'nowhere'))")
    assert sounding.run("value = strips()") == []
    assert sounding.run("value = len(bpy.data.sounds)") == 0


def test_a_blender_without_sound_says_so(any_blender):
    if any_blender.run("value = bpy.app.build_options.audaspace"):
        pytest.skip(f"the module bpy {any_blender.version} was built with sound")
    assert "built without sound" in any_blender.run("value = refused(lambda: studiolo.score('calm'))")


# ---- texts


def write(blender, kind, brief="", **settings):
    """What was made of it, and the whole text."""
    said = blender.run(
        "value = made(studiolo.write(kind, brief, **settings))", kind=kind, brief=brief, settings=settings
    )
    (name,) = said["texts"]
    return name, blender.run("value = bpy.data.texts[name].as_string()", name=name)


@IN_THE_NEWEST
def test_notes_sheets_and_shot_lists_are_texts(any_blender):
    name, notes = write(any_blender, "notes", "an abandoned greenhouse", seed=1)
    assert name == "Scene notes: an abandoned greenhouse"
    assert [line.partition(": ")[0] for line in notes.split("\n")[:6]] == [
        "Place",
        "Light",
        "Colour",
        "Sound",
        "Props",
        "Mood",
    ]
    _, sheet = write(any_blender, "character", "a retired acrobat", seed=1)
    assert "\n\nAppearance: " in sheet
    assert "{" not in sheet
    name, shots = write(any_blender, "shots", "three shots of a storm over a harbour", seed=1)
    assert [line[:3] for line in shots.splitlines()] == ["1. ", "2. ", "3. "]
    assert any_blender.run("value = 'studiolo_recipe' in bpy.data.texts[name]", name=name)


@IN_THE_NEWEST
def test_text_that_is_there_is_added_to(any_blender):
    any_blender.run("bpy.data.texts.new('plan').from_string('Mine.\\n')")
    name, text = write(any_blender, "shots", "two shots of rain", name="plan", seed=1)
    assert name == "plan"
    assert text.startswith("Mine.\n\n1. ")
    first, _ = write(any_blender, "shots", "two shots of rain", seed=1)
    second, _ = write(any_blender, "shots", "two shots of rain", seed=1)
    assert first != second


@IN_THE_NEWEST
def test_a_scene_is_told_to_the_writer(any_blender):
    any_blender.run("""
        bpy.ops.mesh.primitive_monkey_add()
        bpy.context.object.name = "stone_idol"
        bpy.ops.object.light_add(type="SUN")
        frames(1, 48)
    """)
    name, text = write(any_blender, "notes", scene="Scene", seed=1)
    asked = any_blender.run(
        "import json; value = json.loads(bpy.data.texts[name]['studiolo_recipe'])['request']['text']", name=name
    )
    assert asked == "In the scene: stone idol. Light: sun. It lasts 2 seconds."
    assert text.strip()
    assert "no brief" in any_blender.run("value = refused(lambda: studiolo.write('notes'))").lower()
    assert "nothing called 'poem'" in any_blender.run("value = refused(lambda: studiolo.write('poem', 'rain'))")
