"""What the pages work with."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.erase import Files, Let
from vivavoce.attempts.figures import Figures
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.candidates.ask_limits import LIMITS, CodeLimits
from vivavoce.candidates.mail_limits import MAIL_LIMITS, MailLimits
from vivavoce.conversation.thinking import Thinking
from vivavoce.db.database import Database
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.tokens import Role
from vivavoce.providers.oidc import OidcProvider
from vivavoce.sound.living_voice import VoiceParts
from vivavoce.web.candidate.limits import Talks
from vivavoce.web.console.making import InterviewMaking
from vivavoce.web.drawing import Pages
from vivavoce.web.opened_addresses import OpenedAddresses


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySignIn:
    """Where members sign in besides mailed codes. name: what they call it."""

    provider: OidcProvider
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """Handed to every route.

    public_url: where candidates reach us, without a slash at its end. sends_mail: whether codes can be mailed.
    mail_folder: of mails that were kept, where a page shall show them, as the demo's does; else None. recordings: where
    candidates' films are kept; None: they can't be.
    """

    database: Database
    keys: Keys
    pages: Pages
    public_url: str
    sends_mail: bool = False
    mail_folder: Path | None = None
    recordings: RecordingStore | None = None
    sign_in_limits: CodeLimits = LIMITS
    mail_limits: MailLimits = MAIL_LIMITS
    oidc: CompanySignIn | None = None  # None: members sign in without a provider of their company's
    keep_days: int = 0  # after how many days attempts are erased; 0: when the merchant does it
    voice: VoiceParts | None = None  # None: candidates type, and read
    thinking: Thinking | None = None  # asks language models; None: the interviewer goes by rules
    models: LanguageModels | None = None  # of merchants: whether one reads what candidates answer; None: none is set
    making: InterviewMaking | None = None  # makes interviews of the console's form as the wire does
    files: Files | None = None  # who removes candidates' files; None: they lie elsewhere
    let_go: Let | None = None  # makes this server let go of an attempt's sound; None: it has none
    console_places: dict[str, frozenset[Role]] = field(default_factory=dict)  # pages of the console, and whose they are
    console_figures: dict[tuple[UUID, str], tuple[datetime, Figures]] = field(default_factory=dict)  # and since when
    talks: Talks = field(default_factory=Talks)
    opened_addresses: OpenedAddresses = field(default_factory=OpenedAddresses)

    @property
    def is_secure(self) -> bool:
        """Whether candidates come by https, so that cookies may insist on it."""
        return self.public_url.startswith("https://")
