"""What the tests marked `browser` need: Debian's Chromium, driven by Playwright, and axe-core of tests/node."""

from __future__ import annotations

import shutil
from pathlib import Path

AXE = Path(__file__).with_name("node") / "node_modules/axe-core/axe.min.js"
CHROMIUM = "chromium"
PATIENCE = 60_000
"""Milliseconds that a browser waits for what is to come: a busy machine is no defect."""


def missing() -> list[str]:
    """What this machine lacks; empty where all is there."""
    lacking = [] if shutil.which(CHROMIUM) else [CHROMIUM]
    return lacking if AXE.exists() else [*lacking, "axe-core"]
