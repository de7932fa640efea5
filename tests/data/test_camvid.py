"""The CamVid reader in both layouts, on damaged files and on the real data."""

import numpy as np
import pytest
import torch
from PIL import Image

from seglearn import metrics
from seglearn.data import camvid, labels
from tests.data import damage

FRAMES = {
    "train": ["0001TP_006690", "0006R0_f00930", "0016E5_00390"],
    "val": ["0016E5_07959", "0016E5_08159"],
    "test": ["0001TP_008550", "Seq05VD_f00000"],
}


def label_of(name, n):
    rng = np.random.default_rng(sum(map(ord, name)))
    return rng.integers(0, n, (9, 12)).astype(np.uint8)


@pytest.fixture
def segnet(tmp_path):
    for split, names in FRAMES.items():
        for name in names:
            damage.save_photo(tmp_path / split / f"{name}.png", 9, 12)
            damage.save_label(tmp_path / f"{split}annot" / f"{name}.png", label_of(name, 12))
        lines = [
            f"/SegNet/CamVid/{split}/{n}.png /SegNet/CamVid/{split}annot/{n}.png" for n in names
        ]
        (tmp_path / f"{split}.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


@pytest.fixture
def native(tmp_path):
    for name in (n for names in FRAMES.values() for n in names):
        damage.save_photo(tmp_path / "701_StillsRaw_full" / f"{name}.png", 9, 12)
        colors = labels.ids_to_colors(label_of(name, 32), labels.CAMVID_32)
        damage.save_label(tmp_path / "LabeledApproved_full" / f"{name}_L.png", colors)
    return tmp_path


@pytest.mark.parametrize("split", FRAMES)
def test_reads_segnets_layout(segnet, split):
    data = camvid.CamVid(segnet, split)
    assert data.names == FRAMES[split]
    assert data.classes is labels.CAMVID
    for name, sample in zip(FRAMES[split], data, strict=True):
        assert sample.image.shape == (9, 12, 3)
        np.testing.assert_array_equal(sample.label, label_of(name, 12))


@pytest.mark.parametrize("split", FRAMES)
def test_reads_the_native_layout(native, split):
    data = camvid.CamVid(native, split)
    assert data.names == FRAMES[split]
    assert data.classes is labels.CAMVID_32
    for name, sample in zip(FRAMES[split], data, strict=True):
        np.testing.assert_array_equal(sample.label, label_of(name, 32))
        eleven = labels.to_train_ids(sample.label, data.classes)
        assert set(np.unique(eleven)) <= set(labels.CAMVID.ids)


def test_names_that_are_no_frames_are_refused(native):
    with pytest.raises(ValueError, match="not a CamVid frame"):
        camvid.split_of("0001TP_L")
    damage.save_photo(native / "701_StillsRaw_full" / "holiday.png", 9, 12)
    with pytest.raises(ValueError, match="'holiday' is not a CamVid frame"):
        camvid.CamVid(native)


def test_missing_things_are_named_with_the_command(segnet, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"fetch_camvid\.py"):
        camvid.CamVid(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="expected one of 'train', 'val', 'test'"):
        camvid.CamVid(segnet, "extra")
    (segnet / "train" / "0006R0_f00930.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"0006R0_f00930\.png is missing.*fetch_camvid\.py"):
        camvid.CamVid(segnet)[1]
    with pytest.raises(FileNotFoundError, match=r"1 of 6 files are missing"):
        camvid.CamVid(segnet, verify=True)
    (segnet / "val.txt").unlink()
    with pytest.raises(FileNotFoundError, match=r"val\.txt is missing"):
        camvid.CamVid(segnet, "val")


def test_verify_knows_the_official_counts(segnet):
    assert sum(camvid.CamVid.counts.values()) == 701
    with pytest.raises(ValueError, match=r"has 2 images in .*, but officially 101"):
        camvid.CamVid(segnet, "val", verify=True)


def test_a_mixed_up_list_is_refused(segnet):
    (segnet / "val.txt").write_text("/val/0016E5_07959.png /valannot/0016E5_07961.png\n")
    with pytest.raises(ValueError, match=r"val\.txt, line 1: expected"):
        camvid.CamVid(segnet, "val")
    (segnet / "val.txt").write_text("\n\n/val/0016E5_07959.png\n")
    with pytest.raises(ValueError, match=r"val\.txt, line 3: expected"):
        camvid.CamVid(segnet, "val")


def test_every_truncation_is_an_error(segnet):
    path = segnet / "trainannot" / "0001TP_006690.png"
    data, whole = camvid.CamVid(segnet), path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"trainannot/0001TP_006690\.png is damaged"):
            data[0]


@pytest.mark.parametrize("layout", ["segnet", "native"])
def test_flipped_bits_are_errors_or_change_nothing(layout, request):
    data = camvid.CamVid(request.getfixturevalue(layout))
    path = data.label_path(data.names[0])
    damage.expect_no_silent_change(path, lambda: data[0].label, 80)


@pytest.mark.parametrize("mode", ["P", "RGB", "LA", "I;16"])
def test_other_modes_are_refused(segnet, mode):
    Image.new(mode, (12, 9)).save(segnet / "trainannot" / "0001TP_006690.png")
    with pytest.raises(ValueError, match=rf"mode '{mode}', but expected a grey PNG"):
        camvid.CamVid(segnet)[0]


@pytest.mark.parametrize(
    ("mode", "remedy"),
    [
        ("P", "indices into its palette"),
        ("RGB", r"channels are equal.*colors_to_ids"),
        ("RGBA", "dropping the transparency"),
        ("LA", "keep the first"),
        ("I;16", "16 bits.*astype"),
        ("1", "one mask"),
    ],
)
def test_labels_of_other_modes_come_with_a_remedy(segnet, mode, remedy):
    Image.new(mode, (12, 9)).save(segnet / "trainannot" / "0001TP_006690.png")
    with pytest.raises(ValueError, match=remedy):
        camvid.CamVid(segnet)[0]


def test_grey_labels_of_few_bits_are_refused_since_pillow_multiplies_them(segnet):
    path = segnet / "trainannot" / "0001TP_006690.png"
    ids = np.tile(np.arange(12, dtype=np.uint8), (9, 1))
    damage.save_grey(path, ids, bits=4)
    with Image.open(path) as image:
        assert np.asarray(image)[0, :3].tolist() == [0, 17, 34]
        np.testing.assert_array_equal(np.asarray(image) // 17, ids)
    with pytest.raises(ValueError, match=r"0001TP_006690\.png has 4 bits a pixel.*// 17"):
        camvid.CamVid(segnet)[0]


@pytest.mark.parametrize("slash", ["/", "\\"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_lists_written_on_windows_are_read(segnet, slash, encoding):
    lines = [
        slash.join(["", "val", f"{n}.png "]) + slash.join(["", "valannot", f"{n}.png"])
        for n in FRAMES["val"]
    ]
    (segnet / "val.txt").write_bytes("\r\n\r\n".join(lines).encode(encoding))
    assert camvid.CamVid(segnet, "val").names == FRAMES["val"]


def test_other_sizes_and_unknown_ids_are_refused_by_name(segnet):
    path = segnet / "trainannot" / "0001TP_006690.png"
    damage.save_label(path, np.zeros((12, 9), np.uint8))
    with pytest.raises(
        ValueError, match=r"trainannot/0001TP_006690\.png is 9×12 pixels, but .*12×9"
    ):
        camvid.CamVid(segnet)[0]
    damage.save_label(path, np.full((9, 12), 12, np.uint8))
    with pytest.raises(ValueError, match=r"0001TP_006690\.png: .*12 \(108 pixels"):
        camvid.CamVid(segnet)[0]


def test_colours_mixed_by_resizing_are_refused(native):
    path = native / "LabeledApproved_full" / "0001TP_006690_L.png"
    Image.open(path).resize((24, 18), Image.Resampling.BILINEAR).resize((12, 9)).save(path)
    with pytest.raises(ValueError, match=r"0001TP_006690_L\.png: .*nearest is"):
        camvid.CamVid(native)[0]


def test_a_dataloader_batches_it(segnet):
    loader = torch.utils.data.DataLoader(camvid.CamVid(segnet), batch_size=3)
    image, label, name = next(iter(loader))
    assert image.shape == (3, 9, 12, 3)
    assert image.dtype == torch.float32
    assert label.shape == (3, 9, 12)
    assert list(name) == FRAMES["train"]


# ---------------------------------------------------------------------------------------- real data


def test_the_real_splits_are_complete(seglearn_data):
    for split in ("train", "val"):
        data = camvid.CamVid(seglearn_data / "CamVid", split, verify=True)
        assert {camvid.split_of(n) for n in data.names} == {split}
        assert len(set(data.names)) == len(data)
    assert data[0].image.shape == (360, 480, 3)


def test_the_published_class_weights_come_out_of_the_real_labels(seglearn_data):
    """Median-frequency balancing, as SegNet's authors computed it."""
    data = camvid.CamVid(seglearn_data / "CamVid", "train")
    pixels, seen = np.zeros(12), np.zeros(12)
    for name in data.names:
        label = data._read_label(data.label_path(name))
        count = np.bincount(label.ravel(), minlength=12)
        pixels += count
        seen += np.where(count > 0, label.size, 0)
    frequency = (pixels / seen)[:11]
    weights = np.median(frequency) / frequency
    np.testing.assert_allclose(weights, camvid.MEDIAN_FREQUENCY_WEIGHTS, atol=0.002)


def test_a_label_that_was_read_as_rgb_is_refused_instead_of_scored_as_images(seglearn_data):
    label = camvid.CamVid(seglearn_data / "CamVid", "train")[0].label
    prediction = np.roll(label, 4, axis=1)
    prediction[prediction == 11] = 0
    picture = [np.asarray(Image.fromarray(m).convert("RGB")) for m in (label, prediction)]

    def boundary(truth, prediction):
        return metrics.mean_boundary_iou(truth, prediction, 11, ignore_index=11)

    def image_mean(truth, prediction):
        matrix = metrics.ConfusionMatrix(11, ignore_index=11, per_image=True)
        return matrix.update(truth, prediction).scores(average="image").mean_iou

    for score, right in ((boundary, 0.6171), (image_mean, 0.7231)):
        with pytest.raises(ValueError, match=r"take one: truth\[\.\.\., 0\]"):
            score(*picture)
        assert score(*(m[..., 0] for m in picture)) == pytest.approx(right, abs=5e-5)
