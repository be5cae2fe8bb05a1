"""For stubtest, which imports every generated module."""


def of(module, name, tag=None, /, **fields): ...
