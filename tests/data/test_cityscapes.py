"""The Cityscapes reader on small trees in the official layout, on damaged files and on a real frame."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from seglearn.data import cityscapes, labels
from tests.data import damage

NAMES = ["aachen_000000_000019", "bochum_000000_000313"]


def ids_of(seed):
    return np.random.default_rng(seed).integers(0, 34, (8, 16)).astype(np.uint8)


def instances_of(ids):
    return np.where(ids >= 24, ids.astype(np.int32) * 1000 + 2, ids).astype(np.uint16)


@pytest.fixture
def root(tmp_path):
    for seed, name in enumerate(NAMES):
        city = name.split("_")[0]
        damage.save_photo(
            tmp_path / "leftImg8bit" / "train" / city / f"{name}_leftImg8bit.png", 8, 16
        )
        folder = tmp_path / "gtFine" / "train" / city
        damage.save_label(folder / f"{name}_gtFine_labelIds.png", ids_of(seed))
        damage.save_label(folder / f"{name}_gtFine_instanceIds.png", instances_of(ids_of(seed)))
    return tmp_path


@pytest.fixture
def label_file(root):
    return root / "gtFine/train/aachen/aachen_000000_000019_gtFine_labelIds.png"


def test_reads_train_ids(root):
    data = cityscapes.Cityscapes(root)
    assert data.names == NAMES
    assert data.classes is labels.CITYSCAPES_TRAIN
    for seed, sample in enumerate(data):
        assert sample.image.shape == (8, 16, 3)
        assert sample.label.dtype == np.uint8
        np.testing.assert_array_equal(
            sample.label, labels.to_train_ids(ids_of(seed), labels.CITYSCAPES)
        )


def test_reads_ids_and_instances(root):
    data = cityscapes.Cityscapes(root, train_ids=False)
    assert data.classes is labels.CITYSCAPES
    np.testing.assert_array_equal(data[1].label, ids_of(1))
    np.testing.assert_array_equal(data.instances(1), instances_of(ids_of(1)))


def test_reads_coarse_annotations(root, tmp_path):
    name = "erlangen_000000_000000"
    damage.save_photo(
        tmp_path / "leftImg8bit/train_extra/erlangen" / f"{name}_leftImg8bit.png", 8, 16
    )
    folder = tmp_path / "gtCoarse/train_extra/erlangen"
    damage.save_label(folder / f"{name}_gtCoarse_labelIds.png", ids_of(5))
    data = cityscapes.Cityscapes(root, "train_extra", train_ids=False)
    np.testing.assert_array_equal(data[0].label, ids_of(5))


def test_missing_things_are_named_with_the_command(root, tmp_path, label_file):
    with pytest.raises(FileNotFoundError, match=r"prepare_cityscapes\.py"):
        cityscapes.Cityscapes(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"leftImg8bit/val is missing"):
        cityscapes.Cityscapes(root, "val")
    with pytest.raises(ValueError, match="expected one of 'train', 'val', 'test', 'train_extra'"):
        cityscapes.Cityscapes(root, "fine")
    label_file.unlink()
    with pytest.raises(FileNotFoundError, match=r"labelIds\.png is missing"):
        cityscapes.Cityscapes(root)[0]
    with pytest.raises(FileNotFoundError, match="1 of 4 files are missing"):
        cityscapes.Cityscapes(root, verify=True)


def test_verify_knows_the_official_counts(root):
    with pytest.raises(ValueError, match="officially 2975"):
        cityscapes.Cityscapes(root, verify=True)


def test_every_truncation_is_an_error(root, label_file):
    data, whole = cityscapes.Cityscapes(root), label_file.read_bytes()
    for length in range(len(whole)):
        label_file.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"labelIds\.png is damaged"):
            data[0]


def test_truncated_instances_are_an_error(root):
    data = cityscapes.Cityscapes(root)
    path = root / "gtFine/train/aachen/aachen_000000_000019_gtFine_instanceIds.png"
    whole = path.read_bytes()
    for length in range(0, len(whole), 3):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"instanceIds\.png is damaged"):
            data.instances(0)


@pytest.mark.parametrize("mode", ["P", "RGB", "RGBA", "I;16"])
def test_other_modes_are_refused(root, label_file, mode):
    Image.new(mode, (16, 8)).save(label_file)
    with pytest.raises(ValueError, match=rf"mode '{mode}', but expected a grey PNG"):
        cityscapes.Cityscapes(root)[0]


def test_eight_bit_instances_are_refused(root):
    path = root / "gtFine/train/aachen/aachen_000000_000019_gtFine_instanceIds.png"
    damage.save_label(path, ids_of(0))
    with pytest.raises(ValueError, match=r"16-bit.*8 bits hold no instance id"):
        cityscapes.Cityscapes(root).instances(0)


@pytest.mark.parametrize("shrink", [lambda m: m >> 8, lambda m: m.astype(np.uint8)])
def test_instances_that_were_read_with_8_bits_are_refused(shrink):
    with pytest.raises(ValueError, match=r"holds 16 bits.*IMREAD_UNCHANGED"):
        cityscapes.split_instance_ids(shrink(np.array([[7, 26001], [24000, 24001]], np.uint16)))


def test_instances_in_the_place_of_class_ids_are_named(root, label_file):
    damage.save_label(label_file, instances_of(ids_of(0)))
    with pytest.raises(ValueError, match=r"1000 and more are instance ids"):
        cityscapes.Cityscapes(root)[0]


def test_a_folder_without_images_is_refused(root):
    (root / "leftImg8bit" / "val").mkdir()
    with pytest.raises(ValueError, match=r"Cityscapes val has no image in .*prepare_cityscapes"):
        cityscapes.Cityscapes(root, "val")


def test_impossible_instances_are_refused_by_name(root):
    path = root / "gtFine/train/aachen/aachen_000000_000019_gtFine_instanceIds.png"
    damage.save_label(path, np.full((8, 16), 500, np.uint16))
    with pytest.raises(ValueError, match=r"aachen_000000_000019_gtFine_instanceIds\.png: .*500"):
        cityscapes.Cityscapes(root).instances(0)


def test_instances_of_another_size_are_refused_by_name(root):
    path = root / "gtFine/train/aachen/aachen_000000_000019_gtFine_instanceIds.png"
    damage.save_label(path, np.full((16, 8), 7, np.uint16))
    with pytest.raises(ValueError, match=r"instanceIds\.png is 8×16 pixels, but .*16×8"):
        cityscapes.Cityscapes(root).instances(0)


def test_other_sizes_and_unknown_ids_are_refused_by_name(root, label_file):
    damage.save_label(label_file, np.zeros((16, 8), np.uint8))
    with pytest.raises(ValueError, match=r"labelIds\.png is 8×16 pixels, but .*16×8"):
        cityscapes.Cityscapes(root)[0]
    damage.save_label(label_file, np.full((8, 16), 255, np.uint8))
    with pytest.raises(ValueError, match=r"labelIds\.png: .*255 \(128 pixels"):
        cityscapes.Cityscapes(root)[0]


PAIRS = st.one_of(  # class, number among its objects; −1 where there is no single object
    st.tuples(st.integers(0, 33), st.just(-1)),
    st.tuples(st.integers(1, 33), st.integers(0, 999)),
)


@given(pairs=st.lists(PAIRS, min_size=6, max_size=6))
def test_instance_ids_are_class_times_1000_plus_number(pairs):
    instances = [[c if n < 0 else c * 1000 + n for c, n in row] for row in (pairs[:3], pairs[3:])]
    ids, numbers = cityscapes.split_instance_ids(np.array(instances))
    np.testing.assert_array_equal(ids.ravel(), [c for c, _ in pairs])
    np.testing.assert_array_equal(numbers.ravel(), [n for _, n in pairs])


@pytest.mark.parametrize("value", [-1, 34, 255, 999, 34000, 65535])
def test_impossible_instance_ids_are_refused(value):
    with pytest.raises(ValueError, match=str(value)):
        cityscapes.split_instance_ids(np.array([[value]]))


def test_instance_ids_are_one_map_of_any_integer_type():
    ids, numbers = cityscapes.split_instance_ids(np.array([[0, 33]], np.int8))
    assert (ids.tolist(), numbers.tolist()) == ([[0, 33]], [[-1, -1]])
    instances = np.full((8, 16), 26001, np.uint16)
    with pytest.raises(ValueError, match=r"take one: instances\[\.\.\., 0\]"):
        cityscapes.split_instance_ids(np.dstack([instances] * 3))
    with pytest.raises(TypeError, match=r"instances\.filled"):
        cityscapes.split_instance_ids(np.ma.masked_equal(instances, 0))


# ---------------------------------------------------------------------------------------- real data


def test_a_real_frame(seglearn_data):
    folder = seglearn_data / "Cityscapes-sample"
    data = cityscapes.Cityscapes(folder, "val")
    assert data.names == ["frankfurt_000000_000294"]
    path = folder / "gtFine/val/frankfurt/frankfurt_000000_000294_gtFine_labelTrainIds.png"
    official = np.asarray(Image.open(path))
    # The sample was made smaller, and its two files differ in a few pixels on borders.
    assert (data[0].label == official).mean() > 0.997
    confusion = np.zeros((256, 256), int)
    np.add.at(confusion, (data[0].label, official), 1)
    present = confusion.sum(1) > 50
    assert (confusion.argmax(1) == np.arange(256))[present].all()
    ids = cityscapes.Cityscapes(folder, "val", train_ids=False)[0].label
    class_ids, numbers = cityscapes.split_instance_ids(data.instances(0))
    np.testing.assert_array_equal(class_ids, ids)
    assert {labels.CITYSCAPES.by_id(int(i)).name for i in np.unique(ids[numbers >= 0])} == {
        "person",
        "car",
    }
