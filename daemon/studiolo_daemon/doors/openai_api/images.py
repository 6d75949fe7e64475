"""Pictures in OpenAI's words: made from a prompt, edited within a mask, or varied."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from studiolo_contract.image import ImageRequest
from studiolo_daemon.doors import http_pictures
from studiolo_daemon.doors.foreign import Foreign, Harmless, Refused
from studiolo_daemon.doors.http_jobs import submit
from studiolo_daemon.doors.openai_api.problems import RESPONSES, OpenAIRoute
from studiolo_daemon.house import House

VARIATION = 0.45
"""Denoise strength of a variation: the picture is still there, and every stroke of it another."""
NO_WORDS = "a picture"
"""What a variation is painted of, where nobody says it."""
FORM = "multipart/form-data"
_SIZE = re.compile(r"([1-9]\d{1,3})x([1-9]\d{1,3})")


class Painting(Foreign):
    """The fields that all three have. Those after `response_format` are not OpenAI's."""

    HARMLESS: ClassVar[Harmless] = {
        "user": None,
        "moderation": None,
        "quality": ("auto", "standard", "medium"),
        "background": ("auto", "opaque"),
        "output_format": ("png",),
        "output_compression": (100, "100"),
        "partial_images": (0, "0"),
        "stream": (False, "false"),
        "input_fidelity": ("low",),
    }

    model: str = Field("", max_length=200)
    n: int | None = Field(None, ge=1, le=8)
    size: str | None = None
    response_format: Literal["url", "b64_json"] | None = None
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    negative_prompt: str = Field("", max_length=8000)
    steps: int | None = Field(None, ge=1, le=200)
    guidance_scale: float | None = Field(None, ge=0, le=50)

    def asked(self) -> dict[str, Any]:
        """The fields of an image request that follow. Raises `Refused`."""
        self.refuse_the_rest()
        size = _SIZE.fullmatch(self.size or "")
        if size is None and self.size not in (None, "", "auto"):
            raise Refused("size", f"'{self.size:.20}' is no size.", "Give width and height in pixels, as 512x512.")
        return {
            "model": self.model,
            "batch": self.n or 1,
            "width": int(size[1]) if size else None,
            "height": int(size[2]) if size else None,
            "seed": self.seed,
            "negative_prompt": self.negative_prompt,
            "steps": self.steps,
            "guidance_scale": self.guidance_scale,
            "previews": False,
        }


class GenerationRequest(Painting):
    """What OpenAI's clients send to /v1/images/generations."""

    HARMLESS: ClassVar[Harmless] = {**Painting.HARMLESS, "style": ("vivid", "natural")}

    prompt: str = Field(min_length=1, max_length=8000)


class EditRequest(Painting):
    """What they send to /v1/images/edits, as a form."""

    prompt: str = Field(min_length=1, max_length=8000)
    image: list[UploadFile] = Field([])
    images: list[UploadFile] = Field([], alias="image[]")
    mask: UploadFile | None = None
    strength: float | None = Field(None, ge=0, le=1)


class VariationRequest(Painting):
    """What they send to /v1/images/variations, as a form."""

    image: UploadFile
    prompt: str = Field("", max_length=8000)
    strength: float | None = Field(None, ge=0, le=1)


class Made(BaseModel):
    """One picture, as base64 or in a `data:` address. `seed` is not OpenAI's."""

    b64_json: str | None = None
    url: str | None = None
    seed: int | None = None


class Images(BaseModel):
    created: int
    output_format: Literal["png"]
    size: str
    data: list[Made]


def routes_of(house: House) -> APIRouter:
    router = APIRouter(route_class=OpenAIRoute, tags=["OpenAI"])

    async def paint(http: Request, asked: Painting, wish: ImageRequest) -> Response:
        call = await submit(house, http, "openai", wish)
        pictures = await http_pictures.pictures_of(house.blobs, await call.result())
        first = pictures[0][0]
        # an address that nobody need fetch, for programs that know no other answer
        as_url = asked.response_format == "url"
        answer = {
            "created": int(call.job.created),
            "output_format": "png",
            "size": f"{first.width}x{first.height}",
            "data": [
                {("url" if as_url else "b64_json"): "data:image/png;base64," * as_url + file, "seed": picture.seed}
                for picture, file in pictures
            ],
        }
        return JSONResponse(answer, headers=call.headers)

    @router.post("/v1/images/generations", response_model=Images, responses=RESPONSES)
    async def generate(asked: GenerationRequest, http: Request) -> Response:
        """Pictures from words."""
        return await paint(http, asked, ImageRequest(prompt=asked.prompt, **asked.asked()))

    @router.post("/v1/images/edits", response_model=Images, responses=RESPONSES)
    async def edit(asked: Annotated[EditRequest, Form(media_type=FORM)], http: Request) -> Response:
        """A picture painted anew where its mask is transparent, or without a mask the picture itself; with a
        `strength` and neither, painted over as a whole."""
        fields = asked.asked()
        given = [*asked.image, *asked.images]
        if len(given) != 1:
            raise Refused("image", f"One picture is edited at a time; {len(given)} came.", "Send one 'image'.")
        file = await given[0].read()
        image = await http_pictures.keep(house.blobs, "image", file)
        mask = None
        if asked.mask is not None:
            file = await asked.mask.read()
            mask = await http_pictures.keep(house.blobs, "mask", file)
            if not http_pictures.has_alpha(file):
                raise Refused("mask", "The mask has no alpha.", "Make transparent what is to be edited, in a PNG.")
        elif http_pictures.has_alpha(file):
            mask = image
        elif asked.strength is None:
            raise Refused(
                "mask",
                "There is no mask, and the picture has no alpha.",
                "Make transparent what is to be edited, in a PNG, or give a 'strength' for all of it.",
            )
        strength = 1.0 if asked.strength is None else asked.strength
        wish = ImageRequest(
            prompt=asked.prompt, image=image, mask=mask, mask_keeps=mask is not None, strength=strength, **fields
        )
        return await paint(http, asked, wish)

    @router.post("/v1/images/variations", response_model=Images, responses=RESPONSES)
    async def vary(asked: Annotated[VariationRequest, Form(media_type=FORM)], http: Request) -> Response:
        """A picture painted over, near to what it was."""
        fields = asked.asked()
        image = await http_pictures.keep(house.blobs, "image", await asked.image.read())
        strength = VARIATION if asked.strength is None else asked.strength
        wish = ImageRequest(prompt=asked.prompt.strip() or NO_WORDS, image=image, strength=strength, **fields)
        return await paint(http, asked, wish)

    return router
