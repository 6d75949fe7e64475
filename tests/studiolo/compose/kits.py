"""A kit of real but tiny files: pictures, a sound, a MIDI file, Markdown."""

import io
import math
import struct
import wave

import mido
from PIL import Image

from studiolo_contract.compose import ComposeRequest
from studiolo_contract.errors import Problem
from studiolo_contract.events import MatchOutput, Share
from studiolo_contract.kit import Kit, KitFile, KitPart
from studiolo_contract.media import blob_of
from studiolo_contract.mood_card import Character, MoodCard, Source
from studiolo_contract.music import Mood

BRIEF = "An old lighthouse keeper hears music rising from the sea, the night before the storm."
CARD = MoodCard(
    title="The Keeper",
    subjects=("an old lighthouse keeper", "the sea"),
    characters=(Character(name="the lighthouse keeper", looks="white beard, yellow oilskin"),),
    place="a lighthouse on the coast",
    time="night",
    weather="storm coming",
    mood=Mood(valence=-0.4, arousal=0.1, tension=0.6),
    palette=("#0d1b2a", "#3e6d8e", "#e8c07d"),
    materials=("wet stone",),
    tempo=76.0,
    mode="dorian",
    style="gothic",
    sources=(
        Source(field="time", origin="brief", because="the word 'night'"),
        Source(field="palette", origin="rule", because="night"),
        Source(field="tension", origin="meaning", because="near 'ominous'"),
    ),
)
MISSING = Problem(code="model_missing", message="That painter is not here.", mend="Pull it.")
MAPS = ("basecolor", "normal", "roughness", "metallic", "height", "ao", "preview")


def png(colour=(20, 40, 80)):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return out.getvalue()


def wav(seconds=1.0, rate=8_000):
    """It grows louder to its end."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        count = int(seconds * rate)
        peaks = (int(30_000 * at / count * math.sin(at / 3)) for at in range(count))
        file.writeframes(b"".join(struct.pack("<hh", peak, peak) for peak in peaks))
    return out.getvalue()


def midi():
    out = io.BytesIO()
    track = mido.MidiTrack([mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=480)])
    mido.MidiFile(tracks=[track]).save(file=out)
    return out.getvalue()


def kit_of(missing=(), **fields):
    """The kit and the bytes of its blobs by their hash; parts named in `missing` have none."""
    data = {}

    def file(name, content, media_type):
        blob = blob_of(content, media_type)
        data[blob.sha256] = content
        return KitFile(name=name, blob=blob)

    made = {
        "scene": ("text", [file("scene.md", b"The *sea* sang.\n\nHe listened.\n", "text/markdown")], ("subjects",)),
        "concept": ("image", [file("concept.png", png(), "image/png")], ("place", "time")),
        "texture": (
            "texture",
            [file(f"texture/{name}.png", png((at, at, at)), "image/png") for at, name in enumerate(MAPS)],
            ("materials",),
        ),
        "soundtrack": (
            "music",
            [file("soundtrack.wav", wav(), "audio/wav"), file("soundtrack.mid", midi(), "audio/midi")],
            ("tempo",),
        ),
    }
    parts = tuple(
        KitPart(name=name, kind=kind, problem=MISSING)
        if name in missing
        else KitPart(name=name, kind=kind, files=tuple(files), follows=follows, seed=at)
        for at, (name, (kind, files, follows)) in enumerate(made.items())
    )
    request = ComposeRequest(brief=BRIEF, seed=7)
    shares = (
        Share(part="text", score=0.9, weight=0.6, because="near"),
        Share(part="music", score=0.7, weight=0.4, because="slow"),
    )
    whole = {
        "title": CARD.title,
        "card": CARD,
        "parts": parts,
        "request": request,
        "settled": ComposeRequest(brief=BRIEF, seed=7, card=CARD),
        "match": MatchOutput(score=0.83, shares=shares),
        "notes": ("Only a part was read.",),
        "created": 1_790_000_000.0,
        "studiolo": "0.1.0",
    }
    return Kit(**{**whole, **fields}), data
