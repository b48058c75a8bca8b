"""job-interview-compare, ours beyond the contract: several people's answers to one question, side by side."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.deciding import Compared
from vivavoce.api.asked import asked_id, asked_text, read_asked
from vivavoce.api.models.words import to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.errors import Invalid
from vivavoce.merchants.access import READERS, acting_merchant, require_role
from vivavoce.scoring.compare import MOST_COMPARED, compare_answers


async def answer(parts: ApiParts, request: Request) -> Response:
    """404 where there is no such interview, or no such question of it."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    asked = await read_asked(request)
    interview_id, step_id = asked_id(asked, "position_id"), asked_id(asked, "question_id")
    named = asked_text(asked, "interview_result_ids") or ""
    attempts = [to_reference(name.strip()) for name in named.split(",") if name.strip()]
    if len(attempts) > MOST_COMPARED:
        raise Invalid(f"Expected at most {MOST_COMPARED} of them.", name="interview_result_ids")
    hides = str(asked.get("hide_names")).lower() == "true"
    require_role(caller, READERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=asked_text(asked, "merchant_id"))
    async with parts.database.tenant(merchant_id) as connection:
        question, turns = await compare_answers(
            connection,
            interview_id=interview_id,
            step_id=step_id,
            attempts=attempts,
            environment=caller.environment,
        )
    body: Compared = {
        "question": question,
        "data": [
            {
                "interview_result_id": str(turn.attempt_id),
                "candidate_name": None if hides else turn.name or None,
                "asked": turn.asked,
                "answer": turn.text,
                "is_follow_up": turn.is_follow_up,
            }
            for turn in turns
        ],
    }
    return JSONResponse(body)
