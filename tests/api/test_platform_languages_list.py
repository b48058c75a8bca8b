"""platform-languages-list through the whole app."""

import httpx

from tests.builders import House
from vivavoce.merchants.tokens import Role
from vivavoce.text.languages import BY_CODE

LANGUAGES = "/functions/v1/platform-languages-list"
FACTS = ("spoken", "heard", "assessed", "wording")


async def test_all_languages_are_told_by_their_english_names(client: httpx.AsyncClient, house: House) -> None:
    answer = await client.get(LANGUAGES, headers=house.authorization(Role.USER))
    told = answer.json()["languages"]
    assert {language["code"] for language in told} == set(BY_CODE)
    assert len(told) == 34
    assert [language["name_english"] for language in told] == sorted(language["name_english"] for language in told)
    brazilian = next(language for language in told if language["code"] == "br")
    assert brazilian == {
        "code": "br",
        "name_english": "Portuguese (Brazil)",
        "name_local": "Português (Brasil)",
        "flag_image": None,
        "flag_emoji": "🇧🇷",
        "flag_unicode": "U+1F1E7 U+1F1F7",
        "coaching_interface": False,
        "interview_interface": True,
        "admin_interface": False,
        "accents": [{"code": "pt-BR", "name": "Portuguese (Brazil)"}],
        "spoken": "synthetic",
        "heard": "weak",
        "assessed": False,
        "wording": "unreviewed",
    }
    english = next(language for language in told if language["code"] == "en")
    assert [english[fact] for fact in FACTS] == ["natural", "proven", True, "original"]
    filipino = next(language for language in told if language["code"] == "fil")
    assert [filipino[fact] for fact in FACTS] == ["browser", "weak", False, "unreviewed"]
    assert (await client.post(LANGUAGES, headers=house.authorization())).json() == answer.json()
    assert (await client.get(LANGUAGES)).status_code == 401
