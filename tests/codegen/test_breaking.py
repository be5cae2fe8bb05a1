"""`kameo-gen breaking`: a schema against an older file and against a commit."""

import json
import subprocess

import pytest

OLD = """kameo: 1
package: shop
import: [money.kameo.yaml]
types:
  Item: {struct: {name: string, price: money.Money}}
actors:
  Till: {handlers: {pay: {request: {items: list<Item>}, reply: bool}, close: {}}}
"""
MONEY = "kameo: 1\npackage: money\ntypes:\n  Money: {struct: {cents: u32}}\n"


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    """A repository with one commit, the schema in a folder whose name git and a shell must not read
    as anything else.
    """
    folder = tmp_path / "a schema; folder"
    folder.mkdir()
    (folder / "shop.kameo.yaml").write_text(OLD)
    (folder / "money.kameo.yaml").write_text(MONEY)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return folder


def test_nothing_changed(kameo_gen, repository):
    done = kameo_gen("breaking", "shop.kameo.yaml", "--against", "HEAD", cwd=repository)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_change_of_an_import_is_told_with_the_routes_it_reaches(kameo_gen, repository, tmp_path):
    (repository / "money.kameo.yaml").write_text(MONEY.replace("u32", "u64"))
    done = kameo_gen("breaking", "shop.kameo.yaml", "--against", "HEAD", cwd=repository)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "money.kameo.yaml:4: money.Money: field `cents` is u64, was u32\n"
        "    breaks on the wire: shop.Till.pay\n"
        "    breaks C++ source\n"
    )
    # From anywhere, by an absolute path.
    path = repository / "shop.kameo.yaml"
    absolute = kameo_gen("breaking", path, "--against", "HEAD", cwd=tmp_path)
    assert absolute.returncode == 1 and "shop.Till.pay" in absolute.stdout
    git(tmp_path, "commit", "-q", "-a", "-m", "second")
    assert kameo_gen("breaking", path, "--against", "HEAD").returncode == 0
    assert kameo_gen("breaking", path, "--against", "HEAD~1").returncode == 1


def test_only_what_is_asked_for_counts(kameo_gen, repository):
    path = repository / "shop.kameo.yaml"
    path.write_text(OLD.replace("{name: string, ", "{note: optional<string>, name: string, "))
    arguments = ["breaking", path, "--against", "HEAD"]
    assert kameo_gen(*arguments, "--only", "python").returncode == 0
    assert kameo_gen(*arguments, "--only", "python", "--only", "wire").returncode == 1
    every = kameo_gen(*arguments, "--only", "python", "--all")
    assert every.returncode == 0 and "field `note` is new" in every.stdout


def test_what_is_new_at_the_end_breaks_nothing_and_is_translated(kameo_gen, repository):
    path = repository / "shop.kameo.yaml"
    path.write_text(OLD.replace("price: money.Money", "price: money.Money, note: optional<string>"))
    arguments = ["breaking", path, "--against", "HEAD"]
    done = kameo_gen(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    every = kameo_gen(*arguments, "--all")
    assert every.returncode == 0 and every.stdout == (
        f"{path}:5: shop.Item: field `note` is new\n"
        "    breaks nothing\n"
        "    is translated on the wire: shop.Till.pay\n"
    )
    told = json.loads(kameo_gen(*arguments, "--all", "--format", "json").stdout)
    assert [(c["wire"], c["translated"]) for c in told["changes"]] == [([], ["shop.Till.pay"])]


def test_a_file_stands_for_the_older_version(kameo_gen, repository):
    older = repository / "older.yaml"
    older.write_text(OLD.replace(", close: {}", ""))
    done = kameo_gen("breaking", repository / "shop.kameo.yaml", "--against", older, "--format", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 1 and told["version"] == 1
    assert [(c["where"], c["wire"], c["cpp"], c["python"]) for c in told["changes"]] == [
        ("shop.Till.close", [], True, True)
    ]


def test_a_schema_that_is_new_since_then_breaks_nobody(kameo_gen, repository):
    new = repository / "new.kameo.yaml"
    new.write_text("kameo: 1\npackage: fresh\n")
    assert kameo_gen("breaking", new, "--against", "HEAD").returncode == 0


def test_what_is_neither_file_nor_commit_is_3(kameo_gen, repository):
    for nonsense in ("nonsense", "--output=x", "HEAD~5"):
        done = kameo_gen("breaking", repository / "shop.kameo.yaml", f"--against={nonsense}")
        assert done.returncode == 3 and "neither a file nor a commit" in done.stderr
    assert not (repository / "x").exists()


def test_errors_of_the_older_version_name_it(kameo_gen, repository, tmp_path):
    path = repository / "shop.kameo.yaml"
    path.write_text(OLD.replace("name: string", "name: strnig"))
    git(tmp_path, "commit", "-q", "-a", "-m", "broken")
    path.write_text(OLD)
    done = kameo_gen("breaking", path, "--against", "HEAD")
    assert done.returncode == 1 and f"HEAD:{path}:5:25: error: " in done.stderr


def test_wrong_usage(kameo_gen, repository):
    path = repository / "shop.kameo.yaml"
    assert kameo_gen("breaking", path).returncode == 2
    assert kameo_gen("breaking", path, "--against", "HEAD", "--format", "sarif").returncode == 2
    assert kameo_gen("breaking", path, path, "--against", path).returncode == 2
