"""POST merchant-candidate-merge, ours beyond the contract: two candidates are one person, or two again."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vivavoce.api.answers.merged import to_wire_merged
from vivavoce.api.body import read_body
from vivavoce.api.models.candidate_merge import parse
from vivavoce.api.models.words import UNKNOWN_CANDIDATE, to_reference
from vivavoce.api.parts import ApiParts
from vivavoce.attempts.merging import SamePerson, merge_people, preview_merge, split_person
from vivavoce.clock import now
from vivavoce.errors import Invalid, NotFound
from vivavoce.merchants.access import MAKERS, acting_merchant, require_role


async def answer(parts: ApiParts, request: Request) -> Response:
    """Both as they stand then; 422 for somebody who does not exist, 409 where one is part of somebody else."""
    caller = parts.tokens.read(request.headers.get("authorization"))
    sent = parse(await read_body(request))
    require_role(caller, MAKERS)
    merchant_id = await acting_merchant(parts.database, caller, wanted=sent.merchant_id)
    kept_id, merged_id = to_reference(sent.profile_interview_id), to_reference(sent.merged_profile_interview_id)
    async with parts.database.tenant(merchant_id) as connection:
        try:
            if sent.action != "preview":
                await (merge_people if sent.action == "merge" else split_person)(
                    connection,
                    merchant_id=merchant_id,
                    kept_id=kept_id,
                    merged_id=merged_id,
                    environment=caller.environment,
                    actor=f"user {caller.user_id}",
                    now=now(),
                )
            preview = await preview_merge(
                connection, kept_id=kept_id, merged_id=merged_id, environment=caller.environment
            )
        except NotFound as error:
            is_kept = error.name == str(kept_id)
            name = "profile_interview_id" if is_kept else "merged_profile_interview_id"
            raise Invalid(UNKNOWN_CANDIDATE, name=name) from None
        except SamePerson as error:
            raise Invalid(error.message, name="merged_profile_interview_id") from None
    return JSONResponse(to_wire_merged(preview))
