"""A model's follow-up is one open question, in the address that was used, about what somebody named."""

import pytest

from vivavoce.conversation.question_form import find_fault_of_form, keep_first_question, names_unsaid

DOUBLE, CLOSED, ADDRESS = "two questions in one", "answered by yes or no", "another address"

# By language: what was asked before, and follow-ups with what is wrong with each.
FORMS: dict[str, tuple[str, list[tuple[str, str | None]]]] = {
    "en": (
        "Tell me about a late delivery.",
        [
            ("What was your own part in baking the rolls?", None),
            ("How did you decide what to bake first and what could wait?", None),
            ("What did the baker and the driver say about the flour?", None),
            ("So the flour was late. What did you bake?", None),
            ("Could you tell me about the day when the flour was late?", None),
            ("When the flour came, what did you do with the old dough?", None),
            ("What did you bake, and how did it go?", DOUBLE),
            ("What did you bake when the flour was late, and how did it end?", DOUBLE),
            ("Where does old dough stop being useful, and what do you take then?", DOUBLE),
            ("How did you decide what to bake, and why?", DOUBLE),
            ("Who helped you, and when did they come?", DOUBLE),
            ("Did you tell your boss about the flour?", CLOSED),
            ("So the flour was late. Was the boss told about it?", CLOSED),
            ("Didn’t you ring the mill?", CLOSED),
        ],
    ),
    "de": (
        "Erzählen Sie von einer späten Lieferung.",
        [
            ("Was war Ihr eigener Anteil am Backen?", None),
            ("Wie haben Sie entschieden, was zuerst gebacken wird und was warten kann?", None),
            ("Warum haben Sie den alten Teig genommen und die Brezeln gestrichen?", None),
            ("Können Sie beschreiben, wie der Teig am nächsten Tag war?", None),
            ("Was haben Sie gebacken, und wie ging es aus?", DOUBLE),
            ("Welchen Teig haben Sie genommen und warum?", DOUBLE),
            ("Haben Sie den Chef angerufen?", CLOSED),
            ("War das Mehl am Ende da?", CLOSED),
            ("Was hast du mit dem Teig gemacht?", ADDRESS),
        ],
    ),
    "fr": (
        "Parlez-moi d’une livraison en retard.",
        [
            ("Quelle a été votre part dans la fournée ?", None),
            ("Comment avez-vous décidé quelle pâte garder et quelle pâte jeter ?", None),
            ("Qu'avez-vous fait de la pâte de la veille et des restes ?", None),
            ("Pouvez-vous me raconter la fin de cette journée ?", None),
            ("Qu'avez-vous cuit, et comment ça s'est fini ?", DOUBLE),
            ("Quelle pâte avez-vous prise, et pourquoi ?", DOUBLE),
            ("Quelle part de la pâte que vous aviez gardée avez-vous prise, et comment est-elle sortie ?", DOUBLE),
            ("À qui avez-vous parlé de la pâte ?", None),
            ("Que faisiez-vous de la pâte qui restait ?", None),
            ("Est-ce que le patron le savait ?", CLOSED),
            ("Avez-vous appelé le moulin ?", CLOSED),
            ("Comment as-tu gardé la pâte, et qu'est-ce que tu as cuit ?", DOUBLE),
            ("Et toi, comment gardes-tu la pâte ?", ADDRESS),
        ],
    ),
    "es": (
        "Hábleme de una entrega tardía.",
        [
            ("¿Cuál fue su parte en la hornada?", None),
            ("¿Cómo decidió usted qué hornear y qué dejar para después?", None),
            ("¿Qué hizo usted con la masa que sobraba y que nadie quería?", None),
            ("¿Puede contarme el final de aquel día?", None),
            ("¿Qué horneó usted y cómo salió?", DOUBLE),
            ("¿Qué masa eligió usted, y por qué?", DOUBLE),
            ("¿Llamó usted al molino?", CLOSED),
            ("¿Cómo te organizas con la masa?", ADDRESS),
        ],
    ),
    "ar": (
        "حدثنا عن توصيلة متأخرة.",
        [
            ("ماذا كان دورك في الخبز في ذلك اليوم؟", None),
            ("كيف قررت ماذا تخبز أولا وماذا تترك لليوم التالي؟", None),
            ("ماذا قلت للسائق وأنت تنتظر الطحين؟", None),
            ("هل يمكنك أن تصف نهاية ذلك اليوم؟", None),
            ("ماذا خبزت في ذلك اليوم، وكيف انتهى الأمر؟", DOUBLE),
            ("أي عجين اخترت ولماذا؟", DOUBLE),
            ("كيف ساعدتم زميلا لم يصل إليه الطحين، وما كان دورك أنت؟", DOUBLE),
            ("هل أخبرت المدير؟", CLOSED),
        ],
    ),
    "pl": ("Proszę opowiedzieć o spóźnionej dostawie.", [("Co Pan zrobił i dlaczego?", None)]),
}

# What is left of two questions in one.
FIRST = [
    ("en", "What did you bake, and  how did it go?", "What did you bake?"),
    ("en", "How did you decide what to bake, and why?", "How did you decide what to bake?"),
    (
        "en",
        "How did you decide what to bake and what could wait?",
        "How did you decide what to bake and what could wait?",
    ),
    ("de", "Was haben Sie gebacken, und wie ging es aus?", "Was haben Sie gebacken?"),
    ("fr", "Quelle pâte avez-vous prise, et pourquoi ?", "Quelle pâte avez-vous prise ?"),
    ("es", "¿Qué horneó usted y cómo salió?", "¿Qué horneó usted?"),
    ("ar", "ماذا خبزت في ذلك اليوم، وكيف انتهى الأمر؟", "ماذا خبزت في ذلك اليوم؟"),
    ("en", "What is İ, and how does it go?", "What is İ, and how does it go?"),
    ("en", "Say what it was, and how.", "Say what it was, and how."),
    ("pl", "Co i dlaczego?", "Co i dlaczego?"),
    ("en", "", ""),
]

# By language: what was said, and what may be asked or not.
NAMES: dict[str, tuple[str, list[str], list[str]]] = {
    "en": (
        "We used python and a wiki in May.",
        ["What did the Wiki hold in May?", "So it was Python. How did you use it?", "How would I see that?"],
        ["How did you use Kubernetes?", "What did you do on Monday?"],
    ),
    "de": (
        "Wir hatten eine Halle und SQL.",
        ["Was stand in der Halle neben dem SQL?", "Wie lief die Arbeit?"],
        ["Wie haben Sie PostgreSQL benutzt?", "Was stand im ERP?"],
    ),
    "fr": (
        "On était à Brive.",
        ["Qu'avez-vous fait à Brive ?", "« Bon. » Et après ?"],
        ["Comment utilisez-vous Excel ?"],
    ),
    "es": ("Fuimos a Lleida.", ["¿Qué hizo en Lleida?", "¿Y luego?"], ["¿Cómo usa usted Excel?"]),
    "ar": ("استخدمنا python في العمل", ["كيف استخدمتم Python؟"], ["كيف استخدمتم Excel؟"]),
    "pl": ("Byliśmy w Krakowie.", ["Jak Pan używa Excela?"], []),
}


def test_a_follow_up_is_one_open_question_in_the_address_that_was_used() -> None:
    misses = [
        (language, text, fault, told)
        for language, (asked, forms) in FORMS.items()
        for text, fault in forms
        if (told := find_fault_of_form(text, asked=asked, language=language)) != fault
    ]
    assert misses == []


def test_of_two_questions_in_one_the_first_is_left() -> None:
    kept = [(language, text, keep_first_question(text, language=language)) for language, text, _ in FIRST]
    assert kept == FIRST


def test_nobody_and_nothing_is_named_that_was_not_said() -> None:
    told = {
        (language, text): names_unsaid(text, said, language=language)
        for language, (said, fine, unsaid) in NAMES.items()
        for text in (*fine, *unsaid)
    }
    assert {key for key, is_unsaid in told.items() if is_unsaid} == {
        (language, text) for language, (_, _, unsaid) in NAMES.items() for text in unsaid
    }


@pytest.mark.parametrize("asked", ["Was machst du morgens?", "Ein Tag im Laden?"])
def test_whoever_was_not_addressed_formally_may_be_addressed_as_a_friend(asked: str) -> None:
    assert find_fault_of_form("Wie machst du das?", asked=asked, language="de") is None
