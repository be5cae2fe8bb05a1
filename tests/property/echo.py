"""Gives back each payload as Python makes it of the value that it made of it; the child of
python_loop_test.cpp. On stdin: the size of a schema and the schema, the size of a payload and the
payload, again and again. On stdout: 1, or 0 for an error, the size of the payload or message, and it.
"""

import struct
import sys

from kameo_runtime._core import Schema


def main() -> None:
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer

    def piece():
        size = stdin.read(4)
        return stdin.read(*struct.unpack("<I", size)) if size else None

    while (written := piece()) is not None:
        payload = piece()
        try:
            schema = Schema(written)
            good, back = 1, schema.encode("random.Box", schema.decode("random.Box", payload))
        except Exception as error:
            good, back = 0, f"{type(error).__name__}: {error}".encode()
        stdout.write(struct.pack("<BI", good, len(back)) + back)
        stdout.flush()


if __name__ == "__main__":
    main()
