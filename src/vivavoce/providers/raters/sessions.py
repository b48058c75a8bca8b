"""How a network is run: by one thread and in one order, so that the same inputs give the same bytes."""

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
    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
