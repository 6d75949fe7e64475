"""The composer: the tunes that it learns from, how they are read, its training, its export and its measures."""

from studiolo_starter.composer.exporting import export
from studiolo_starter.composer.measures import evaluate
from studiolo_starter.composer.training import train
from studiolo_starter.composer.tunes import write as write_data

__all__ = ["evaluate", "export", "train", "write_data"]
