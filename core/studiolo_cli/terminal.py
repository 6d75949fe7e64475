"""Standard output and error: results go to the one, everything else to the other. Knows no command.

Colours, bars and tables are drawn for a person at a terminal; a pipe gets plain lines.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from studiolo_contract.codec import to_plain
from studiolo_contract.errors import StudioloError

if TYPE_CHECKING:
    from rich.progress import Progress


def note(sentence: str) -> None:
    """Tells the person something that is no part of the result."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def say(text: str) -> None:
    """A line of the result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def as_json(value: Any) -> str:
    return json.dumps(to_plain(value), ensure_ascii=False, indent=2)


def say_json(value: Any) -> None:
    say(as_json(value))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], styles: Sequence[str] = ()) -> None:
    """A table for a person; for a pipe, lines of fields with tabs between them and no headings."""
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        drawn.add_column(column, style=styles[index] if index < len(styles) else None, overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    Console().print(drawn)


class Bar:
    """A progress bar on standard error, gone when it stops; nothing at all where that is no terminal."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

            self._progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[amount]}"),
                TimeRemainingColumn(compact=True),
                console=Console(stderr=True),
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._bar = self._progress.add_task("", total=None, amount="")

    def show(self, what: str, done: int = 0, total: int = 0, amount: str = "") -> None:
        """`total` 0: nobody knows how much there is to do."""
        if self._progress is not None:
            self._progress.update(self._bar, description=what, completed=done, total=total or None, amount=amount)
            self._progress.start()

    def stop(self) -> None:
        if self._progress is not None:
            self._progress.stop()

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def read_text(source: str | None, what: str) -> str:
    """The text of standard input for `-`, and for None if something is piped in; else `source` itself. Raises
    `StudioloError` (`bad_request`)."""
    if source not in (None, "-"):
        return source or ""
    if sys.stdin is None or (source is None and sys.stdin.isatty()):
        raise StudioloError("bad_request", f"{what} is missing.", "Give it in quotation marks, or pipe it in.")
    return as_text(sys.stdin.buffer.read(), "Standard input")


def read_file(file: Path) -> bytes:
    """The bytes of a file. Raises `StudioloError` (`bad_request`)."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise StudioloError("bad_request", f"{file} can't be read: {error.strerror}.", "Check its name.") from None


def read_text_file(file: Path) -> str:
    """The text of a UTF-8 file. Raises `StudioloError` (`bad_request`)."""
    return as_text(read_file(file), str(file))


def check_writable(file: Path) -> None:
    """Raises `StudioloError` (`bad_request`) if no file can be put there; asked before the work, not after it."""
    if file.is_dir() or not file.absolute().parent.is_dir():
        reason = "it is a folder" if file.is_dir() else "its folder does not exist"
        raise StudioloError("bad_request", f"{file} can't be written: {reason}.", "Name a file in a folder there is.")


def check_folder(folder: Path) -> None:
    """Raises `StudioloError` (`bad_request`) if no files can be put there; asked before the work, not after it."""
    there = folder if folder.exists() else folder.absolute().parent
    if there.is_dir() and os.access(there, os.W_OK):
        return
    if folder.is_file():
        reason = "it is a file"
    else:
        reason = "you may not write there" if there.is_dir() else "the folder above it does not exist"
    raise StudioloError("bad_request", f"{folder} can't be written: {reason}.", "Name another folder.")


def make_folder(folder: Path) -> None:
    """Raises `StudioloError` when the folder is not there and can't be made."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StudioloError(
            "bad_request", f"{folder} can't be made: {error.strerror}.", "Name another folder."
        ) from None


def write_file(file: Path, data: bytes) -> None:
    """Raises `StudioloError` when the file can't be written."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise _unwritable(file, error) from None


def replace_file(file: Path, data: bytes) -> None:
    """Puts other bytes into a file in one step, so that nobody ever finds half of them; its mode stays, and so does a
    link that leads to it. Raises `StudioloError` when that can't be done."""
    target = file.resolve()
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        shutil.copymode(target, draft)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _unwritable(file, error) from None


def log_file() -> Path:
    from studiolo_client.start import log_file as daemon_log

    return daemon_log()


def as_text(data: bytes, source: str) -> str:
    """What these bytes of `source` say, without a byte order mark. Raises `StudioloError` (`bad_request`)."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudioloError(
            "bad_request", f"{source} is not UTF-8 text (byte {error.start}).", "Save it as UTF-8 and try again."
        ) from None


def _unwritable(file: Path, error: OSError) -> StudioloError:
    full = error.errno == errno.ENOSPC
    return StudioloError(
        "disk_full" if full else "bad_request",
        f"{file} can't be written: {error.strerror}.",
        "Make room, or name another place." if full else "Name another place.",
    )
