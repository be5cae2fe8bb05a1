"""Makes the interpreter of one build: a virtual environment without pip that finds the staged
packages. Usage: make_venv.py DIRECTORY STAGED"""

import pathlib
import subprocess
import sys
import venv

directory, staged = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
venv.EnvBuilder(with_pip=False, symlinks=True, clear=True).create(directory)
site = subprocess.check_output(
    [directory / "bin" / "python", "-c", "import site; print(site.getsitepackages()[0])"],
    text=True,
).strip()
(pathlib.Path(site) / "kameo.pth").write_text(f"{staged}\n")
