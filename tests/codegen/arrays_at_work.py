"""Numeric arrays as handlers get and give them, with numpy and without; run by test_arrays.py.

    arrays_at_work.py numpy | memoryview
"""

import array
import sys
import warnings

if sys.argv[1] == "memoryview":
    sys.modules["numpy"] = None  # importing it fails, as where it is not installed

from kameo import ValidationError, kinds
from kameo_runtime import _data

warnings.simplefilter("ignore", DeprecationWarning)  # Containers, which has the arrays
codec, NAME = _data.codec_of(kinds.Containers)


def containers(**arrays):
    return kinds.Containers(**{"cube": zeros(24), **arrays})


def zeros(count):
    return memoryview(array.array("q", [0] * count)).cast("B").cast("q", [2, 3, 4])


def received(**arrays):
    return codec.schema.decode(NAME, codec.schema.encode(NAME, containers(**arrays)))


def refused(**arrays):
    """The one violation of a value that is not sent."""
    try:
        codec.schema.encode(NAME, containers(**arrays))
    except ValidationError as error:
        (message,) = error.errors
        return message
    raise AssertionError("was taken")


def blocks_for(count):
    """Objects that the interpreter holds for a received array of so many numbers."""
    payload = codec.schema.encode(NAME, containers(row=array.array("d", [1.5]) * count))
    codec.schema.decode(NAME, payload)
    before = sys.getallocatedblocks()
    value = codec.schema.decode(NAME, payload)
    assert len(value.row) == count and value.row[count - 1] == 1.5
    return sys.getallocatedblocks() - before


def check_a_large_array_costs_no_more_objects_than_a_small_one():
    assert blocks_for(200_000) <= blocks_for(2) + 10


def check_both_forms_and_lists_are_sent_back_as_they_came():
    value = received(row=[1, 2.5], grid=[[1, 2, 3], [4, 5, 6]], cube=zeros(24))
    payload = codec.schema.encode(NAME, value)
    for again in (value, received(row=value.row, grid=value.grid, cube=value.cube)):
        assert codec.schema.encode(NAME, again) == payload
    views = {name: memoryview(getattr(value, name)) for name in ("row", "grid", "cube")}
    assert codec.schema.encode(NAME, containers(**views)) == payload
    lists = {name: view.tolist() for name, view in views.items()}
    assert lists["row"] == [1.0, 2.5] and lists["grid"] == [[1, 2, 3], [4, 5, 6]]
    assert codec.schema.encode(NAME, containers(**lists)) == payload
    assert value == received(**lists)


def check_what_is_no_such_array_is_refused():
    assert refused(row=array.array("f", [1])).startswith("Containers.row: expected array<f64>, got")
    assert refused(row=array.array("q", [1])).startswith("Containers.row: expected array<f64>, got")
    assert refused(grid=array.array("f", [1] * 3)).startswith("Containers.grid: expected array<f32; *x3>")
    assert refused(grid=[[1, 2]]).startswith("Containers.grid: expected array<f32; *x3>")
    assert refused(grid=[[1, 2, 3], [1, 2]]).startswith("Containers.grid[1]: expected 3 elements")
    assert refused(row=[1, "2"]) == "Containers.row[1]: expected f64, got '2'"
    assert refused(row=b"12345678").startswith("Containers.row: expected array<f64>")


def check_empty_arrays():
    value = received(row=[], grid=[])
    assert memoryview(value.row).shape == (0,) and memoryview(value.grid).shape == (0, 3)
    assert codec.schema.encode(NAME, value) == codec.schema.encode(NAME, received(row=[], grid=[]))


def check_numpy_arrays():
    if sys.argv[1] != "numpy":
        return
    import numpy

    value = received(row=[1, 2.5], grid=[[1, 2, 3], [4, 5, 6]])
    for name, dtype, shape in (("row", "f8", (2,)), ("grid", "f4", (2, 3)), ("cube", "i8", (2, 3, 4))):
        got = getattr(value, name)
        assert type(got) is numpy.ndarray and got.dtype == dtype and got.shape == shape, name
        assert got.flags.aligned and got.flags.c_contiguous and not got.flags.writeable
        try:
            got.flags.writeable = True
        except ValueError:
            pass
        else:
            raise AssertionError("can be made writeable")
    assert float(value.grid.sum()) == 21.0 and value.row.mean() == 1.75

    # Whatever its layout; what is sent stands row by row.
    wide = numpy.arange(12, dtype="f4").reshape(3, 4)
    for given in (wide.T, wide.T[::2], wide[:, 1:], numpy.asfortranarray(wide.T), wide.T[:0]):
        assert received(grid=given).grid.tolist() == given.tolist()
    assert received(row=numpy.arange(6.0)[::-2]).row.tolist() == [5.0, 3.0, 1.0]
    assert "got array(" in refused(row=numpy.arange(3)) and "got array(" in refused(row=numpy.zeros((1, 2)))
    assert "got array(" in refused(row=numpy.arange(3, dtype=">f8")), "of the other byte order"
    assert received(row=[numpy.float64(1.5), numpy.float32(2)]).row.tolist() == [1.5, 2.0]
    assert received(row=[1.0]) == received(row=[1.0]) != received(row=[2.0])


def check_memoryviews_where_numpy_is_not_installed():
    if sys.argv[1] != "memoryview":
        return
    value = received(row=[1, 2.5], grid=[[1, 2, 3], [4, 5, 6]])
    for name, form, shape in (("row", "d", (2,)), ("grid", "f", (2, 3)), ("cube", "q", (2, 3, 4))):
        got = getattr(value, name)
        assert type(got) is memoryview and got.format == form and got.shape == shape and got.readonly
    assert value.grid[1, 2] == 6.0 and list(value.row) == [1.0, 2.5]


def main():
    checks = [value for name, value in globals().items() if name.startswith("check_")]
    for check in checks:
        check()
    print(len(checks), "checks passed")


if __name__ == "__main__":
    main()
