"""What the web UI's clients send: as much of it as an image request can say, and the rest refused in words.

They send every field there is, most with the value that does nothing; so what matters is what a field asks for.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import Field

from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_daemon.doors.foreign import Foreign, Harmless, Refused
from studiolo_daemon.doors.sdapi.emphasis import weighted
from studiolo_daemon.doors.sdapi.names import OWN, scheduler

NOTHING = ("", "None", "none", "Automatic", "automatic")
"""Names of no model."""
MOST = 8
"""Pictures of one call."""


class Overrides(Foreign):
    """Settings for one call."""

    HARMLESS: ClassVar[Harmless] = {
        "CLIP_stop_at_last_layers": (1,),
        "sd_vae": NOTHING,
        "samples_format": ("png",),
        "samples_save": None,
        "grid_save": None,
    }

    sd_model_checkpoint: str | None = Field(None, max_length=200)


class Painting(Foreign):
    """The fields of both calls."""

    HARMLESS: ClassVar[Harmless] = {
        "clip_skip": (1,),
        "comments": None,
        "disable_extra_networks": None,
        "do_not_save_grid": None,
        "do_not_save_samples": None,
        "force_task_id": None,
        "hr_checkpoint_name": None,
        "hr_negative_prompt": None,
        "hr_prompt": None,
        "hr_resize_x": None,
        "hr_resize_y": None,
        "hr_sampler_name": None,
        "hr_scale": None,
        "hr_scheduler": None,
        "hr_second_pass_steps": None,
        "hr_upscaler": None,
        "override_settings_restore_afterwards": None,
        "refiner_checkpoint": NOTHING,
        "refiner_switch_at": None,
        "s_noise": (1,),
        "s_tmax": None,
        "s_tmin": None,
        "save_images": None,
        "script_args": None,
        "script_name": NOTHING,
        "seed_resize_from_h": (-1,),
        "seed_resize_from_w": (-1,),
        "send_images": None,
        "subseed": None,
    }

    prompt: str = Field("", max_length=8000)
    negative_prompt: str | None = Field(None, max_length=8000)
    seed: int | None = Field(None, ge=-1, le=2**32 - 1)
    sampler_name: str | None = None
    sampler_index: str | None = None
    scheduler: str | None = None
    batch_size: int | None = Field(None, ge=1, le=MOST)
    n_iter: int | None = Field(None, ge=1, le=MOST)
    steps: int | None = Field(None, ge=1, le=200)
    cfg_scale: float | None = Field(None, ge=0, le=50)
    width: int | None = Field(None, ge=16, le=4096)
    height: int | None = Field(None, ge=16, le=4096)
    tiling: bool | None = None
    denoising_strength: float | None = Field(None, ge=0, le=1)
    override_settings: Overrides | None = None

    def asked(self, chosen: str) -> dict[str, Any]:
        """The fields of an image request that follow; `chosen` is the model where the call names none. Raises
        `Refused`."""
        self.refuse_the_rest()
        model = chosen
        if self.override_settings is not None:
            self.override_settings.refuse_the_rest()
            model = self.override_settings.sd_model_checkpoint or chosen
        if not self.prompt.strip():
            raise Refused("prompt", "The prompt is empty.", "Say what the picture shows.")
        batch = (self.batch_size or 1) * (self.n_iter or 1)
        if batch > MOST:
            raise Refused("n_iter", f"{batch} pictures are more than the {MOST} of one call.", "Ask several times.")
        return {
            "model": model,
            "prompt": weighted("prompt", self.prompt),
            "negative_prompt": weighted("negative_prompt", self.negative_prompt or ""),
            "seed": None if self.seed in (None, -1) else self.seed,
            "scheduler": scheduler(self.sampler_name or self.sampler_index or OWN, self.scheduler or ""),
            "batch": batch,
            "steps": self.steps,
            "guidance_scale": self.cfg_scale,
            "width": self.width,
            "height": self.height,
            "seamless": bool(self.tiling),
        }


class FromText(Painting):
    """/sdapi/v1/txt2img. Its `denoising_strength` is that of a second pass, which is refused where it is asked for."""

    def wish(self, chosen: str) -> ImageRequest:
        """Raises `Refused`."""
        return ImageRequest(**self.asked(chosen))


class FromPicture(Painting):
    """/sdapi/v1/img2img."""

    HARMLESS: ClassVar[Harmless] = {
        **Painting.HARMLESS,
        "image_cfg_scale": None,
        "initial_noise_multiplier": (1,),
        "inpaint_full_res": None,
        "inpaint_full_res_padding": None,
        "mask_blur": None,
        "mask_blur_x": None,
        "mask_blur_y": None,
        "mask_round": None,
    }

    init_images: list[str] = Field([])
    mask: str | None = None
    inpainting_fill: int | None = Field(None, ge=0, le=3)
    inpainting_mask_invert: int | None = Field(None, ge=0, le=1)
    resize_mode: int | None = Field(None, ge=0, le=3)

    def refuse_the_rest(self) -> None:
        super().refuse_the_rest()
        if len(self.init_images) != 1:
            count = len(self.init_images)
            raise Refused("init_images", f"One picture is painted over at a time; {count} came.", "Send one.")
        if self.inpainting_fill in (2, 3) and self.strength < 1:
            raise Refused(
                "inpainting_fill",
                "What lies under the mask is begun from noise only where all of it is painted anew.",
                "Set 'denoising_strength' to 1, or 'inpainting_fill' to 1.",
            )

    @property
    def strength(self) -> float:
        return 0.75 if self.denoising_strength is None else self.denoising_strength

    def wish(self, chosen: str, image: Picture, mask: Picture | None) -> ImageRequest:
        """Raises `Refused`."""
        fields = self.asked(chosen)
        width, height = self.width or image.width, self.height or image.height
        if self.resize_mode and width * image.height != height * image.width:
            raise Refused(
                "resize_mode",
                "A picture of another shape is only stretched, neither cut nor filled up.",
                "Set 'resize_mode' to 0, or send the picture in the shape that is wanted.",
            )
        return ImageRequest(
            image=image, mask=mask, mask_keeps=bool(self.inpainting_mask_invert), strength=self.strength, **fields
        )

    def without_pictures(self) -> Self:
        """As the answer repeats it."""
        return self.model_copy(update={"init_images": [], "mask": None})


class Enlarging(Foreign):
    """/sdapi/v1/extra-single-image."""

    HARMLESS: ClassVar[Harmless] = {
        "codeformer_weight": None,
        "show_extras_results": None,
        "upscale_first": None,
        "upscaler_2": NOTHING,
        "upscaling_crop": None,
        "upscaling_resize_h": None,
        "upscaling_resize_w": None,
    }

    image: str = ""
    upscaling_resize: float = 2
    upscaler_1: str = Field("", max_length=200)
