"""`vivavoce hear`: a WAV file in, words out, without a database."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from vivavoce.cli.opening import data_option, settings_for
from vivavoce.cli.say import tell_failure
from vivavoce.errors import Invalid
from vivavoce.providers.ears import open_ears
from vivavoce.providers.ears.port import RATE_HZ, SoundWindow, TimedWord, to_text
from vivavoce.providers.sound import read_wav


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--language", metavar="L", required=True, help="The language that is spoken, by its code: en, de, br.")
@click.option("--locale", metavar="A", help="The accent: en-IN, es-MX. Ears that know none ignore it.")
@click.option(
    "--words", "is_by_word", is_flag=True, help="One JSON object a word instead: text, start, end, probability."
)
@data_option
def hear(file: Path, language: str, locale: str | None, is_by_word: bool, data_dir: Path | None) -> None:
    """Write down what is said in a WAV FILE, by the first ear of the settings. Where nobody speaks there are no words.

    Whisper's files (148 MB) are fetched into the data folder when they are needed for the first time.
    """
    settings = settings_for(data_dir)
    try:
        sound = read_wav(file)
    except OSError as error:
        raise Invalid(f"{file} can't be read: {error.strerror}.") from error
    window = SoundWindow(pcm_16khz=sound.at(RATE_HZ))
    heard = open_ears(settings, tell=tell_failure).hear([window], language=language, locale=locale)
    if not is_by_word:
        click.echo(to_text(heard))
        return
    for line in _lines(heard):
        click.echo(line)


def _lines(words: Iterator[TimedWord]) -> Iterator[str]:
    for word in words:
        line = {"text": word.text, "start": round(word.start, 3), "end": round(word.end, 3)}
        probability = None if word.probability is None else round(word.probability, 4)
        yield json.dumps({**line, "probability": probability}, ensure_ascii=False)
