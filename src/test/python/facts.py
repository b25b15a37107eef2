"""Runs checks and prints one line for each."""

from __future__ import annotations

import traceback
from collections.abc import Callable


def check(subject: str, fact: Callable[..., None], *arguments: object) -> bool:
    """Prints `ok: SUBJECT: FACT`, or `FAILED: ...` and the stack trace on standard error."""
    try:
        fact(*arguments)
    except Exception:
        traceback.print_exc()
        print(f"FAILED: {subject}: {fact.__name__}")
        return False
    print(f"ok: {subject}: {fact.__name__}")
    return True
