"""What a worker holds back and what it says at once."""

import io
import os

from studiolo.engines.engine import JobCancelled
from studiolo_contract.events import Progress, Text, Token
from studiolo_daemon.workshop import pipe
from studiolo_daemon.workshop.worker_process import COALESCE, Outbox, WorkerProcess


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def spoken(script):
    """(variant, text) of the frames that a script of (seconds, event) leads to."""
    sent, clock = [], Clock()
    outbox = Outbox("job", sent.append, clock)
    for at, event in script:
        clock.now = at
        outbox.emit(event)
    outbox.flush()
    return [frame["event"] for frame in sent]


def test_the_first_word_goes_at_once_and_quick_ones_together():
    sent, clock = [], Clock()
    outbox = Outbox("job", sent.append, clock)
    outbox.emit(Text(variant=0, text="The"))
    assert [frame["event"]["text"] for frame in sent] == ["The"]
    for number in range(1, 4):
        clock.now = number * COALESCE / 4
        outbox.emit(Text(variant=0, text=f" {number}"))
    assert len(sent) == 1
    clock.now = COALESCE * 1.1
    outbox.emit(Text(variant=0, text=" end"))
    assert [frame["event"]["text"] for frame in sent] == ["The", " 1 2 3 end"]


def test_nothing_overtakes_held_text_and_variants_stay_apart():
    frames = spoken(
        [
            (0, Text(variant=0, text="a")),
            (0.001, Text(variant=0, text="b")),
            (0.002, Text(variant=1, text="c")),
            (0.003, Progress(stage="write", done=1, total=2)),
            (0.004, Text(variant=0, text="d")),
        ]
    )
    assert [(f["type"], f.get("text")) for f in frames] == [
        ("text", "a"),
        ("text", "b"),
        ("text", "c"),
        ("progress", None),
        ("text", "d"),
    ]


def test_of_quick_progress_the_first_and_the_last_of_each_stage_are_told():
    load = [(0.001 * done, Progress(stage="load", done=done, total=2)) for done in range(3)]
    steps = [(0.002 + 0.03 * done, Progress(stage="steps", done=done, total=8)) for done in range(1, 9)]
    told = [(frame["stage"], frame["done"]) for frame in spoken(load + steps)]
    assert told == [("load", 0), ("load", 2), ("steps", 1), ("steps", 5), ("steps", 8)]


def test_tokens_are_kept_when_text_is_joined():
    token = Token(text="b", probability=0.5, alternatives=())
    frames = spoken(
        [
            (0, Text(variant=0, text="a")),
            (0, Text(variant=0, text="b", tokens=(token,))),
            (0, Text(variant=0, text="c", tokens=(token,))),
        ]
    )
    assert [len(frame["tokens"]) for frame in frames] == [0, 2]


def test_a_cancel_that_comes_after_the_end_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "_exit", lambda status: None)  # which it does when its input ends
    said = ({"op": "run", "job": "here"}, {"op": "cancel", "job": "here"}, {"op": "cancel", "job": "gone"})
    worker = WorkerProcess(tmp_path, io.BytesIO(b"".join(map(pipe.pack, said))), io.BytesIO())
    worker._listen()
    assert set(worker._cancelled) == {"here"}
    assert worker._cancelled["here"].is_set()

    def cancelled():
        yield
        raise JobCancelled

    work = cancelled()
    assert worker._advance("here", work) is None
    assert worker._advance("here", work) == {"outcome": "cancelled"}
    assert not worker._cancelled


def test_frames_survive_the_pipe():
    message = {"op": "end", "blobs": {"a" * 64: bytes(range(256)) * 1000}, "none": None, "text": "ü"}
    data = pipe.pack(message)
    assert pipe.read(io.BytesIO(data + data)) == message
    assert pipe.read(io.BytesIO(data[:-1])) is None
    assert pipe.read(io.BytesIO(b"")) is None
