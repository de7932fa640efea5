"""Downloads survive bad servers; unpacking survives bad archives."""

import hashlib
import io
import os
import shutil
import tarfile
import zipfile
from types import SimpleNamespace

import pytest

from .conftest import SCRIPTS

import _fetch  # isort: skip
import _unpack  # isort: skip
from _fetch import Archive, FetchError  # isort: skip

BODY = os.urandom(200_000)
CUT = 4 * _fetch.CHUNK
QUICK = {"timeout": 0.3, "pause": 0.001}


def archive_of(server, body=BODY, name="set.tar", paths=("/set.tar",), **changes):
    settings = {
        "name": name,
        "urls": tuple(server.url + path for path in paths),
        "digest": "md5:" + hashlib.md5(body).hexdigest(),
        "n_bytes": len(body),
        **changes,
    }
    return Archive(**settings)


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def leave_free(monkeypatch, n_bytes):
    usage = SimpleNamespace(free=_fetch.SPARE_BYTES + n_bytes)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)


# ------------------------------------------------------------------------------- download


def test_plain_download_leaves_only_the_file(server, tmp_path):
    server.files["/set.tar"] = BODY
    path = _fetch.obtain(archive_of(server), tmp_path / "new" / "folder", **QUICK)
    assert path.read_bytes() == BODY
    assert names(path.parent) == ["set.tar"]


def test_second_call_asks_the_server_nothing(server, tmp_path):
    server.files["/set.tar"] = BODY
    for _ in range(2):
        _fetch.obtain(archive_of(server), tmp_path, **QUICK)
    assert len(server.requests) == 1


def test_sha256_is_understood(server, tmp_path):
    server.files["/set.tar"] = BODY
    digest = "sha256:" + hashlib.sha256(BODY).hexdigest()
    assert _fetch.obtain(archive_of(server, digest=digest), tmp_path, **QUICK).exists()


def test_cut_off_connections_are_resumed(server, tmp_path):
    server.files["/set.tar"] = BODY
    server.cuts = [CUT, CUT, 1000]
    path = _fetch.obtain(archive_of(server), tmp_path, **QUICK)
    assert path.read_bytes() == BODY
    asked = [wanted for _, wanted in server.requests]
    assert asked == [None, f"bytes={CUT}-", f"bytes={2 * CUT}-", f"bytes={2 * CUT + 1000}-"]


def test_a_server_that_cannot_resume_is_asked_for_everything(server, tmp_path):
    server.files["/set.tar"] = BODY
    server.resumes = False
    server.cuts = [CUT]
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).read_bytes() == BODY


def test_a_server_that_resumes_elsewhere_is_asked_for_everything(server, tmp_path):
    server.files["/set.tar"] = BODY
    server.cuts = [CUT]
    server.shift = 5
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).read_bytes() == BODY


def test_giving_up_keeps_the_part_and_the_next_run_resumes(server, tmp_path):
    server.files["/set.tar"] = BODY
    server.cuts = [CUT] + [0] * 3
    with pytest.raises(FetchError, match=rf"{CUT} bytes are kept in .*set\.tar\.part: run again"):
        _fetch.obtain(archive_of(server), tmp_path, **QUICK)
    assert names(tmp_path) == ["set.tar.part"]
    server.requests.clear()
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).read_bytes() == BODY
    assert server.requests == [("/set.tar", f"bytes={CUT}-")]
    assert names(tmp_path) == ["set.tar"]


def test_another_mirror_finishes_what_the_first_began(server, tmp_path):
    server.files.update({"/a": BODY, "/b": BODY})
    server.cuts = [CUT] + [0] * 3
    path = _fetch.obtain(archive_of(server, paths=("/a", "/b")), tmp_path, **QUICK)
    assert path.read_bytes() == BODY
    assert server.requests[-1] == ("/b", f"bytes={CUT}-")


def test_a_part_that_was_complete_is_not_downloaded_again(server, tmp_path):
    server.files["/set.tar"] = BODY
    (tmp_path / "set.tar.part").write_bytes(BODY)
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).read_bytes() == BODY


def test_a_part_that_is_too_long_is_thrown_away(server, tmp_path):
    server.files["/set.tar"] = BODY
    (tmp_path / "set.tar.part").write_bytes(BODY + b"more")
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).read_bytes() == BODY


def test_without_a_hash_nothing_is_resumed(server, tmp_path):
    server.files["/set.tar"] = BODY
    server.cuts = [CUT]
    archive = archive_of(server, digest=None, n_bytes=None)
    assert _fetch.obtain(archive, tmp_path, **QUICK).read_bytes() == BODY
    assert [wanted for _, wanted in server.requests] == [None, None]


def test_slow_server(server, tmp_path):
    server.files["/set.tar"] = BODY[:20_000]
    server.pause = 0.02
    path = _fetch.obtain(archive_of(server, BODY[:20_000]), tmp_path, **QUICK)
    assert path.read_bytes() == BODY[:20_000]


def test_a_server_that_falls_silent_is_left_and_resumed(server, tmp_path):
    server.files["/set.tar"] = BODY
    server.stalls = 1
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).read_bytes() == BODY
    assert server.requests[1][1] is not None


def test_corrupted_download_is_rejected_and_nothing_is_left(server, tmp_path):
    server.files["/set.tar"] = b"x" + BODY[1:]
    with pytest.raises(FetchError, match=r"(?s)could not get set\.tar.*--from-file"):
        _fetch.obtain(archive_of(server), tmp_path, **QUICK)
    assert names(tmp_path) == []


def test_a_corrupted_part_is_rejected_and_the_next_mirror_starts_afresh(server, tmp_path):
    server.files.update({"/a": BODY, "/b": BODY})
    (tmp_path / "set.tar.part").write_bytes(b"rubbish" * 100)
    path = _fetch.obtain(archive_of(server, paths=("/a", "/b")), tmp_path, **QUICK)
    assert path.read_bytes() == BODY
    assert server.requests == [("/a", "bytes=700-"), ("/b", None)]


def test_a_page_of_another_size_is_not_taken_for_the_archive(server, tmp_path):
    server.files.update({"/a": b"<html>moved</html>", "/b": BODY})
    path = _fetch.obtain(archive_of(server, paths=("/a", "/b")), tmp_path, **QUICK)
    assert path.read_bytes() == BODY
    server.files.pop("/b")
    path.unlink()
    with pytest.raises(FetchError, match=r"(?s)offers 18 bytes where 200000 are expected.*404"):
        _fetch.obtain(archive_of(server, paths=("/a", "/b")), tmp_path, **QUICK)
    assert names(tmp_path) == []


def test_nobody_answers(tmp_path, server):
    archive = archive_of(server)
    server.stop()
    with pytest.raises(FetchError, match=r"(?s)could not get set\.tar.*by other means"):
        _fetch.obtain(archive, tmp_path, **QUICK)
    assert names(tmp_path) == []


def test_ctrl_c_leaves_a_part_that_is_resumed(server, tmp_path, monkeypatch):
    server.files["/set.tar"] = BODY

    class Interrupted(_fetch.tqdm):
        def update(self, n=1):
            self.seen = getattr(self, "seen", 0) + n
            if self.seen > 100_000:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_fetch, "tqdm", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            _fetch.obtain(archive_of(server), tmp_path, **QUICK)
    assert names(tmp_path) == ["set.tar.part"]
    kept = (tmp_path / "set.tar.part").stat().st_size
    assert kept > 100_000
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).read_bytes() == BODY
    assert server.requests[-1] == ("/set.tar", f"bytes={kept}-")


def test_disk_space_is_checked_before_anything_is_asked(server, tmp_path, monkeypatch):
    server.files["/set.tar"] = BODY
    leave_free(monkeypatch, len(BODY) + 10)
    with pytest.raises(FetchError, match=r"GB free but .* GB are needed.*--out"):
        _fetch.obtain(archive_of(server, unpacked_bytes=50), tmp_path, **QUICK)
    assert server.requests == []
    assert _fetch.obtain(archive_of(server), tmp_path, **QUICK).exists()  # just enough


def test_disk_space_is_checked_when_only_the_server_knows_the_size(server, tmp_path, monkeypatch):
    server.files["/set.tar"] = BODY
    leave_free(monkeypatch, 0)
    with pytest.raises(FetchError, match="make room"):
        _fetch.obtain(archive_of(server, n_bytes=None), tmp_path, **QUICK)


# ------------------------------------------------------------------------------ from a file


def test_from_file_is_used_in_place(server, tmp_path):
    mine = tmp_path / "mine.tar"
    mine.write_bytes(BODY)
    assert _fetch.obtain(archive_of(server), tmp_path / "out", mine) == mine
    assert server.requests == []


def test_from_file_with_a_wrong_hash(server, tmp_path):
    mine = tmp_path / "mine.tar"
    mine.write_bytes(BODY[:-1])
    with pytest.raises(FetchError, match=r"mine\.tar has the md5 .*, expected .*again"):
        _fetch.obtain(archive_of(server), tmp_path, mine)
    assert mine.exists()


def test_from_file_that_does_not_exist(server, tmp_path):
    with pytest.raises(FetchError, match=r"no file .*mine\.tar"):
        _fetch.obtain(archive_of(server), tmp_path, tmp_path / "mine.tar")


# --------------------------------------------------------------------------------- unpack


def fine(root):
    pass


def make_tar(path, files, links=(), mode="w"):
    with tarfile.open(path, mode) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for name, kind, to in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, to
            tar.addfile(info)
    return path


def make_zip(path, files, links=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for name, _, to in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, to)
    return path


MAKERS = pytest.mark.parametrize("make", [make_tar, make_zip])
FILES = {"top/set/a.txt": b"a", "top/set/sub/b.txt": b"b", "top/other.txt": b"c"}


@MAKERS
def test_unpack_takes_what_is_asked_for(make, tmp_path):
    path = make(tmp_path / "archive", FILES)
    _fetch.unpack(path, r"top/set/", tmp_path / "deep" / "set", fine)
    found = {
        p.relative_to(tmp_path / "deep").as_posix(): p.read_bytes()
        for p in (tmp_path / "deep").rglob("*")
        if p.is_file() and p.name != _unpack.SUMS
    }
    assert found == {"set/a.txt": b"a", "set/sub/b.txt": b"b"}


def test_unpack_compressed_tar(tmp_path):
    path = make_tar(tmp_path / "archive.tgz", FILES, mode="w:gz")
    _fetch.unpack(path, r"top/", tmp_path / "out", fine)
    assert (tmp_path / "out" / "set" / "sub" / "b.txt").read_bytes() == b"b"


ESCAPES = [
    "../evil.txt",
    "top/set/../../../evil.txt",
    "/evil.txt",
    "..\\evil.txt",
    "top/set/..\\..\\evil.txt",
    "C:\\evil.txt",
    "C:evil.txt",
    "\\evil.txt",
]


@MAKERS
@pytest.mark.parametrize("name", ESCAPES)
def test_paths_cannot_escape(make, name, tmp_path):
    path = make(tmp_path / "archive", {**FILES, name: b"evil"})
    with pytest.raises(FetchError, match="points outside its folder"):
        _fetch.unpack(path, r"top/|", tmp_path / "in" / "set", fine)
    assert names(tmp_path / "in") == []
    assert not list(tmp_path.rglob("evil*"))


@MAKERS
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(make, kind, tmp_path):
    path = make(tmp_path / "archive", FILES, [("top/set/link", kind, "/etc/passwd")])
    with pytest.raises(FetchError, match="'top/set/link', a link"):
        _fetch.unpack(path, r"top/set/", tmp_path / "in" / "set", fine)
    assert names(tmp_path / "in") == []


@MAKERS
def test_a_write_through_a_link_is_impossible(make, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    links = [("top/set/door", tarfile.SYMTYPE, str(outside))]
    path = make(tmp_path / "archive", {"top/set/door/evil.txt": b"evil"}, links)
    with pytest.raises(FetchError):
        _fetch.unpack(path, r"top/set/", tmp_path / "in" / "set", fine)
    assert names(outside) == []


@MAKERS
def test_a_truncated_archive_leaves_nothing(make, tmp_path):
    whole = make(tmp_path / "whole", {f"top/{i}": os.urandom(5000) for i in range(9)})
    path = tmp_path / "archive"
    path.write_bytes(whole.read_bytes()[:30_000])
    with pytest.raises(FetchError, match="cannot be unpacked"):
        _fetch.unpack(path, r"top/", tmp_path / "in" / "set", fine)
    assert names(tmp_path / "in") == []


def test_a_damaged_file_inside_a_zip_leaves_nothing(tmp_path):
    path = make_zip(tmp_path / "archive", {"top/a": b"a" * 50_000, "top/b": os.urandom(5000)})
    body = bytearray(path.read_bytes())
    body[2000] ^= 255
    path.write_bytes(body)
    with pytest.raises(FetchError, match="cannot be unpacked"):
        _fetch.unpack(path, r"top/", tmp_path / "in" / "set", fine)
    assert names(tmp_path / "in") == []


@MAKERS
def test_a_failed_check_leaves_nothing(make, tmp_path):
    path = make(tmp_path / "archive", FILES)
    with pytest.raises(FetchError, match=r"\*\.txt: 1 files, expected 7"):
        _fetch.unpack(
            path,
            r"top/set/",
            tmp_path / "in" / "set",
            lambda r: _fetch.require_counts(r, {"*.txt": 7}),
        )
    assert names(tmp_path / "in") == []


@MAKERS
def test_ctrl_c_while_unpacking_leaves_nothing(make, tmp_path):
    path = make(tmp_path / "archive", FILES)

    def interrupt(root):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _fetch.unpack(path, r"top/set/", tmp_path / "in" / "set", interrupt)
    assert names(tmp_path / "in") == []


@MAKERS
def test_disk_space_is_checked_before_unpacking(make, tmp_path, monkeypatch):
    path = make(tmp_path / "archive", {"top/set/big": bytes(100_000)})
    leave_free(monkeypatch, 99_999)
    with pytest.raises(FetchError, match="make room"):
        _fetch.unpack(path, r"top/set/", tmp_path / "in" / "set", fine)
    assert names(tmp_path / "in") == []


# ----------------------------------------------------------------------------- command line


def test_run_turns_errors_into_messages(capsys):
    def fail(argv):
        raise FetchError("no luck: do this")

    def interrupt(argv):
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as error:
        _fetch.run(fail)
    assert error.value.code == "error: no luck: do this"
    with pytest.raises(SystemExit) as error:
        _fetch.run(interrupt)
    assert error.value.code == 130
    assert "again to go on" in capsys.readouterr().err


def test_nothing_is_unpacked_by_extractall():
    for name in ("_fetch", "_unpack"):
        source = (SCRIPTS / f"{name}.py").read_text(encoding="utf-8")
        assert "extractall(" not in source
