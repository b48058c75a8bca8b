"""Writes the words that respelling knows: src/vivavoce/scoring/vocabulary/words_en.txt.gz. README.md says from what.

python make.py --symspell symspellpy-6.10.1-py3-none-any.whl --norvig pyspellchecker-0.9.1-py3-none-any.whl
"""

import argparse
import gzip
import json
import re
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOKENIZER = ROOT / "src/vivavoce/providers/raters/weights/tokenizer.json"
WORDS = ROOT / "src/vivavoce/scoring/vocabulary/words_en.txt.gz"
COMMON = 30_000  # words that a wrong one may be put right to
# What one of the lists has no words with, however common.
BRITISH = ("our", "ours", "oured", "ouring", "ise", "ised", "ises", "ising", "isation", "lled", "lling", "tre", "ogue")
_WORD = re.compile(r"[a-z]{3,}")


def main() -> None:
    """Common words by how often they are written, an empty line, and the others by the alphabet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--symspell", type=Path, required=True)
    parser.add_argument("--norvig", type=Path, required=True)
    options = parser.parse_args()
    counts = read_symspell(options.symspell)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    # A frequent word in one list alone is an abbreviation or a name.
    vouched = read_norvig(options.norvig) | read_vocabulary()
    common = [word for word in ranked if word in vouched or word.endswith(BRITISH)][:COMMON]
    others = (set(ranked) | vouched) - set(common)
    text = "\n".join([*common, "", *sorted(others)])
    WORDS.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def read_symspell(wheel: Path) -> dict[str, int]:
    """Words with how often they were written."""
    text = zipfile.ZipFile(wheel).read("symspellpy/frequency_dictionary_en_82_765.txt").decode("utf-8-sig")
    pairs = (line.split() for line in text.splitlines())
    return {word: int(count) for word, count in pairs if _WORD.fullmatch(word)}


def read_norvig(wheel: Path) -> set[str]:
    """Words."""
    text = gzip.decompress(zipfile.ZipFile(wheel).read("spellchecker/resources/en.json.gz"))
    return {word for word in json.loads(text) if _WORD.fullmatch(word)}


def read_vocabulary() -> set[str]:
    """The whole words of the rater's own vocabulary, many a name among them."""
    vocabulary = json.loads(TOKENIZER.read_text(encoding="utf-8"))["model"]["vocab"]
    return {word for word in vocabulary if _WORD.fullmatch(word)}


if __name__ == "__main__":
    main()
