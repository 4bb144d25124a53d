"""Imported before any library that would report home, or load more than we use.

Haystack imports torch where it is installed, 2 s and 170 MiB for a class we never call: it is told that there
is none. Whoever needs torch imports it afterwards as always.
"""

from __future__ import annotations

import os
import sys

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if "torch" not in sys.modules:
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        import haystack  # noqa: F401
    finally:
        del sys.modules["torch"]
