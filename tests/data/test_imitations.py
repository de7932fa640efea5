"""The miniatures are in the formats of the real data sets: the real readers read them."""

import numpy as np
import pytest
from PIL import Image

from seglearn.data import camvid, cityscapes, imitations, labels, samples, voc


def test_voc_holds_the_border_and_only_voc_numbers(tmp_path):
    data = voc.VOC(imitations.write_voc(tmp_path))
    assert data.names == list(imitations.VOC_PHOTOGRAPHS)
    motorcycle, cat, man = data
    assert np.unique(motorcycle.label).tolist() == [0, 2, 5, 14, 255]
    assert np.unique(cat.label).tolist() == [0, 8, 255]
    assert np.unique(man.label).tolist() == [0, 15, 255]
    assert len({s.image.shape for s in data}) == 3


def test_voc_border_is_between_the_classes_and_the_rest_is_as_labelled(tmp_path):
    data = voc.VOC(imitations.write_voc(tmp_path))
    photo, label = samples.photograph("chelsea"), data[1].label
    inside = photo.mask("cat") & (label != 255)
    np.testing.assert_array_equal(label == 8, inside)
    beside = (label[:, 1:] == 8) & (label[:, :-1] == 0)
    assert not beside.any()
    assert 0 < (label == 255).mean() < 0.2
    assert set(np.unique(data.instances(1))) == {0, *np.unique(photo.instances[inside]), 255}


def test_voc_file_has_the_palette_of_voc(tmp_path):
    data = voc.VOC(imitations.write_voc(tmp_path))
    with Image.open(data.label_path("chelsea")) as image:
        assert image.mode == "P"
        colours = np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)
    np.testing.assert_array_equal(
        sorted(map(tuple, colours)), sorted(map(tuple, labels.voc_colormap()[[0, 8, 255]]))
    )


@pytest.mark.parametrize("split", ["train", "val"])
def test_camvid_in_both_layouts_says_the_same(tmp_path, split):
    eleven = camvid.CamVid(imitations.write_camvid(tmp_path / "segnet"), split)
    native = camvid.CamVid(imitations.write_camvid(tmp_path / "native", native=True), split)
    assert (eleven.native, native.native) == (False, True)
    assert eleven.names == native.names
    assert [camvid.split_of(name) for name in native.names] == [split]
    np.testing.assert_array_equal(
        eleven[0].label, labels.to_train_ids(native[0].label, labels.CAMVID_32)
    )
    assert 11 in eleven[0].label


def test_cityscapes_ids_and_instances(tmp_path):
    root = imitations.write_cityscapes(tmp_path)
    ids = cityscapes.Cityscapes(root, "val", train_ids=False)
    known = {0, 7, 8, 11, 17, 21, 22, 23, 24, 26}
    assert set(np.unique(ids[0].label)) <= known
    assert {0, 7, 23} <= set(np.unique(ids[0].label))
    classes, numbers = cityscapes.split_instance_ids(ids.instances(0))
    np.testing.assert_array_equal(classes, ids[0].label)
    np.testing.assert_array_equal(numbers >= 0, np.isin(ids[0].label, [24, 26]))
    assert 255 in cityscapes.Cityscapes(root, "val")[0].label
