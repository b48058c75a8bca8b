"""Follow-ups stand below the candidate's own words only where those words are what is asked about."""

from tests.folding import folded
from vivavoce.conversation.lines import Probe
from vivavoce.conversation.taking_up import find_quoted, find_taken_up

CHARGED = "How do you make sure that nobody is charged twice?"
CUSTOMER = "Tell us about a difficult customer, and how you dealt with it."
KUNDE = "Erzählen Sie von einem schwierigen Kunden."
CLIENT = "Racontez-nous un client difficile."
CLIENTE = "Cuéntenos de un cliente difícil."
ZABUN = "أخبرونا عن زبون صعب."


@folded(
    ("language", "probe", "question", "text", "quote"),
    [
        # The sentence that speaks of what is asked for, and not the last one.
        (
            "en",
            "mechanism",
            CHARGED,
            "Each charge has a key. The server knows it. Keys expire after 24 hours.",
            "Each charge has a key.",
        ),
        (
            "de",
            "mechanism",
            "Wie sichern Sie die Daten?",
            "Die Daten sichere ich jede Nacht. Bänder sind teuer.",
            "Die Daten sichere ich jede Nacht.",
        ),
        (
            "fr",
            "mechanism",
            "Comment protégez-vous les données ?",
            "Je chiffre les données. Le disque est neuf.",
            "Je chiffre les données.",
        ),
        (
            "es",
            "mechanism",
            "¿Cómo protege los datos?",
            "Cifro todos los datos. El disco es nuevo.",
            "Cifro todos los datos.",
        ),
        (
            "ar",
            "mechanism",
            "كيف تحمون البيانات؟",
            "أشفر كل البيانات يوميا. القرص جديد جدا.",
            "أشفر كل البيانات يوميا.",
        ),
        (
            "pl",
            "mechanism",
            "Jak chronicie dane?",
            "Szyfruję wszystkie dane. Dysk jest nowy.",
            "Szyfruję wszystkie dane.",
        ),
        # What shows what the probe asks for: a "we" without an "I", a deed, what always is.
        (
            "en",
            "own_part",
            CUSTOMER,
            "It was raining a lot. We gave her the money back. I liked that job.",
            "We gave her the money back.",
        ),
        (
            "en",
            "result",
            CUSTOMER,
            "It was about a bill. I went through it line by line with her. It is a small shop.",
            None,  # of a story, the next sentence may well have told it
        ),
        (
            "en",
            "example",
            CUSTOMER,
            "I worked in a shop. I would always stay calm with people.",
            "I would always stay calm with people.",
        ),
        # Nothing bears on it: nothing is quoted.
        ("en", "mechanism", CHARGED, "It is a big system. Keys expire after 24 hours.", None),
        ("en", "more", CUSTOMER, "It was in Leeds. The weather was good.", None),
        # All that was said is what is asked about.
        ("en", "more", CUSTOMER, "Nights at Asda, mostly on tills.", "Nights at Asda, mostly on tills."),
        ("en", "more", CUSTOMER, "on tills", None),
        ("en", "more", CUSTOMER, "Hello sir, I drive a taxi in Leeds.", "I drive a taxi in Leeds."),
        # Never a denial, a shrug, a question, thanks, an apology, or a word on the interview.
        ("en", "more", CUSTOMER, "I have never had a difficult customer.", None),
        (
            "en",
            "result",
            CUSTOMER,
            "I gave her the money back. Sorry, I think I've gone off topic with this customer.",
            "I gave her the money back.",
        ),
        ("en", "more", CUSTOMER, "I hope that answers your question about customers.", None),
        ("en", "more", CUSTOMER, "Which customer do you mean, an angry one?", None),
        ("en", "more", CUSTOMER, "It depends on the customer, really.", None),
        ("de", "more", KUNDE, "Einen schwierigen Kunden hatte ich nie.", None),
        ("de", "more", KUNDE, "Das kommt ganz auf den Kunden an.", None),
        ("de", "more", KUNDE, "Ich hoffe, das beantwortet Ihre Frage zu Kunden.", None),
        ("fr", "more", CLIENT, "Ça dépend vraiment du client.", None),
        ("fr", "more", CLIENT, "J’espère que cela répond à la question du client.", None),
        ("es", "more", CLIENTE, "Depende mucho del cliente, la verdad.", None),
        ("es", "more", CLIENTE, "Espero que eso responda sobre el cliente.", None),
        ("ar", "more", ZABUN, "يعتمد ذلك على الزبون دائما.", None),
        ("ar", "more", ZABUN, "آمل أن يكون هذا جوابا عن الزبون.", None),
    ],
)
def test_the_words_are_quoted_that_the_follow_up_asks_about(
    language: str, probe: str, question: str, text: str, quote: str | None
) -> None:
    assert find_taken_up(text, question=question, probe=Probe(probe), language=language) == quote


@folded(
    ("quote", "sentence"),
    [
        ("called the doctor", "Then I called the doctor at once."),
        ("I stayed with him. Then I called the doctor at once.", "I stayed with him."),
        ("the moon", None),
    ],
)
def test_a_models_follow_up_stands_below_the_sentence_that_it_quotes(quote: str, sentence: str | None) -> None:
    text = "I stayed with him. Then I called the doctor at once. He slept."
    assert find_quoted(text, quote, language="en") == sentence
