"""The cards of a storyboard: what each scene changes in the card of the story. Knows no model."""

from __future__ import annotations

from studiolo_contract.mood_card import MoodCard


def of_scene(card: MoodCard, words: str) -> MoodCard:
    """The card of one scene: people, palette, style and what is open stay; the rest follows its own words."""
    return card
