"""The voice hibari: English, offline, 0.04 CPU-seconds a sentence, and it says how the mouth moves.

Its network works out for each phoneme how many frames it lasts, and keeps that to itself. We read its file with one
line more, which names that inner value as a result: nothing of the network is changed.
"""

import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import onnxruntime
from hibari.dsp import synth
from hibari.tts import SAMPLE_RATE, Hibari

from vivavoce.errors import ProviderError
from vivavoce.providers.refusal import refuse_language
from vivavoce.providers.sound import to_pcm
from vivavoce.providers.voices.pieces import split_text
from vivavoce.providers.voices.port import RATE_HZ, Mouth, Shape, Spoken, VoiceAbilities
from vivavoce.settings import Settings

NAME = "hibari"
LOUDER = 2.5  # it speaks at -25 dB, others at about -17
SEED = 0  # of the breath in the voice: the same words sound the same each time
# After which frame each phoneme is over: int64, one for each id.
ENDS = "/CumSum_output_0"


def open_voice(settings: Settings) -> "HibariVoice":
    """The voice, loaded: about a second. There is nothing to set."""
    return HibariVoice()


class HibariVoice:
    """American English, a woman's voice."""

    def __init__(self) -> None:
        assert SAMPLE_RATE == RATE_HZ
        self._hibari = Hibari()
        network = Path(self._hibari.model_path).read_bytes()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            network + _name_as_result(ENDS), options, providers=["CPUExecutionProvider"]
        )
        # What reads the words keeps things from one word to the next.
        self._reading = threading.Lock()

    @property
    def abilities(self) -> VoiceAbilities:
        """English alone."""
        return VoiceAbilities(name=NAME, languages=frozenset({"en"}), is_offline=True, tells_mouth=True)

    def say(self, text: str, *, language: str, locale: str | None = None) -> Generator[Spoken, None, None]:
        """One piece a sentence. Any locale sounds American."""
        if language not in self.abilities.languages:
            raise refuse_language(NAME, language)
        for piece in split_text(text):
            phonemes = self._read(piece)
            if not any(phoneme in _SHAPES for phoneme in phonemes):
                raise ProviderError(f"{NAME} found nothing in a sentence that it could say.", retryable=False)
            yield self._speak(phonemes)

    def _read(self, piece: str) -> str:
        # "[word](sounds)" would be taken for a word with its phonemes.
        with self._reading:
            return " ".join(self._hibari.phonemize(piece.replace("](", "] (")))

    def _speak(self, phonemes: str) -> Spoken:
        known = [phoneme for phoneme in phonemes if phoneme in self._hibari.vocab]
        ids = np.asarray([self._hibari.ids(phonemes)], dtype=np.int64)
        results = self._session.run(None, {"ids": ids, "speed": np.ones(1, dtype=np.float32)})
        *spectrum, ends = results
        samples = synth(*(part[0] for part in spectrum), np.random.default_rng(SEED))
        # Its frames are of one length, and the last one ends with the sound.
        times = [float(end) * len(samples) / RATE_HZ / float(ends[-1]) for end in ends]
        return Spoken(pcm_24khz=to_pcm(samples * LOUDER), mouth=tuple(_move(known, times)))


def _move(phonemes: list[str], times: list[float]) -> Iterator[Mouth]:
    """One movement for each run of phonemes of the same shape. times: when each is over, with the silence around."""
    shape, start, end = Shape.REST, 0.0, times[0]
    for phoneme, until in zip([*phonemes, " "], times[1:], strict=True):
        following = _SHAPES.get(phoneme, Shape.REST if phoneme in _PAUSES else shape)
        if following is not shape:
            if end > start:
                yield Mouth(shape=shape, start=start, end=end)
            shape, start = following, end
        end = until
    yield Mouth(shape=shape, start=start, end=end)


def _name_as_result(value: str) -> bytes:
    """What has to follow an ONNX file so that this inner value, int64, is one of its results.

    ONNX is Protocol Buffers: where a message stands twice, the second is merged into the first. Here it is
    ModelProto { graph (7): GraphProto { output (12): ValueInfoProto { name (1), type (2): { tensor_type (1):
    { elem_type (1): INT64 (7) } } } } }.
    """
    named = _field(1, value.encode()) + _field(2, _field(1, b"\x08\x07"))
    return _field(7, _field(12, named))


def _field(number: int, content: bytes) -> bytes:
    assert len(content) < 128  # a length of one byte
    return bytes([number << 3 | 2, len(content)]) + content


_PAUSES = frozenset(' ;:,.!?—…"()“”')
_SHAPES = {
    phoneme: shape
    for shape, phonemes in {
        Shape.CLOSED: "pbm",
        Shape.TEETH: "fv",
        Shape.TONGUE: "θðlɫ",
        Shape.NARROW: "sztdnkɡŋhɾʃʒʤʧjʔ",
        Shape.WIDE: "iɪeɛAæIᵻ",
        Shape.OPEN: "aɑɐʌəᵊɜɚ",
        Shape.ROUND: "oɔuʊwOWQYɹɒ",
    }.items()
    for phoneme in phonemes
}
