"""The 34 languages that an interview can be held in: what each is called, how it is written and spoken. Pure."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Accent:
    """One way to speak a language."""

    code: str  # the speech locale: en-GB
    name: str  # in English: English (United Kingdom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language, with the accents that a candidate can choose from."""

    code: str  # as the wire writes it
    name_english: str
    name_local: str
    tag: str  # BCP 47, for HTML and catalogues
    iso: str  # ISO 639-1, as most machines that speak, hear or tell languages write it
    accents: tuple[Accent, ...]  # the first is the default

    @property
    def locale(self) -> str:
        """The speech locale of an interview that names none."""
        return self.accents[0].code

    @property
    def flag_emoji(self) -> str:
        """The flag of the default accent's region, as two regional indicators."""
        return "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in self.locale[-2:])

    @property
    def flag_unicode(self) -> str:
        """The code points of the flag: `U+1F1EC U+1F1E7`."""
        return " ".join(f"U+{ord(letter):X}" for letter in self.flag_emoji)

    @property
    def is_right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return self.code == "ar"


_REGIONAL_A = 0x1F1E6

_REGIONS = {
    "AE": "United Arab Emirates",
    "AR": "Argentina",
    "AT": "Austria",
    "AU": "Australia",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "BH": "Bahrain",
    "BO": "Bolivia",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "CL": "Chile",
    "CN": "China",
    "CO": "Colombia",
    "CR": "Costa Rica",
    "CU": "Cuba",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "DO": "Dominican Republic",
    "DZ": "Algeria",
    "EC": "Ecuador",
    "EG": "Egypt",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "GH": "Ghana",
    "GQ": "Equatorial Guinea",
    "GR": "Greece",
    "GT": "Guatemala",
    "HK": "Hong Kong",
    "HN": "Honduras",
    "HR": "Croatia",
    "HU": "Hungary",
    "ID": "Indonesia",
    "IE": "Ireland",
    "IN": "India",
    "IQ": "Iraq",
    "IT": "Italy",
    "JO": "Jordan",
    "JP": "Japan",
    "KE": "Kenya",
    "KR": "South Korea",
    "KW": "Kuwait",
    "LB": "Lebanon",
    "LY": "Libya",
    "MA": "Morocco",
    "MX": "Mexico",
    "MY": "Malaysia",
    "NG": "Nigeria",
    "NI": "Nicaragua",
    "NL": "Netherlands",
    "NO": "Norway",
    "NZ": "New Zealand",
    "OM": "Oman",
    "PA": "Panama",
    "PE": "Peru",
    "PH": "Philippines",
    "PL": "Poland",
    "PR": "Puerto Rico",
    "PT": "Portugal",
    "PY": "Paraguay",
    "QA": "Qatar",
    "RO": "Romania",
    "RU": "Russia",
    "SA": "Saudi Arabia",
    "SE": "Sweden",
    "SG": "Singapore",
    "SK": "Slovakia",
    "SV": "El Salvador",
    "SY": "Syria",
    "TH": "Thailand",
    "TN": "Tunisia",
    "TR": "Türkiye",
    "TW": "Taiwan",
    "TZ": "Tanzania",
    "UA": "Ukraine",
    "US": "United States",
    "UY": "Uruguay",
    "VE": "Venezuela",
    "VN": "Vietnam",
    "YE": "Yemen",
    "ZA": "South Africa",
}


def _language(
    code: str, english: str, local: str, locales: str, *, tag: str | None = None, iso: str | None = None
) -> Language:
    """locales: parted by spaces, the default first. tag, iso: where they differ from the code."""
    spoken = english.partition(" (")[0]
    accents = tuple(Accent(locale, f"{spoken} ({_REGIONS[locale[-2:]]})") for locale in locales.split())
    return Language(
        code=code, name_english=english, name_local=local, tag=tag or code, iso=iso or code, accents=accents
    )


# In the order of their English names. The codes are the wire's: `br` is Brazilian Portuguese there, and Breton
# everywhere else. The locales are those of Azure's speech recognition.
LANGUAGES: tuple[Language, ...] = (
    _language(
        "ar",
        "Arabic",
        "العربية",
        "ar-EG ar-AE ar-BH ar-DZ ar-IQ ar-JO ar-KW ar-LB ar-LY ar-MA ar-OM ar-QA ar-SA ar-SY ar-TN ar-YE",
    ),
    _language("bg", "Bulgarian", "Български", "bg-BG"),
    _language("zh", "Chinese", "中文", "zh-CN zh-HK zh-TW", tag="zh-Hans"),
    _language("hr", "Croatian", "Hrvatski", "hr-HR"),
    _language("cs", "Czech", "Čeština", "cs-CZ"),
    _language("da", "Danish", "Dansk", "da-DK"),
    _language("nl", "Dutch", "Nederlands", "nl-NL nl-BE"),
    _language(
        "en",
        "English",
        "English",
        "en-US en-AU en-CA en-GB en-GH en-HK en-IE en-IN en-KE en-NG en-NZ en-PH en-SG en-TZ en-ZA",
    ),
    _language("fil", "Filipino", "Filipino", "fil-PH", iso="tl"),
    _language("fi", "Finnish", "Suomi", "fi-FI"),
    _language("fr", "French", "Français", "fr-FR fr-BE fr-CA fr-CH"),
    _language("de", "German", "Deutsch", "de-DE de-AT de-CH"),
    _language("el", "Greek", "Ελληνικά", "el-GR"),
    _language("hi", "Hindi", "हिन्दी", "hi-IN"),
    _language("hu", "Hungarian", "Magyar", "hu-HU"),
    _language("id", "Indonesian", "Bahasa Indonesia", "id-ID"),
    _language("it", "Italian", "Italiano", "it-IT it-CH"),
    _language("ja", "Japanese", "日本語", "ja-JP"),
    _language("ko", "Korean", "한국어", "ko-KR"),
    _language("ms", "Malay", "Bahasa Melayu", "ms-MY"),
    _language("no", "Norwegian", "Norsk", "nb-NO", tag="nb"),
    _language("pl", "Polish", "Polski", "pl-PL"),
    _language("pt", "Portuguese", "Português", "pt-PT"),
    _language("br", "Portuguese (Brazil)", "Português (Brasil)", "pt-BR", tag="pt-BR", iso="pt"),
    _language("ro", "Romanian", "Română", "ro-RO"),
    _language("ru", "Russian", "Русский", "ru-RU"),
    _language("sk", "Slovak", "Slovenčina", "sk-SK"),
    _language(
        "es",
        "Spanish",
        "Español",
        "es-ES es-AR es-BO es-CL es-CO es-CR es-CU es-DO es-EC es-GQ es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-PY"
        " es-SV es-US es-UY es-VE",
    ),
    _language("sv", "Swedish", "Svenska", "sv-SE"),
    _language("ta", "Tamil", "தமிழ்", "ta-IN"),
    _language("th", "Thai", "ไทย", "th-TH"),
    _language("tr", "Turkish", "Türkçe", "tr-TR"),
    _language("uk", "Ukrainian", "Українська", "uk-UA"),
    _language("vi", "Vietnamese", "Tiếng Việt", "vi-VN"),
)
BY_CODE = MappingProxyType({language.code: language for language in LANGUAGES})
CODES = frozenset(BY_CODE)
# Written without a space between words.
UNSPACED = frozenset({"ja", "th", "zh"})
ACCENT_NAMES = MappingProxyType({accent.code: accent.name for language in LANGUAGES for accent in language.accents})
