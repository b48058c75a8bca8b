"""Places in a request, as the envelope names them: `questions[0].knowledge_base_id`."""

import copy
import re
from typing import Any


def has(request: Any, place: str) -> bool:
    """Whether the request has something there."""
    for step in _steps(place):
        try:
            request = request[step]
        except (KeyError, IndexError, TypeError):
            return False
    return request is not None


def put(request: Any, place: str, value: Any) -> Any:
    """The request with this value there; all but the last step must be there."""
    changed = copy.deepcopy(request)
    inside = changed
    *way, last = _steps(place)
    for step in way:
        inside = inside[step]
    inside[last] = value
    return changed


def _steps(place: str) -> list[str | int]:
    """`questions[0].id` as questions, 0, id."""
    return [int(step) if step.isdecimal() else step for step in re.findall(r"[^.\[\]]+", place)]
