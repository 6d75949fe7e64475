"""Kits, made by a real daemon on real workers: what is found again, what is made anew, and what fails alone."""

import json
import sqlite3
from dataclasses import replace

import pytest

from studiolo_client.job import JobCancelled
from studiolo_contract.codec import from_plain
from studiolo_contract.compose import ComposeRequest, Own, PartSeed
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Part, Progress, Started
from studiolo_contract.kit import Kit
from studiolo_contract.media import blob_of
from studiolo_contract.mood_card import Change, MoodCard
from tests.daemon.conftest import frugal, with_models
from tests.daemon.test_daemon import wait_until

PAIR = """
summary = "Two pictures, the second in the light of the first."

[[part]]
name = "first"
kind = "image"
[part.request]
prompt = "{subjects}, {at_place}"
width = 32
height = 32
steps = 2

[[part]]
name = "second"
kind = "image"
[part.request]
prompt = "{motif}"
width = 32
height = 32
steps = STEPS
"""
EVERY_ART = """
[[part]]
name = "scene"
kind = "text"
[part.request]
mode = "story"
text = "{brief}"
max_tokens = 8
candidates = 1

[[part]]
name = "ground"
kind = "texture"
[part.request]
prompt = "{material}"
width = 64
height = 64
steps = 1

[[part]]
name = "tune"
kind = "music"
[part.request]
mood = "{mood}"
seconds = "{seconds}"
"""
CARD = MoodCard(subjects=("a lamp",), place="a room", motifs=("a key",))


@pytest.fixture(scope="module")
def daemon(starter_home, tmp_path_factory):
    """One whose home has two presets of its owner's."""
    home = frugal(tmp_path_factory.mktemp("home"))
    (home / "presets").mkdir()
    (home / "presets" / "pair.toml").write_text(PAIR.replace("STEPS", "2"))
    (home / "presets" / "slow.toml").write_text(PAIR.replace("STEPS", "200"))
    (home / "presets" / "quick.toml").write_text(EVERY_ART)
    yield from with_models(home, starter_home)


@pytest.fixture
def client(daemon):
    with daemon.client() as client:
        yield client


@pytest.fixture
def pair(painter):
    return ComposeRequest(brief="A lamp and a key.", preset="pair", card=CARD, seed=7, image_model=painter)


def parts_of(job):
    """The last that was told of each part."""
    return {happened.event.name: happened.event for happened in job.log if isinstance(happened.event, Part)}


def known(job):
    return {name for name, part in parts_of(job).items() if part.known}


def kit_of(client, job):
    (output,) = job.wait(180).outputs
    return from_plain(Kit, json.loads(client.get(output.blob.sha256)))


def blobs(kit):
    return {file.name: file.blob.sha256 for part in kit.parts for file in part.files}


def test_a_kit_is_made_once_and_each_part_stays_until_what_it_follows_is_another(client, pair, daemon):
    assert "compose" in client.welcome.features
    assert {"kit", "pair"} <= set(client.welcome.kit_presets)
    job = client.submit(pair)
    kit = kit_of(client, job)
    assert set(blobs(kit)) == {"first.png", "second.png"}
    assert [part.follows for part in kit.parts] == [("subjects", "place"), ("motifs",)]
    assert parts_of(job)["match"].state == "done"
    assert [share.part for share in kit.match.shares] == ["picture"]
    assert 0 <= kit.match.score <= 1
    assert known(job) == set()
    assert [h.event for h in job.log if isinstance(h.event, Progress)][-1] == Progress(stage="parts", done=4, total=4)
    for name in blobs(kit).values():
        assert client.get(name)

    # the journal keeps, with the kit's job, every file that stands in its JSON
    with sqlite3.connect(f"file:{daemon.home}/journal.sqlite3?mode=ro", uri=True) as journal:
        named = {row[0] for row in journal.execute("SELECT sha256 FROM names WHERE job = ?", (job.id,))}
    assert set(blobs(kit).values()) < named

    again = client.submit(kit.settled)
    assert blobs(kit_of(client, again)) == blobs(kit)
    assert known(again) >= {"first", "second", "match"}

    rolled = client.submit(replace(kit.settled, seeds=(PartSeed(part="second", seed=99),)))
    other = kit_of(client, rolled)
    assert known(rolled) & {"first", "second"} == {"first"}
    assert blobs(other)["first.png"] == blobs(kit)["first.png"]
    assert blobs(other)["second.png"] != blobs(kit)["second.png"]

    moved = client.submit(replace(kit.settled, changes=(Change(field="place", value="a desert"),)))
    assert kit_of(client, moved).card.place == "a desert"
    assert known(moved) & {"first", "second"} == {"second"}

    # a blob that was given up, or lost, is made again: the same
    lost = blobs(kit)["first.png"]
    (daemon.home / "blobs" / lost[:2] / lost).unlink()
    made = client.submit(kit.settled)
    assert blobs(kit_of(client, made)) == blobs(kit)
    assert "first" not in known(made)
    assert client.get(lost)


def test_ones_own_part_stands_as_it_is_and_only_what_is_named_is_made(client, pair):
    first = kit_of(client, client.submit(replace(pair, parts=("first",))))
    assert set(blobs(first)) == {"first.png"}
    blob = replace(blob_of(client.get(blobs(first)["first.png"]), "image/png"))
    kit = kit_of(client, client.submit(replace(pair, own=(Own(part="second", blob=blob),))))
    assert blobs(kit)["second.png"] == blob.sha256
    assert [part.own for part in kit.parts] == [False, True]
    noise = b"no picture"
    client.put(noise)
    broken = replace(pair, own=(Own(part="second", blob=blob_of(noise, "image/png")),))
    kit = kit_of(client, client.submit(broken))
    assert [part.name for part in kit.missing] == ["second"]
    assert "no picture" in kit.missing[0].problem.message


def test_a_part_that_fails_is_told_and_the_rest_is_delivered(client, pair, daemon):
    (daemon.home / "presets" / "odd.toml").write_text(
        PAIR.replace("STEPS", "2") + '\n[[part]]\nname = "tune"\nkind = "music"\n[part.request]\nmood = "{mood}"\n'
    )
    odd = replace(pair, preset="odd", music_model="no-such-model")
    job = client.submit(odd)
    kit = kit_of(client, job)
    assert set(blobs(kit)) == {"first.png", "second.png"}
    (missing,) = kit.missing
    assert (missing.name, missing.problem.code) == ("tune", "unknown_model")
    assert parts_of(job)["tune"].state == "failed"

    only = client.submit(replace(odd, parts=("tune",)))
    with pytest.raises(StudioloError, match="No part of the kit could be made"):
        only.wait(60)


def test_without_a_writer_the_card_is_read_by_rules_and_says_so(client, pair):
    job = client.submit(replace(pair, card=None, brief="A dragon in a desert at dawn.", model="no-such-model"))
    kit = kit_of(client, job)
    assert (kit.card.place, kit.card.time) == ("a desert", "dawn")
    assert any(note.startswith("The card was read by rules alone") for note in kit.notes)
    assert parts_of(job)["card"].state == "failed"


def test_what_makes_no_kit_is_refused_before_it_is_a_job(client, pair):
    for request, said in (
        (ComposeRequest(), "The brief says nothing."),
        (replace(pair, preset="kitt"), "Did you mean kit"),
        (replace(pair, parts=("third",)), "no part called 'third'"),
        (replace(pair, changes=(Change(field="tempo", value="fast"),)), "fast"),
        (replace(pair, own=(Own(part="first", blob=blob_of(b"never put", "image/png")),)), "No blob"),
    ):
        with pytest.raises(StudioloError) as refused:
            client.submit(request)
        assert said in str(refused.value)


def test_who_cancels_a_kit_cancels_its_parts_and_may_ask_again(client, pair, daemon):
    slow = replace(pair, preset="slow", seed=11)
    job = client.submit(slow)
    wait_until(lambda: "second" in parts_of(job) and job.preview)
    part = client.resume(parts_of(job)["second"].job)
    client.cancel(job)
    with pytest.raises(JobCancelled):
        job.wait(30)
    with pytest.raises(JobCancelled):
        part.wait(30)
    again = client.submit(slow)
    wait_until(lambda: parts_of(again).get("second") and parts_of(again)["second"].job != part.id)
    client.cancel(again)
    with pytest.raises(JobCancelled):
        again.wait(30)


def test_a_daemon_that_is_killed_in_the_middle_goes_on_with_the_kit(client, pair, daemon):
    slow = replace(pair, preset="slow", seed=None, card=replace(CARD, motifs=("a clock",)))
    job = client.submit(slow)
    wait_until(lambda: parts_of(job).get("first") and parts_of(job)["first"].state == "done")
    before = parts_of(job)["first"].result
    daemon.kill()
    daemon.start()
    kit = kit_of(client, job)
    assert [h.event.attempt for h in job.log if isinstance(h.event, Started)] == [1, 2]
    assert parts_of(job)["first"].known
    assert parts_of(job)["first"].result.outputs == before.outputs
    assert set(blobs(kit)) == {"first.png", "second.png"}


def test_the_settled_request_makes_the_same_kit_of_every_art_to_the_byte(daemon):
    with daemon.client("one") as one, daemon.client("two") as two:
        job = one.submit(ComposeRequest(brief="A fox in a forest at dawn.", preset="quick", seconds=4.0))
        kit = kit_of(one, job)
        assert not kit.missing
        assert kit.card.place == "a forest"
        assert {"scene.md", "ground/basecolor.png", "ground/normal.png", "tune.wav", "tune.mid"} <= set(blobs(kit))
        again = two.submit(kit.settled)  # another program's: nothing is found
        assert blobs(kit_of(two, again)) == blobs(kit)
        assert known(again) == set()
