"""`vivavoce embed rotate`: a new key signs at once, and the one before as long as was said."""

import httpx
import pytest

from tests.embedding import bare_link
from tests.running import Running

pytestmark = pytest.mark.slow


def opens(running: Running, embed_id: str, key: str, email: str) -> bool:
    answer = httpx.get(
        running.url + bare_link(embed_id, key, email=email), trust_env=False, follow_redirects=True, timeout=30
    )
    assert answer.status_code in (200, 403)
    return answer.status_code == 200


def test_a_new_key_signs_at_once_and_the_old_one_as_long_as_was_said(running: Running) -> None:
    furnished = running.furnish("rotaters")
    made = running.call(
        "job-interview-create-from-array",
        furnished.token,
        body={
            "name": "Project manager",
            "location": "remote",
            "interview_template_id": furnished.template_id,
            "mojito_language_code": "en",
            "description": "",
            "status": "active",
            "type": "interview",
            "visibility": "merchant_unlisted",
            "is_embedded": True,
            "questions": [{"question": "Why?"}],
        },
    )
    embed_id, first = made["embed_id"], made["embed_signing_key"]
    rotate = ("embed", "rotate", made["interview_def_set_id"], "--merchant", "rotaters")
    told, second = running.program(*rotate).split()
    assert told == embed_id
    assert opens(running, embed_id, second, "a@x.example")
    assert opens(running, embed_id, first, "b@x.example")
    _, third = running.program(*rotate, "--old-key-hours", "0").split()
    assert opens(running, embed_id, third, "c@x.example")
    assert not opens(running, embed_id, second, "d@x.example")
