"""What the program that draws a film is asked for. It loads nothing else of ours."""

from typing import TypedDict


class FilmAsked(TypedDict):
    """What is to be drawn.

    faces: SVG by mouth. captions: each with the share of the whole that is said by its end. marks: begin and end in
    seconds, and the voice's name of the mouth's shape; none where the voice does not tell. tag: of the language.
    """

    faces: dict[str, str]
    captions: list[tuple[str, float]]
    marks: list[tuple[float, float, str]]
    tag: str
    is_from_right: bool
