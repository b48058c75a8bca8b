"""`vivavoce worker`."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from uuid import UUID

import click
import uvloop

from vivavoce.api.webhooks import ReportSigner, make_hearer, tell_held_result
from vivavoce.attempts.charge import charge_attempt
from vivavoce.attempts.decision_mails import mail_decision
from vivavoce.attempts.film_sweep import sweep_films
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.mailing import send_mail
from vivavoce.attempts.receipts import mail_receipt
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.sign_in import send_code
from vivavoce.cli.language_models import open_models
from vivavoce.cli.opening import data_option, open_house, settings_for
from vivavoce.cli.recordings import open_recordings
from vivavoce.cli.voicing import open_speech
from vivavoce.clock import now
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database, open_database
from vivavoce.errors import Unavailable
from vivavoce.events.deliveries import sweep_messages
from vivavoce.events.endpoints import LISTENER
from vivavoce.events.notices import mail_switched_off
from vivavoce.events.pump import WebhookPump
from vivavoce.events.send import WebhookSender
from vivavoce.events.tell import Hear, tell_events
from vivavoce.jobs.leave import Note
from vivavoce.jobs.worker import Beside, Handler, run_worker
from vivavoce.knowledge.reading import read_document
from vivavoce.merchants.keys import Keys, load_keys
from vivavoce.merchants.people.sign_in import mail_member, send_member_code
from vivavoce.providers.mail import open_mailer
from vivavoce.providers.mail.port import Mailer
from vivavoce.providers.networks import Network, read_networks
from vivavoce.providers.raters import open_rater
from vivavoce.providers.raters.port import Rater
from vivavoce.recordings.ahead import compose_session
from vivavoce.recordings.film import DrawFaces
from vivavoce.recordings.voices_apart import note_other_voices
from vivavoce.reports.automatic import make_automatic_report
from vivavoce.reports.erasure_receipts import write_erasure_receipt
from vivavoce.reports.receipts import write_receipts
from vivavoce.reports.stored import sweep_reports
from vivavoce.scoring.preview import preview_attempt
from vivavoce.scoring.score import score_attempt
from vivavoce.sound.publish_lines import Speak, publish_voice
from vivavoce.sound.resting import rest_sound
from vivavoce.sound.retention import erase_due, files_in, sweep_sign_ins
from vivavoce.sound.retention_by_kind import erase_kinds
from vivavoce.web.face_pictures import draw_pictures
from vivavoce.web.instruction_film import MakeFilm, film_instruction, make_film
from vivavoce.writing.expectations import write_expectations

log = logging.getLogger(__name__)


@click.command()
@click.option("--with-parent", is_flag=True, hidden=True, help="Stop when standard input closes.")
@click.option("--local-url", hidden=True, help="Where the server listens that has started it.")
@data_option
def worker(with_parent: bool, local_url: str | None, data_dir: Path | None) -> None:
    """Do what was left for later: run as many as there is work for. It runs until it is stopped."""
    settings = settings_for(data_dir)
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("procrastinate").setLevel(max(logging.WARNING, logging.getLogger().level))
    keys = load_keys(settings)
    with open_house(settings) as house:
        errands = Errands(
            keys=keys,
            mailer=open_mailer(settings),
            speak=open_speech(settings),
            make_film=partial(make_film, settings.data_dir),
            draw_faces=draw_pictures,
            open_models=lambda database: open_models(settings, database, keys),
            find_rater=cache(partial(open_rater, settings)),
            recordings=open_recordings(settings),
            keep_days=settings.keep_days,
            networks=read_networks(settings.merchant_networks),
            public_url=settings.public_url or local_url,
        )
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_work(house.address, errands, with_parent=with_parent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Errands:
    """What a worker needs besides the database.

    open_models: the language models; None: there are none. mailer: None where no mails can be sent. find_rater: called
    in a thread, when something is to be judged. speak: None where interviewers have no voice. make_film: of their
    instructions; None: none is made. draw_faces: for films of sessions; None: nobody is drawn there. recordings:
    where sound and films lie. keep_days: after how many days attempts are erased; 0: never. hearers: whom events are
    handed to besides webhooks, by the name that a listener's row has. networks: of ours that webhooks may go to.
    public_url: what addresses in webhooks and mails begin with, without a slash at its end; None: nobody knows, and
    there are none.
    """

    keys: Keys
    mailer: Mailer | None
    find_rater: Callable[[], Rater]
    speak: Speak | None = None
    make_film: MakeFilm | None = None
    draw_faces: DrawFaces | None = None
    open_models: Callable[[Database], LanguageModels] | None = None
    recordings: RecordingStore | None = None
    keep_days: int = 0
    hearers: Mapping[str, Hear] = field(default_factory=dict)
    networks: Sequence[Network] = ()
    public_url: str | None = None


def make_handlers(database: Database, errands: Errands) -> Mapping[Note, Handler]:
    """Who does what: each kind of note has its one handler."""
    models = None if errands.open_models is None else errands.open_models(database)
    hear = make_hearer(database, ReportSigner(keys=errands.keys, public_url=errands.public_url))
    hearers = {LISTENER: hear, **errands.hearers}

    async def tally(merchant_id: UUID, subject_id: UUID) -> None:
        await tally_attempt(database, merchant_id=merchant_id, attempt_id=subject_id, now=now())
        await charge_attempt(database, merchant_id=merchant_id, attempt_id=subject_id, now=now())

    async def charge(merchant_id: UUID, subject_id: UUID) -> None:
        await charge_attempt(database, merchant_id=merchant_id, attempt_id=subject_id, now=now())

    async def score(merchant_id: UUID, subject_id: UUID) -> None:
        # In a thread: loading the rater takes a second, and a worker whose loop stands still counts as dead.
        rater = await asyncio.to_thread(errands.find_rater)
        await score_attempt(database, rater, merchant_id=merchant_id, attempt_id=subject_id, now=now(), models=models)

    async def preview(merchant_id: UUID, subject_id: UUID) -> None:
        rater = await asyncio.to_thread(errands.find_rater)
        await preview_attempt(database, rater, merchant_id=merchant_id, attempt_id=subject_id, now=now(), models=models)

    async def sign(merchant_id: UUID, subject_id: UUID) -> None:
        await write_receipts(database, errands.keys.signer, merchant_id=merchant_id, attempt_id=subject_id, now=now())

    async def sign_erasure(merchant_id: UUID, subject_id: UUID) -> None:
        await write_erasure_receipt(
            database, errands.keys.signer, merchant_id=merchant_id, candidate_id=subject_id, now=now()
        )

    async def report(merchant_id: UUID, subject_id: UUID) -> None:
        if errands.recordings is not None:
            await make_automatic_report(
                database,
                errands.recordings.files,
                errands.keys,
                merchant_id=merchant_id,
                attempt_id=subject_id,
                models=models,
            )

    async def compose(merchant_id: UUID, subject_id: UUID) -> None:
        if errands.recordings is not None:
            await compose_session(
                database, errands.recordings, errands.draw_faces, merchant_id=merchant_id, attempt_id=subject_id
            )

    async def hear_apart(merchant_id: UUID, subject_id: UUID) -> None:
        if errands.recordings is not None:
            await note_other_voices(
                database, errands.recordings, merchant_id=merchant_id, attempt_id=subject_id, now=now()
            )

    async def tell(merchant_id: UUID, subject_id: UUID) -> None:
        await tell_events(database, hearers, merchant_id=merchant_id, listener_id=subject_id)

    async def tell_result(merchant_id: UUID, subject_id: UUID) -> None:
        await tell_held_result(database, hear, merchant_id=merchant_id, attempt_id=subject_id)

    async def mail_code(merchant_id: UUID, subject_id: UUID) -> None:
        await send_code(
            database, errands.keys, errands.mailer, merchant_id=merchant_id, sign_in_id=subject_id, now=now()
        )

    async def mail_member_code(merchant_id: UUID, subject_id: UUID) -> None:
        await send_member_code(database, errands.keys, errands.mailer, sign_in_id=subject_id, now=now())

    async def mail_invited(merchant_id: UUID, subject_id: UUID) -> None:
        await mail_member(database, errands.mailer, merchant_id=merchant_id, member_id=subject_id, now=now())

    async def mail_sent(merchant_id: UUID, subject_id: UUID) -> None:
        await mail_receipt(database, errands.mailer, merchant_id=merchant_id, attempt_id=subject_id, now=now())

    async def mail_decided(merchant_id: UUID, subject_id: UUID) -> None:
        await mail_decision(
            database,
            errands.keys,
            errands.mailer,
            merchant_id=merchant_id,
            decision_id=subject_id,
            now=now(),
            public_url=errands.public_url,
        )

    async def mail_candidate(merchant_id: UUID, subject_id: UUID) -> None:
        await send_mail(database, errands.keys, errands.mailer, merchant_id=merchant_id, mail_id=subject_id, now=now())

    async def publish(merchant_id: UUID, subject_id: UUID) -> None:
        if errands.speak is not None:
            await publish_voice(database, errands.speak, merchant_id=merchant_id, interview_id=subject_id)
            if errands.make_film is not None:
                await film_instruction(
                    database, errands.speak, errands.make_film, merchant_id=merchant_id, interview_id=subject_id
                )

    async def write(merchant_id: UUID, subject_id: UUID) -> None:
        if models is not None:
            await write_expectations(database, models, merchant_id=merchant_id, interview_id=subject_id)

    async def rewrite(merchant_id: UUID, subject_id: UUID) -> None:
        if models is not None:
            await write_expectations(database, models, merchant_id=merchant_id, interview_id=subject_id, replaces=True)

    async def mail_off(merchant_id: UUID, subject_id: UUID) -> None:
        await mail_switched_off(database, errands.mailer, merchant_id=merchant_id, endpoint_id=subject_id)

    async def read(merchant_id: UUID, subject_id: UUID) -> None:
        await read_document(
            database,
            errands.keys.sealer,
            merchant_id=merchant_id,
            document_id=subject_id,
            networks=errands.networks,
            now=now(),
        )

    return {
        Note.TALLY_ATTEMPT: tally,
        Note.CHARGE_ATTEMPT: charge,
        Note.SCORE_ATTEMPT: score,
        Note.PREVIEW_ATTEMPT: preview,
        Note.WRITE_RECEIPTS: sign,
        Note.WRITE_ERASURE_RECEIPT: sign_erasure,
        Note.MAKE_REPORT: report,
        Note.COMPOSE_SESSION: compose,
        Note.HEAR_APART: hear_apart,
        Note.TELL_EVENTS: tell,
        Note.TELL_RESULT: tell_result,
        Note.MAIL_RECEIPT: mail_sent,
        Note.MAIL_DECISION: mail_decided,
        Note.SEND_MAIL: mail_candidate,
        Note.SEND_CODE: mail_code,
        Note.SEND_MEMBER_CODE: mail_member_code,
        Note.MAIL_MEMBER: mail_invited,
        Note.PUBLISH_VOICE: publish,
        Note.WRITE_EXPECTATIONS: write,
        Note.REWRITE_EXPECTATIONS: rewrite,
        Note.MAIL_WEBHOOK_OFF: mail_off,
        Note.READ_DOCUMENT: read,
    }


def make_pumps(address: DatabaseAddress, database: Database, errands: Errands) -> Sequence[Beside]:
    """What goes on beside the notes."""
    sender = WebhookSender(sealer=errands.keys.sealer, networks=errands.networks, clock=now)
    return [WebhookPump(address, database, sender).run]


def make_tidy(database: Database, errands: Errands) -> Callable[[], Awaitable[None]]:
    """What is done every ten minutes."""

    async def tidy() -> None:
        await sweep_messages(database)
        if errands.recordings is None:
            return
        await sweep_sign_ins(database)
        files = files_in(errands.recordings)
        erased = await erase_due(database, files, keep_days=errands.keep_days, now=now())
        if erased:
            log.info("erased %d attempts whose days were over", erased)
        erased = await erase_kinds(database, errands.recordings, now=now())
        if erased:
            log.info("erased sound or films of %d attempts whose merchants keep them no longer", erased)
        try:
            async for rested in rest_sound(database, errands.recordings):
                log.info("sealed the sound of attempt %s, %.1f MB", rested.attempt_id, rested.size_bytes / 1e6)
        except Unavailable as error:
            log.warning("sound can't be moved to the store of files now: %s", error.message)
        removed = await sweep_films(database, errands.recordings, now=now())
        if removed:
            log.info("removed %d films that belonged to nobody", removed)
        removed = await sweep_reports(database, errands.recordings.files, now=now())
        if removed:
            log.info("removed %d reports that had expired, or belonged to nobody", removed)

    return tidy


async def _work(address: DatabaseAddress, errands: Errands, *, with_parent: bool) -> None:
    async with open_database(address, connections=8) as database:
        working = asyncio.create_task(
            run_worker(
                address,
                make_handlers(database, errands),
                tidy=make_tidy(database, errands),
                beside=make_pumps(address, database, errands),
            )
        )
        if with_parent:
            # A server that is killed can't stop its worker; the pipe between them closes all the same.
            _when_closed(sys.stdin.fileno(), working.cancel)
        try:
            await working
        except asyncio.CancelledError:
            log.info("the server has gone; stopping")


# Seconds for an orderly end: what runs in a thread can't be cancelled, and the longest of it, judging, takes ten.
ORDERLY_END = 30.0


def _when_closed(descriptor: int, then: Callable[[], object], *, ends_within: float = ORDERLY_END) -> None:
    """Calls once: a closed pipe stays readable, and a second cancel would break the first one's orderly end off.

    Whatever has not ended within so many seconds is ended: nothing is lost, and nobody waits for its work.
    """
    loop = asyncio.get_running_loop()

    def closed() -> None:
        loop.remove_reader(descriptor)
        end = threading.Timer(ends_within, os._exit, (1,))
        end.daemon = True
        end.start()
        then()

    loop.add_reader(descriptor, closed)
