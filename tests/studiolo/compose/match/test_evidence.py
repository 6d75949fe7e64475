"""Likenesses that need no model: names in a text, colours of a picture, a piece of music against a mood."""

from __future__ import annotations

import numpy as np
import pytest

from studiolo.compose.match.evidence import (
    AXES,
    card_words,
    heard_mood,
    mood_likeness,
    music_likeness,
    named,
    palette_likeness,
)
from studiolo.compose.match.features import Figures
from studiolo_contract.mood_card import Character, MoodCard
from studiolo_contract.music import Mood

CARD = MoodCard(
    subjects=("an old lighthouse keeper",),
    characters=(Character(name="Mara Voss"),),
    place="a rocky coast",
    time="night",
    mood=Mood(valence=-0.4, arousal=0.1, tension=0.5),
    tempo=80.0,
    mode="minor",
)
FIGURES = Figures(
    tempo=80.0, density=4.0, drums=0.0, loudness=0.6, register=60.0, tonic=2, mode="minor", brightness=0.0,
    major=0.0, dissonance=0.1, legato=0.5,
)  # fmt: skip


def test_a_text_is_held_against_the_words_of_the_card() -> None:
    assert card_words(CARD) == ("old", "lighthouse", "keeper", "mara", "voss", "rocky", "coast", "night")
    assert named(CARD, "On rocky coasts the KEEPERS of lighthouses wait.") == ("lighthouse", "keeper", "rocky", "coast")
    assert named(CARD, "") == named(CARD, "🙂 1 2 3") == ()
    assert card_words(MoodCard()) == ()


def test_a_palette_is_liker_to_a_picture_in_its_colours() -> None:
    palette = ("#1b2a4a", "#e0b060")
    own = np.zeros((40, 60, 3), np.uint8)
    own[:, :45], own[:, 45:] = (27, 42, 74), (224, 176, 96)
    half = np.full((40, 60, 4), (27, 42, 74, 255), np.uint8)
    other = np.full((40, 60, 3), (60, 220, 80), np.uint8)
    likes = [palette_likeness(palette, pixels) for pixels in (own, half, other)]
    assert likes[0] == pytest.approx(1, abs=0.01)
    assert likes[0] > likes[1] > likes[2] + 0.2
    assert 0 <= palette_likeness(palette, np.zeros((1, 1, 4), np.uint8)) <= 1


def test_a_mood_is_heard_by_what_each_figure_counts_and_stays_within_bounds() -> None:
    tempo_only = {axis: (0.0,) * 10 for axis in AXES} | {"arousal": (1.0, *[0.0] * 8, -6.0)}
    assert heard_mood(FIGURES, tempo_only).arousal == pytest.approx(np.log2(80) - 6)
    assert heard_mood(FIGURES, {axis: (9.0,) * 10 for axis in AXES}) == Mood(valence=1, arousal=1, tension=1)


def test_music_that_does_what_the_card_asks_is_the_likest() -> None:
    fits = music_likeness(FIGURES, CARD.mood, CARD, CARD.mood)
    assert fits["tempo"] == fits["valence"] == fits["brief_tension"] == 0
    glad = Mood(valence=0.8, arousal=0.9, tension=-0.5)
    other = music_likeness(
        Figures(**{**vars(FIGURES), "tempo": 150.0, "brightness": 1.8}), glad, CARD, Mood(valence=-0.5)
    )
    assert all(other[name] < fits[name] for name in other)
    assert mood_likeness(glad, CARD.mood)["valence"] == pytest.approx(-1.2)


def test_dotted_quarters_are_beats_too() -> None:
    assert music_likeness(Figures(**{**vars(FIGURES), "tempo": 120.0}), CARD.mood, CARD, None)["tempo"] == 0


def test_what_card_and_brief_leave_open_is_left_out() -> None:
    assert set(music_likeness(FIGURES, Mood(), MoodCard(), None)) == set(AXES)
