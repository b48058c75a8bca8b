"""Puts the trained rater where the program looks for it, with its digests.

    python training/rater/ship.py --out OUT
    python training/rater/ship.py --out OUT --trained fold0     the comparison that the held-out figures are of

Reads OUT/base.onnx, OUT/whole.pt (or the one that is named) and OUT/head.json.
"""

import argparse
import hashlib
import re
import shutil
from pathlib import Path

import torch
from comparison import Comparison
from export import export_comparison
from train import BASE, open_tokenizer

from vivavoce.providers.raters import weights


def main() -> None:
    """Writes the weights' folder and the digests in weights.py."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--trained", default="whole")
    arguments = parser.parse_args()
    out = arguments.out
    weights.FOLDER.mkdir(exist_ok=True)
    export(out / f"{arguments.trained}.pt", weights.FOLDER / "comparison.onnx")
    shutil.copyfile(out / "base.onnx", weights.FOLDER / "base.onnx")
    shutil.copyfile(out / "head.json", weights.FOLDER / "head.json")
    (weights.FOLDER / "tokenizer.json").write_text(open_tokenizer().to_str(pretty=False))
    code = Path(weights.__file__)
    code.write_text(with_digests(code.read_text(), weights.FOLDER))


def export(trained: Path, path: Path) -> None:
    """The comparison of a training run as ONNX."""
    model = Comparison(BASE)
    model.load_state_dict(torch.load(trained, weights_only=True))
    export_comparison(model, path)


def with_digests(code: str, folder: Path) -> str:
    """The code of weights.py with the digests of the files in the folder."""
    for name in weights.DIGESTS:
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        code = re.sub(rf'"{re.escape(name)}": "[0-9a-f]*"', f'"{name}": "{digest}"', code)
    return code


if __name__ == "__main__":
    main()
