"""Error messages for scripts that call TensorFlow."""

from __future__ import annotations

import re


def reason(error: Exception) -> str:
    """Returns the cause of an error as one line.

    The message of a failed assertion in a graph has several lines, with the cause in brackets:
    `assertion failed: [length must be at least 0, got] [-1]`.
    """
    message = str(error)
    assertion = re.search(r"assertion failed: \[(.*)\]", message)
    return assertion.group(1).replace("] [", " ") if assertion else message.split("\n")[0]
