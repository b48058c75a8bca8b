"""What is asked kindly when nobody has said a word yet: three times, each with the offer to type. Pure."""

from vivavoce.live.lines import Said

PROMPTS = {
    "en": (
        "Take your time. I am listening whenever you are ready, and you can type your answer if you prefer.",
        "I can’t hear you yet. Is your microphone on? You can also type your answer.",
        "I still can’t hear you. Please check your microphone, or type your answer below; nothing is lost.",
    ),
    "de": (
        "Lassen Sie sich Zeit. Ich höre zu, sobald Sie so weit sind; Sie können auch schreiben, wenn Sie das möchten.",
        "Ich höre Sie noch nicht. Ist Ihr Mikrofon an? Sie können Ihre Antwort auch schreiben.",
        "Ich höre Sie immer noch nicht. Bitte prüfen Sie Ihr Mikrofon, oder schreiben Sie Ihre Antwort; nichts geht"
        " verloren.",
    ),
    "fr": (
        "Prenez votre temps. Je vous écoute dès que vous êtes prêt ; vous pouvez aussi écrire si vous préférez.",
        "Je ne vous entends pas encore. Votre micro est-il allumé ? Vous pouvez aussi écrire votre réponse.",
        "Je ne vous entends toujours pas. Vérifiez votre micro, ou écrivez votre réponse ; rien n’est perdu.",
    ),
    "es": (
        "Tómese su tiempo. Le escucho cuando quiera; también puede escribir si lo prefiere.",
        "Todavía no le oigo. ¿Está encendido su micrófono? También puede escribir su respuesta.",
        "Sigo sin oírle. Compruebe su micrófono o escriba su respuesta; no se pierde nada.",
    ),
    "it": (
        "Faccia con calma. L’ascolto quando vuole; se preferisce, può anche scrivere.",
        "Non la sento ancora. Il microfono è acceso? Può anche scrivere la risposta.",
        "Continuo a non sentirla. Controlli il microfono oppure scriva la risposta; nulla va perso.",
    ),
}


def say_prompt(number: int, *, language: str) -> Said:
    """The prompt of this number, from 1; in English where we have no words in the language."""
    language = language if language in PROMPTS else "en"
    prompts = PROMPTS[language]
    return Said(text=prompts[min(number, len(prompts)) - 1], language=language)
