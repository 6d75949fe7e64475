"""Fetches a model's files from the Hugging Face hub, each checked before it counts. Knows no store and no catalogue.

Only weights in safetensors, configuration, tokenizer and text are fetched; never code, never pickles. A broken download
goes on where it stopped: the hub's own client starts such a file anew, so the bytes are read here.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from huggingface_hub import HfApi, constants, get_session, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    HFValidationError,
    HTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import build_hf_headers

from studiolo.models.folder import read_object
from studiolo.models.layout import variant_of
from studiolo.models.record import hash_file
from studiolo_contract.errors import StudioloError

SUFFIXES = (".safetensors", ".json", ".txt", ".jinja", ".model")
"""Weights, configuration, word lists, chat templates and SentencePiece tokenizers."""
REACH_SECONDS = 2.0
_COMMIT = re.compile(r"[0-9a-f]{40}")
_TRIES = 5
"""Connections for one file, as long as each brings at least a byte."""


@dataclass(frozen=True, kw_only=True)
class Remote:
    """A file of a repository at one commit."""

    path: str
    size: int
    sha256: str
    """As the hub states it for large files; empty for small ones."""
    git_sha1: str
    """Git's own name for the contents of a small file."""


def resolve(repo: str, commit: str) -> tuple[str, list[Remote]]:
    """The commit and its files; with an empty `commit`, the newest. Raises `StudioloError`."""
    _must_reach(endpoint())
    try:
        info = HfApi(endpoint=endpoint()).model_info(repo, revision=commit or None, files_metadata=True, timeout=15)
    except GatedRepoError as error:
        raise _gated(repo) from error
    except RevisionNotFoundError as error:
        raise StudioloError(
            "bad_model",
            f"The hub no longer has the version of {repo} that was recorded at the first pull ({commit[:12]}).",
            "Copy the model's folder from another machine, or delete its file in models/.pins to take a new version.",
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise StudioloError("unknown_model", f"The hub has no model {repo}.", "Look up its name on the hub.") from error
    except OfflineModeIsEnabled as error:
        raise offline("HF_HUB_OFFLINE is set, so the model hub is not asked.") from error
    except (HTTPError, OSError) as error:
        raise offline(f"The model hub does not answer as it should ({_reason(error)}).") from error
    if not info.sha or not _COMMIT.fullmatch(info.sha) or (commit and info.sha != commit):
        raise StudioloError(
            "bad_model", f"The hub answered for {repo} with another version than was asked for.", "Try again later."
        )
    return info.sha, [_remote(sibling) for sibling in info.siblings or () if _safe(sibling.rfilename)]


def select(files: list[Remote], components: list[str] | None, variant: str) -> list[Remote]:
    """The files that the model is loaded from.

    `components` are the folders that a diffusers pipeline consists of; None for a transformers model, whose files lie
    at the top. Of weights in several number formats, `variant` is taken where a folder has it, the plain one elsewhere.
    """
    chosen = []
    for file in files:
        folder = _folder(file)
        wanted = folder == "" if components is None else folder in components or file.path == "model_index.json"
        if wanted and not file.path.startswith("consolidated"):
            chosen.append(file)
    with_variant = {_folder(file) for file in chosen if variant and variant_of(_name(file)) == variant}
    return [
        file
        for file in chosen
        if not _is_weights(file) or variant_of(_name(file)) == (variant if _folder(file) in with_variant else "")
    ]


def components_of(folder: Path) -> list[str]:
    """Names of the folders that `model_index.json` in `folder` speaks of. Raises `StudioloError` (`bad_model`)."""
    index = read_object(folder / "model_index.json")
    return [name for name, part in index.items() if isinstance(part, list) and part and part[0]]


def fetch(repo: str, commit: str, file: Remote, folder: Path, on_bytes: Callable[[int], None]) -> None:
    """Brings one file to its place in `folder`, going on with a broken download.

    `on_bytes` hears of bytes as they come, those of an earlier try at once. Raises `StudioloError`.
    """
    target = folder / file.path
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    url = hf_hub_url(repo, file.path, revision=commit, endpoint=endpoint())
    done = part.stat().st_size if part.is_file() else 0
    if done > file.size:
        part.unlink()
        done = 0
    on_bytes(done)
    failure: Exception | None = None
    for _ in range(_TRIES):
        if done == file.size:
            break
        try:
            _read_rest(url, part, done, on_bytes)
        except HTTPError as error:
            if getattr(getattr(error, "response", None), "status_code", 0) in (401, 403):
                raise _gated(repo) from error
            failure = error
        now = part.stat().st_size if part.is_file() else 0
        if now <= done:
            break
        done = now
    if done < file.size:
        reason = _reason(failure) if failure else "it sends too little"
        raise offline(f"The model hub stopped sending {file.path} after {done:,} of {file.size:,} bytes ({reason}).")
    part.touch()
    if not matches(part, file):
        part.unlink()
        raise StudioloError(
            "bad_model", f"{file.path} did not arrive as the hub describes it.", "Pull again; it is fetched anew."
        )
    part.replace(target)


def matches(local: Path, file: Remote) -> bool:
    """Whether a local file has the contents that the hub states."""
    if not local.is_file() or local.stat().st_size != file.size:
        return False
    if file.sha256:
        return hash_file(local) == file.sha256
    digest = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    with local.open("rb") as stream:
        while piece := stream.read(1 << 22):
            digest.update(piece)
    return digest.hexdigest() == file.git_sha1


def endpoint() -> str:
    """Address of the hub."""
    return (os.environ.get("HF_ENDPOINT") or constants.ENDPOINT).rstrip("/")


def offline(message: str) -> StudioloError:
    """The failure of a hub that cannot be reached, with the way that needs none."""
    return StudioloError(
        "offline",
        message,
        "Go online and try again (the pull goes on where it stopped), or copy the model's folder from another machine "
        "into models/ of Studiolo's home, or name the path of a folder as the model.",
    )


def _gated(repo: str) -> StudioloError:
    return StudioloError(
        "model_missing",
        f"The hub gives {repo} only to people who have accepted its terms.",
        f"Accept them on {endpoint()}/{repo}, run `hf auth login`, then pull again.",
    )


def _read_rest(url: str, part: Path, done: int, on_bytes: Callable[[int], None]) -> None:
    headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
    if done:
        headers["Range"] = f"bytes={done}-"
    with get_session().stream("GET", url, headers=headers, follow_redirects=True, timeout=20) as answer:
        answer.raise_for_status()
        if done and answer.status_code != 206:
            on_bytes(-done)  # this server starts from the first byte
            done = 0
        with part.open("ab" if done else "wb") as stream:
            for piece in answer.iter_bytes():
                stream.write(piece)
                on_bytes(len(piece))


def _must_reach(address: str) -> None:
    """Raises `offline` unless the hub, or the proxy on the way to it, takes a connection within REACH_SECONDS.

    In a thread, since the look-up of a name has no time limit of its own.
    """
    url = urlsplit(address)
    proxy = None if proxy_bypass(url.hostname or "") else getproxies().get(url.scheme)
    goal = urlsplit(proxy) if proxy else url
    port = goal.port or (443 if goal.scheme == "https" else 80)
    outcome: list[OSError | None] = []

    def knock() -> None:
        try:
            socket.create_connection((goal.hostname or "", port), timeout=REACH_SECONDS).close()
            outcome.append(None)
        except OSError as error:
            outcome.append(error)

    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join(REACH_SECONDS + 0.2)
    if not outcome:
        raise offline(f"The model hub ({url.hostname}) cannot be reached: no answer within {REACH_SECONDS:g} s.")
    if outcome[0] is not None:
        raise offline(f"The model hub ({url.hostname}) cannot be reached: {outcome[0].strerror or outcome[0]}.")


def _remote(sibling: Any) -> Remote:
    return Remote(
        path=sibling.rfilename,
        size=sibling.size or 0,
        sha256=sibling.lfs.sha256 if sibling.lfs else "",
        git_sha1=sibling.blob_id or "",
    )


def _safe(path: str) -> bool:
    parts = PurePosixPath(path).parts
    plain = not path.startswith("/") and "\\" not in path and ":" not in path
    return plain and path.endswith(SUFFIXES) and not any(part.startswith(".") for part in parts)


def _folder(file: Remote) -> str:
    return file.path.rpartition("/")[0]


def _name(file: Remote) -> str:
    return file.path.rpartition("/")[2]


def _is_weights(file: Remote) -> bool:
    return ".safetensors" in _name(file)


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
