"""The VOC reader on small trees in the official layout, on damaged files and on a real sample."""

import pickle
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile
from scipy.io import savemat

from seglearn.data import labels, voc
from tests.data import damage

NAMES = ["2007_000032", "2007_000039", "2008_000001"]
SHAPES = [(12, 16), (20, 10), (7, 9)]


def label_of(seed, shape):
    return np.random.default_rng(seed).choice(np.array([*range(21), 255], np.uint8), shape)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "VOCdevkit" / "VOC2012"
    for seed, (name, shape) in enumerate(zip(NAMES, SHAPES, strict=True)):
        damage.save_photo(folder / "JPEGImages" / f"{name}.jpg", *shape, seed)
        ids = label_of(seed, shape)
        damage.save_label(folder / "SegmentationClass" / f"{name}.png", ids, labels.voc_colormap())
        objects = np.where(ids == 255, 255, ids % 3).astype(np.uint8)
        damage.save_label(
            folder / "SegmentationObject" / f"{name}.png", objects, labels.voc_colormap()
        )
    lists = folder / "ImageSets" / "Segmentation"
    lists.mkdir(parents=True)
    for split, names in {
        "train": NAMES[:2],
        "val": NAMES[2:],
        "trainval": NAMES,
        "test": NAMES,
    }.items():
        (lists / f"{split}.txt").write_text("".join(f"{n}\n" for n in names))
    return tmp_path


@pytest.fixture
def label_file(root):
    return root / "VOCdevkit/VOC2012/SegmentationClass" / f"{NAMES[0]}.png"


def test_reads_the_official_layout(root):
    data = voc.VOC(root, "train")
    assert len(data) == 2
    assert data.names == NAMES[:2]
    assert data.classes is labels.VOC
    for seed, sample in enumerate(data):
        assert sample.name == NAMES[seed]
        assert sample.image.dtype == np.float32
        assert sample.image.shape == (*SHAPES[seed], 3)
        assert 0 <= sample.image.min() <= sample.image.max() <= 1
        assert sample.label.dtype == np.uint8
        np.testing.assert_array_equal(sample.label, label_of(seed, SHAPES[seed]))
        assert (sample.label == 255).any()
    np.testing.assert_array_equal(data[-1].label, data[1].label)
    np.testing.assert_array_equal(data.instances(0) == 255, label_of(0, SHAPES[0]) == 255)


@pytest.mark.parametrize("place", ["", "VOCdevkit", "VOCdevkit/VOC2012"])
def test_finds_the_folder_at_any_depth(root, place):
    assert len(voc.VOC(root / place, "trainval")) == 3


def test_test_labels_are_not_public(root):
    assert voc.VOC(root, "test")[0].label is None


def test_indexing_like_a_sequence(root):
    data = voc.VOC(root)
    with pytest.raises(IndexError):
        data[2]
    with pytest.raises(TypeError):
        data[:2]
    assert len(pickle.loads(pickle.dumps(data))) == 2


def test_missing_things_are_named_with_the_command(root, tmp_path, label_file):
    with pytest.raises(FileNotFoundError, match=r"nowhere.*fetch_voc\.py"):
        voc.VOC(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="expected one of 'train', 'val', 'trainval', 'test'"):
        voc.VOC(root, "validation")
    label_file.unlink()
    data = voc.VOC(root)
    with pytest.raises(FileNotFoundError, match=rf"{NAMES[0]}\.png is missing.*fetch_voc\.py"):
        data[0]
    with pytest.raises(FileNotFoundError, match=rf"1 of 4 files are missing:\n.*{NAMES[0]}\.png"):
        voc.VOC(root, verify=True)


def test_verify_knows_the_official_counts(root):
    assert voc.VOC.counts == {"train": 1464, "val": 1449, "trainval": 2913, "test": 1456}
    with pytest.raises(ValueError, match=r"has 2 images in .*, but officially 1464"):
        voc.VOC(root, verify=True)


def test_truncations_are_errors(root, label_file):
    data, whole = voc.VOC(root), label_file.read_bytes()
    for length in [*range(60), *range(60, len(whole), 9), *range(len(whole) - 40, len(whole))]:
        label_file.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=rf"{NAMES[0]}\.png is damaged.*fetch_voc\.py"):
            data[0]


def test_missing_rows_are_an_error(root, label_file):
    """Pillow would fill them with 0, which is a class."""
    damage.half_the_pixels(label_file)
    with pytest.raises(ValueError, match=r"damaged: it holds 102 of 204 bytes of pixel data"):
        voc.VOC(root)[0]


def test_truncation_is_an_error_even_when_pillow_is_told_to_tolerate_it(root, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    path = root / "VOCdevkit/VOC2012/JPEGImages" / f"{NAMES[0]}.jpg"
    damage.cut(path, path.stat().st_size // 2)
    with pytest.raises(ValueError, match="is damaged"):
        voc.VOC(root)[0]
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def interlaced(ids):
    """A grey PNG of `ids` in the seven passes of Adam7, which Pillow reads but does not write."""
    steps = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)]
    steps += [(0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = [row for x, y, dx, dy in steps for row in ids[y::dy, x::dx] if row.size]
    pixels = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    header = struct.pack(">IIBBBBB", ids.shape[1], ids.shape[0], 8, 3, 0, 0, 1)
    palette = labels.voc_colormap().tobytes()
    chunks = [(b"IHDR", header), (b"PLTE", palette), (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


@pytest.mark.parametrize("shape", [(12, 16), (1, 1), (5, 3), (2, 9)])
def test_interlaced_labels_are_read(root, label_file, shape):
    ids = label_of(9, shape)
    label_file.write_bytes(interlaced(ids))
    damage.save_photo(root / "VOCdevkit/VOC2012/JPEGImages" / f"{NAMES[0]}.jpg", *shape)
    np.testing.assert_array_equal(voc.VOC(root)[0].label, ids)
    damage.half_the_pixels(label_file)
    with pytest.raises(ValueError, match="bytes of pixel data"):
        voc.VOC(root)[0]


def test_flipped_bits_are_errors_or_change_nothing(root, label_file):
    data = voc.VOC(root)
    damage.expect_no_silent_change(label_file, lambda: data[0].label, 120)


def test_a_photograph_that_is_cut_off_is_named(root):
    path = root / "VOCdevkit/VOC2012/JPEGImages" / f"{NAMES[0]}.jpg"
    damage.cut(path, path.stat().st_size // 2)
    with pytest.raises(ValueError, match=rf"{NAMES[0]}\.jpg is damaged"):
        voc.VOC(root)[0]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1", "I;16"])
def test_other_modes_are_refused(root, label_file, mode):
    Image.new(mode, (16, 12)).save(label_file)
    with pytest.raises(ValueError, match=rf"mode '{mode}', but expected a palette PNG"):
        voc.VOC(root)[0]


def test_a_jpeg_in_disguise_is_refused(root, label_file):
    with label_file.open("wb") as file:
        Image.new("RGB", (16, 12)).save(file, "JPEG")
    with pytest.raises(ValueError, match="it is a JPEG file under the name of a PNG"):
        voc.VOC(root)[0]


def test_other_sizes_are_refused_by_name(root, label_file):
    damage.save_label(label_file, np.zeros((16, 12), np.uint8), labels.voc_colormap())
    with pytest.raises(ValueError, match=rf"{NAMES[0]}\.png is 12×16 pixels, but .*\.jpg is 16×12"):
        voc.VOC(root)[0]


def test_unknown_ids_are_refused_by_name(root, label_file):
    damage.save_label(label_file, np.full((12, 16), 21, np.uint8), labels.voc_colormap())
    with pytest.raises(ValueError, match=rf"{NAMES[0]}\.png: .*21 \(192 pixels"):
        voc.VOC(root)[0]


def test_a_sorted_palette_is_refused(root, label_file):
    """An editor that sorts the palette keeps every colour and changes every index."""
    palette = labels.voc_colormap()
    damage.save_label(label_file, np.full((12, 16), 3, np.uint8), palette[::-1])
    with pytest.raises(ValueError, match="another palette than VOC's"):
        voc.VOC(root)[0]
    damage.save_label(label_file, np.full((12, 16), 20, np.uint8), palette)
    assert voc.VOC(root)[0].label.max() == 20
    damage.rewrite(label_file, b"PLTE", lambda colors: colors[:6])
    with pytest.raises(ValueError, match="another palette than VOC's"):
        voc.VOC(root)[0]


def test_a_grey_photograph_is_refused(root):
    path = root / "VOCdevkit/VOC2012/JPEGImages" / f"{NAMES[0]}.jpg"
    for mode in ("L", "CMYK"):
        Image.new(mode, (16, 12)).save(path)
        with pytest.raises(ValueError, match=r"expected an RGB image.*convert\('RGB'\)"):
            voc.VOC(root)[0]


# --------------------------------------------------------------------------------------------- SBD


@pytest.fixture
def sbd(tmp_path):
    folder = tmp_path / "benchmark_RELEASE" / "dataset"
    (folder / "cls").mkdir(parents=True)
    for seed, name in enumerate(["2008_000001", "2008_000002", "2007_000032"]):
        damage.save_photo(folder / "img" / f"{name}.jpg", 8, 6, seed)
        ids = np.full((8, 6), seed + 1, np.uint8)
        savemat(folder / "cls" / f"{name}.mat", {"GTcls": {"Segmentation": ids}})
    (folder / "train.txt").write_text("2008_000001\n2007_000032\n")
    (folder / "val.txt").write_text("2008_000002\n")
    return tmp_path


def test_augmented_train_is_voc_train_and_sbd_without_voc_val(root, sbd):
    data = voc.AugmentedVOC(root, sbd)
    assert data.names == ["2007_000032", "2007_000039", "2008_000002"]
    np.testing.assert_array_equal(data[0].label, label_of(0, SHAPES[0]))  # VOC's own label
    assert np.unique(data[2].label).tolist() == [2]
    with pytest.raises(ValueError, match="officially 10582"):
        voc.AugmentedVOC(root, sbd, verify=True)


def test_damaged_sbd_files_are_named(root, sbd):
    path = sbd / "benchmark_RELEASE/dataset/cls/2008_000002.mat"
    whole = path.read_bytes()
    for length in range(0, len(whole), 11):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"2008_000002\.mat"):
            voc.AugmentedVOC(root, sbd)[2]
    path.unlink()
    with pytest.raises(FileNotFoundError, match=r"2008_000002\.mat is missing.*--sbd"):
        voc.AugmentedVOC(root, sbd)[2]
    with pytest.raises(FileNotFoundError, match="--sbd"):
        voc.AugmentedVOC(root, root / "nowhere")


# ---------------------------------------------------------------------------------------- real data


def test_real_label_has_the_border(seglearn_data, tmp_path):
    folder = tmp_path / "VOC2012"
    for place, file in {
        "JPEGImages/2008_000000.jpg": "image.jpg",
        "SegmentationClass/2008_000000.png": "label.png",
    }.items():
        (folder / place).parent.mkdir(parents=True)
        (folder / place).write_bytes((seglearn_data / "VOC-sample" / file).read_bytes())
    lists = folder / "ImageSets" / "Segmentation"
    lists.mkdir(parents=True)
    (lists / "val.txt").write_text("2008_000000\n")
    sample = voc.VOC(tmp_path, "val")[0]
    names = [labels.VOC.by_id(i).name for i in np.unique(sample.label)]
    assert names == ["background", "bicycle", "person", "void"]
    assert sample.label.shape == sample.image.shape[:2] == (500, 334)
    assert 0.03 < (sample.label == 255).mean() < 0.15


def test_error_messages_name_the_remedy(root, label_file):
    Image.new("RGB", (16, 12)).save(label_file)
    with pytest.raises(ValueError, match=r"channels are equal.*\[\.\.\., 0\].*colors_to_ids"):
        voc.VOC(root)[0]


def test_a_grey_label_is_said_to_be_ids_without_a_palette_and_the_remedy_is_right(root, label_file):
    ids = label_of(0, SHAPES[0])
    damage.save_label(label_file, ids)
    with pytest.raises(ValueError, match=r"mode 'L'.*could be ids.*put it back") as found:
        voc.VOC(root)[0]
    assert "image.putpalette(labels.voc_colormap().tobytes())" in str(found.value)
    with Image.open(label_file) as image:
        image.putpalette(labels.voc_colormap().tobytes())
        image.save(label_file)
    np.testing.assert_array_equal(voc.VOC(root)[0].label, ids)


def test_a_grey_label_is_said_to_be_brightness(root, label_file):
    with Image.open(label_file) as image:
        brightness = image.convert("L")
    assert {1, 16} <= set(label_of(0, SHAPES[0]).ravel().tolist())
    brightness.save(label_file)
    with pytest.raises(ValueError, match=r"brightness of VOC's colours.*cannot be undone"):
        voc.VOC(root)[0]
    ones = Image.fromarray(np.array([[1, 16]], np.uint8), "L")
    ones.putpalette(labels.voc_colormap().tobytes())
    assert np.asarray(ones.convert("RGB").convert("L")).tolist() == [[38, 38]]
    damage.save_label(label_file, np.full((12, 16), 21, np.uint8))
    with pytest.raises(ValueError, match=r"values that are no ids, such as 21\."):
        voc.VOC(root)[0]


@pytest.mark.parametrize("options", [{"transparency": 0}, {"transparency": b"\0" * 9}, {"bits": 4}])
def test_a_palette_with_transparency_or_few_bits_holds_the_same_ids(root, label_file, options):
    ids = label_of(0, SHAPES[0]) % 16
    damage.save_label(label_file, ids, labels.voc_colormap()[: 16 if "bits" in options else 256])
    with Image.open(label_file) as image:
        image.load()
        image.save(label_file, **options)
    np.testing.assert_array_equal(voc.VOC(root)[0].label, ids)


def names_of(root, data):
    (root / "VOCdevkit/VOC2012/ImageSets/Segmentation/train.txt").write_bytes(data)
    return voc.VOC(root).names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "  \t\r\n\r\n"])
def test_a_list_is_read_whatever_the_editor_left_in_it(root, encoding, end):
    text = f"{end}{NAMES[0]}{end}{NAMES[1]}"
    assert names_of(root, text.encode(encoding)) == NAMES[:2]
    joined = f"\ufeff{NAMES[0]}{end}\ufeff{NAMES[1]}{end}"  # two files with a mark each
    assert names_of(root, joined.encode(encoding)) == NAMES[:2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n2007_000032.jpg\n", r"train\.txt, line 2: .*'2007_000032\.jpg': leave the ending away"),
        ("2007_000032.PNG\n", "leave the ending away"),
        ("JPEGImages/2007_000032\n", "leave the folder away"),
        ("SegmentationClass\\2007_000032\n", "leave the folder away"),
        ("2007_000032 -1\n", "several columns"),
        ("JPEGImages/2007_000032.jpg SegmentationClass/2007_000032.png\n", "several columns"),
        ("2007_000032\n2007_000039\n2007_000032\n", "line 3: .*it is in line 1, too"),
        ("\r\n  \r\n", "VOC train has no image in .*empty"),
    ],
)
def test_a_list_of_anything_but_names_is_refused(root, text, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*fetch_voc"):
        names_of(root, text.encode())


def test_a_list_that_is_no_text_is_refused(root):
    with pytest.raises(ValueError, match=r"train\.txt is no text in UTF-8"):
        names_of(root, b"2007_\xff\xd8\n")


def test_a_missing_file_of_another_ending_is_named(root, label_file):
    label_file.rename(label_file.with_suffix(".jpg"))
    with pytest.raises(
        FileNotFoundError, match=r"000032\.png is missing\. There is 2007_000032\.jpg, which has"
    ):
        voc.VOC(root)[0]
