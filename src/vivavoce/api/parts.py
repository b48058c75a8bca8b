"""What the routes of this door work with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from vivavoce.api.places import CallPlaces, places_for_searches, places_for_uploads
from vivavoce.attempts.erase import Files, Let
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.candidates.mail_limits import MAIL_LIMITS, MailLimits
from vivavoce.clients import ClientRate
from vivavoce.db.database import Database
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.known import KnownMerchants
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import TokenReader
from vivavoce.providers.files.port import FileStore
from vivavoce.providers.networks import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """Handed to every route.

    public_url: without a slash at its end. calls: how many each caller may make; None: as many as it likes. speaks:
    whether interviewers have a voice. files: who removes candidates' files; None: they lie elsewhere.
    let_go: makes this server let go of an attempt's sound; None: it has none. models: that write; None: there are none.
    report_files: where reports are kept; None: nowhere. keep_days: after how many days attempts are erased; 0: never.
    networks: of ours that an address that a merchant named may lie in. sends_mail: whether a worker can mail
    invitations; mail_limits: how many. uploads, searches: the documents that are coming in, the searches of stores.
    """

    database: Database
    keys: Keys
    tokens: TokenReader
    standing: MerchantStanding
    merchants: KnownMerchants
    public_url: str
    calls: ClientRate | None = None
    speaks: bool = False
    files: Files | None = None
    let_go: Let | None = None
    models: LanguageModels | None = None
    report_files: FileStore | None = None
    keep_days: int = 0
    networks: Sequence[Network] = ()
    sends_mail: bool = False
    mail_limits: MailLimits = MAIL_LIMITS
    uploads: CallPlaces = field(default_factory=places_for_uploads)
    searches: CallPlaces = field(default_factory=places_for_searches)
