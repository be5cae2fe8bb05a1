"""Generated classes as plain data and JSON, with the real extension; what a schema's limits mean
where values arrive and leave.
"""

import os
import pathlib
import subprocess
import sysconfig

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ["KAMEO_BUILD_DIR"])


def run(python_path, *arguments):
    """In the interpreter of the build, which finds kameo_runtime with its extension."""
    environment = os.environ | {"PYTHONPATH": str(python_path)}
    return subprocess.run(
        [os.environ["KAMEO_PYTHON"], *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_data_at_work(generated):
    done = run(generated / "python", "-W", "error", HERE / "data_at_work.py")
    assert done.returncode == 0, done.stderr
    assert "checks passed" in done.stdout


def test_a_package_works_under_another_name(generated, tmp_path):
    """Relative imports only: it can be moved into a package of the user's."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").touch()
    (tmp_path / "mine" / "messages").symlink_to(generated / "python" / "kameo")
    code = (
        "from mine.messages import kinds\n"
        "from mine.messages.acme.common import Money\n"
        "assert kinds.Tree.from_json(kinds.Tree(children=[]).to_json()) == kinds.Tree(children=[])\n"
        "assert type(kinds.Defaults.from_dict({'account': '0' * 8 + '-0000-0000-0000-' + '0' * 12})\n"
        "            .price) is Money\n"
    )
    done = run(tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr


def test_messages_alone_import_no_json(generated):
    code = (
        "import sys\n"
        "from kameo import kinds\n"
        "kinds.Point(x=1.0)\n"
        "assert not {'kameo_runtime._data', 'kameo._kinds_schema', 'json'} & set(sys.modules)\n"
    )
    done = run(generated / "python", "-c", code)
    assert done.returncode == 0, done.stderr


def test_testing_at_work(generated):
    done = run(generated / "python", "-W", "error", HERE / "testing_at_work.py")
    assert done.returncode == 0, done.stderr
    assert "checks passed" in done.stdout


def test_the_fixtures_of_pytest_answer_callbacks_and_run_handlers(generated, tmp_path):
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["kameo_runtime.pytest_plugin"]\n')
    (tmp_path / "test_mine.py").write_text(
        "import kameo\n"
        "def test_mine(kameo_callbacks):\n"
        "    kameo_callbacks.answer('screen.Delete', True)\n"
        "    assert kameo.screen.Delete(id=1).result()\n"
        "    assert [r.id for r in kameo_callbacks.requests('screen.Delete')] == [1]\n"
        "stopped = []\n"
        "class Painter:\n"
        "    def on_start(self, config): self.id = config\n"
        "    def on_stop(self): stopped.append(self.id)\n"
        "    def set(self, request): return kameo.screen.Delete(id=self.id).result()\n"
        "def test_handlers(kameo_actor, kameo_callbacks):\n"
        "    kameo_callbacks.on(kameo.screen.Delete).answer(lambda request: request.id)\n"
        "    one, two = kameo_actor(Painter, 1), kameo_actor(Painter, 2)\n"
        "    assert [one.set(None), two.set(None)] == [1, 2] and not stopped\n"
        "def test_afterwards(): assert stopped == [2, 1]\n"
    )
    # The build's interpreter, which can load its extension, with this one's pytest.
    pytest_is_at = sysconfig.get_path("purelib")
    path = os.pathsep.join([str(generated / "python"), str(BUILD / "python"), pytest_is_at])
    done = subprocess.run(
        [os.environ["KAMEO_PYTHON"], "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path],
        env=os.environ | {"PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr
