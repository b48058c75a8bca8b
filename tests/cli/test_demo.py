"""What `make demo ARGS=--once` promises: an interview that ends with quotes, by the rater that comes with Vivavoce."""

from uuid import uuid4

from vivavoce.cli.demo import Furniture, demo_body
from vivavoce.client.candidate import STORIES
from vivavoce.providers.raters import embedded_rater
from vivavoce.scoring.given import Given, Turn
from vivavoce.scoring.judge import judge_session
from vivavoce.scoring.rubric import read_rubric
from vivavoce.scoring.verdicts import State


def test_what_the_simulated_candidate_says_confirms_something_with_a_quote() -> None:
    body = demo_body(Furniture(merchant_id=uuid4(), template_id=uuid4(), store_id=uuid4()))
    turn = Turn(number=1, question=body["questions"][0]["question"], text=STORIES[0])
    judged = judge_session(
        [Given(language="en", turns=(turn,), rubric=None)],
        rubric=read_rubric(body["candidate_expectations_json"]),
        rater=embedded_rater(),
    )
    confirmed = [verdict for verdict in judged.verdicts if verdict.state is State.CONFIRMED]
    assert confirmed
    assert all(quote.text in STORIES[0] for verdict in confirmed for quote in verdict.quotes)
    assert judged.score is not None
    assert judged.score > 0
