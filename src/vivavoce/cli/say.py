"""`vivavoce say`: a text in, a WAV file out, without a database."""

import sys
from pathlib import Path

import click

from vivavoce.cli.opening import data_option, settings_for
from vivavoce.cli.opening import say as tell
from vivavoce.errors import Invalid
from vivavoce.providers.failover import Failure
from vivavoce.providers.sound import Sound, write_wav
from vivavoce.providers.voices import open_voices
from vivavoce.providers.voices.port import RATE_HZ


@click.command()
@click.argument("text", metavar="TEXT")
@click.option("--language", metavar="L", required=True, help="The language, by its code: en, de, br.")
@click.option("--locale", metavar="A", help="How it is spoken: en-GB, es-MX. Voices that have no choice ignore it.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The WAV file to write, 24 kHz."
)
@data_option
def say(text: str, language: str, locale: str | None, out: Path, data_dir: Path | None) -> None:
    """Speak TEXT (- for standard input) into a file, by the first voice of the settings that knows the language."""
    settings = settings_for(data_dir)
    if text == "-":
        text = sys.stdin.read()
    voices = open_voices(settings, tell=tell_failure)
    pcm = b"".join(spoken.pcm_24khz for spoken in voices.say(text, language=language, locale=locale))
    if not pcm:
        raise Invalid("The text holds nothing that can be said.")
    sound = Sound(pcm=pcm, rate_hz=RATE_HZ)
    try:
        write_wav(out, sound)
    except OSError as error:
        raise Invalid(f"{out} can't be written: {error.strerror}.") from error
    tell(f"{out}: {sound.seconds:.1f} s")


def tell_failure(failure: Failure) -> None:
    """One line for a voice or an ear that was passed over."""
    tell(f"{failure.provider} was passed over: {failure.error.message}")
