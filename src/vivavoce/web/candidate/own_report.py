"""A person's own report as a PDF: what stands on their own page of the attempt, in their language, to take away."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vivavoce.clock import now
from vivavoce.merchants.register import Merchant
from vivavoce.reports.lay_out import find_direction
from vivavoce.reports.pdf import OWN, set_pdf
from vivavoce.reports.signed import sign_pdf
from vivavoce.web.candidate.own import OwnView, read_own
from vivavoce.web.candidate.session import find_signed_in
from vivavoce.web.candidate.sign_in import at_merchant, draw_sign_in, merchant_at
from vivavoce.web.drawing import HEADERS, page_words
from vivavoce.web.parts import WebParts
from vivavoce.words.catalog import Words

_TAGS = re.compile(r"<[^<>]*>")
# What the page says, by what was found. The templates hold them for the catalogue.
AMOUNTS = {
    "much": "Your answers cover much of what this interview looks for.",
    "some": "Your answers cover some of what this interview looks for.",
    "little": "Your answers cover a little of what this interview looks for. That’s not a verdict on you.",
}
MISSED = "The program found little of what it was looking for here. It often misses what’s said in other words."
WHY_NOT = {
    "language": "There’s no automatic scoring in this language.",
    "unasked": "There’s no automatic scoring here.",
    "nothing": "There’s no score, because the program found nothing it could score. That says nothing about you.",
}


async def show(parts: WebParts, request: Request, slug: str) -> Response:
    """GET: the PDF. Who has not signed in is asked to."""
    merchant = await merchant_at(parts, slug)
    identity = await find_signed_in(parts, request, merchant.id)
    view = None if identity is None else await read_own(parts, request, merchant, identity)
    if view is None:
        return draw_sign_in(parts, await at_merchant(parts, slug))
    words = page_words(view.context["in_language"])
    pdf = await set_pdf(to_sheet(view, merchant, words, moment=now()), layout=OWN)
    headers = {
        **HEADERS,
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Content-Disposition": 'attachment; filename="interview.pdf"',
    }
    return Response(sign_pdf(pdf, parts.keys.signer), media_type="application/pdf", headers=headers)


def to_sheet(view: OwnView, merchant: Merchant, words: Words, *, moment: datetime) -> dict[str, Any]:
    """What is printed, worded in the person's language."""
    context, attempt = view.context, view.context["attempt"]

    def say(message: str, **filled: object) -> str:
        return _TAGS.sub("", words.say(message)) % filled if filled else words.say(message)

    told = {"number": attempt["number"], "begun": words.day(attempt["begun"]["day"])}
    if attempt["handed_in"]:
        day = words.day(attempt["handed_in"]["day"])
        about = [say("Attempt %(number)s, started on %(begun)s, sent on %(day)s.", **told, day=day)]
    else:
        about = [say("Attempt %(number)s, started on %(begun)s, not sent.", **told)]
    if attempt["state"] == "submitted" and not context["is_practice"]:
        about.append(say("A person at <bdi>%(merchant)s</bdi> reads it and decides.", merchant=merchant.shown_name))
    return {
        "tag": words.tag,
        "direction": words.direction,
        "title": attempt["name"],
        "name": {"text": attempt["name"], "direction": find_direction(attempt["name"])},
        "made": words.day(moment),
        "quotes": words.quotes,
        "about": about,
        "sections": list(_sections(context, merchant, words)),
        "said": words.say("What you said"),
        "questions": list(_questions(context["answers"], words)),
    }


def _sections(context: Mapping[str, Any], merchant: Merchant, words: Words) -> Any:
    say, number = words.say, context["number"]
    if number is not None:
        is_rough = number["score"] is None and number["why"] == "rough"
        is_missed = is_rough and number["amount"] == "little"  # which is said of the program, not of them
        amount = MISSED if is_missed else AMOUNTS[number["amount"]] if number["amount"] else WHY_NOT[number["why"]]
        lines = [say(amount)]
        if number["amount"] and is_rough:
            lines.append(
                say(
                    "Only a small program compared your words with what was looked for. It’s often wrong, so no number"
                    " is shown."
                )
            )
        elif number["amount"]:
            lines.append(say("A program worked it out from what you said. How you sound or look plays no part in it."))
        if number["score"] is not None:
            low, high = words.number(number["low"]), words.number(number["high"])
            between = say("out of 10, probably between %(low)s and %(high)s") % {"low": low, "high": high}
            lines.append(f"{words.number(number['score'])} {between}")
        if not context["is_practice"]:
            lines.append(say("A person reads your answers before anything is decided."))
        yield {"title": say("Overall"), "lines": lines, "quotes": []}
    if context["standing_out"]:
        quotes = [
            {"text": quote["text"], "tag": quote["language"], "direction": find_direction(quote["text"])}
            for quote in context["standing_out"]
        ]
        yield {"title": say("What stood out, in your words"), "lines": [], "quotes": quotes}
    if context["attempt"]["handed_in"] and not context["is_practice"]:
        look = say(
            "You can ask a person at <bdi>%(merchant)s</bdi> to take another look, whatever a program made of it."
            " Asking never counts against you."
        )
        lines = [_TAGS.sub("", look) % {"merchant": merchant.shown_name}]
        quotes = []
        for contest in context["contests"]:
            done = "A person has looked at this" if contest["is_done"] else "You asked a person to take another look"
            lines.append(f"{say(done)}: {words.day(contest['at']['day'])}")
            quotes.append({"text": contest["text"], "tag": words.tag, "direction": find_direction(contest["text"])})
        yield {"title": say("Was something assessed wrongly?"), "lines": lines, "quotes": quotes}


def _questions(answers: Sequence[Mapping[str, Any]], words: Words) -> Any:
    for question in answers:
        for turn in question["turns"]:
            notes = [words.say("Follow-up")] if turn["is_follow_up"] else []
            if turn["is_skipped"]:
                notes.append(words.say("You had no questions" if turn["had_none"] else "Skipped"))
            notes += [words.say("Edited by you")] if turn["is_corrected"] else []
            yield {
                "asked": turn["asked"],
                "tag": turn["language"],
                "direction": find_direction(turn["asked"]),
                "answer_direction": find_direction(turn["text"]),
                "notes": notes,
                "pieces": []
                if turn["is_skipped"]
                else [{"text": piece["text"], "is_quoted": piece["is_quoted"]} for piece in turn["pieces"]],
            }
