"""Stands before the real one where only the generated code is under test: no extension needed."""

import sys

__path__ += [f"{folder}/kameo_runtime" for folder in sys.path if folder.endswith("runtime/python")]
