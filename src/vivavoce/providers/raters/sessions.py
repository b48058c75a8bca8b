"""How a network is run: by one thread and in one order, so that the same inputs give the same bytes."""

import ctypes
import sys
from contextlib import suppress

import onnxruntime


def open_session(network: bytes) -> onnxruntime.InferenceSession:
    """The network, ready to run."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    # The arena would keep what the longest text once needed.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    _give_back()
    return session


def _give_back() -> None:
    """Loading leaves more than a hundred megabytes free behind it, which glibc would keep. Elsewhere: nothing."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another libc
            ctypes.CDLL(None).malloc_trim(0)
