"""What the product itself says to candidates, in the languages that it speaks.

The words stand in English where they are said; a catalogue a language (`de.po`) says them in that language. In a
template:

    <h1>{{ _("Your page") }}</h1>
    <p>{% trans merchant=merchant %}A person at <bdi>{{ merchant }}</bdi> reads it.{% endtrans %}</p>
    {% trans count=interviews|length %}One interview{% pluralize %}{{ count }} interviews{% endtrans %}
    <span id="minutes" {{ forms("{count} minute left", "{count} minutes left") }}></span>   the script fills it in
    {{ pgettext("button", "Ask") }}   where one English word is two elsewhere
    {{ count|number }}, {{ moment|day }}   as the language writes them

In Python, `mark("…")` says that a sentence is drawn later by `_(sentence)`. After a new or changed sentence: `make
words`. Whole sentences only: never a sentence from parts, no word put into a sentence but a name or a number, no
straight double quote. docs/howto/translate.md tells the rest.
"""
