"""The routes of the vendor's wire: one file each, in `functions/`; and the door that they stand behind."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from vivavoce.api.call import Call
from vivavoce.api.document.build import Document, build_document
from vivavoce.api.document.tell import tell_document
from vivavoce.api.document.webhooks import build_webhooks
from vivavoce.api.functions import (
    invite_users,
    job_interview_agreement,
    job_interview_audit_folder,
    job_interview_compare,
    job_interview_create,
    job_interview_create_from_array,
    job_interview_details,
    job_interview_draft_wordings,
    job_interview_get,
    job_interview_pdf,
    job_interview_register_users,
    job_interview_result_comment,
    job_interview_result_decide,
    job_interview_result_history,
    job_interview_result_judge_again,
    job_interview_result_overturn,
    job_interview_result_rate,
    job_interview_result_request_another_attempt,
    job_interview_result_set_marks,
    job_interview_result_strike_risk,
    job_interview_result_undo_decision,
    job_interview_revoke_link,
    job_interview_set_blind_rating,
    job_interview_set_extra_time,
    job_interview_set_state,
    job_interview_token,
    job_interview_translate,
    job_interview_update,
    knowledge_base_document_add,
    knowledge_base_document_list,
    knowledge_base_document_remove,
    knowledge_base_document_set,
    knowledge_base_document_upload,
    knowledge_base_search,
    knowledge_base_store_list,
    knowledge_base_store_remove,
    knowledge_base_store_set,
    merchant_analytics_credits_used,
    merchant_avatar_list,
    merchant_candidate_erase,
    merchant_candidate_export,
    merchant_candidate_list,
    merchant_candidate_merge,
    merchant_failure_list,
    merchant_failure_try_again,
    merchant_interview_list,
    merchant_live_list,
    merchant_mail_bounce,
    merchant_mail_list,
    merchant_mail_resume,
    merchant_mail_text_list,
    merchant_mail_text_preview,
    merchant_mail_text_set,
    merchant_member_list,
    merchant_member_set,
    merchant_model_list,
    merchant_model_set,
    merchant_result_list,
    merchant_status,
    merchant_task_list,
    merchant_task_set_state,
    merchant_webhook_delivery_list,
    merchant_webhook_list,
    merchant_webhook_remove,
    merchant_webhook_replay,
    merchant_webhook_set,
    merchant_webhook_test,
    platform_languages_list,
)
from vivavoce.api.pages import answer_preflight, is_preflight, open_to_page
from vivavoce.api.parts import ApiParts
from vivavoce.clients import Quota
from vivavoce.errors import NotFound, TooManyRequests, VivavoceError
from vivavoce.merchants.tokens import Caller

PREFIX = "/functions/v1"
DOCUMENT = f"{PREFIX}/openapi"
WEBHOOKS_DOCUMENT = f"{PREFIX}/openapi-webhooks"
# Where a request's scope holds the Quota that its answer tells, in the three fields that clients' libraries read.
QUOTA = "vivavoce.quota"

Answer = Callable[[ApiParts, Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. Reads answer GET, and POST with the same names in the body."""

    path: str
    answer: Answer
    is_read: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        """What it answers."""
        return ("GET", "HEAD", "POST") if self.is_read else ("POST",)


ROUTES = (
    Route("/job-interview-create-from-array", job_interview_create_from_array.answer),
    Route("/job-interview-create", job_interview_create.answer),
    Route("/job-interview-translate", job_interview_translate.answer),
    Route("/job-interview-draft-wordings", job_interview_draft_wordings.answer),
    Route("/job-interview-get", job_interview_get.answer, is_read=True),
    Route("/job-interview-register-users", job_interview_register_users.answer),
    Route("/job-interview-update", job_interview_update.answer),
    Route("/job-interview-set-state", job_interview_set_state.answer),
    Route("/job-interview-token", job_interview_token.answer),
    Route("/job-interview-revoke-link", job_interview_revoke_link.answer),
    Route("/job-interview-set-extra-time", job_interview_set_extra_time.answer),
    Route("/job-interview-details", job_interview_details.answer, is_read=True),
    Route("/job-interview-pdf", job_interview_pdf.answer),
    Route("/job-interview-result-request-another-attempt", job_interview_result_request_another_attempt.answer),
    Route("/job-interview-result-decide", job_interview_result_decide.answer),
    Route("/job-interview-result-undo-decision", job_interview_result_undo_decision.answer),
    Route("/job-interview-result-set-marks", job_interview_result_set_marks.answer),
    Route("/job-interview-result-overturn", job_interview_result_overturn.answer),
    Route("/job-interview-result-judge-again", job_interview_result_judge_again.answer),
    Route("/job-interview-result-rate", job_interview_result_rate.answer),
    Route("/job-interview-result-comment", job_interview_result_comment.answer),
    Route("/job-interview-result-strike-risk", job_interview_result_strike_risk.answer),
    Route("/job-interview-result-history", job_interview_result_history.answer, is_read=True),
    Route("/job-interview-compare", job_interview_compare.answer, is_read=True),
    Route("/job-interview-agreement", job_interview_agreement.answer, is_read=True),
    Route("/job-interview-audit-folder", job_interview_audit_folder.answer, is_read=True),
    Route("/job-interview-set-blind-rating", job_interview_set_blind_rating.answer),
    Route("/merchant-interview-list", merchant_interview_list.answer, is_read=True),
    Route("/merchant-result-list", merchant_result_list.answer, is_read=True),
    Route("/merchant-task-list", merchant_task_list.answer, is_read=True),
    Route("/merchant-task-set-state", merchant_task_set_state.answer),
    Route("/merchant-failure-list", merchant_failure_list.answer, is_read=True),
    Route("/merchant-failure-try-again", merchant_failure_try_again.answer),
    Route("/merchant-live-list", merchant_live_list.answer, is_read=True),
    Route("/merchant-member-list", merchant_member_list.answer, is_read=True),
    Route("/merchant-member-set", merchant_member_set.answer),
    Route("/merchant-model-list", merchant_model_list.answer, is_read=True),
    Route("/merchant-model-set", merchant_model_set.answer),
    Route("/merchant-candidate-list", merchant_candidate_list.answer, is_read=True),
    Route("/merchant-candidate-erase", merchant_candidate_erase.answer),
    Route("/merchant-candidate-export", merchant_candidate_export.answer),
    Route("/merchant-mail-list", merchant_mail_list.answer, is_read=True),
    Route("/merchant-mail-bounce", merchant_mail_bounce.answer),
    Route("/merchant-mail-resume", merchant_mail_resume.answer),
    Route("/merchant-mail-text-list", merchant_mail_text_list.answer, is_read=True),
    Route("/merchant-mail-text-set", merchant_mail_text_set.answer),
    Route("/merchant-mail-text-preview", merchant_mail_text_preview.answer),
    Route("/merchant-candidate-merge", merchant_candidate_merge.answer),
    Route("/invite-users", invite_users.answer),
    Route("/merchant-analytics-credits-used", merchant_analytics_credits_used.answer, is_read=True),
    Route("/merchant-webhook-list", merchant_webhook_list.answer, is_read=True),
    Route("/merchant-webhook-set", merchant_webhook_set.answer),
    Route("/merchant-webhook-remove", merchant_webhook_remove.answer),
    Route("/merchant-webhook-test", merchant_webhook_test.answer),
    Route("/merchant-webhook-delivery-list", merchant_webhook_delivery_list.answer, is_read=True),
    Route("/merchant-webhook-replay", merchant_webhook_replay.answer),
    Route("/knowledge-base-store-list", knowledge_base_store_list.answer, is_read=True),
    Route("/knowledge-base-store-set", knowledge_base_store_set.answer),
    Route("/knowledge-base-store-remove", knowledge_base_store_remove.answer),
    Route("/knowledge-base-document-upload", knowledge_base_document_upload.answer),
    Route("/knowledge-base-document-add", knowledge_base_document_add.answer),
    Route("/knowledge-base-document-list", knowledge_base_document_list.answer, is_read=True),
    Route("/knowledge-base-document-set", knowledge_base_document_set.answer),
    Route("/knowledge-base-document-remove", knowledge_base_document_remove.answer),
    Route("/knowledge-base-search", knowledge_base_search.answer, is_read=True),
    Route("/merchant-avatar-list", merchant_avatar_list.answer, is_read=True),
    Route("/merchant-status", merchant_status.answer, is_read=True),
    Route("/platform-languages-list", platform_languages_list.answer, is_read=True),
)


class Door:
    """The wire as a small ASGI application of its own.

    Its addresses are few and fixed, its bodies are read by us and its errors have one form, so there is nothing for a
    framework's routing, middleware and exception stack to do here: they cost more than the whole create call
    (decision 0008).
    """

    def __init__(self, parts: ApiParts) -> None:
        self._parts = parts
        self.document = Document(lambda: build_document(f"{parts.public_url}{PREFIX}"))
        self.webhooks = Document(build_webhooks)
        self._routes = {PREFIX + route.path: route for route in ROUTES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one call. Whatever we refuse is told in the envelope."""
        request = Call(scope, receive)
        if is_preflight(request):
            await answer_preflight(request, self._parts.standing)(scope, receive, send)
            return
        try:
            response = await self._answer(request)
        except VivavoceError as error:
            response = to_response(error)
        await self._send(response, request, send)

    async def tell(self, error: VivavoceError, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a call with an error that was met elsewhere."""
        await self._send(to_response(error), Request(scope, receive), send)

    async def _send(self, response: Response, request: Request, send: Send) -> None:
        quota: Quota | None = request.scope.get(QUOTA)
        if quota is not None:
            response.raw_headers += (
                (b"ratelimit-limit", b"%d" % quota.limit),
                (b"ratelimit-remaining", b"%d" % quota.remaining),
                (b"ratelimit-reset", b"%d" % quota.reset),
            )
        open_to_page(response, request, tokens=self._parts.tokens, standing=self._parts.standing)
        await response(request.scope, request.receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.scope["path"] == DOCUMENT:
            return tell_document(self.document, request)
        if request.scope["path"] == WEBHOOKS_DOCUMENT:
            return tell_document(self.webhooks, request)
        route = self._routes.get(request.scope["path"])
        if route is None:
            raise NotFound("There is nothing at this address.")
        if request.method not in route.methods:
            methods = ", ".join(route.methods)
            return JSONResponse({"error": f"Expected {methods}."}, status_code=405, headers={"Allow": methods})
        authorization = request.headers.get("authorization")
        await self._parts.tokens.learn_signer(authorization)
        caller = self._parts.tokens.read(authorization)
        await self._parts.merchants.require(caller.merchant_id)
        self._count(request, caller)
        return await route.answer(self._parts, request)

    def _count(self, request: Request, caller: Caller) -> None:
        """Counts the call as the caller's, however many tokens it has. Raises TooManyRequests."""
        if self._parts.calls is None:
            return
        quota = self._parts.calls.take((caller.merchant_id, caller.user_id))
        request.scope[QUOTA] = quota
        if quota.is_over:
            raise TooManyRequests(wait=quota.wait)


def to_response(error: VivavoceError) -> Response:
    """The envelope."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return JSONResponse(error.to_envelope(), status_code=error.status, headers=headers)
