"""Packs the staged Python packages into a wheel for the interpreter that runs this; without pip and
without the network, so that `cmake --install` works on any machine. `pip install ./runtime/python`
makes the same for another interpreter.

    make_wheel.py STAGED OUT VERSION

Same input, same bytes.
"""

import base64
import hashlib
import pathlib
import sys
import sysconfig
import zipfile

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can hold


def packed_files(staged: pathlib.Path) -> dict[str, bytes]:
    return {
        path.relative_to(staged).as_posix(): path.read_bytes()
        for package in ("kameo", "kameo_runtime")
        for path in sorted((staged / package).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def record_line(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def main() -> None:
    staged, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    version = sys.argv[3]
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    tag = f"{python}-{python}-{platform}"
    info = f"kameo_runtime-{version}.dist-info"

    files = packed_files(staged)
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: kameo-runtime\nVersion: {version}\n"
        "Summary: Runs kameo's Python actors\nLicense: Apache-2.0\nRequires-Python: >=3.10\n"
    ).encode()
    files[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: kameo {version}\nRoot-Is-Purelib: false\nTag: {tag}\n"
    ).encode()
    record = "".join(record_line(name, content) for name, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()

    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.whl"):
        old.unlink()
    with zipfile.ZipFile(out / f"kameo_runtime-{version}-{tag}.whl", "w") as wheel:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if name.endswith(".so") else 0o100644) << 16
            wheel.writestr(entry, content)


main()
