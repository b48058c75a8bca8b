"""`vivavoce doctor`."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import click

from vivavoce.attempts.language_models import OwnModel
from vivavoce.cli.assembly import open_company_sign_in
from vivavoce.cli.language_models import open_models
from vivavoce.cli.opening import data_option, open_house, settings_for
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import open_database
from vivavoce.errors import ProviderError, VivavoceError
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.signers import list_keys
from vivavoce.private import make_folder
from vivavoce.providers.ears import GROUP as EARS
from vivavoce.providers.ears import open_ears
from vivavoce.providers.ears.compare import count_errors
from vivavoce.providers.ears.port import RATE_HZ as EAR_HZ
from vivavoce.providers.ears.port import SoundWindow, to_text
from vivavoce.providers.failover import Failure, find_makers
from vivavoce.providers.files import open_files
from vivavoce.providers.files.canary import try_store
from vivavoce.providers.language_models.ask import ModelPlace
from vivavoce.providers.language_models.exam import Fitness, examine
from vivavoce.providers.language_models.prices import find_price
from vivavoce.providers.sound import Sound
from vivavoce.providers.voices import GROUP as VOICES
from vivavoce.providers.voices import open_voices
from vivavoce.providers.voices.port import RATE_HZ as VOICE_HZ
from vivavoce.settings import Settings
from vivavoce.text.languages import CODES

SENTENCE = "Tell me about a time when a delivery went wrong, and what you did about it."
MOST_WRONG = 0.2
JOB_SECONDS = 60  # a note that waits longer has nobody who works on it
EXAMINE = """
select current_setting('server_version') as version,
       current_user as role,
       (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as is_above,
       (select count(*) from pg_class where relowner = current_user::regrole) as owned,
       (select count(*) from procrastinate_jobs join procrastinate_events on job_id = procrastinate_jobs.id
        where status = 'todo' and type = 'deferred' and at < now() - make_interval(secs => $1)) as waiting
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: whether it is well, and what there is to say or to do."""

    part: str
    is_well: bool
    text: str


@click.command()
@data_option
def doctor(data_dir: Path | None) -> None:
    """Check each part that the settings name, and say what to do. Exit code 1 when one is not well.

    A file of a few bytes goes into the store of recordings and out again. A sentence is spoken and heard; Whisper's
    files (148 MB) are fetched for it where they are not there yet. Each language model is asked three questions.
    """
    settings = settings_for(data_dir)
    findings = []
    for finding in _examine(settings):
        findings.append(finding)
        click.echo(f"{'well' if finding.is_well else 'NOT WELL':8}  {finding.part:12}  {finding.text}")
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


def _examine(settings: Settings) -> Iterator[Finding]:
    yield _check("data folder", lambda: _data_folder(settings))
    yield _check("store", lambda: _store(settings))
    yield _check("secrets", lambda: _secrets(settings))
    yield from _sound(settings)
    if settings.oidc_issuer is not None:
        yield _check("sign-in", lambda: _sign_in(settings))
    try:
        with open_house(settings) as house:
            yield from asyncio.run(_database(house.address))
            yield from asyncio.run(_models(settings, house.address))
    except VivavoceError as error:
        yield Finding("database", False, error.message)


def _check(part: str, examine: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, examine())
    except VivavoceError as error:
        return Finding(part, False, error.message)
    except OSError as error:
        return Finding(
            part,
            False,
            f"{error.strerror}: {error.filename}. Choose another folder by --data, or mend its permissions.",
        )


def _data_folder(settings: Settings) -> str:
    make_folder(settings.data_dir)
    if not os.access(settings.data_dir, os.W_OK):
        raise PermissionError(13, "Can't be written", str(settings.data_dir))
    free_gb = os.statvfs(settings.data_dir).f_bavail * os.statvfs(settings.data_dir).f_frsize / 1e9
    if free_gb < 1:
        raise OSError(28, f"Only {free_gb:.1f} GB are free", str(settings.data_dir))
    return f"{settings.data_dir}, {free_gb:.0f} GB free"


def _store(settings: Settings) -> str:
    """A file of a few bytes is written, read, listed and removed."""
    started = monotonic()
    try_store(open_files(settings))
    place = "the data folder" if settings.files_url is None else settings.files_url
    return f"{place}: written, read, listed and removed in {monotonic() - started:.2f} s"


def _secrets(settings: Settings) -> str:
    load_keys(settings)
    made = [name for name in ("jwt_secret", "seal_key") if getattr(settings, name) is None]
    if not made:
        return "from the settings"
    return f"{' and '.join(made)}: made here and kept in the data folder. Several servers need the same ones: set them."


def _sign_in(settings: Settings) -> str:
    """The provider that members sign in at. Raises ProviderError where it does not answer as one."""
    company = open_company_sign_in(settings)
    assert company is not None

    async def look() -> int:
        return len(list_keys(await company.provider.keys()))

    try:
        keys = asyncio.run(look())
    except ProviderError as error:
        raise ProviderError(
            f"{settings.oidc_issuer} {error.message}. Mend VIVAVOCE_OIDC_ISSUER.", retryable=False
        ) from None
    if not keys:
        raise ProviderError(f"{settings.oidc_issuer} publishes no key for ES256 or RS256", retryable=False)
    back = f"{settings.public_url or '<public_url>'}/console/oidc/back"
    return f"{company.name}: {keys} keys. Let {back} be allowed there"


def _sound(settings: Settings) -> Iterator[Finding]:
    """Who can speak, who can hear, and whether what is said is what is heard."""
    yield _check("voices", lambda: _machines(VOICES, settings.voices, settings, setting="voices"))
    ears = _check("ears", lambda: _machines(EARS, settings.ears, settings, setting="ears"))
    yield ears
    if ears.is_well:
        yield _check("speech", lambda: _speak_and_hear(settings))


def _machines(group: str, names: str, settings: Settings, *, setting: str) -> str:
    """Each machine with how many languages it knows. Raises ProviderError when none can be used."""
    well, lines = 0, []
    for name, make in find_makers(group, names.split(","), setting=setting).items():
        try:
            lines.append(f"{name} ({len(make(settings).abilities.languages)} of {len(CODES)} languages)")
            well += 1
        except ProviderError as error:
            lines.append(f"{name} can't be used: {error.message}")
    if not well:
        raise ProviderError(" ".join(lines), retryable=False)
    return "; ".join(lines)


def _speak_and_hear(settings: Settings) -> str:
    failures: list[Failure] = []
    spoken = open_voices(settings, tell=failures.append).say(SENTENCE, language="en")
    sound = Sound(pcm=b"".join(piece.pcm_24khz for piece in spoken), rate_hz=VOICE_HZ)
    window = SoundWindow(pcm_16khz=sound.at(EAR_HZ))
    heard = to_text(open_ears(settings, tell=failures.append).hear([window], language="en"))
    errors = count_errors(SENTENCE, heard, language="en")
    heard_share = (
        f"{errors.words - errors.wrong} of {errors.words} words of {sound.seconds:.1f} s were heard as they were said"
    )
    if errors.rate > MOST_WRONG:
        raise ProviderError(f"Only {heard_share}. Try others: VIVAVOCE_VOICES, VIVAVOCE_EARS.", retryable=False)
    return f"{heard_share}{''.join(f'; {failure.provider} failed: {failure.error.message}' for failure in failures)}"


async def _models(settings: Settings, address: DatabaseAddress) -> list[Finding]:
    """What each language model is fit for, by three questions, which are on record like all that it is asked."""
    async with open_database(address, connections=1) as database:
        try:
            models = open_models(settings, database, load_keys(settings))
        except VivavoceError as error:
            return [Finding("models", False, error.message)]
        try:
            findings = [await _model(own, settings.language_model_seconds) for own in models.own()]
        finally:
            await models.close()
    return findings or [Finding("models", True, "none is set: the interviewer goes by rules")]


async def _model(own: OwnModel, patience: float) -> Finding:
    try:
        return Finding("model", True, _tell_fitness(own.place, await examine(own.models, patience=patience)))
    except VivavoceError as error:
        return Finding("model", False, error.message)


def _tell_fitness(place: ModelPlace, results: Sequence[Fitness]) -> str:
    """Raises ProviderError for one that is not fit for what it is set to do."""
    price = find_price(place.chosen)
    summary = "; ".join(
        f"{result.purpose}: {'fit' if result.fault is None else result.fault}, {result.seconds:.1f} s"
        for result in results
    )
    summary = f"{place.name} ({price.prompt} and {price.completion} USD a million tokens): {summary}"
    if any(result.fault is not None and result.purpose in place.chosen.purposes for result in results):
        raise ProviderError(
            f"{summary}. Take it off what it is not fit for, by `for` in VIVAVOCE_LANGUAGE_MODELS, or set another.",
            retryable=False,
        )
    return summary


async def _database(address: DatabaseAddress) -> list[Finding]:
    async with open_database(address, connections=1) as database:
        row = await database.run(EXAMINE, JOB_SECONDS)
    assert row is not None
    version, role, waiting = row["version"], row["role"], row["waiting"]
    findings = [Finding("database", True, f"PostgreSQL {version}, at this version of the program")]
    if row["is_above"] or row["owned"]:
        findings.append(
            Finding(
                "tenants",
                False,
                f"The role {role} stands above row-level security: connect as another "
                "(docs/howto/run-with-your-own-postgresql.md).",
            )
        )
    else:
        findings.append(Finding("tenants", True, f"the role {role} owns nothing and is held by row-level security"))
    if waiting:
        findings.append(
            Finding(
                "worker",
                False,
                f"{waiting} notes have waited for over a minute: run `vivavoce worker`, or `serve` without "
                "--no-worker.",
            )
        )
    else:
        findings.append(Finding("worker", True, "nothing waits"))
    return findings
