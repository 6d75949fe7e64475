"""The messages of the socket. Knows neither socket nor frames.

Every message of a client carries a `ref` of the client's choosing; the daemon's answer carries the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Union

from annotated_types import Interval, Len

from studiolo_contract.concept import Concept
from studiolo_contract.errors import Problem
from studiolo_contract.events import AnyPreview, Event
from studiolo_contract.kit import KitInfo
from studiolo_contract.media import Blob
from studiolo_contract.request import Request

Ref = Annotated[int, Interval(ge=0, le=2**53)]
HexDigest = Annotated[str, Len(64, 64)]
JobId = Annotated[str, Len(1, 64)]

# ---- what a client says


@dataclass(frozen=True, kw_only=True)
class Hello:
    """The first frame. Answered by `Welcome`, or by `Refused` and a closed socket."""

    type: Literal["hello"] = "hello"
    ref: Ref = 0
    protocol: int
    client: Annotated[str, Len(1, 100)]
    """Whose jobs these are; the same name after a reconnect is the same client."""
    token: Annotated[str, Len(1, 200)]


@dataclass(frozen=True, kw_only=True)
class Submit:
    """Do this. The same key from the same client is the same job, however often it is sent; a new one only after that
    job was given up, long after its end. Answered by `Accepted`."""

    type: Literal["submit"] = "submit"
    ref: Ref
    key: Annotated[str, Len(1, 100)]
    request: Request
    priority: Literal["interactive", "batch"] = "interactive"


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """Stop a job of one's own; a job that is over stays as it is. Answered by `Done`."""

    type: Literal["cancel"] = "cancel"
    ref: Ref
    job: JobId


@dataclass(frozen=True, kw_only=True)
class Move:
    """Have a waiting job of one's own run before another one that waits for the same worker with the same priority.
    Answered by `Done`."""

    type: Literal["move"] = "move"
    ref: Ref
    job: JobId
    before: Annotated[str, Len(0, 64)] = ""
    """The other job; empty for the end of one's own."""


@dataclass(frozen=True, kw_only=True)
class Resume:
    """Send the log of a job from the event after `after`, and go on with what happens next. Answered by `Done`."""

    type: Literal["resume"] = "resume"
    ref: Ref
    job: JobId
    after: Annotated[int, Interval(ge=0, le=2**53)] = 0
    """Sequence number of the last event known; 0 for none."""


@dataclass(frozen=True, kw_only=True)
class Pin:
    """Keep a job of one's own, and every blob that it names, however old it grows. Answered by `Done`."""

    type: Literal["pin"] = "pin"
    ref: Ref
    job: JobId


@dataclass(frozen=True, kw_only=True)
class Unpin:
    """Let a job of one's own grow old like any other. Answered by `Done`."""

    type: Literal["unpin"] = "unpin"
    ref: Ref
    job: JobId


@dataclass(frozen=True, kw_only=True)
class Have:
    """Which of these blobs would have to be put? The others stay for an hour at least. Answered by `Missing`."""

    type: Literal["have"] = "have"
    ref: Ref
    hashes: Annotated[tuple[HexDigest, ...], Len(0, 256)]


@dataclass(frozen=True, kw_only=True)
class Put:
    """In a binary frame: the bytes of a blob, which stays for an hour at least, and then as long as a job or a concept
    names it. Answered by `Done`."""

    type: Literal["put"] = "put"
    ref: Ref
    sha256: HexDigest


@dataclass(frozen=True, kw_only=True)
class Get:
    """Send a blob, or a part of it: so that others need not wait for a large one. Answered by `Given`."""

    type: Literal["get"] = "get"
    ref: Ref
    sha256: HexDigest
    start: Annotated[int, Interval(ge=0, le=2**53)] = 0
    """The first byte wanted, counted from 0."""
    length: Union[Annotated[int, Interval(ge=1, le=2**53)], None] = None
    """How many bytes at most; null for all that follow."""


@dataclass(frozen=True, kw_only=True)
class ListModels:
    """Which models are there? Answered by `Models`."""

    type: Literal["models"] = "models"
    ref: Ref


@dataclass(frozen=True, kw_only=True)
class ListJobs:
    """Which jobs are there, newest first? Answered by `Jobs`."""

    type: Literal["jobs"] = "jobs"
    ref: Ref
    everyone: bool = False
    """Whether other clients' jobs are listed too."""


@dataclass(frozen=True, kw_only=True)
class Free:
    """Give memory back: end every worker that has no job now, and each other one when its present job is over. The next
    job starts its worker anew. Answered by `Done` when those without a job are gone."""

    type: Literal["free"] = "free"
    ref: Ref


@dataclass(frozen=True, kw_only=True)
class Keep:
    """Keep a concept for every client, in the place of the one that has this name. Answered by `Done`."""

    type: Literal["keep"] = "keep"
    ref: Ref
    concept: Concept


@dataclass(frozen=True, kw_only=True)
class Forget:
    """Keep the concept of this name no longer, if there is one. Answered by `Done`."""

    type: Literal["forget"] = "forget"
    ref: Ref
    name: Annotated[str, Len(1, 80)]


@dataclass(frozen=True, kw_only=True)
class ListConcepts:
    """Which concepts are kept, by whichever client? Answered by `Concepts`."""

    type: Literal["concepts"] = "concepts"
    ref: Ref


@dataclass(frozen=True, kw_only=True)
class ListKits:
    """Which kits does the project have that is open, newest first? Answered by `Kits`."""

    type: Literal["kits"] = "kits"
    ref: Ref


@dataclass(frozen=True, kw_only=True)
class Bring:
    """Make a blob of a file of one of those kits, to be got as any other; it stays for an hour at least. Answered by
    `Brought`."""

    type: Literal["bring"] = "bring"
    ref: Ref
    kit: Annotated[str, Len(1, 200)]
    file: Annotated[str, Len(1, 200)]
    """By its name in the kit; `mood.json` for its card."""


ClientMessage = Union[
    Hello,
    Submit,
    Cancel,
    Move,
    Resume,
    Pin,
    Unpin,
    Have,
    Put,
    Get,
    ListModels,
    ListJobs,
    Free,
    Keep,
    Forget,
    ListConcepts,
    ListKits,
    Bring,
]

# ---- what the daemon says


@dataclass(frozen=True, kw_only=True)
class ModelInfo:
    """A model as a client shows it to a person."""

    name: str
    kind: Literal["text", "image", "upscale", "music", "judge"]
    summary: str
    licence: str
    commercial: bool
    """Whether the licence allows commercial use of what the model makes."""
    memory_gb: float
    installed: bool
    default: bool
    """Whether a request without a model of its own gets this one."""
    native: int | None = None
    """Side of the square that a picture model paints best, in pixels; None where that is not known."""
    depth: bool = False
    """Whether a picture model can keep to a depth picture; false where it is not installed and that is not known."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the daemon refuses to take."""

    frame_bytes: int
    blob_bytes: int
    jobs_per_client: int
    """Waiting and running."""


@dataclass(frozen=True, kw_only=True)
class Welcome:
    """The socket is open for jobs."""

    type: Literal["welcome"] = "welcome"
    ref: Ref
    protocol: int
    server: str
    """Name and version of the daemon."""
    features: tuple[str, ...]
    limits: Limits
    models: tuple[ModelInfo, ...]
    styles: tuple[str, ...] = ()
    """The literary styles that a text request may name."""
    presets: tuple[str, ...] = ()
    """The presets of sampling that a text request may name."""
    kit_presets: tuple[str, ...] = ()
    """The presets that a compose request may name."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The job is in the journal; its events follow."""

    type: Literal["accepted"] = "accepted"
    ref: Ref
    key: str
    job: str
    known: bool
    """Whether this key had been submitted before."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """It is so."""

    type: Literal["done"] = "done"
    ref: Ref


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The message with this `ref` was not carried out; everything else goes on."""

    type: Literal["refused"] = "refused"
    ref: Ref
    problem: Problem


@dataclass(frozen=True, kw_only=True)
class Happened:
    """Event number `seq` (from 1, without gaps) of a job's log."""

    type: Literal["happened"] = "happened"
    job: str
    seq: int
    at: float
    """Seconds since 1970, by the daemon's clock."""
    event: Event


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """In a binary frame: the newest preview of a job."""

    type: Literal["previewed"] = "previewed"
    job: str
    preview: AnyPreview


@dataclass(frozen=True, kw_only=True)
class Missing:
    """These blobs the daemon does not have."""

    type: Literal["missing"] = "missing"
    ref: Ref
    hashes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Given:
    """In a binary frame: the bytes of a blob that were asked for, fewer where it ends before."""

    type: Literal["given"] = "given"
    ref: Ref
    sha256: str
    size: int
    """Bytes of the whole blob."""


@dataclass(frozen=True, kw_only=True)
class Models:
    """The models of the catalogue, installed or not."""

    type: Literal["models"] = "models"
    ref: Ref
    models: tuple[ModelInfo, ...]


@dataclass(frozen=True, kw_only=True)
class JobInfo:
    """One line of the list of jobs."""

    job: str
    client: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    title: str
    """The first words of the request; empty for another client's job."""
    created: float
    """Seconds since 1970."""
    seq: int
    """Number of the latest event."""
    pinned: bool = False


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """Jobs, newest first."""

    type: Literal["jobs"] = "jobs"
    ref: Ref
    jobs: tuple[JobInfo, ...]


@dataclass(frozen=True, kw_only=True)
class Concepts:
    """The concepts that are kept, by name."""

    type: Literal["concepts"] = "concepts"
    ref: Ref
    concepts: tuple[Concept, ...]


@dataclass(frozen=True, kw_only=True)
class Kits:
    """The kits of the project that is open."""

    type: Literal["kits"] = "kits"
    ref: Ref
    project: str = ""
    """Its name; empty where none is open."""
    kits: tuple[KitInfo, ...]


@dataclass(frozen=True, kw_only=True)
class Brought:
    """The file is a blob."""

    type: Literal["brought"] = "brought"
    ref: Ref
    blob: Blob


DaemonMessage = Union[
    Welcome,
    Accepted,
    Done,
    Refused,
    Happened,
    Previewed,
    Missing,
    Given,
    Models,
    Jobs,
    Concepts,
    Kits,
    Brought,
]
