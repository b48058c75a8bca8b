"""What tests begin with: a merchant of their own, its furniture, an interview, a seat. Each test has its own tenant."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from vivavoce.api.webhooks import HEARS
from vivavoce.attempts.begin import begin_attempt
from vivavoce.attempts.consent import REQUIRED, Consent
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.candidates.invite import Invitee, invite
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.events.deliveries import WebhookMessage, add_test
from vivavoce.events.endpoints import EndpointChange, WebhookKind, add_endpoint
from vivavoce.interviews.create import NewInterview, create_interview
from vivavoce.interviews.draft import Draft, InterviewSettings, Kind, Status, Visibility
from vivavoce.interviews.steps import SentQuestion, Step, lay_steps
from vivavoce.interviews.templates import add_template
from vivavoce.knowledge.documents import DocumentKind, NewDocument, add_document
from vivavoce.knowledge.reading import ReadDocument, ReadPassage, claim_document, keep_read
from vivavoce.merchants.keys import Keys, Sealer, Signer, WrappingKeys
from vivavoce.merchants.register import Merchant, add_merchant
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT, Role, issue_token
from vivavoce.providers.files.folder import FolderFiles

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
KEYS = Keys(
    jwt=b"j" * 32,
    link=b"l" * 32,
    cookie=b"c" * 32,
    sealer=Sealer(b"s" * 32),
    wrapping=WrappingKeys([b"w" * 32]),
    signer=Signer(b"n" * 32),
)


def store_in(folder: Path) -> RecordingStore:
    """Recordings that lie in this folder."""
    return RecordingStore(files=FolderFiles(folder), data_dir=folder, wrapping=KEYS.wrapping)


CONSENTS = [Consent(purpose=purpose, is_given=True, language="en") for purpose in sorted(REQUIRED)]
QUESTIONS = (
    SentQuestion(text="Tell me about a project of yours.", caller_id="project", external_id="q-1"),
    SentQuestion(text="Second?", caller_id="second"),
    SentQuestion(text="Third?", caller_id="third"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A merchant with a template and a store."""

    merchant: Merchant
    template_id: UUID
    store_id: UUID

    def token(self, role: Role = Role.OWNER, *, environment: str = DEFAULT_ENVIRONMENT, **changes: Any) -> str:
        """A good token of this merchant."""
        given = {"secret": KEYS.jwt, "now": datetime.now(UTC), "life": timedelta(minutes=5), **changes}
        return issue_token(merchant_id=self.merchant.id, role=role, environment=environment, **given)

    def authorization(self, role: Role = Role.OWNER, **changes: Any) -> dict[str, str]:
        """The header that carries it."""
        return {"Authorization": f"Bearer {self.token(role, **changes)}"}


async def a_house(
    database: Database, *, portals: tuple[str, ...] = ("interview",), parent_id: UUID | None = None
) -> House:
    """A new merchant with a template and a store."""
    slug = f"m-{secrets.token_hex(6)}"
    merchant = await add_merchant(database, name="Acme", slug=slug, parent_id=parent_id, portals=portals)
    store_id = new_id()
    async with database.tenant(merchant.id) as connection:
        # Without the event of it: tests begin with none.
        await connection.execute(
            "insert into stores (merchant_id, id, slug, name) values ($1, $2, 'about', 'About us')",
            merchant.id,
            store_id,
        )
    return House(
        merchant=merchant,
        template_id=await add_template(database, merchant_id=merchant.id, name="Robin", slug="robin", language="en"),
        store_id=store_id,
    )


@asynccontextmanager
async def a_standing(address: DatabaseAddress) -> AsyncIterator[MerchantStanding]:
    """What a server knows of all merchants, kept as a server keeps it."""
    standing = MerchantStanding()
    listener = standing.listener(address)
    await listener.open()
    keeping = asyncio.create_task(listener.keep())
    try:
        yield standing
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        listener.close()


def a_body(house: House, **changes: Any) -> dict[str, Any]:
    """The smallest body that the create call takes."""
    return {
        "name": "Project manager",
        "location": "remote",
        "interview_template_id": str(house.template_id),
        "mojito_language_code": "en",
        "description": "Project manager role",
        "status": "active",
        "type": "interview",
        "visibility": "merchant_unlisted",
        "questions": [{"question": "Tell me about a project of yours."}],
        **changes,
    }


def steps_of(questions: Sequence[SentQuestion]) -> tuple[Step, ...]:
    """The questions as steps, every one of them."""
    return lay_steps(questions, keeps_duplicates=True, new_id=new_id)


def a_draft(house: House, *, questions: Sequence[SentQuestion] = QUESTIONS, **changes: Any) -> Draft:
    """An active interview of three open questions, which are not followed up."""
    settings = InterviewSettings(**({"max_follow_ups": 0} | changes.pop("settings", {})))
    given: dict[str, Any] = {
        "name": "Project manager",
        "location": "remote",
        "description": "Project manager role",
        "kind": Kind.INTERVIEW,
        "status": Status.ACTIVE,
        "visibility": Visibility.UNLISTED,
        "language": "en",
        "speech_locale": "en-US",
        "template_id": house.template_id,
        "settings": settings,
        "steps": steps_of(questions),
    }
    return Draft(**(given | changes))


async def an_interview(database: Database, house: House, draft: Draft | None = None) -> UUID:
    """A stored interview."""
    order = NewInterview(
        draft=draft or a_draft(house),
        merchant_id=house.merchant.id,
        environment=DEFAULT_ENVIRONMENT,
        actor="test",
    )
    created = await create_interview(database, order, sealer=KEYS.sealer)
    return created.interview_id


async def a_seat(database: Database, house: House, interview_id: UUID, *, is_test: bool = False) -> Seat:
    """An invited person."""
    email = f"{uuid4().hex}@example.com"
    invited = await invite(
        database,
        KEYS,
        Invitee(name="Sam Rivers", email=email),
        merchant_id=house.merchant.id,
        interview_id=interview_id,
        environment=DEFAULT_ENVIRONMENT,
        is_test=is_test,
        actor="test",
        now=NOW,
    )
    return Seat(
        merchant_id=house.merchant.id,
        interview_id=interview_id,
        candidate_id=invited.candidate_id,
        is_test=is_test,
    )


async def an_attempt(
    database: Database, seat: Seat, *, consents: Sequence[Consent] = CONSENTS, at: datetime = NOW
) -> UUID:
    """An attempt that has just begun."""
    required = frozenset(consent.purpose for consent in consents)
    return (await begin_attempt(database, seat, consents=consents, required=required, now=at)).id


async def a_document(
    database: Database, house: House, text: str, *, store_id: UUID | None = None, name: str = "handbook.md"
) -> UUID:
    """A document of one passage, read; to be found by its words, since no machine told what it means."""
    whose: dict[str, Any] = {"merchant_id": house.merchant.id, "now": now()}
    new = NewDocument(
        store_id=store_id or house.store_id,
        kind=DocumentKind.ARTICLE,
        name=name,
        format="md",
        content=text.encode(),
    )
    async with database.tenant(house.merchant.id) as connection:
        document_id = await add_document(connection, new, environment=None, sealer=KEYS.sealer, actor="test", **whose)
    assert document_id is not None
    claim = await claim_document(database, KEYS.sealer, document_id=document_id, **whose)
    if claim is None:
        return document_id  # the store has it already, and it was read
    passage = ReadPassage(headings=("Leave",), text=text, vector=None)
    read = ReadDocument(language="en", passages=(passage,), format="md")
    async with database.tenant(house.merchant.id) as connection:
        await keep_read(connection, claim, read, document_id=document_id, **whose)
    return document_id


async def a_webhook(
    database: Database, house: House, attempt_id: UUID, *, environment: str = DEFAULT_ENVIRONMENT
) -> tuple[UUID, UUID]:
    """The ids of an endpoint at an address that nobody answers, and of a delivery to it that came to its end."""
    async with database.tenant(house.merchant.id) as connection:
        endpoint_id, _ = await add_endpoint(
            connection,
            EndpointChange(url="https://127.0.0.1:9/"),
            merchant_id=house.merchant.id,
            environment=environment,
            sealer=KEYS.sealer,
            hears=HEARS,
            actor="test",
            now=now(),
        )
        message = WebhookMessage(
            id=new_id(),
            merchant_id=house.merchant.id,
            environment=environment,
            kind=WebhookKind.RESULT,
            attempt_id=attempt_id,
            body="{}",
        )
        delivery_id = await add_test(connection, message, endpoint_id=endpoint_id, now=now())
        await connection.execute(
            "update webhook_deliveries set state = 'delivered', next_at = null where id = $1", delivery_id
        )
    return endpoint_id, delivery_id


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch, seen: list[str]) -> Iterator[None]:
    """Notes each statement that goes to the server, whoever sends it; for reading only, nothing is replaced."""
    for name in ("fetchrow", "fetch", "fetchval", "execute"):
        original = getattr(asyncpg.Connection, name)

        def noting(self: Any, query: str, *args: Any, _original: Any = original, **kwargs: Any) -> Any:
            seen.append(query)
            return _original(self, query, *args, **kwargs)

        monkeypatch.setattr(asyncpg.Connection, name, noting)
    yield
    monkeypatch.undo()


async def add_fact(
    connection: Connection, attempt_id: UUID, *, kind: str = "page_hidden", strength: str = "weak"
) -> None:
    """A fact of integrity, as a worker would have found it."""
    await connection.execute(
        "insert into integrity_facts (merchant_id, attempt_id, kind, strength, first_at, last_at, times, moments,"
        " found_at) select merchant_id, id, $2, $3, $4, $4, 3, $5, $4 from attempts where id = $1",
        attempt_id,
        kind,
        strength,
        NOW,
        [{"kind": "hidden", "at": NOW.isoformat(), "number": 1, "seconds": 40.0, "amount": 0, "label": ""}],
    )
