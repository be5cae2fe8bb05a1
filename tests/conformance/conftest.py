import pathlib

import pool_files
import pytest


@pytest.fixture
def pool(tmp_path: pathlib.Path) -> pool_files.PoolFiles:
    return pool_files.PoolFiles(tmp_path)
