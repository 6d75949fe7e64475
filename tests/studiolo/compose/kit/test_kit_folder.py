"""Of a kit every file is there under its name, a text says in its frontmatter what it belongs to, and what a person
changed is told from what was made."""

import json
from dataclasses import replace

import pytest

from studiolo.compose.kit.kit_folder import changed, check_name, joined, lay_out, read_card, read_kit, slug
from studiolo.text import frontmatter
from studiolo_contract.compose import ComposeRequest, PartSeed
from studiolo_contract.errors import StudioloError
from studiolo_contract.kit import KitFile, KitPart, prose
from studiolo_contract.media import blob_of, hash_of
from tests.studiolo.compose.kits import BRIEF, CARD, MAPS, kit_of


def laid(**fields):
    return lay_out(*kit_of(**fields))


def test_every_file_is_there_and_has_the_hash_that_the_recipe_says():
    folder = laid()
    textures = [f"texture/{name}.png" for name in MAPS]
    names = [
        "scene.md",
        "concept.png",
        *textures,
        "soundtrack.wav",
        "soundtrack.mid",
        "mood.json",
        "recipe.json",
        "index.html",
    ]
    assert list(folder.files) == names
    kit = read_kit(folder.files["recipe.json"], "recipe.json")
    assert kit == folder.kit
    for part in kit.parts:
        for file in part.files:
            assert file.blob.sha256 == hash_of(folder.files[file.name]), file.name
    assert read_card(folder.files["mood.json"], "mood.json") == CARD


def test_a_text_says_what_it_belongs_to_and_one_of_a_persons_own_stands_as_it_is():
    text = laid().files["scene.md"].decode()
    front = frontmatter.read(frontmatter.FRONT.match(text)["yaml"], "scene.md")
    assert (front["title"], front["brief"], front["place"], front["time"]) == ("The Keeper", BRIEF, CARD.place, "night")
    assert front["characters"] == ["the lighthouse keeper"]
    assert front["mood"] == ["valence -0.40", "arousal +0.10", "tension +0.60"]
    assert prose(text) == "The *sea* sang.\n\nHe listened."
    kit, data = kit_of()
    own = replace(kit, parts=(replace(kit.parts[0], own=True), *kit.parts[1:]))
    assert lay_out(own, data).files["scene.md"] == b"The *sea* sang.\n\nHe listened.\n"


def test_a_brief_of_many_words_is_shortened_in_the_frontmatter_alone():
    brief = "It rains. " * 5_000
    folder = laid(request=ComposeRequest(brief=brief))
    assert len(folder.files["scene.md"]) < 2_000
    assert json.loads(folder.files["recipe.json"])["request"]["brief"] == brief


def test_laying_out_what_was_laid_out_changes_nothing():
    folder = laid()
    data = {hash_of(content): content for content in folder.files.values()}
    assert dict(lay_out(folder.kit, data).files) == dict(folder.files)


def test_what_a_person_changed_is_told_from_what_is_gone():
    folder = laid()
    lies = dict(folder.files) | {"scene.md": b"mine", "texture/ao.png": b"mine"}
    del lies["concept.png"]
    found = changed(folder.kit, lambda name: hash_of(lies[name]) if name in lies else None)
    assert found == {"scene.md": "scene", "texture/ao.png": "texture"}


def test_what_was_made_alone_comes_into_the_kit_that_was_there():
    before, _ = kit_of()
    seeds = (PartSeed(part="concept", seed=5),)
    new = KitPart(name="concept", kind="image", files=(KitFile(name="concept.png", blob=blob_of(b"new", "image/png")),))
    request = ComposeRequest(brief=BRIEF, seed=7, card=CARD, parts=("concept",), seeds=seeds)
    after = replace(before, parts=(new,), request=request, settled=request)
    kit = joined(before, after, {"scene.md", "texture/ao.png"})
    assert [part.name for part in kit.parts] == ["scene", "concept", "texture", "soundtrack"]
    assert (kit.parts[0], kit.parts[1]) == (before.parts[0], new)
    assert [file.name for file in kit.parts[2].files] == ["texture/ao.png"]  # the others have gone
    assert [part.name for part in kit.missing] == ["soundtrack"]
    assert (kit.settled.parts, kit.settled.seeds, kit.match) == ((), seeds, None)
    whole = replace(after, request=replace(request, parts=()))
    assert joined(before, whole, set()) is whole


def test_what_lies_there_and_stays_is_shown_and_not_written():
    kit, data = kit_of()
    folder = lay_out(kit, data, {"scene.md": b"---\ntitle: Mine\n---\nMine alone.\n"})
    assert "scene.md" not in folder.files
    assert folder.kit.parts[0] == kit.parts[0]
    assert b"Mine alone." in folder.files["index.html"]


@pytest.mark.parametrize(
    "name",
    [
        "../up.png",
        "/etc/passwd",
        "a/../../b",
        "",
        ".hidden",
        "a//b",
        "con:1",
        "recipe.json",
        "x" * 201,
        "a\\b",
        "nul\0",
    ],
)
def test_no_name_leads_out_of_the_folder(name):
    with pytest.raises(StudioloError, match="can't be a file of a kit"):
        check_name(name)
    kit, data = kit_of()
    odd = KitPart(name="odd", kind="image", files=(KitFile(name=name, blob=kit.parts[1].files[0].blob),))
    with pytest.raises(StudioloError):
        lay_out(replace(kit, parts=(odd,)), data)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"title": 3}', b"\xff\xfe", b"[" * 100_000])
def test_a_recipe_that_is_none_is_told_in_a_sentence(data):
    with pytest.raises(StudioloError, match=r"kit/recipe\.json is no recipe"):
        read_kit(data, "kit/recipe.json")
    with pytest.raises(StudioloError, match="is no mood card"):
        read_card(data.replace(b"{}", b"["), "mood.json")


def test_a_folder_is_called_by_the_first_words():
    assert slug("The Keeper & the Sea!") == "the-keeper-the-sea"
    assert slug("Ünder, größe") == "ünder-größe"
    assert (slug("…"), slug("../../etc")) == ("kit", "etc")
    assert len(slug("word " * 100)) <= 48
