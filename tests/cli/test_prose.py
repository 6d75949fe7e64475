"""Prose on a pipe is exactly the finished text; on a terminal what was cut is wiped off the screen."""

import io
import os
import random
import re
import time

import pytest

from studiolo_cli.prose import Prose, _place


class Pipe(io.StringIO):
    pass


class Screen(io.StringIO):
    """A terminal's cells: understands new lines, and the three escapes that `Prose` uses."""

    def __init__(self, columns, lines):
        super().__init__()
        self.columns, self.lines = columns, lines
        self.cells = [""]
        self.row = self.column = 0

    def isatty(self):
        return True

    def write(self, text):
        for part in re.findall(r"\x1b\[\d*[A-Z]|[\s\S]", text):
            self._one(part)
        return len(text)

    def _one(self, part):
        if part.startswith("\x1b"):
            amount, what = int(part[2:-1] or 0), part[-1]
            if what == "A":
                self.row -= amount
            elif what == "C":
                self.column = min(self.column + amount, self.columns - 1)
            else:
                self.cells[self.row :] = [self.cells[self.row][: self.column]]
            assert self.row >= 0
        elif part == "\n":
            self._down()
        elif part == "\r":
            self.column = 0
        else:
            if self.column == self.columns:
                self._down()
            line = self.cells[self.row].ljust(self.column)
            self.cells[self.row] = line[: self.column] + part + line[self.column + 1 :]
            self.column += 1

    def _down(self):
        self.row, self.column = self.row + 1, 0
        if self.row == len(self.cells):
            self.cells.append("")


@pytest.fixture
def screen(monkeypatch):
    def make(columns=20, lines=10):
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("LINES", str(lines))
        monkeypatch.setenv("TERM", "xterm")
        return Screen(columns, lines)

    return make


def pieces(text, seed):
    draw = random.Random(seed)
    while text:
        size = draw.randint(1, 6)
        yield text[:size]
        text = text[size:]


STORY = 'He rowed out. "Who is there?" she asked… Nobody.\n\nThe lamp went out! Then the'


@pytest.mark.parametrize("seed", range(5))
def test_a_pipe_gets_the_finished_text_alone(seed):
    pipe = Pipe()
    prose = Prose(pipe, hold=True)
    for piece in pieces(STORY, seed):
        prose.add(piece)
        assert STORY.startswith(pipe.getvalue())
    finished = STORY.removesuffix(" Then the")
    assert pipe.getvalue() == finished
    assert prose.finish(finished)
    assert pipe.getvalue() == finished + "\n"


def test_a_pipe_gets_each_sentence_as_soon_as_it_is_whole():
    pipe = Pipe()
    prose = Prose(pipe, hold=True)
    prose.add("One. Two")
    assert pipe.getvalue() == "One."
    prose.add(" and a half.")
    assert pipe.getvalue() == "One."
    prose.add(" Th")
    assert pipe.getvalue() == "One. Two and a half."
    prose.add('en: "Three! Mr. ')
    prose.add("X said.")
    assert pipe.getvalue() == "One. Two and a half."
    prose.add('"')
    assert prose.finish()
    assert pipe.getvalue() == 'One. Two and a half. Then: "Three! Mr. X said."\n'


@pytest.mark.parametrize("opening", ["", '"'])
def test_a_long_text_is_not_held_back_for_ever_and_costs_little(opening):
    pipe = Pipe()
    prose = Prose(pipe, hold=True)
    prose.add(opening)
    began = time.process_time()
    for _ in range(2000):
        prose.add("She looked at the sea. ")
    assert time.process_time() - began < 5
    assert len(pipe.getvalue()) > 40_000


def test_words_that_a_pipe_has_already_are_owned_up_to():
    prose = Prose(Pipe(), hold=False)
    prose.add("The sea rose. And th")
    assert not prose.finish("The sea rose.")


@pytest.mark.skipif(os.name == "nt", reason="a Windows console is treated as a pipe")
@pytest.mark.parametrize("columns", [7, 13, 20, 80])
@pytest.mark.parametrize("keep", [0, 1, 13, 29, 30, 48, 50, 68])
def test_a_terminal_shows_all_and_takes_back_what_was_cut(screen, columns, keep):
    there, fresh = screen(columns, 50), screen(columns, 50)
    prose = Prose(there, hold=True)
    for piece in pieces(STORY, keep):
        prose.add(piece)
    finished = STORY[:keep]
    assert prose.finish(finished)
    fresh.write(finished + ("\n" if finished and not finished.endswith("\n") else ""))
    assert [line.rstrip() for line in there.cells] == [line.rstrip() for line in fresh.cells]


@pytest.mark.skipif(os.name == "nt", reason="a Windows console is treated as a pipe")
def test_what_has_scrolled_away_is_left_and_owned_up_to(screen):
    there = screen(20, 5)
    prose = Prose(there, hold=True)
    prose.add("Stay.\n" + "gone\n" * 10)
    before = list(there.cells)
    assert not prose.finish("Stay.")
    assert there.cells[: len(before) - 1] == before[:-1]


def test_wide_characters_take_two_cells():
    assert _place("灯台", 10) == (0, 4)
    assert _place("灯台守", 5) == (1, 2)
    assert _place("abcde", 5) == (0, 5)
    assert _place("abcde\nf", 5) == (1, 1)
