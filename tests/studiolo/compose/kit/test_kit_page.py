"""The page of a kit shows every part, says what is missing and why, and lets nothing in that a model or a person wrote
as anything but words."""

import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from studiolo.compose.kit.beat_drawing import drawing
from studiolo.compose.kit.colours import READABLE, accent, contrast, readable
from studiolo.compose.kit.kit_folder import lay_out
from studiolo.compose.kit.kit_page import INK, PAPER, PEAKS, as_html, peaks_of
from studiolo.compose.planning import beats
from studiolo_contract.compose import ComposeRequest
from studiolo_contract.kit import KitFile
from studiolo_contract.media import blob_of, hash_of
from studiolo_contract.mood_card import Character
from tests.studiolo.compose.kits import CARD, kit_of, wav


class Page(HTMLParser):
    """Which elements a page has, and their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def page_of(**fields):
    folder = lay_out(*kit_of(**fields))
    return folder, folder.files["index.html"].decode()


def test_all_that_it_names_lies_beside_it_and_nothing_comes_from_elsewhere():
    folder, text = page_of()
    page = Page(text)
    named = [one.get("src") or one.get("href") for tag in ("img", "audio", "a") for one in page.all(tag)]
    assert {"concept.png", "soundtrack.wav", "soundtrack.mid", "texture/preview.png"} <= set(named)
    assert all(name in folder.files or name.startswith("#") for name in named), named
    assert "://" not in text
    assert page.all("script")[0] == {}
    assert not page.all("link")
    policy = next(one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy


def test_it_says_title_brief_card_with_its_sources_palette_and_match():
    _, text = page_of()
    said = Page(text).text
    for words in (
        "The Keeper",
        "hears music rising",
        "From the brief: the word 'night'",
        "#e8c07d",
        "83 %",
        "wet stone",
        "76 beats",
    ):
        assert words in said, words
    assert all(one.get("alt") for one in Page(text).all("img"))


def test_what_is_missing_stands_on_top_with_its_reason():
    _, text = page_of(missing=("concept", "soundtrack"))
    said = Page(text).text
    assert said.index("2 parts are missing") < said.index("The sea sang")
    assert said.count("That painter is not here. Pull it.") == 2
    assert "studiolo compose -o ." in said


@pytest.mark.parametrize(
    "evil",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'); background: url(http://evil/", "{{ 7 * 7 }}"],
)
def test_whatever_is_written_is_shown_and_never_obeyed(evil):
    card = replace(
        CARD, title=evil, place=evil, palette=("red;x:u", *CARD.palette), characters=(Character(name=evil, looks=evil),)
    )
    kit, data = kit_of(title=evil, card=card, request=ComposeRequest(brief=evil), notes=(evil,))
    text = kit.parts[0].files[0].blob.sha256
    data[text] = evil.encode()
    page = lay_out(kit, data).files["index.html"].decode()
    plain = Page(page)
    assert len(plain.all("script")) == 1
    assert not any("onerror" in one or one.get("src") == "x" for one in plain.all("img"))
    assert html.unescape(page).count(evil) >= 5
    assert "red;x:u" not in " ".join(one.get("style", "") for one in plain.all("i"))


def test_prose_leads_nowhere():
    text = as_html("*so* [a link](http://evil) ![x](http://evil/x.png) <b>bold</b> <http://evil>\n\n- one\n")
    assert "<em>so</em>" in text
    assert "<li>one</li>" in text
    assert not re.search(r"<(a|img|b)\b", text)


def test_a_plot_is_drawn_as_a_graph():
    kit, data = kit_of()
    titles = ("Call", "A <b>long</b> way round that does not fit into its box at all", "End")
    found = tuple(
        beats.Beat(title=title, what="", tension=0.5, then=then)
        for title, then in zip(titles, ((1, 2), (2,), ()), strict=True)
    )
    page, graph = beats.page(found).encode(), json.dumps(beats.graph(found)).encode()
    files = (("scene.md", page, "text/markdown"), ("scene.json", graph, "application/json"))
    scene = replace(kit.parts[0], files=tuple(KitFile(name=name, blob=blob_of(one, kind)) for name, one, kind in files))
    data |= {hash_of(page): page, hash_of(graph): graph}
    plain = Page(lay_out(replace(kit, parts=(scene,)), data).files["index.html"].decode())
    (drawn,) = [one for one in plain.all("svg") if one.get("class") == "beats"]
    assert drawn["aria-label"] == "1 leads to 2; 1 leads to 3; 2 leads to 3"
    assert sum(one.get("class") == "way" for one in plain.all("path")) == 3
    assert "A <b>long</b> way round that does not …" in plain.text
    assert "flowchart" not in plain.text
    assert drawing({"nodes": [], "edges": []}) == drawing({"name": "Mara"}) == ""


def test_a_storyboard_is_shown_scene_by_scene():
    kit, data = kit_of()
    scene, concept, texture, music = kit.parts
    parts = [texture]
    for number in (1, 2):
        parts += [replace(one, name=f"scene-{number}/{one.name}") for one in (scene, concept, music)]
    said = Page(lay_out(replace(kit, parts=tuple(parts)), data).files["index.html"].decode()).text
    assert said.index("Scene 1") < said.index("Scene 2") < said.index("Texture")


def test_the_waveform_has_the_peaks_of_the_sound():
    peaks = peaks_of(wav())
    assert len(peaks) == PEAKS
    assert max(peaks) == 100
    assert sum(peaks[: PEAKS // 4]) < sum(peaks[-PEAKS // 4 :]) / 3
    assert peaks_of(b"fLaC") == peaks_of(b"") == peaks_of(b"RIFF\0\0\0\0WAVE") == ()


@pytest.mark.parametrize("palette", [("#0d1b2a", "#111111"), ("#ffffff",), ("#ffff00", "#00ff00"), (), ("#808080",)])
def test_the_accent_can_be_read_on_both_grounds(palette):
    for ground in (PAPER, INK):
        assert contrast(accent(palette, ground, "#3d5a80"), ground) >= READABLE
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert readable("#1b3a5c", PAPER) == "#1b3a5c"
