"""What a person may set, and the caps. Read once at start from `settings.toml`; knows no request."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from annotated_types import Interval, Len
from pydantic import BaseModel, ConfigDict, ValidationError

from studiolo.models.model import Kind
from studiolo_contract.errors import StudioloError

MIB = 2**20


class Settings(BaseModel):
    """All of them have a default that suits one person on one machine."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: Annotated[int, Interval(ge=0, le=65535)] | None = None
    """TCP port on the loopback interface; None: the one it had last, else 4747, or a free one where those are taken."""
    host: Annotated[str, Len(0, 253)] = ""
    """Address or name of this machine at which other machines may reach the daemon too; empty: none may."""
    host_port: Annotated[int, Interval(ge=0, le=65535)] = 4748
    names: Annotated[tuple[Annotated[str, Len(1, 253)], ...], Len(0, 16)] = ()
    """What other machines call this one besides `host`, `studio.local` say; to any other name it does not answer."""
    tls_certificate: Annotated[str, Len(0, 4096)] = ""
    """Files in PEM, for `host`: a certificate, which may be self-signed, and its key."""
    tls_key: Annotated[str, Len(0, 4096)] = ""
    insecure_without_tls: bool = False
    """Whether `host` is served without TLS: whoever can listen on that network reads all of it, tokens too."""
    text_model: Annotated[str, Len(0, 200)] = ""
    """For requests that name no model; empty for the starter."""
    image_model: Annotated[str, Len(0, 200)] = ""
    upscale_model: Annotated[str, Len(0, 200)] = ""
    keep_alive: Annotated[float, Interval(ge=0, le=7 * 86400)] = 900.0
    """Seconds that an idle worker keeps its model before it gives the memory back."""
    spare: bool = True
    """Whether one worker more than there is work for is kept ready: 430 MB, so that the next is there at once."""
    blob_bytes: Annotated[int, Interval(ge=MIB, le=4096 * MIB)] = 272 * MIB
    """The largest blob taken; a 4096 x 4096 picture in rgbaf32 is 256 MiB."""
    body_bytes: Annotated[int, Interval(ge=2**16, le=1024 * MIB)] = 96 * MIB
    """The largest body of a request over HTTP; a 4096 x 4096 picture as PNG in base64 is at most that."""
    jobs_per_client: Annotated[int, Interval(ge=1, le=100_000)] = 256
    """Waiting and running, for one client."""
    jobs: Annotated[int, Interval(ge=1, le=100_000)] = 2048
    """Waiting and running, for all clients together."""
    keep_days: Annotated[int, Interval(ge=0, le=36_500)] = 30
    """Days on which the daemon ran, for which a job that is over is kept, with what it made; 0 for no bound."""
    keep_bytes: Annotated[int, Interval(ge=0, le=2**60)] = 20 * 2**30
    """Journal and blobs together; beyond that the jobs that ended first are given up. 0 for no bound."""
    sockets: Annotated[int, Interval(ge=1, le=10_000)] = 64

    @property
    def frame_bytes(self) -> int:
        """The largest frame taken: a blob and its header."""
        return self.blob_bytes + MIB

    @property
    def chosen(self) -> dict[Kind, str]:
        """The models for requests that name none, where they are not the starters."""
        models: dict[Kind, str] = {
            "text": self.text_model,
            "image": self.image_model,
            "upscale": self.upscale_model,
        }
        return {kind: name for kind, name in models.items() if name}


def read_settings(home: Path) -> Settings:
    """The settings in this folder, or the defaults. Raises `StudioloError` that names the line to mend."""
    file = home / "settings.toml"
    if not file.exists():
        return Settings()
    try:
        return Settings.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudioloError(
            "bad_request", f"{file} is not readable TOML: {error}.", "Mend it or move it away."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise StudioloError(
            "bad_request", f"{file}: '{name}' does not fit: {first['msg']}.", "Mend that line or take it out."
        ) from None
