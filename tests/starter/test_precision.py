"""Layers multiply in bf16 only where the processor says that it can."""

import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from studiolo_starter import precision


def test_within_it_layers_answer_in_the_quick_precision_and_outside_in_single() -> None:
    layer, x = nn.Linear(4, 4), torch.ones(1, 4)
    with precision.quick():
        assert layer(x).dtype == precision.QUICK
    assert layer(x).dtype == torch.float32


@pytest.mark.skipif(sys.platform != "linux", reason="the processor's list is Linux's")
def test_bf16_is_taken_only_where_the_processor_lists_it() -> None:
    listed = "avx512_bf16" in Path("/proc/cpuinfo").read_text().split()
    assert listed == precision.BF16
    assert (precision.QUICK is torch.bfloat16) == listed
