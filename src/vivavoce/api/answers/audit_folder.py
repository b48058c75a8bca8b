"""What the call answers that makes an auditor's folder."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict


class AuditFolder(TypedDict):
    """An auditor's folder. It holds no word of a candidate and nobody's name."""

    file_name: Annotated[str, Field(description="A name for the archive.", examples=["audit-night-shift.zip"])]
    files: Annotated[
        list[Annotated[str, Field(examples=["README.md"])]], Field(description="What is in it, in order of the names.")
    ]
    archive: Annotated[str, Field(description="The folder as a ZIP archive, in base64.", examples=["UEsDBBQAAAA="])]
