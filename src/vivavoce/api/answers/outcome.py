"""What any operation may answer: that it is done, or what is wrong."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

Success = Annotated[Literal[True], Field(description="Always true.")]


class Error(TypedDict):
    """What is wrong, in one sentence for a person; and, where one field is to blame, its name."""

    error: Annotated[str, Field(description="What was expected, or what to do.", examples=["Field is required."])]
    name: NotRequired[
        Annotated[
            str,
            Field(description="The field, nested as `questions[2].question`.", examples=["interview_template_id"]),
        ]
    ]


class DoneAnswer(TypedDict):
    """It is done."""

    success: Success
