"""Places in a note, what of it is private, and what is put into it: everything else stays, to the byte."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo_cli.note import Note, Passage, joint, read_note, words
from studiolo_contract.errors import StudioloError

DRAFT = "---\ntitle: Sea\n---\nThe sea rose.\n\nMira saw it. %%She did it.%% She ran.\n"


def saved(folder, text, name="note.md"):
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def refused(sentence):
    return pytest.raises(StudioloError, match=sentence)


def test_places_are_offsets_or_lines_and_columns():
    note = Note("One two.\nThree\r\n\nfour", "n")
    assert [note.place(at) for at in ("0", "8", "1:1", "1:9", "2:1", "2:6", "3:1", "4:5", " 4:1 ")] == [
        0, 8, 0, 8, 9, 14, 16, 21, 17,
    ]  # fmt: skip
    assert note.passage("1:1..1:4") == Passage(0, 3)
    assert note.passage("4..2:3") == Passage(4, 11)


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("22", "22 is past the end of n, which has 21 characters"),
        ("5:1", "n has 4 lines, and no line 5"),
        ("0:1", "no line 0"),
        ("1:10", "Line 1 of n has 8 characters, and no column 10"),
        ("2:7", "Line 2 of n has 5 characters"),
        ("1:0", "no column 0"),
        ("", "is no place"),
        ("-1", "is no place"),
        ("end", "is no place"),
        ("٣", "past the end|is no place"),
    ],
)
def test_places_that_are_none_are_refused(at, sentence):
    note = Note("One two.\nThree\r\n\nfour", "n")
    if at == "٣":  # a digit of another script is a digit
        assert note.place(at) == 3
        return
    with refused(sentence):
        note.place(at)


@pytest.mark.parametrize("at", ["3", "5..5", "9..2", "1..", "..2"])
def test_passages_that_are_none_are_refused(at):
    with refused("no passage|no place|is empty"):
        Note("One two.\nThree", "n").passage(at)


def test_a_passage_by_its_words():
    note = Note(DRAFT, "n")
    start = DRAFT.index("Mira saw it.")
    assert note.find("Mira saw it.") == Passage(start, start + 12)
    for words_, sentence in (
        ("Sea", "do not stand"),
        (" ", "do not stand"),
        ("She", "stand 2 times"),
        ("did it", "comment"),
    ):
        with refused(sentence):
            note.find(words_)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("The end.", 8),
        ("The end.\n", 8),
        ("The end.\r\n", 8),
        ("The end.\n\n", 10),
        ("The end.\r\n\r\n", 12),
        ("", 0),
        ("---\na: b\n---\nSea.\n", 17),
    ],
)
def test_where_a_note_goes_on(text, end):
    assert Note(text, "n").end == end


@pytest.mark.parametrize(
    ("text", "open_text"),
    [
        ("a %%b%% c", "a c"),
        ("a %%b\n\nc%% d", "a d"),
        ("a <!-- b --> c", "a c"),
        ("a %% b", "a "),
        ("a <!-- b", "a "),
        ("%%%%", ""),
        ("a `%%` b %%c%%", "a `%%` b "),
        ("a ``x ` %%`` b", "a ``x ` %%`` b"),
        ("```mermaid\n%% b\n```\nc %%d%%", "```mermaid\n%% b\n```\nc "),
        ("~~~~\n%%\n~~~\n%%\n~~~~\nc", "~~~~\n%%\n~~~\n%%\n~~~~\nc"),
        ("```\nnever closed %%b%%", "```\nnever closed "),
        ("a ` b %%c%%", "a ` b "),
        ("%%a ``` b%%\nc\n```", "c\n```"),
        ("a%%b%%c", "ac"),
        ("```%%b%%", "```"),
        ("~~~%%b%%\nc", "~~~\nc"),
        ("```%%b%%`", "````"),
        ("a\n%%b%%\nc", "a\nc"),
        ("a\r\n  %%b%%  \r\nc", "a\r\n  c"),
        ("a\n%%b%% %%c%% d", "a\nd"),
        ("- ```\n  %%b%%\n  ```\nc %%d%%", "- ```\n  %%b%%\n  ```\nc "),
        ("> ~~~\n> %%\n> ~~~\nc", "> ~~~\n> %%\n> ~~~\nc"),
        ("\\`%%b%% c`", "\\` c`"),
        ("50 % and 60 %", "50 % and 60 %"),
        ("---\na: b\n---\nc", "c"),
        ("---\r\na: b\r\n---\r\nc", "c"),
        ("---\nnever closed", "---\nnever closed"),
        ("a\n---\nb\n---\n", "a\n---\nb\n---\n"),
        (
            "Content-Type: text/x-zim-wiki\nWiki-Format: zim 0.6\nCreation-Date: 2026\n\n===== A =====\nb",
            "===== A =====\nb",
        ),
    ],
)
def test_what_may_be_sent(text, open_text):
    note = Note(text, "n")
    assert note.open_text(note.whole()) == open_text


@given(st.lists(st.sampled_from(["%%", "a", "\n", "`", "```", "<!--", "-->", " ", "S"]), max_size=14).map("".join))
def test_any_passage_has_only_what_the_whole_may_have(text):
    note = Note(text, "n")
    for start in range(len(text) + 1):
        parts = note.open_text(Passage(0, start)) + note.open_text(Passage(start, len(text)))
        assert "".join(parts.split()) == "".join(note.open_text(note.whole()).split())


def test_places_inside_of_what_is_private_are_refused():
    note = Note(DRAFT, "n")
    for at in ("0", "18"):
        with refused("lies in the frontmatter"):
            note.place(at)
    begin = DRAFT.index("%%")
    assert note.place(str(begin)) == begin
    assert note.place(str(begin + 15)) == begin + 15
    for at in (begin + 1, begin + 14):
        with refused("lies in a comment"):
            note.place(str(at))
    with refused("lies in a comment"):
        assert Note("a %% b", "n").end


def test_a_passage_with_a_comment_is_not_replaced():
    note = Note(DRAFT, "n")
    note.must_be_replaceable(Passage(19, 32))
    with refused("would be lost"):
        note.must_be_replaceable(note.whole())


def test_a_private_note_is_refused_and_one_that_may_be(tmp_path):
    for said in ("true", "True", '"true"'):
        with refused("is private"):
            read_note(saved(tmp_path, f"---\nprivate: {said}\n---\nSecret."))
    assert read_note(saved(tmp_path, "---\nprivate: false\n---\nOpen.")).begin
    for said in ("maybe", "yes", "[true]", "1"):
        with refused("must be true or false"):
            read_note(saved(tmp_path, f"---\nprivate: {said}\n---\nSecret."))
    with refused(r"note\.md can't be read, line 3"):
        read_note(saved(tmp_path, "---\nprivate: [true\n---\nSecret."))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"\xff\xd8\xff\xe0", "is not UTF-8 text"), (b"PK\x00\x01", "is no text file"), (None, "can't be read")],
)
def test_files_that_are_no_notes(tmp_path, data, sentence):
    file = tmp_path / "note.md" if data is None else saved(tmp_path, data)
    with refused(sentence):
        read_note(file)


def test_paragraphs():
    note = Note("# One\n\nA b\nc.\n \n%%x%%\n\n![a](b.png)\n\nLast.\n\n", "n")
    texts = [note.text[p.start : p.end] for p in map(note.paragraph, (0, 3, 8, 12, 20, 30, 40, 47))]
    assert texts == ["# One", "# One", "A b\nc.", "A b\nc.", "A b\nc.", "A b\nc.", "Last.", "Last."]
    with refused("says nothing"):
        Note("%%x%%\n", "n").paragraph(0)


@pytest.mark.parametrize(
    ("left", "right", "between"),
    [
        ("sea.", "It", " "),
        ("sea. ", "It", ""),
        ("sea.\n", "It", ""),
        ("sea", ", it", ""),
        ("sea (", "it", ""),
        ('said, "', "It", ""),
        ('"No," she said. "Yes."', "It", " "),
        ("“No", "she”", " "),
        ("海が光る。", "彼は", ""),
        ("바다가 빛났다.", "그는", " "),
        ("", "It", ""),
        ("sea.", "", ""),
        ("well—", "it", " "),
    ],
)
def test_a_space_where_words_would_stick_together(left, right, between):
    assert joint(left, right) == between


@pytest.mark.parametrize(
    ("before", "at", "new", "after"),
    [
        (b"The sea.\n", "", "It rose.", b"The sea. It rose.\n"),
        (b"The sea.", "", "It rose.", b"The sea. It rose."),
        (b"The sea.\n\n", "", "It rose.", b"The sea.\n\nIt rose.\n"),
        (
            b"\xef\xbb\xbfThe sea.\r\n\tEnd\x0b \r\n",
            "8",
            "It\n\nrose.",
            b"\xef\xbb\xbfThe sea. It\r\n\r\nrose.\r\n\tEnd\x0b \r\n",
        ),
        (b"The sea. End.", "9", "It rose.", b"The sea. It rose. End."),
        (DRAFT.encode(), "32", "It fell.", DRAFT.replace("rose.\n", "rose. It fell.\n").encode()),
        ("灯台。\n".encode(), "", "海。", "灯台。海。\n".encode()),
    ],
)
def test_what_is_put_in_leaves_everything_else(tmp_path, before, at, new, after):
    file = saved(tmp_path, before)
    note = read_note(file)
    place = note.place(at) if at else note.end
    note.put(Passage(place, place), new)
    assert file.read_bytes() == after
    assert [each.name for each in tmp_path.iterdir()] == ["note.md"]


def test_a_passage_is_replaced(tmp_path):
    file = saved(tmp_path, DRAFT)
    note = read_note(file)
    note.put(note.bare(Passage(18, 34)), "It was calm.")
    assert file.read_text() == DRAFT.replace("The sea rose.", "It was calm.")


@pytest.mark.skipif(os.name != "posix", reason="modes and links as POSIX has them")
def test_mode_and_link_stay(tmp_path):
    file = saved(tmp_path, "One.", "real.md")
    file.chmod(0o640)
    (tmp_path / "note.md").symlink_to(file)
    note = read_note(tmp_path / "note.md")
    note.put(Passage(4, 4), "Two.")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("One. Two.", 0o640)
    assert (tmp_path / "note.md").is_symlink()


def test_a_note_that_was_changed_meanwhile_is_left_alone(tmp_path):
    file = saved(tmp_path, "One.")
    note = read_note(file)
    file.write_text("Three.")
    with refused("was changed meanwhile"):
        note.put(Passage(4, 4), "Two.")
    assert file.read_text() == "Three."


def test_plain_words():
    text = "## The *old* **tower**\n- [[Mira|She]] saw [it](x.md) ![no](y.png) in [[Port]]. ![[z.png]]\n> `so`"
    assert words(text) == "The old tower She saw it in Port. so"
