"""`continue` and `rewrite` as processes, with the real starter model: in a note, and through a pipe."""

import json
import os
import signal
import time

import pytest

from studiolo_client import discovery
from studiolo_client.client import Client
from tests.cli.test_commands import newest, told, wait_until
from tests.studiolo.engines import writers

OPENING = "The lighthouse keeper heard music under the sea. He put down his cup and listened."
SHORT = ("--max-tokens", "16", "--seed", "7")
SECRET = "Zanzibar"
"""A word that no prompt may have."""


def prompt(studiolo):
    """What the model was given to read for the newest job of this command line."""
    running = discovery.recorded()
    with Client(running, "cli") as client:
        return client.resume(newest(studiolo)["job"]).wait(60).recipe.final_prompt


@pytest.fixture
def note(studiolo):
    studiolo("jobs")  # so that the daemon runs, and no command has to say that it starts it

    def save(text, name="draft.md"):
        file = studiolo.folder / name
        file.write_bytes(text.encode())
        return file

    return save


def test_a_note_goes_on_where_it_stops(studiolo, note):
    file = note(OPENING + "\n")
    status, output, errors = studiolo("continue", "draft.md", *SHORT)
    assert (status, errors) == (0, "")
    assert output.strip()
    assert file.read_text() == OPENING + "\n"
    assert studiolo("continue", "-", *SHORT, feed=OPENING.encode()) == (0, output, "")
    status, nothing, errors = studiolo("continue", "draft.md", *SHORT, "--write")
    assert (status, nothing) == (0, "")
    assert errors.endswith("words into draft.md.\n")
    assert file.read_text() == f"{OPENING} {output}"


def test_what_stands_after_the_place_is_not_read_and_stays(studiolo, note):
    file = note(f"{OPENING}\r\n\r\n{SECRET} ends it.\r\n")
    status, output, errors = studiolo("continue", "draft.md", "--at", f"1:{len(OPENING) + 1}", *SHORT, "--write")
    assert (status, output) == (0, ""), errors
    assert SECRET not in prompt(studiolo)
    text = file.read_bytes().decode()
    assert text.startswith(f"{OPENING} ")
    assert text.endswith(f"\r\n\r\n{SECRET} ends it.\r\n")
    assert "\n" not in text.replace("\r\n", "")


def test_nothing_private_is_sent(studiolo, note):
    note(f"---\ntitle: {SECRET}\n---\n{OPENING} %%{SECRET}\n\n{SECRET}%%\n<!-- {SECRET} -->\nThen he ran.\n")
    for command in (("continue", "draft.md", *SHORT), ("rewrite", "draft.md", "--seed", "7")):
        assert studiolo(*command)[0] == 0
        assert SECRET not in prompt(studiolo)
        assert "Then he ran." in prompt(studiolo)


def test_a_passage_is_rewritten_and_nothing_else(studiolo, note):
    head, tail = f"---\na: {SECRET}\n---\n# One\n\n", f"\n\n%%{SECRET}%% The end.\t\n"
    file = note(head + OPENING + tail)
    start = len(head)
    status, output, errors = studiolo(
        "rewrite", "draft.md", "--at", f"{start}..{start + len(OPENING)}", "--seed", "7", "--write"
    )
    assert (status, output) == (0, ""), errors
    text = file.read_text()
    assert text.startswith(head)
    assert text.endswith(tail)
    new = text[len(head) : len(text) - len(tail)]
    assert new.strip() == new != OPENING
    assert errors == f"Put {len(new.split())} words in the place of {len(OPENING.split())}.\n"
    assert studiolo("rewrite", "-", "--seed", "7", feed=OPENING.encode()) == (0, new, "")
    file.write_text(head + OPENING + tail)
    assert studiolo("rewrite", "draft.md", "--text", OPENING, "--seed", "7") == (0, f"{new}\n", "")
    assert studiolo("rewrite", "-", "--seed", "7", feed=f"\n  {OPENING}\n\n".encode()) == (0, f"\n  {new}\n\n", "")


def test_a_passage_that_holds_a_comment_is_not_replaced(studiolo, note):
    file = note(f"{OPENING} %%{SECRET}%% The end.\n")
    assert told(studiolo("rewrite", "draft.md", "--write"), "bad_request", "would be lost", 2)
    assert SECRET in file.read_text()


def test_a_bible_from_notes_reaches_the_model(studiolo, note):
    (studiolo.folder / "People").mkdir()
    note("---\ntype: character\naliases: [the keeper]\n---\nTomas is one-eyed. %%Zanzibar%%", "People/Tomas.md")
    note("---\ntype: character\n---\nAnna is a baker.", "People/Anna.md")
    note(f"---\ntype: lore\nprivate: true\nconstant: true\n---\n{SECRET}", "People/Plot.md")
    note(OPENING.replace("The lighthouse keeper", "Tomas the keeper"))
    status, _, errors = studiolo("continue", "draft.md", *SHORT, "--bible", "People", "--context")
    assert status == 0, errors
    assert "one-eyed" in prompt(studiolo)
    assert SECRET not in prompt(studiolo)
    assert "  Tomas: " in errors
    assert "Anna is a baker" not in prompt(studiolo)


@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to one process")
@pytest.mark.parametrize("command", ["continue", "rewrite"])
def test_ctrl_c_keeps_what_came_and_harms_no_passage(studiolo, note, command):
    text = " ".join([OPENING] * 8) + "\n"
    file = note(text)
    more = ("--max-tokens", "3000") if command == "continue" else ()
    for seed in range(1, 7):
        file.write_text(text)
        process = studiolo.begin(command, "draft.md", "--write", *more, "--seed", str(seed), start_new_session=True)
        wait_until(lambda: newest(studiolo)["state"] == "running")
        time.sleep(1.5)
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        if process.returncode != 0:
            break
    assert process.returncode == 130, errors
    assert errors.startswith(b"Stopped.\n")
    after = file.read_text()
    if command == "continue":
        assert output == b""
        assert after.startswith(text.rstrip("\n"))
        assert after.endswith("\n")
    else:
        assert after == text
        assert b"draft.md stays as it was." in errors


def test_a_note_that_was_saved_meanwhile_is_left_alone(studiolo, note):
    file = note(OPENING)
    process = studiolo.begin("continue", "draft.md", "--max-tokens", "64", "--seed", "7", "--write")
    wait_until(lambda: newest(studiolo)["state"] == "running")
    file.write_text("Something else.")
    output, errors = process.communicate(timeout=90)
    assert process.returncode == 1
    assert output.strip()
    assert b"was changed meanwhile" in errors
    assert file.read_text() == "Something else."


def test_a_rewriting_that_lost_something_is_owned_up_to(studiolo, note, tmp_path_factory):
    writer = tmp_path_factory.mktemp("writer")
    writers.save("llama", writer)
    text = " ".join(f"{OPENING} That was day {day}." for day in range(100))
    file = note(text)
    status, output, errors = studiolo("rewrite", "draft.md", "--seed", "1", "--model", writer, "--write")
    assert status == 1
    assert errors.startswith("draft.md stays as it was.\nThe passage is longer than the model reads: ")
    assert output.strip()
    assert file.read_text() == text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("continue", "none.md"), "none.md can't be read"),
        (("continue", "."), "can't be read"),
        (("continue", "draft.md", "--at", "9999"), "9999 is past the end of draft.md, which has 83 characters"),
        (("continue", "draft.md", "--at", "0"), "has nothing before this place"),
        (("continue", "draft.md", "--at", "here"), "'here' is no place"),
        (("continue", "empty.md"), "has nothing before this place"),
        (("continue", "picture.png"), "not UTF-8 text"),
        (("continue", "private.md"), "private.md is private"),
        (("continue", "-", "--write"), "--write needs a file"),
        (("continue", "draft.md", "--bible", "empty"), "has no entries"),
        (("continue", "draft.md", "--bible", "draft.md"), "is no folder"),
        (("continue", "draft.md", "--style", "baroque-punk"), "baroque-punk"),
        (("rewrite", "draft.md", "--text", "a", "--at", "1..2"), "named twice"),
        (("rewrite", "draft.md", "--text", " "), "do not stand in draft.md"),
        (("rewrite", "draft.md", "--text", "he"), "stand 3 times in draft.md"),
        (("rewrite", "-", "--write"), "--write needs a file"),
        (("rewrite", "empty.md"), "There is nothing in empty.md to work on"),
        (("rewrite", "draft.md", "--at", "5"), "'5' is no passage"),
        (("rewrite", "draft.md", "--at", "5..5"), "is empty"),
        (("rewrite", "draft.md", "--at", "5..9999"), "past the end"),
        (("rewrite", "private.md"), "private.md is private"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(studiolo, note, arguments, sentence):
    note(OPENING + "\n")
    note("", "empty.md")
    note("---\nprivate: true\n---\nA", "private.md")
    (studiolo.folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    (studiolo.folder / "empty").mkdir()
    assert told(studiolo(*arguments, feed=b"A"), "bad_request", sentence, 2)


def test_the_recipe_of_a_continuation_names_no_file(studiolo, note):
    note(OPENING, f"{SECRET}.md")
    assert studiolo("continue", f"{SECRET}.md", *SHORT)[0] == 0
    assert SECRET not in json.dumps(newest(studiolo)) + prompt(studiolo)


def test_nothing_is_imported_from_the_folder_that_one_is_in(studiolo, note, tmp_path):
    (tmp_path / "studiolo").mkdir()
    note("raise SystemExit('this ran')", "studiolo/__init__.py")
    note("raise SystemExit('this ran')", "msgpack.py")
    note(OPENING)
    assert studiolo("stop")[0] == 0
    status, output, errors = studiolo("continue", "draft.md", *SHORT)
    assert (status, errors) == (0, "Starting the daemon …\n")
    assert output.strip()
