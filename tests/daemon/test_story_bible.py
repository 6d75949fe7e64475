"""A story bible is put once and named by many requests; what is none is refused before there is a job."""

import json
import sqlite3

import pytest

from studiolo_contract.bible import Bible, Entry
from studiolo_contract.codec import to_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Context
from studiolo_contract.media import blob_of
from studiolo_contract.text import TextRequest

BIBLE = Bible(entries=(Entry(name="Mira", type="character", text="Mira is a smuggler with a wooden leg."),))


def named(client, data: bytes, put: bool = True) -> TextRequest:
    if put:
        client.put(data)
    return TextRequest(mode="continue", text="Mira came.", bible=blob_of(data, "application/json"), dry=True)


def test_the_journal_and_the_recipe_hold_the_reference_only(daemon):
    data = json.dumps(to_plain(BIBLE)).encode()
    with daemon.client() as client:
        job = client.submit(named(client, data))
        result = job.wait(60)
        again = client.submit(named(client, data, put=False)).wait(60)
    (context,) = [happened.event for happened in job.log if isinstance(happened.event, Context)]
    assert [(entry.name, entry.sent) for entry in context.entries] == [("Mira", True)]
    assert result.outputs == ()
    assert BIBLE.entries[0].text in result.recipe.final_prompt
    assert result.recipe.request.bible == blob_of(data, "application/json")
    assert again.recipe.final_prompt == result.recipe.final_prompt
    with sqlite3.connect(daemon.home / "journal.sqlite3") as journal:
        (request,) = journal.execute("SELECT request FROM jobs WHERE job = ?", [job.id]).fetchone()
    assert "wooden leg" not in request
    assert (daemon.home / "cache").is_dir()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x89PNG", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"{}", "'bible.entries' is missing"),
        (b'{"entries": [{"name": "Mira"}]}', "'bible.entries.0.text' is missing"),
        (b'{"entries": [{"name": "Mira", "text": "x", "kyes": []}]}', "'bible.entries.kyes' is no field"),
        (b'{"entries": [], "depth": 0}', "'bible.depth' (0) does not fit"),
        (b'{"entries": [], "x": "' + b"y" * 2**23 + b'"}', "larger than 8 MiB"),
    ],
)
def test_what_is_no_story_bible_is_refused_in_one_sentence(daemon, data, says):
    with daemon.client("no bible") as client:
        before = len(client.jobs())
        with pytest.raises(StudioloError) as caught:
            client.submit(named(client, data))
        assert says in caught.value.problem.message
        assert len(client.jobs()) == before


def test_an_unknown_blob_is_named(daemon):
    with daemon.client() as client, pytest.raises(StudioloError) as caught:
        client.submit(named(client, b'{"entries": [], "depth": 9}', put=False))
    assert caught.value.problem.code == "unknown_blob"


def test_a_translation_needs_a_language(daemon):
    with daemon.client() as client, pytest.raises(StudioloError, match="into French"):
        client.submit(TextRequest(mode="translate", text="The sea."))
