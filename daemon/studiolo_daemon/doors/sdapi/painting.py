"""Pictures in the words of the web UI's API: from text, from a picture, enlarged."""

from __future__ import annotations

import json
import time
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from studiolo import __version__
from studiolo_contract.events import ImageOutput, Result
from studiolo_contract.image import ImageRequest
from studiolo_contract.upscale import UpscaleRequest
from studiolo_daemon.doors import http_pictures
from studiolo_daemon.doors.foreign import Refused
from studiolo_daemon.doors.http_jobs import client_name, submit
from studiolo_daemon.doors.sdapi.asking import NOTHING, Enlarging, FromPicture, FromText, Painting
from studiolo_daemon.doors.sdapi.names import name_of
from studiolo_daemon.doors.sdapi.options import Options
from studiolo_daemon.doors.sdapi.problems import RESPONSES, WebUIRoute
from studiolo_daemon.house import House

API = "sdapi"
"""Whose jobs these are, where the daemon's own token came."""


class Painted(BaseModel):
    """Pictures in base64, the request without its own pictures, and in `info`, as JSON, how they were made."""

    images: list[str]
    parameters: dict[str, Any]
    info: str


class Enlarged(BaseModel):
    html_info: str
    image: str


def routes_of(house: House, options: Options) -> APIRouter:
    router = APIRouter(route_class=WebUIRoute, tags=["Web UI"])

    async def painted(http: Request, asked: Painting, wish: ImageRequest) -> Response:
        call = await submit(house, http, API, wish)
        result = await call.result()
        pictures = await http_pictures.pictures_of(house.blobs, result)
        answer = {
            "images": [file for _, file in pictures],
            "parameters": json.loads(asked.model_dump_json(exclude_unset=True)),  # numbers that JSON has not are null
            "info": json.dumps(_info(asked, result, [picture for picture, _ in pictures]), ensure_ascii=False),
        }
        return JSONResponse(answer, headers=call.headers)

    @router.post("/sdapi/v1/txt2img", response_model=Painted, responses=RESPONSES)
    async def from_text(asked: FromText, http: Request) -> Response:
        """Pictures from words."""
        return await painted(http, asked, asked.wish(options.model(client_name(http, API))))

    @router.post("/sdapi/v1/img2img", response_model=Painted, responses=RESPONSES)
    async def from_picture(asked: FromPicture, http: Request) -> Response:
        """A picture painted over, as a whole or where its mask is white."""
        asked.refuse_the_rest()
        image = await http_pictures.keep(house.blobs, "init_images", asked.init_images[0])
        mask = await http_pictures.keep(house.blobs, "mask", asked.mask) if asked.mask else None
        wish = asked.wish(options.model(client_name(http, API)), image, mask)
        return await painted(http, asked.without_pictures(), wish)

    @router.post("/sdapi/v1/extra-single-image", response_model=Enlarged, responses=RESPONSES)
    async def enlarge(asked: Enlarging, http: Request) -> Response:
        """A picture made larger."""
        asked.refuse_the_rest()
        if asked.upscaling_resize not in (2, 4):
            raise Refused("upscaling_resize", "A picture is made 2 or 4 times larger.", "Ask for one of these.")
        image = await http_pictures.keep(house.blobs, "image", asked.image)
        model = "" if asked.upscaler_1 in NOTHING else asked.upscaler_1
        wish = UpscaleRequest(image=image, scale=2 if asked.upscaling_resize == 2 else 4, model=model)
        call = await submit(house, http, API, wish)
        pictures = await http_pictures.pictures_of(house.blobs, await call.result())
        return JSONResponse({"html_info": "", "image": pictures[0][1]}, headers=call.headers)

    return router


def _info(asked: Painting, result: Result, pictures: list[ImageOutput]) -> dict[str, Any]:
    settled = result.recipe.settled
    assert isinstance(settled, ImageRequest)
    seeds = [picture.seed for picture in pictures]
    known = {
        "prompt": asked.prompt,
        "negative_prompt": asked.negative_prompt or "",
        "seed": settled.seed,
        "width": pictures[0].width,
        "height": pictures[0].height,
        "sampler_name": name_of(settled.scheduler),
        "cfg_scale": settled.guidance_scale,
        "steps": settled.steps,
        "denoising_strength": settled.strength if settled.image else None,
        "sd_model_name": result.recipe.model,
        "sd_model_hash": result.recipe.model_sha256[:10],
    }
    return known | {
        "all_prompts": [asked.prompt] * len(seeds),
        "all_negative_prompts": [known["negative_prompt"]] * len(seeds),
        "all_seeds": seeds,
        "subseed": settled.seed,
        "all_subseeds": seeds,
        "subseed_strength": 0,
        "batch_size": len(seeds),
        "restore_faces": False,
        "styles": [],
        "clip_skip": 1,
        "index_of_first_image": 0,
        "extra_generation_params": {},
        "infotexts": [_infotext(known, seed) for seed in seeds],
        "job_timestamp": time.strftime("%Y%m%d%H%M%S"),
        "version": f"studiolo {__version__}",
    }


def _infotext(known: dict[str, Any], seed: int | None) -> str:
    """How a picture was made in the lines that the web UI writes into its own."""
    lines = [known["prompt"]]
    if known["negative_prompt"]:
        lines.append(f"Negative prompt: {known['negative_prompt']}")
    facts = {
        "Steps": known["steps"],
        "Sampler": known["sampler_name"],
        "CFG scale": known["cfg_scale"],
        "Seed": seed,
        "Size": f"{known['width']}x{known['height']}",
        "Model hash": known["sd_model_hash"],
        "Model": known["sd_model_name"],
        "Denoising strength": known["denoising_strength"],
    }
    lines.append(", ".join(f"{name}: {value}" for name, value in facts.items() if value not in (None, "")))
    return "\n".join(lines)
