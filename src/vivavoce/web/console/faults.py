"""What a verb refuses with, in the reader's own language.

A verb says what is wrong in English, as the wire has it. Each such sentence that a page of the console may show stands
here, so that `make words` finds it; a test looks for them in the verbs. What a sentence fills in stands as `%(count)s`
and is put back as it came.
"""

import re
from collections.abc import Mapping
from functools import cache

from vivavoce.web.drawing import console_language
from vivavoce.words.catalog import find_console_words
from vivavoce.words.mark import mark

SENTENCES = (
    # Deciding and changing
    mark("Say who decides: the name of a person. No program decides about anybody."),
    mark("Say why, in a sentence: it stays with the decision."),
    mark("Say what is decided."),
    mark("Only an interview that was sent, and is its person's latest, can be decided."),
    mark("This is practice: nobody decides anything by it."),
    mark("Somebody has decided this already. Read it again; to decide otherwise, say that yours takes its place."),
    mark(
        mark(
            "There is no decision here that can be undone: one can for ten minutes, "
            "and nobody may have begun anew since."
        ),
    ),
    mark("Expected 1 to %(count)s results."),
    mark("Choose a mark first."),
    mark("There is no such requirement in this assessment."),
    mark("This is what holds already."),
    mark("This result has no such fact."),
    mark("Expected a number from 0 to 10."),
    mark("Nothing of this interview was assessed yet, so there is nothing to change. Try again in a minute."),
    mark("This interview asks whoever decides to rate it blind first. Rate each requirement, then decide."),
    mark("You have seen the program's marks of this interview, so a rating of yours would not be blind any more."),
    mark("You have rated this interview already; a blind rating is given once."),
    mark("Results of this interview are not rated blind. Turn it on in the interview first."),
    mark("Expected a mark on each of the %(count)s requirements, once."),
    # Comments, marks, views, tasks
    mark("Write something first."),
    mark("Write what you found. The candidate reads it."),
    mark("Expected at most %(count)s people."),
    mark("Expected one emoji, or nothing to take it away."),
    mark("This interview is still under way. Archive it once it is sent, left or failed."),
    mark("Give the view a name of 1 to %(count)s characters."),
    mark("This view is too long to keep. Ask for less."),
    mark("You keep fifty views already. Delete one first."),
    mark("Only a candidate's question or another look that is done has a reply."),
    mark("Say why: the person reads it on their own page."),
    mark("This task is done by erasing the person, and by nothing else."),
    mark("Only somebody's wish to have everything erased can be refused."),
    mark(
        "What is kept of this person here is being erased, or was: nothing can be added to it. Try again in a minute."
    ),
    # Making interviews; what the fields of the form may be refused for
    mark("Field is required."),
    mark("Expected at least one visible character."),
    mark("Expected at most %(count)s characters."),
    mark("Expected a whole number from %(least)s to %(most)s."),
    mark("Expected a whole number from %(least)s to %(most)s, got %(what)s."),
    mark("Expected a number from %(least)s to %(most)s."),
    mark("Expected a number from %(least)s to %(most)s, got %(what)s."),
    mark("Expected one of these: %(words)s."),
    mark("Expected one of these, because the interview is %(state)s: %(words)s."),
    mark("Expected at least %(count)s in the list."),
    mark("Expected at most %(count)s in the list."),
    mark("Expected a date (2026-01-31) or a date and time (2026-01-31T17:00:00Z) of ISO 8601."),
    mark("Expected at least two different alternatives, because the question is multiple choice."),
    mark("Expected an id of its own: another question, which differs from this one, has this id."),
    mark("Expected the id of an earlier question: no question has this id."),
    mark("Expected the id of an earlier question: the question with this id does not stand before this one."),
    mark("Expected a question to depend on: no unconditional question stands before this conditional one."),
    mark("Expected choices of the question that this one depends on: it does not offer them all."),
    mark("Expected the id of an existing interview template: there is none with this id."),
    mark("Expected the id of an existing knowledge base store: there is none with this id."),
    mark(
        "The questions of an active interview can't be changed while its template is recorded: set it to draft first."
    ),
    mark("No interview credits are left: nobody can be invited until some are added. Trials are free."),
    # Texts of mails
    mark("Expected some words. To take ours again, send both subject and text empty."),
    mark("Expected text that can be printed."),
    mark("There is no place %(what)s. Expected one of these: %(words)s."),
    mark("The link belongs in the text, not in the subject."),
    mark("Expected {link} once, as a paragraph of its own: it becomes the button."),
    mark("Expected {link} once in an invitation, and not in any mail that has no link."),
    # People
    mark("One of these two is already merged into someone else. Choose that person instead."),
    mark("Others are already merged into this person. Keep this one, and merge the other into it."),
    mark("This is the same person. Choose someone else."),
    # Signing in
    mark("This passkey does not hold here. Try once more, or sign in another way."),
    mark("You have twenty passkeys. Remove one first."),
    # Forms
    mark("The form broke off before its end. Please send it again."),
    mark("The request is too large."),
    mark("The request could not be read."),
    mark("Too many requests came in too short a time. Please wait as long as `Retry-After` says."),
    # JSON that is pasted, as api/body.py refuses it
    mark("The body is empty: expected a JSON object."),
    mark("The body is not JSON: it can't be read at line %(line)s, column %(column)s."),
    mark("The body is not JSON: it begins with a byte order mark, which JSON does not have."),
    mark("The key %(key)s stands twice in one object: each key may stand once."),
    mark("Expected numbers that a double can hold: one has thousands of digits."),
    mark("Expected a number that a double can hold: NaN, Infinity and numbers beyond 1e308 are not taken."),
    mark("Expected at most %(count)s levels of lists and objects inside each other."),
    mark("Expected text without the character NUL (\\u0000), which can't be kept."),
    mark("Expected text without half of a surrogate pair (\\ud800 to \\udfff alone), which is no character."),
    mark("Expected one of these, got %(what)s: %(words)s."),
    mark("Expected %(wanted)s, got %(what)s."),  # the most general one comes last
)
# What fills in a sentence and is a word itself.
KINDS = frozenset(
    {
        mark("text"),
        mark("true or false"),
        mark("a number"),
        mark("a list"),
        mark("an object"),
        mark("a JSON object"),
        mark("something else"),
    }
)
_PLACE = re.compile(r"%\\\((\w+)\\\)s|%\((\w+)\)s")


def say_fault(message: str) -> str:
    """An error's message in the language of the page; as it is where no catalogue knows it."""
    words = find_console_words(console_language())
    for sentence, pattern in _patterns().items():
        fitting = pattern.fullmatch(message)
        if fitting is not None:
            filled = {name: words.say(text) if text in KINDS else text for name, text in fitting.groupdict().items()}
            return words.say(sentence) % filled if filled else words.say(sentence)
    return message


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {
        sentence: re.compile(_PLACE.sub(lambda at: f"(?P<{at[1] or at[2]}>.+?)", re.escape(sentence)))
        for sentence in SENTENCES
    }
