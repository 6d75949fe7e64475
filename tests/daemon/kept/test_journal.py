"""What is written survives, in order, under its key."""

import sqlite3

import pytest

from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import Cancelled, Failed, Queued, Started, Text
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_contract.music import MusicRequest
from studiolo_contract.text import TextRequest
from studiolo_contract.upscale import UpscaleRequest
from studiolo_contract.wire import Happened
from studiolo_daemon.kept.journal import Journal
from studiolo_daemon.workshop.jobs import Jobs

REQUEST = TextRequest(text="The sea.", seed=7)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "journal.sqlite3"


def test_open_jobs_come_back_with_their_log(file):
    jobs = Jobs(Journal(file), 10, 10)
    going, over = (jobs.add("krita", key, "batch", REQUEST, "starter-text") for key in ("going", "over"))
    for event in (Queued(position=1), Started(attempt=1), Text(variant=0, text="Ünïcode ")):
        jobs.record(going, event)
    jobs.record(over, Cancelled())

    again = Jobs(Journal(file), 10, 10)
    (job,) = again.open_jobs()
    assert (job.id, job.client, job.request, job.model, job.priority) == (
        going.id,
        "krita",
        REQUEST,
        "starter-text",
        "batch",
    )
    assert job.log == going.log
    assert [happened.seq for happened in job.log] == [1, 2, 3]
    assert job.attempts == 1
    assert again.known("krita", "over") == over.id
    assert again.known("blender", "over") is None
    assert again.find(over.id).over


def test_a_key_can_be_used_once_by_each_client(file):
    jobs = Jobs(Journal(file), 10, 10)
    jobs.add("a", "key", "batch", REQUEST, "m")
    jobs.add("b", "key", "batch", REQUEST, "m")
    with pytest.raises(sqlite3.IntegrityError):
        jobs.add("a", "key", "batch", REQUEST, "m")


def test_an_event_is_whole_or_not_there(file):
    journal = Journal(file)
    jobs = Jobs(journal, 10, 10)
    job = jobs.add("a", "key", "batch", REQUEST, "m")
    jobs.record(job, Started(attempt=1))
    twice = Happened(job=job.id, seq=1, at=0.0, event=Cancelled())
    with pytest.raises(sqlite3.IntegrityError):
        journal.append(twice, "cancelled")
    assert journal.entry(job.id).state == "running"
    jobs.record(job, Cancelled())
    assert journal.entry(job.id).state == "cancelled"


def test_caps_say_when_to_come_again(file):
    jobs = Jobs(Journal(file), per_client=2, most=3)
    first = jobs.add("a", "1", "batch", REQUEST, "m")
    jobs.add("a", "2", "batch", REQUEST, "m")
    with pytest.raises(StudioloError, match="This client has 2 jobs") as caught:
        jobs.add("a", "3", "batch", REQUEST, "m")
    assert caught.value.problem.retry_after
    jobs.add("b", "1", "batch", REQUEST, "m")
    with pytest.raises(StudioloError, match="The daemon has 3 jobs"):
        jobs.add("c", "1", "batch", REQUEST, "m")
    jobs.record(first, Cancelled())
    jobs.add("c", "1", "batch", REQUEST, "m")


def test_lists_tell_others_jobs_without_their_words(file):
    jobs = Jobs(Journal(file), 10, 10)
    jobs.add("a", "1", "batch", REQUEST, "m")
    jobs.add("b", "1", "batch", REQUEST, "m")
    assert [(info.client, info.title) for info in jobs.listed("a", everyone=True)] == [("b", ""), ("a", "The sea.")]
    assert [info.client for info in jobs.listed("a", everyone=False)] == ["a"]


def test_a_list_has_titles_of_every_kind(file):
    jobs = Jobs(Journal(file), 10, 10)
    picture = Picture(sha256="0" * 64, width=640, height=480, format="png")
    for key, request in enumerate(
        (
            TextRequest(text="\n\t " + "Das  Meer,\ndas 'weite' “Meer”. " * 90, seed=1),
            ImageRequest(prompt="a lamp", image=picture),
            UpscaleRequest(image=picture, scale=4),
            MusicRequest(seconds=3.0),
        )
    ):
        jobs.add("a", str(key), "batch", request, "m")
    assert [(info.kind, info.title) for info in reversed(jobs.listed("a", everyone=False))] == [
        ("text", "Das Meer, das 'weite' “Meer”. Das Meer, das 'weite' “Meer”. "),
        ("image", "a lamp"),
        ("upscale", "640 × 480 pixels, 4 times larger"),
        ("music", ""),
    ]


def test_a_list_reads_no_request_whole(file):
    jobs = Jobs(Journal(file), 10, 10)
    job = jobs.add("a", "1", "batch", REQUEST, "m")
    jobs.record(job, Cancelled())
    with sqlite3.connect(file) as db:
        db.execute("UPDATE jobs SET request = json_set(request, '$.seed', 'seven')")
    with pytest.raises(ValueError, match="seed"):
        jobs.find(job.id)
    assert [info.title for info in jobs.listed("a", everyone=False)] == ["The sea."]


def test_the_order_of_waiting_jobs_survives(file):
    jobs = Jobs(Journal(file), 10, 10)
    one, two, other, three = (jobs.add(who, key, "batch", REQUEST, "m") for who, key in ("a1", "a2", "b1", "a3"))
    jobs.reorder([three, one, two])
    assert [job.id for job in Jobs(Journal(file), 10, 10).open_jobs()] == [three.id, one.id, other.id, two.id]
    jobs.record(three, Cancelled())
    jobs.reorder([two, one])
    later = jobs.add("a", "4", "batch", REQUEST, "m")
    again = Jobs(Journal(file), 10, 10)
    assert [job.id for job in again.open_jobs()] == [two.id, other.id, one.id, later.id]
    assert [info.job for info in again.listed("a", everyone=False)] == [later.id, three.id, two.id, one.id]


def test_watchers_hear_of_events_and_previews(file):
    from studiolo_contract.events import Preview

    jobs = Jobs(Journal(file), 10, 10)
    job = jobs.add("a", "1", "batch", REQUEST, "m")
    heard = []
    job.watchers.add(lambda: heard.append((len(job.log), job.preview and job.preview[2])))
    jobs.record(job, Started(attempt=1))
    jobs.show(job, Preview(step=1, steps=4, width=8, height=8), b"old")
    jobs.show(job, Preview(step=2, steps=4, width=8, height=8), b"new")
    assert heard == [(1, None), (1, 1), (1, 2)]
    assert job.preview[1] == b"new"


def test_a_full_house_says_when_to_come_again_by_how_fast_jobs_end(file):
    jobs = Jobs(Journal(file), per_client=2, most=9)
    for client in "abc":
        jobs.add(client, "1", "batch", REQUEST, "m")
    first = jobs.add("a", "2", "batch", REQUEST, "m")

    def told():
        with pytest.raises(StudioloError) as caught:
            jobs.add("a", "3", "batch", REQUEST, "m")
        return caught.value.problem.retry_after

    unknown = told()
    assert unknown > 10  # three clients take turns
    jobs.record(first, Started(attempt=1))
    jobs.record(first, Failed(problem=Problem(code="internal", message="It fell.", mend="Lift it.")))
    jobs.add("a", "4", "batch", REQUEST, "m")
    assert told() < 5
