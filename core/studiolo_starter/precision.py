"""In which precision a processor multiplies fastest.

Knows which cores multiply bf16 themselves; on others PyTorch imitates it, and a step takes ten times as long.
"""

from __future__ import annotations

import torch

BF16 = torch.cpu._is_avx512_bf16_supported()
QUICK = torch.bfloat16 if BF16 else torch.float32


def quick() -> torch.autocast:
    """Within it, layers multiply in QUICK."""
    return torch.autocast("cpu", torch.bfloat16, enabled=BF16)
