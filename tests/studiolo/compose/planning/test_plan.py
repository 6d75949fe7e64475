"""From a card and a preset to requests: each part follows its own fields, and nothing else."""

import dataclasses
from pathlib import Path

import pytest

from studiolo.compose.planning import known_words
from studiolo.compose.planning.plan import check, part_names, plan, seed_of, settled
from studiolo.compose.planning.presets import Presets
from studiolo_contract.compose import ComposeRequest, Own, PartSeed
from studiolo_contract.errors import StudioloError
from studiolo_contract.frames import to_json
from studiolo_contract.media import Midi, Picture, blob_of
from studiolo_contract.mood_card import Character, MoodCard
from studiolo_contract.music import Mood

PRESETS = Presets()
MODELS = {"text": "a writer", "image": "a painter", "texture": "a painter", "music": "a composer"}
CARD = MoodCard(
    title="The Lighthouse Keeper",
    subjects=("an old lighthouse keeper", "the sea"),
    characters=(Character(name="the keeper", looks="an old lighthouse keeper"),),
    place="a lighthouse on a rocky coast",
    time="night",
    weather="storm coming",
    mood=Mood(valence=-0.4, arousal=0.1, tension=0.6),
    palette=("#1b2542", "#edb86a"),
    era="the nineteenth century",
    materials=("rock", "plaster"),
    motifs=("music from the sea",),
    tempo=84.0,
    mode="minor",
    ensemble="chamber",
    style="gothic",
)
OTHER = {
    "title": "Another",
    "subjects": ("a dragon",),
    "characters": (Character(name="Mara", looks="a girl in red"),),
    "place": "a desert",
    "time": "dawn",
    "weather": "rain",
    "palette": ("#ffffff",),
    "era": "the far future",
    "materials": ("brick", "moss"),
    "motifs": ("a clock",),
    "tempo": 120.0,
    "mode": "lydian",
    "ensemble": "synth",
    "style": "watercolour",
}
AXES = ("valence", "arousal", "tension")
KNOWN = known_words.read(Path(__file__).parents[4] / "starters" / "picture")


def planned(request, card=CARD, preset="kit", scenes=(), known=None, seed=7):
    return {step.name: step for step in plan(request, card, scenes, PRESETS.read(preset), seed, MODELS, known)}


def with_field(field):
    """The card with this one field otherwise."""
    if field in AXES:
        return dataclasses.replace(CARD, mood=dataclasses.replace(CARD.mood, **{field: 0.9}))
    return dataclasses.replace(CARD, **{field: OTHER[field]})


@pytest.mark.parametrize("known", [None, KNOWN], ids=["any words", "known words"])
@pytest.mark.parametrize("preset", PRESETS.names())
@pytest.mark.parametrize("field", [*OTHER, *AXES])
def test_another_field_changes_only_the_parts_that_follow_it(preset, field, known):
    before = planned(ComposeRequest(brief="A brief."), preset=preset, known=known)
    after = planned(ComposeRequest(brief="A brief."), with_field(field), preset, known=known)
    for name, step in before.items():
        if step.request != after[name].request:
            assert field in step.follows


@pytest.mark.parametrize("preset", PRESETS.names())
def test_every_field_that_a_part_follows_is_heard_in_it(preset):
    """Where any words may be said. A feeling is told in words too, so an axis alone may leave a text as it is."""
    before = planned(ComposeRequest(brief="A brief."), preset=preset)
    for field in OTHER:
        after = planned(ComposeRequest(brief="A brief."), with_field(field), preset)
        for name, step in before.items():
            assert (step.request != after[name].request) == (field in step.follows), (name, field)


def test_a_part_with_another_seed_leaves_the_others_as_they_are():
    before = planned(ComposeRequest(brief="A brief."))
    after = planned(ComposeRequest(brief="A brief.", seeds=(PartSeed(part="concept", seed=99),)))
    assert [name for name in before if before[name].request != after[name].request] == ["concept"]
    assert after["concept"].request.seed == after["concept"].seed == 99


def test_the_seed_of_a_part_follows_from_the_kits():
    one, same, other = (planned(ComposeRequest(brief="A brief."), seed=seed) for seed in (7, 7, 8))
    assert {name: step.request for name, step in one.items()} == {name: step.request for name, step in same.items()}
    assert all(one[name].seed != other[name].seed for name in one)
    assert len({step.seed for step in one.values()}) == len(one)
    assert 0 <= seed_of(2**32 - 1, "x") < 2**32


def test_the_settled_request_plans_the_same():
    request = ComposeRequest(brief="A brief.", seeds=(PartSeed(part="scene", seed=3),))
    again = settled(request, CARD, 7, MODELS)
    assert again.card == CARD
    assert planned(again, seed=again.seed) == planned(request)


def test_only_the_named_parts_are_made_and_what_they_need():
    assert list(planned(ComposeRequest(brief="A brief.", parts=("texture",)))) == ["texture"]
    assert list(planned(ComposeRequest(brief="A brief.", parts=("soundtrack",)), preset="quest")) == [
        "beats",
        "soundtrack",
    ]
    own = (Own(part="soundtrack", blob=blob_of(b"x", "audio/midi")),)
    mine = planned(ComposeRequest(brief="A brief.", parts=("soundtrack",), own=own), preset="quest")
    assert list(mine) == ["soundtrack"]


def test_music_is_told_the_card_in_figures():
    music = planned(ComposeRequest(brief="A brief.", seconds=12.0))["soundtrack"].request
    assert (music.mood, music.tempo, music.mode, music.ensemble, music.seconds) == (
        CARD.mood,
        84.0,
        "minor",
        "chamber",
        12.0,
    )


def test_what_the_card_leaves_open_leaves_no_trace():
    bare = MoodCard(subjects=("a dragon",))
    prompt = planned(ComposeRequest(brief="A brief."), bare)["concept"].request.prompt
    assert prompt == "a dragon"
    empty = planned(ComposeRequest(brief="A brief."), MoodCard())["concept"]
    with pytest.raises(StudioloError, match="says nothing that concept could be made from"):
        empty.asked({})


def test_a_long_brief_reaches_the_writer_by_its_beginning():
    text = planned(ComposeRequest(brief="A sentence of it. " * 5_000))["scene"].request.text
    assert 500 < len(text) <= 1_200
    assert text.endswith(".")


def test_scenes_share_textures_seeds_and_the_first_ones_light_and_melody():
    request = ComposeRequest(brief="A brief.", scenes=("He wakes.", "He climbs down.", "He is gone."))
    steps = planned(request, scenes=(CARD, with_field("place"), with_field("time")))
    assert [name for name in steps if name.endswith("concept")] == [f"scene-{n}/concept" for n in (1, 2, 3)]
    assert list(steps).count("texture") == 1
    assert len({steps[f"scene-{n}/concept"].seed for n in (1, 2, 3)}) == 1
    first, second = steps["scene-1/concept"], steps["scene-2/concept"]
    assert not first.needs
    assert second.needs == {"style_image": "scene-1/concept"}
    assert steps["scene-3/soundtrack"].needs == {"motif": "scene-1/soundtrack"}
    picture, midi = Picture(sha256="0" * 64, width=64, height=64), Midi(sha256="1" * 64)
    painted, notes = second.asked({"scene-1/concept": picture})
    assert painted.style_image == picture
    assert 0.2 < painted.style_strength < 0.5
    assert not notes
    played, _ = steps["scene-3/soundtrack"].asked({"scene-1/soundtrack": midi})
    assert (played.motif_midi, played.motif) == (midi, "")
    played, _ = steps["scene-3/soundtrack"].asked({"scene-1/soundtrack": "E4:1 G4:1"})
    assert (played.motif_midi, played.motif) == (None, "E4:1 G4:1")
    assert steps["scene-2/scene"].request.text == "He climbs down."
    assert to_json(painted)


def test_a_part_is_made_without_what_it_would_have_followed_and_says_so():
    request = ComposeRequest(brief="A brief.", scenes=("He wakes.", "He climbs down."))
    step = planned(request, scenes=(CARD, CARD))["scene-2/concept"]
    asked, notes = step.asked({"scene-1/concept": None})
    assert asked.style_image is None
    assert notes == ("scene-2/concept was made without scene-1/concept, which it would have followed.",)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (ComposeRequest(), "The brief says nothing."),
        (ComposeRequest(brief=" \n ?! …"), "The brief says nothing."),
        (ComposeRequest(brief="x", parts=("concpt",)), "Did you mean concept?"),
        (ComposeRequest(brief="x", seeds=(PartSeed(part="scene-1/concept", seed=1),)), "no part called"),
        (ComposeRequest(brief="x", own=(Own(part="concept", blob=blob_of(b"x", "audio/wav")),)), "can't be the part"),
    ],
)
def test_what_makes_no_kit_is_refused_in_one_sentence(request_, said):
    with pytest.raises(StudioloError) as refused:
        check(request_, PRESETS.read("kit"))
    assert said in str(refused.value)
    assert refused.value.problem.code == "bad_request"


def test_a_card_or_scenes_are_enough():
    check(ComposeRequest(card=CARD), PRESETS.read("kit"))
    check(ComposeRequest(scenes=("He wakes.",)), PRESETS.read("kit"))


def test_parts_are_named_by_their_scene():
    assert part_names(PRESETS.read("kit"), 0) == ("scene", "concept", "texture", "soundtrack")
    assert part_names(PRESETS.read("kit"), 1)[:2] == ("texture", "scene-1/scene")
