"""What of the Krita plugin runs without Krita is tested without it: its modules are imported from where they lie."""

import sys
from pathlib import Path

PLUGIN = Path(__file__).resolve().parents[2] / "plugins/krita"

sys.path.insert(0, str(PLUGIN))
