"""Paints with any diffusers pipeline that lies in a folder of safetensors.

One loaded model serves three ways: from nothing, from a picture (refine), and inside a mask (inpaint), each with its
ControlNet and without, where it has one; the pipelines share their weights. Pictures of a batch are painted one after
the other, so that each is the same to the byte as if it were painted alone, and memory does not grow with the batch.
Knows no queue and no process.
"""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers import AutoPipelineForImage2Image, AutoPipelineForInpainting, AutoPipelineForText2Image
from PIL import Image

from studiolo.device import Device
from studiolo.engines import image_plan, model_folder, pipeline_traits, schedulers, style
from studiolo.engines.between_steps import BetweenSteps
from studiolo.engines.engine import Finished, Task
from studiolo.engines.image_plan import Plan, Source, Way
from studiolo.engines.loading import reading
from studiolo.engines.preview import Colours
from studiolo.engines.prompt_weights import conditions
from studiolo.engines.seamless import circular
from studiolo.engines.shortage import first_line, free, is_out_of_memory
from studiolo.engines.style import Style
from studiolo.image.masks import filled
from studiolo.image.vocabulary import Vocabulary, note
from studiolo.media.pictures import Pixels
from studiolo.models.model import Model
from studiolo.recipe import png, recipe
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput, Progress
from studiolo_contract.image import ImageRequest
from studiolo_contract.recipe import Reason

OTHER_PIPELINES = {
    # diffusers has these refine by reference, without a strength; the inpainting one starts from the picture
    ("Flux2KleinPipeline", "refine"): "Flux2KleinInpaintPipeline",
    ("Flux2KleinPipeline", "inpaint"): "Flux2KleinInpaintPipeline",
}


def load(model: Model, device: Device) -> ImageEngine:
    """Reads a pipeline from its folder. Raises `StudioloError` (`model_missing`, `bad_model`, `out_of_memory`)."""
    model_folder.check(model.folder, model.name)
    with reading(model, device):
        pipeline = AutoPipelineForText2Image.from_pretrained(
            str(model.folder),
            dtype=getattr(torch, device.dtype),
            variant=model.variant or None,
            use_safetensors=True,
            local_files_only=True,
        ).to(device.kind)
        plain = pipeline
        if getattr(pipeline, "controlnet", None) is not None:
            plain = AutoPipelineForText2Image.from_pipe(pipeline, controlnet=None)
    if "callback_on_step_end" not in pipeline_traits.arguments(pipeline):
        raise StudioloError(
            "bad_model", f"{type(pipeline).__name__} can't be stopped between its steps.", "Use another model."
        )
    return ImageEngine(pipeline, plain, model, device)


class ImageEngine:
    """A loaded pipeline. One request at a time, on one thread."""

    def __init__(self, pipeline: Any, plain: Any, model: Model, device: Device) -> None:
        """`plain`: the same without a ControlNet; `pipeline` itself where it has none."""
        self._whole = pipeline
        self._model = model
        self._device = device
        self._pipelines: dict[Way, Any] = {"paint": _quiet(plain)}
        self._deep: dict[Way, Any] = {"paint": _quiet(pipeline)}
        self._scheduler = pipeline.scheduler
        self._own_scheduler = schedulers.name_of(pipeline.scheduler)
        self._vae = getattr(pipeline, "vae", None)
        self._colours = Colours(self._vae) if self._vae is not None else None
        words = model.folder / "vocabulary.json"
        self._vocabulary = Vocabulary.read(words) if words.is_file() else None

    def resident_bytes(self) -> int:
        """Memory of all weights; all pipelines hold the same ones."""
        modules = [part for part in self._whole.components.values() if isinstance(part, torch.nn.Module)]
        return sum(t.nbytes for module in modules for t in (*module.parameters(), *module.buffers()))

    def run(self, task: Task) -> Finished:
        """Paints. Raises `JobCancelled`, or `StudioloError` with what the person should do."""
        if not isinstance(task.request, ImageRequest):
            raise StudioloError("bad_request", f"{self._model.name} paints pictures only.", "Choose a text model.")
        paint = self._pipelines["paint"]
        way = image_plan.way_of(task.request)
        deep = self._deep_pipeline(way) if image_plan.wants_depth(task.request) else None
        plan = image_plan.decide(task.request, task.inputs, self._model, paint, self._own_scheduler, deep is not None)
        why = plan.why
        if plan.source is not None and plan.settled.strength == 0.0:
            pictures, why = [plan.source.pixels] * plan.settled.batch, ()
            notes = ["With strength 0 the picture stays as it was."]
        else:
            pictures, notes = self._paint_all(deep or self._pipeline(way), plan, task)
        unknown = self._vocabulary.unknown(plan.words.text) if self._vocabulary else ()
        if unknown:
            notes = [note(self._model.name, unknown), *notes]
        return self._finish(plan, task, pictures, (*plan.notes, *notes), why)

    def _pipeline(self, way: Way) -> Any:
        """The pipeline for this way, over the same weights. Raises `StudioloError` where the model has none."""
        paint = self._pipelines["paint"]
        if pipeline_traits.depth_name(paint, from_picture=False):
            raise StudioloError(
                "bad_request",
                f"{self._model.name} paints to a depth picture only.",
                "Send one, or choose another model.",
            )
        if way != "inpaint" and pipeline_traits.paints_only_masks(paint):
            raise StudioloError(
                "bad_request", f"{self._model.name} repaints inside a mask only.", "Send a picture and a mask."
            )
        if way not in self._pipelines:
            try:
                made = _over(paint, way)
            except ValueError as error:
                if way == "refine":
                    raise StudioloError(
                        "bad_request",
                        f"{self._model.name} can't start from a picture.",
                        "Choose another model for this.",
                    ) from error
                made = self._pipeline("refine")  # what lies outside the mask is put back afterwards in any case
            self._pipelines[way] = _quiet(made)
        return self._pipelines[way]

    def _deep_pipeline(self, way: Way) -> Any | None:
        """The pipeline for this way that keeps to a depth picture, over the same weights; None where there is none."""
        if way != "inpaint" and pipeline_traits.paints_only_masks(self._pipelines["paint"]):
            return None
        if way not in self._deep:
            try:
                self._deep[way] = _quiet(_over(self._whole, way))
            except ValueError:
                self._deep[way] = None
        deep, from_picture = self._deep[way], way != "paint"
        return deep if deep is not None and pipeline_traits.depth_name(deep, from_picture) else None

    # ---- painting

    def _paint_all(self, pipeline: Any, plan: Plan, task: Task) -> tuple[list[Pixels], list[str]]:
        """All pictures of the batch and what to say about them; once more, sparing memory, when that runs out."""
        try:
            return self._paint_batch(pipeline, plan, task)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        free(self._device)
        savings = [name for name in ("tiling", "slicing") if hasattr(self._vae, f"enable_{name}")]
        try:
            for name in savings:
                getattr(self._vae, f"enable_{name}")()
            pictures, notes = self._paint_batch(pipeline, plan, task)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            free(self._device)
            raise StudioloError(
                "out_of_memory",
                f"Painting {plan.canvas.painted[0]} × {plan.canvas.painted[1]} pixels takes more memory than "
                f"{self._device.name} has free: {first_line(error)}.",
                "Ask for a smaller picture, or close other programs.",
            ) from error
        finally:
            for name in savings:
                getattr(self._vae, f"disable_{name}")()
        return pictures, [*notes, "Memory was short, so the picture was decoded in tiles."]

    def _paint_batch(self, pipeline: Any, plan: Plan, task: Task) -> tuple[list[Pixels], list[str]]:
        pictures: list[Pixels] = []
        notes: dict[str, None] = {}  # in order, each once
        with ExitStack() as stack:
            if plan.tiling:
                models = (pipeline_traits.denoiser(pipeline), self._vae, getattr(pipeline, "controlnet", None))
                stack.enter_context(circular(model for model in models if model is not None))
            taken = None if plan.style is None else style.read(plan.style, plan.settled.style_strength, self._vae)
            for number in range(plan.settled.batch):
                painted, said = self._paint_one(pipeline, plan, number, task, taken)
                pictures.append(plan.taken(painted))
                notes.update(dict.fromkeys(said))
        return pictures, list(notes)

    def _paint_one(
        self, pipeline: Any, plan: Plan, number: int, task: Task, taken: Style | None
    ) -> tuple[Pixels, list[str]]:
        task.checkpoint()
        seed = (plan.seed + number) % 2**32
        torch.manual_seed(seed)  # for schedulers that draw from torch's own generator
        pipeline.scheduler = schedulers.make(self._scheduler, plan.settled.scheduler, self._model.name)
        between = BetweenSteps(pipeline, plan, number, task, self._colours, taken)
        known = pipeline_traits.arguments(pipeline)
        call: dict[str, Any] = {
            "prompt": plan.words.text,
            "num_inference_steps": plan.steps,
            "generator": torch.Generator("cpu").manual_seed(seed),  # the same noise on every device
            "output_type": "np",
            "callback_on_step_end": between.step,
        }
        size = dict(zip(("width", "height"), plan.canvas.painted, strict=True))
        call |= {name: length for name, length in size.items() if name in known}
        notes = self._guide(plan, known, call)
        avoided = call.get("negative_prompt")
        if plan.words.spans or plan.avoided.spans:
            weighted = conditions(pipeline, plan.words, plan.avoided)
            call = {name: value for name, value in call.items() if name not in ("prompt", "negative_prompt")}
            call |= {name: states for name, states in weighted.items() if name in known}
        if plan.source is not None:
            self._start_from(plan, plan.source, known, call)
        if plan.depth is not None:
            notes += self._keep_to(plan, plan.depth, pipeline, call)
        result = pipeline(**call)
        task.checkpoint()
        if avoided and not getattr(pipeline, "do_classifier_free_guidance", True):
            notes.append("Without guidance the negative prompt was ignored.")
        if any(getattr(result, "nsfw_content_detected", None) or ()):
            notes.append("The model's own safety checker blacked the picture out.")
        picture = np.asarray(result.images[0])
        if not np.isfinite(picture).all():
            raise StudioloError(
                "bad_model",
                f"What {self._model.name} painted is not a picture: its numbers ran over.",
                "Try lower guidance or another scheduler; if that changes nothing, pull the model again.",
            )
        pixels = np.rint(picture * 255.0).astype(np.uint8)
        if between.styling is not None:
            pixels = between.styling.finished(pixels)
            if between.styling.steps == 0:
                notes.append(
                    "Only the finished picture took on the style picture's colours: there were too few steps, or "
                    f"{self._model.name} foresees pictures in a form that can't be compared."
                )
        return pixels, notes

    def _guide(self, plan: Plan, known: dict[str, Any], call: dict[str, Any]) -> list[str]:
        """Puts guidance and negative prompt into the call, in the pipeline's own words; says what is ignored."""
        settled, avoided = plan.settled, plan.avoided.text
        kind = pipeline_traits.guidance(self._pipelines["paint"])
        notes = []
        if kind in ("classifier-free", "embedded"):
            call["guidance_scale"] = settled.guidance_scale
        elif kind == "true":
            call["true_cfg_scale"] = settled.guidance_scale
        elif (settled.guidance_scale or 0.0) > 1.0:
            notes.append(f"{self._model.name} takes no guidance; it was ignored.")
        if kind == "true":
            call["negative_prompt"] = avoided or " "  # without one there is no guidance
        elif kind == "classifier-free" and "negative_prompt" in known:
            call["negative_prompt"] = avoided
        elif avoided:
            notes.append(f"{self._model.name} knows no negative prompt; it was ignored.")
        return notes

    def _start_from(self, plan: Plan, source: Source, known: dict[str, Any], call: dict[str, Any]) -> None:
        call["image"] = Image.fromarray(plan.placed(filled(source.pixels)))
        if "strength" in known:
            call["strength"] = plan.strength
        if "mask_image" in known:
            call["mask_image"] = Image.fromarray(plan.marked())

    def _keep_to(self, plan: Plan, depth: Pixels, pipeline: Any, call: dict[str, Any]) -> list[str]:
        """Puts the depth picture into the call; says what is ignored."""
        name = pipeline_traits.depth_name(pipeline, from_picture=plan.source is not None)
        call[str(name)] = Image.fromarray(plan.placed(depth))
        if "controlnet_conditioning_scale" in pipeline_traits.arguments(pipeline):
            call["controlnet_conditioning_scale"] = plan.settled.depth_strength
        elif plan.settled.depth_strength < 1.0:
            return [f"{self._model.name} keeps to a depth picture wholly; its strength was ignored."]
        return []

    # ---- after

    def _finish(
        self, plan: Plan, task: Task, pictures: list[Pixels], notes: tuple[str, ...], why: tuple[Reason, ...]
    ) -> Finished:
        outputs, blobs = [], {}
        for number, pixels in enumerate(pictures):
            alone = dataclasses.replace(plan.settled, seed=(plan.seed + number) % 2**32, batch=1)
            travelling = recipe(alone, alone, plan.words.text, [self._model], self._device, notes, why=why)
            blob, data = png(pixels, travelling)
            blobs[blob.sha256] = data
            height, width = pixels.shape[:2]
            outputs.append(ImageOutput(blob=blob, width=width, height=height, seed=(plan.seed + number) % 2**32))
            task.emit(Progress(stage="decode", done=number + 1, total=len(pictures)))
        return Finished(tuple(outputs), plan.settled, plan.words.text, blobs, notes, why)


def _over(pipeline: Any, way: Way) -> Any:
    """The pipeline for this way over the same weights. Raises ValueError where there is none."""
    auto = AutoPipelineForImage2Image if way == "refine" else AutoPipelineForInpainting
    other = OTHER_PIPELINES.get((type(pipeline).__name__, way))
    return (getattr(diffusers, other) if other else auto).from_pipe(pipeline)


def _quiet(pipeline: Any) -> Any:
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
