"""Writes the composer as a model folder: its weights and the instruments that it is heard on. Knows no training."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from studiolo.engines.sheet_writer import KNOWN_RUNS
from studiolo.models.layout import SOUNDFONT
from studiolo.music.runs import LONGEST, short
from studiolo_starter.composer.measures import known_runs
from studiolo_starter.composer.training import model
from studiolo_starter.files import exported

README = """# starter-composer

Writes melodies, the chords under them and, in slow music of voices, the bass: a transformer of {millions:.1f} million
weights (transformers' Llama) after {steps} steps over four thousand old tunes and chorales; `docs/models/music.md` says
how good it is. Apache-2.0. Made by `python -m studiolo_starter train composer`.

`known-runs.safetensors` has a number for every twelve notes in a row of those pieces, so that none are repeated.
`soundfont.sf2` is sf_GMbank, in the public domain, as Csound ships it.
"""


def export(cache: Path, folder: Path) -> None:
    """Half-precision safetensors and the soundfont that lies there already."""
    state = torch.load(cache / "composer.pt", weights_only=True)
    net = model()
    net.load_state_dict(state["model"])
    millions = sum(weight.numel() for weight in net.parameters()) / 1e6
    with exported(folder) as fresh:
        net.half().save_pretrained(fresh)
        (fresh / "generation_config.json").unlink()
        save_file({"runs": torch.from_numpy(short(known_runs(cache, LONGEST + 1)))}, fresh / KNOWN_RUNS)
        shutil.copyfile(folder / SOUNDFONT, fresh / SOUNDFONT)
        (fresh / "README.md").write_text(README.format(millions=millions, steps=state["step"]))
