"""`vivavoce demo`: a whole house with a first merchant and a first interview, made through the front door."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import httpx

from vivavoce.cli.demo_server import DemoServer
from vivavoce.cli.opening import COMMAND_LINE, data_option, open_house, say, settings_for
from vivavoce.clock import now
from vivavoce.db.database import Database, open_database
from vivavoce.errors import Conflict, NotFound, Unavailable
from vivavoce.interviews.templates import add_template, find_template
from vivavoce.knowledge.stores import add_store, find_store
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.people.members import NewMember, add_member
from vivavoce.merchants.register import add_merchant, find_merchant
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT, Role, issue_token
from vivavoce.providers.language_models.chosen import settings_models
from vivavoce.settings import Settings
from vivavoce.web.mails import ADDRESS as MAILS

SLUG = "demo"
OWNER = "owner@demo.example"
READ_SECONDS = 60
TOKEN_LIFE = timedelta(days=7)
DEFAULT_DATA = Path("demo-data")
PORT = 8000
FUNCTIONS = "/functions/v1"

# What a candidate of the demo can be answered from: "How long is a break?", "Is there parking?"
ABOUT = """
Harbour Road Depot sorts 40,000 parcels a night for the towns around the bay. 180 people work here.

## Working at night

Nights are paid 25 percent more. Each shift has one break of 45 minutes, and there is a hot meal at two.

## Good to know

- free parking in front of hall 2
- 30 days of holiday a year
- safety shoes and gloves are provided

## How we hire

A person at Harbour Road reads your answers and calls you within a week.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """What the demo's merchant has before the first call."""

    merchant_id: UUID
    template_id: UUID
    store_id: UUID


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Default {PORT}; the next free one when it is taken and none was named.",
)
@click.option(
    "--once",
    is_flag=True,
    help="A simulated candidate takes the interview; its result is printed as JSON, and the demo ends.",
)
@data_option
def demo(host: str, port: int | None, once: bool, data_dir: Path | None) -> None:
    """Set up a demo merchant, create an interview by one HTTP call, and serve it."""
    settings = settings_for(data_dir or (None if "VIVAVOCE_DATA_DIR" in os.environ else DEFAULT_DATA))
    with open_house(settings) as house:

        async def furnish() -> Furniture:
            async with open_database(house.address, connections=2) as database:
                return await _furnish(database)

        furniture = asyncio.run(furnish())
        token = issue_token(
            secret=load_keys(settings).jwt,
            merchant_id=furniture.merchant_id,
            role=Role.OWNER,
            environment=DEFAULT_ENVIRONMENT,
            now=now(),
            life=TOKEN_LIFE,
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
        )
        for chosen in settings_models(settings):
            say(f"The interviewer asks {chosen.model} at {chosen.url}.")
        with (
            _serving(settings, host, _choose_port(host, port, is_free=once)) as server,
            _calling(server.url, token) as caller,
        ):
            body = demo_body(furniture)
            created = _ask(caller, "job-interview-create-from-array", body)
            link = _invite(caller, created["interview_def_set_id"])
            if once:
                click.echo(json.dumps(_take(caller, created["interview_def_set_id"], link), ensure_ascii=False))
            else:
                _show(server.url, token, furniture, created["interview_def_set_id"], link)
                _keep(server)


async def _furnish(database: Database) -> Furniture:
    """The merchant with both portals, a template and a store; found again when the demo is started a second time."""
    try:
        merchant = await find_merchant(database, SLUG)
    except NotFound:
        merchant = await add_merchant(
            database,
            name="Harbour Road Depot",
            slug=SLUG,
            parent_id=None,
            portals=("coaching", "interview"),
            about=ABOUT,
        )
    try:
        template_id = await add_template(database, merchant_id=merchant.id, name="Robin", slug="robin", language="en")
    except Conflict:
        template_id = await find_template(database, merchant_id=merchant.id, slug="robin")
    try:
        store_id = await add_store(
            database, merchant_id=merchant.id, name="About the depot", slug="about", actor=COMMAND_LINE
        )
    except Conflict:
        store_id = await find_store(database, merchant_id=merchant.id, slug="about")
    async with database.tenant(merchant.id) as connection:
        await add_member(
            connection,
            NewMember(email=OWNER, name="Robin Hale", role=Role.OWNER),
            merchant_id=merchant.id,
            actor=COMMAND_LINE,
            now=now(),
        )
    return Furniture(merchant_id=merchant.id, template_id=template_id, store_id=store_id)


# --- The server, and calls to it -----------------------------------------------------------------------------------


@contextmanager
def _serving(settings: Settings, host: str, port: int) -> Iterator[DemoServer]:
    """A server that takes calls."""
    say("Starting the server…")
    server = DemoServer(settings, host=host, port=port)
    try:
        server.start()
        yield server
    except httpx.TransportError as error:
        raise Unavailable(f"{server.explain()} The demo ends too.") from error
    finally:
        server.stop()


@contextmanager
def _calling(url: str, token: str) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=url + FUNCTIONS, headers={"Authorization": f"Bearer {token}"}, timeout=READ_SECONDS, trust_env=False
    ) as caller:
        yield caller


def _ask(caller: httpx.Client, operation: str, body: dict[str, Any]) -> Any:
    answer = caller.post(f"/{operation}", json=body)
    if answer.status_code != 200:
        raise Unavailable(f"The demo's own call of {operation} was refused: {answer.text}")
    return answer.json()


def _invite(caller: httpx.Client, interview_id: str) -> str:
    rows = _ask(
        caller,
        "job-interview-register-users",
        {"interview_id": interview_id, "users": [{"name": "Sam Rivers", "external_id": "demo-1"}]},
    )
    return str(rows[0]["interview_url"])


def _choose_port(host: str, port: int | None, *, is_free: bool) -> int:
    """The port that was named; else the usual one if it is free, and any free one otherwise."""
    if port is not None:
        return port
    if is_free:
        return 0
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, PORT))
        except OSError:
            return 0
    return PORT


# --- What is shown -------------------------------------------------------------------------------------------------


def _take(caller: httpx.Client, interview_id: str, link: str) -> dict[str, Any]:
    """Lets a simulated candidate take the interview, in a process that gets the link alone; then reads the result."""
    say("A simulated candidate takes the interview…")
    done = subprocess.run(
        [sys.executable, "-m", "vivavoce.client.candidate", link], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        raise Unavailable("The simulated candidate could not take the interview; the reason stands above.")
    attempt_id = json.loads(done.stdout)["attempt_id"]
    details = _read_result(caller, attempt_id)
    return {
        "interview_def_set_id": interview_id,
        "interview_result_id": attempt_id,
        "status": details["status"],
        "processing_status": details["processing_status"],
        "coverage_percent": details["ai_interview_coverage_percentage"],
        "score": details["score"],
        "score_text": details["score_text"],
        "verdicts": _verdicts(details["ai_analysis_other"]["rubric"]),
        "answers": [
            {
                "question": turn["question_asked"],
                "view": turn["view"],
                "answer": turn["answer"],
                "external_id": turn["external_id"],
                "score": turn["score"],
                "verdicts": _verdicts((turn["answer_assessment_raw_data"] or {"verdicts": []})["verdicts"]),
            }
            for turn in details["transcript"]
        ],
    }


def _verdicts(verdicts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was expected, whether it was shown, and the words that show it."""
    return [
        {
            "requirement": verdict["requirement"],
            "state": verdict["state"],
            "quotes": [quote["text"] for quote in verdict["quotes"]],
        }
        for verdict in verdicts
    ]


def _read_result(caller: httpx.Client, attempt_id: str) -> dict[str, Any]:
    """The result as the caller reads it, once the worker has been through it."""
    until = time.monotonic() + READ_SECONDS
    while True:
        answer = caller.get("/job-interview-details", params={"interview_result_id": attempt_id})
        answer.raise_for_status()
        details: dict[str, Any] = answer.json()
        if details["processing_status"] == "completed":
            return details
        if time.monotonic() > until:
            raise Unavailable("The worker has not been through the result within a minute.")
        time.sleep(0.2)


def _show(url: str, token: str, furniture: Furniture, interview_id: str, link: str) -> None:
    body = {
        "name": "Project manager",
        "location": "remote",
        "interview_template_id": str(furniture.template_id),
        "mojito_language_code": "en",
        "description": "Project manager role",
        "status": "active",
        "type": "interview",
        "visibility": "merchant_unlisted",
        "questions": [{"question": "Tell us about a project that you are proud of."}],
    }
    click.echo(f"""
The interview {interview_id} is open. A candidate takes it here:

  {link}

Everything that can be taken here, signed in to by e-mail:

  {url}/interview/at/{SLUG}/

Where a merchant's own people work, signed in to as {OWNER}:

  {url}/console/

Its mails are not sent; they stand at {url}{MAILS}

A token for your own calls (good for {TOKEN_LIFE.days} days):

  {token}

Make another interview:

  curl -sS {url}{FUNCTIONS}/job-interview-create-from-array \\
    -H 'Authorization: Bearer {token}' \\
    -H 'Content-Type: application/json' \\
    -d '{json.dumps(body)}'

Serving at {url}. Press Ctrl-C to stop.""")


def _keep(server: DemoServer) -> None:
    try:
        server.keep()
    except KeyboardInterrupt:
        say("\nStopping…")


# --- The body ------------------------------------------------------------------------------------------------------


def demo_body(furniture: Furniture) -> dict[str, Any]:
    """A body that sets every field of the contract, with one question of each kind."""
    return {
        "name": "Shift lead, night",
        "location": "Parcel depot, Harbour Road",
        "interview_template_id": str(furniture.template_id),
        "mojito_language_code": "en",
        "description": "You lead fourteen people from ten at night to six in the morning.",
        "status": "active",
        "type": "interview",
        "visibility": "merchant_public",
        "questions": _questions(furniture),
        "recording": "audio_first_5_answers",
        "recording_full_session": "audio_all",
        "interview_type": "pre-screening",
        "seniority_level": "intermediate",
        "result_view": "minimal",
        "candidate_video_introduction": "optional",
        "interview_tone": "professional",
        "interview_attempts": 2,
        "questions_random_subset": 0.9,
        "code": "HR-2026-117",
        "cover_image_url": "https://images.example/depot.jpg",
        "knowledge_base_store_id": str(furniture.store_id),
        "merchant_id": str(furniture.merchant_id),
        "description_long": "## The work\n\nYou plan the lanes, step in when a belt stops, and hand over to the "
        "early shift.",
        "candidate_expectations": "Has led a team. Explains a safety rule so that it is kept. Writes a short "
        "hand-over.",
        "candidate_expectations_json": {
            "weak": ["Led a team"],
            "moderate": ["Trained colleagues"],
            "strong": ["Names a measurable result of the own work"],
        },
        "custom_scoring": {"ai_assessment_session": {"weight": 50}, "ai_assessment_answer": {"weight": 50}},
        "additional_context": {"team_size": 14},
        "instructional_video": False,
        "instructional_video_custom_text": "I ask, you answer, in your own time.",
        "disable_deduplication": False,
        "welcome_message": "Good to meet you. I will ask a few questions about leading a shift. Take the time "
        "you need.",
        "thank_you_message": "Thank you. A person at Harbour Road reads your answers and decides.",
        "is_embedded": True,
    }


def _questions(furniture: Furniture) -> list[dict[str, Any]]:
    return [
        {
            "id": "lead",
            "question": "Tell me about a time when you led a team through something difficult.",
            "label": "Leading",
            "duration": 180,
            "mojito_language_code": "en",
            "question_alternatives": ["When did you last lead people through a hard stretch, and how did it go?"],
            "knowledge_base_id": str(furniture.store_id),
            "external_id": "q-lead",
            "external_data": {"competency": "leadership"},
            "candidate_expectations_json": {
                "weak": ["Describes a real situation"],
                "moderate": ["Says what the own part in it was"],
                "strong": ["Names a result in figures"],
            },
        },
        {
            "id": "nights",
            "question": "Which nights could you work in the first month?",
            "is_multiple_choice": True,
            "is_without_scoring": True,
            "question_alternatives": ["Any night, weekends included", "Sunday to Thursday", "Weekends only"],
            "external_id": "q-nights",
        },
        {
            "id": "why-nights",
            "question": "What makes nights work for you?",
            "is_conditional": True,
            "conditional_question_main_id": "nights",
            "external_id": "q-why-nights",
        },
        {
            "id": "belt",
            "question": "A belt stops twice in one night. How do you find the cause?",
            "is_expert": True,
            "external_id": "q-belt",
        },
        {
            "id": "start",
            "question": "When could you start?",
            "is_without_scoring": True,
            "external_id": "q-start",
        },
        {
            "id": "back",
            "question": "What would you like to ask us?",
            "is_candidate_asking_recruiter": True,
            "external_id": "q-back",
        },
    ]
