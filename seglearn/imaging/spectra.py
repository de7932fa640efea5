"""Spectra and the sensors that see them: response functions, angles between spectra, indices.

A *cube* is an image with one value per wavelength, ``(H, W, L)``. A `Sensor` averages its
wavelengths into a few bands::

    from seglearn.imaging import spectra

    bands = spectra.SENTINEL2.observe(cube, wavelengths_um)  # (H, W, 13)
    spectra.ndvi(bands[..., 7], bands[..., 3])
    spectra.spectral_angle(bands[0, 0], bands[5, 9])  # radians

Functions that look at one pixel at a time let NaN through to the pixels that it came from;
`select_bands`, which looks at all pixels at once, refuses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.data import samples
from seglearn.words import say

__all__ = [
    "CAMERA",
    "LANDSAT8",
    "LANDSAT8_PAN",
    "SENTINEL2",
    "Sensor",
    "SensorBand",
    "false_colour",
    "imaging_spectrometer",
    "indian_pines_channels",
    "indian_pines_um",
    "ndvi",
    "select_bands",
    "spectral_angle",
]

_FWHM_IN_SIGMA = 2 * np.sqrt(2 * np.log(2))


# ----------------------------------------------------------------------------------- sensors


@dataclass(frozen=True)
class SensorBand:
    """One band of a sensor.

    Attributes
    ----------
    name : str
        The sensor's own name, such as ``"B04"``.
    label : str
        The part of the spectrum, such as ``"red"``.
    low_um, high_um : float
        Edges in micrometres: where the response has fallen to half its peak.
    gsd_m : float or None
        Side of a pixel on the ground in metres; None where it depends on who uses the sensor.
    """

    name: str
    label: str
    low_um: float
    high_um: float
    gsd_m: float | None = None

    def __post_init__(self) -> None:
        low_um = inputs.number(self.low_um, say("low_um of band {name}", name=self.name), -np.inf)
        inputs.number(
            self.high_um, say("high_um of band {name}", name=self.name), low_um, open_low=True
        )

    @property
    def centre_um(self) -> float:
        """Midway between the edges, micrometres."""
        return (self.low_um + self.high_um) / 2

    @property
    def width_um(self) -> float:
        """From edge to edge, micrometres: the full width at half maximum."""
        return self.high_um - self.low_um


@dataclass(frozen=True)
class Sensor:
    """A set of bands and the shape of their response.

    Attributes
    ----------
    name : str
    bands : tuple of SensorBand
        By number, as the operator lists them.
    shape : {"box", "gaussian"}
        ``"box"`` responds alike between the edges and not at all outside, as a good filter almost
        does. ``"gaussian"`` peaks in the centre and has fallen to half at the edges, as the channel
        of a spectrometer does.
    source : str
        Where the edges were published.
    """

    name: str
    bands: tuple[SensorBand, ...]
    shape: Literal["box", "gaussian"]
    source: str

    def __post_init__(self) -> None:
        inputs.choice(self.shape, say("shape of a response"), ("box", "gaussian"))

    @property
    def labels(self) -> tuple[str, ...]:
        """The part of the spectrum of each band."""
        return tuple(band.label for band in self.bands)

    @property
    def centres_um(self) -> NDArray[np.float64]:
        """Band centres in micrometres, shape (B,)."""
        return np.array([band.centre_um for band in self.bands])

    def index(self, which: str) -> int:
        """Return the position of a band in `bands`, by its name or label.

        Parameters
        ----------
        which : str
            ``"B04"`` or ``"red"``.

        Raises
        ------
        ValueError
            If there is no such band, or several have this label.
        """
        found = [i for i, band in enumerate(self.bands) if which in (band.name, band.label)]
        if len(found) == 1:
            return found[0]
        known = ", ".join(f"{band.name} ({band.label})" for band in self.bands[:14])
        given = {"name": self.name, "which": which, "known": known}
        if found:
            message = say("{name} has several bands {which!r}; choose a name from {known}", **given)
        else:
            message = say("{name} has no band {which!r}; choose a name from {known}", **given)
        raise ValueError(message)

    def pick(self, *which: str) -> "Sensor":
        """Return a sensor with these bands only, in this order.

        Parameters
        ----------
        *which : str
            Names or labels, as in `index`.
        """
        if not which:
            raise ValueError(
                say(
                    "name at least one band of {name}: {names}",
                    name=self.name,
                    names=", ".join(self.labels),
                )
            )
        bands = tuple(self.bands[self.index(w)] for w in which)
        return Sensor(self.name, bands, self.shape, self.source)

    def response(self, wavelengths_um: Any) -> NDArray[np.float64]:
        """Return how much each wavelength counts in each band.

        Parameters
        ----------
        wavelengths_um : (L,) array of float
            In micrometres, at least two, no two alike. They need not be evenly spaced, nor ascend:
            each stands for the stretch of spectrum that lies nearest to it.

        Returns
        -------
        (B, L) float64
            Weights, at least 0. Each row sums to 1, so that a flat spectrum is seen as it is.

        Raises
        ------
        TypeError
            If the wavelengths are no real numbers.
        ValueError
            If one of them is no wavelength or occurs twice, or a band lies mostly outside them.
        """
        given = wavelengths(wavelengths_um, ascending=False)
        centres = np.sort(given)
        middles = (centres[:-1] + centres[1:]) / 2
        edges = np.concatenate(
            [[2 * centres[0] - middles[0]], middles, [2 * centres[-1] - middles[-1]]]
        )
        if self.shape == "gaussian":
            from scipy.special import ndtr

            def below(x: NDArray[np.float64], band: SensorBand) -> NDArray[np.float64]:
                return np.asarray(ndtr((x - band.centre_um) / band.width_um * _FWHM_IN_SIGMA))
        else:

            def below(x: NDArray[np.float64], band: SensorBand) -> NDArray[np.float64]:
                return np.clip((x - band.low_um) / band.width_um, 0, 1)

        rows = []
        for band in self.bands:
            # the response integrated over the stretch that each wavelength stands for
            row = np.diff(below(edges, band))
            if row.sum() < 0.5:  # less than half of the response falls on the given wavelengths
                raise ValueError(
                    say(
                        "band {name} of {sensor} sees {low_um:g}–{high_um:g} µm, mostly "
                        "outside the given {first:g}–{last:g} µm; pick other bands, or "
                        "give a longer spectrum",
                        name=band.name,
                        sensor=self.name,
                        low_um=band.low_um,
                        high_um=band.high_um,
                        first=centres[0],
                        last=centres[-1],
                    )
                )
            rows.append(row / row.sum())
        as_given = np.argsort(np.argsort(given))
        return np.ascontiguousarray(np.array(rows)[:, as_given])

    def observe(self, cube: Any, wavelengths_um: Any) -> NDArray[np.float64]:
        """Return what the sensor makes of a spectrum or of a cube of spectra.

        Parameters
        ----------
        cube : (..., L) array
            Radiance or reflectance at each wavelength.
        wavelengths_um : (L,) array of float
            As in `response`.

        Returns
        -------
        (..., B) float64
            The average of the spectrum under each band's response, in the unit of `cube`. NaN stays
            in the pixel where it was.

        Raises
        ------
        TypeError, ValueError
            As `response`; also if the last axis of the cube is not L long.
        """
        response = self.response(wavelengths_um)
        array = inputs.spectra(cube, "cube", response.shape[1])
        # A float32 cube is large: it is not copied to float64 for this.
        weights = response.T.astype(np.float32 if array.dtype == np.float32 else np.float64)
        return np.asarray(array @ weights, dtype=np.float64)


def wavelengths(wavelengths_um: Any, *, ascending: bool = True) -> NDArray[np.float64]:
    """Return checked wavelengths: ``(L,)``, L ≥ 2, finite, positive, no two alike.

    Parameters
    ----------
    wavelengths_um : (L,) array of float
    ascending : bool
        Also refuse those that do not ascend.

    Raises
    ------
    TypeError, ValueError
        If they are anything else.
    """
    array = inputs.finite(inputs.floats(wavelengths_um, "wavelengths_um"), "wavelengths_um")
    if array.ndim != 1 or len(array) < 2:
        raise ValueError(
            say("wavelengths_um must be a list of at least 2, got shape {shape}", shape=array.shape)
        )
    in_order = np.sort(array)
    if in_order[0] <= 0:
        raise ValueError(say("wavelengths_um must be positive, got {value:g}", value=in_order[0]))
    twice = in_order[1:][np.diff(in_order) == 0]
    if twice.size:
        raise ValueError(
            say(
                "wavelengths_um holds {value:g} twice; average the bands of one wavelength",
                value=twice[0],
            )
        )
    if ascending and not (in_order == array).all():
        raise ValueError(
            say(
                "wavelengths_um must ascend; sort the wavelengths, and the bands of the cube "
                "with them"
            )
        )
    if in_order[0] > 100:
        raise ValueError(
            say(
                "wavelengths_um begins at {value:g}, which looks like nanometres: divide by 1000",
                value=in_order[0],
            )
        )
    return array


def _sensor(name: str, source: str, *rows: tuple[Any, ...]) -> Sensor:
    return Sensor(name, tuple(SensorBand(*row) for row in rows), "box", source)


LANDSAT8 = _sensor(
    "Landsat 8 OLI",
    "U.S. Geological Survey, 'What are the band designations for the Landsat satellites?'",
    ("B1", "coastal", 0.43, 0.45, 30),
    ("B2", "blue", 0.45, 0.51, 30),
    ("B3", "green", 0.53, 0.59, 30),
    ("B4", "red", 0.64, 0.67, 30),
    ("B5", "nir", 0.85, 0.88, 30),
    ("B6", "swir1", 1.57, 1.65, 30),
    ("B7", "swir2", 2.11, 2.29, 30),
    ("B9", "cirrus", 1.36, 1.38, 30),
)
"""The multispectral bands of Landsat 8's Operational Land Imager, 30 m."""

LANDSAT8_PAN = _sensor("Landsat 8 OLI pan", LANDSAT8.source, ("B8", "pan", 0.50, 0.68, 15))
"""Landsat 8's panchromatic band, 15 m."""


def _centred(
    name: str, label: str, centre_nm: int, width_nm: int, gsd_m: int
) -> tuple[str, str, float, float, int]:
    return name, label, (centre_nm - width_nm / 2) / 1000, (centre_nm + width_nm / 2) / 1000, gsd_m


SENTINEL2 = _sensor(
    "Sentinel-2 MSI",
    "GDAL's documentation of Sentinel-2 products: nominal centre and width of each band",
    _centred("B01", "coastal", 443, 20, 60),
    _centred("B02", "blue", 490, 65, 10),
    _centred("B03", "green", 560, 35, 10),
    _centred("B04", "red", 665, 30, 10),
    _centred("B05", "red edge 1", 705, 15, 20),
    _centred("B06", "red edge 2", 740, 15, 20),
    _centred("B07", "red edge 3", 783, 20, 20),
    _centred("B08", "nir", 842, 115, 10),
    _centred("B8A", "narrow nir", 865, 20, 20),
    _centred("B09", "water vapour", 945, 20, 60),
    _centred("B10", "cirrus", 1375, 30, 60),
    _centred("B11", "swir1", 1610, 90, 20),
    _centred("B12", "swir2", 2190, 180, 20),
)
"""The thirteen bands of Sentinel-2's MultiSpectral Instrument, 10, 20 and 60 m.

Edges are the nominal centre plus and minus half the nominal width. The measured ones differ by a few
nanometres between the satellites.
"""

CAMERA = Sensor(
    "a colour camera",
    (
        SensorBand("R", "red", 0.57, 0.66),
        SensorBand("G", "green", 0.49, 0.58),
        SensorBand("B", "blue", 0.42, 0.50),
    ),
    "gaussian",
    "a model for this course, not the curves of any one camera",
)
"""Red, green and blue as a colour camera might see them: three broad bands that overlap."""


def imaging_spectrometer(
    n_bands: int = 200, low_um: float = 0.41, high_um: float = 2.44, gsd_m: float | None = None
) -> Sensor:
    """Return a sensor with many narrow bands side by side, as hyperspectral sensors have.

    Parameters
    ----------
    n_bands : int
        How many; at least 2.
    low_um, high_um : float
        Centre of the first and of the last band, micrometres.
    gsd_m : float, optional
        Side of a pixel on the ground, metres.

    Returns
    -------
    Sensor
        Bands "1", "2", …, evenly spaced, each as wide at half maximum as the step from one to the
        next, with Gaussian responses.

    Raises
    ------
    TypeError
        If ``n_bands`` is no whole number, or another argument no number.
    ValueError
        If there are fewer than two bands or the range is not ascending.
    """
    n_bands = inputs.whole(n_bands, "n_bands", 2)
    low_um = inputs.number(low_um, "low_um", 0, open_low=True)
    high_um = inputs.number(high_um, "high_um", low_um, open_low=True)
    if gsd_m is not None:
        gsd_m = inputs.number(gsd_m, "gsd_m", 0, open_low=True)
    half = (high_um - low_um) / (n_bands - 1) / 2
    centres = np.linspace(low_um, high_um, n_bands)
    bands = (
        SensorBand(str(i + 1), f"{c:.2f} µm", c - half, c + half, gsd_m)
        for i, c in enumerate(centres.tolist())
    )
    return Sensor("an imaging spectrometer", tuple(bands), "gaussian", "evenly spaced bands")


def indian_pines_um() -> NDArray[np.float64]:
    """Return where the 200 bands of `samples.indian_pines` lie, in micrometres.

    Returns
    -------
    (200,) float64
        The calibrated centres, in the order of the bands. They ascend but for a step back of 0.01 µm
        after bands 31 and 94; see `samples.indian_pines_calibration`. Draw a spectrum in the order
        of ``np.argsort``.
    """
    return samples.indian_pines_calibration()[1]


def indian_pines_channels() -> NDArray[np.int64]:
    """Return which of AVIRIS' 220 distributed channels the bands of `samples.indian_pines` are.

    Returns
    -------
    (200,) int64
        From 1 to 219; ``indian_pines_channels()[103]``, that of the 104th band, is 109.
    """
    return samples.indian_pines_calibration()[0]


# ------------------------------------------------------------------------ one pixel at a time


def spectral_angle(a: Any, b: Any) -> NDArray[np.float64]:
    """Return the angle between spectra, which does not change when one of them gets brighter.

    Parameters
    ----------
    a, b : (..., B) arrays
        Spectra along the last axis; the axes before it are broadcast.

    Returns
    -------
    float64, shape of the leading axes
        Radians in [0, π]; at most π/2 where no value is negative. NaN where a spectrum is all zero
        (it has no direction) or holds NaN.

    Raises
    ------
    TypeError
        If the values are no real numbers.
    ValueError
        If the last axes differ in length or are empty, or the leading ones do not broadcast.

    References
    ----------
    F. A. Kruse and others, "The spectral image processing system (SIPS)", *Remote Sensing of
    Environment* 44, 1993, which compares spectra by arccos of the normalised dot product. Here the
    same angle is taken as 2·atan2(‖u − v‖, ‖u + v‖) of the unit vectors, because arccos loses half
    of the digits where the angle is small.
    """
    first, second = inputs.floats(a, "a"), inputs.floats(b, "b")
    if first.ndim == 0 or second.ndim == 0 or not first.shape[-1:] == second.shape[-1:] != (0,):
        remedy = ""
        if first.ndim and second.ndim:
            remedy = inputs.bands_first(first.shape, second.shape[-1]) or inputs.bands_first(
                second.shape, first.shape[-1]
            )
        raise ValueError(
            say(
                "the spectra have shapes {shape} and {second_shape}; both need the same bands "
                "along the last axis{remedy}",
                shape=first.shape,
                second_shape=second.shape,
                remedy=remedy,
            )
        )
    u, v = _unit(first), _unit(second)
    try:
        apart, along = np.linalg.norm(u - v, axis=-1), np.linalg.norm(u + v, axis=-1)
    except ValueError:
        raise ValueError(
            say(
                "the spectra have shapes {shape} and {second_shape}, which do not broadcast; "
                "add axes with [:, None]",
                shape=first.shape,
                second_shape=second.shape,
            )
        ) from None
    return np.asarray(2 * np.arctan2(apart, along))


def _unit(spectra: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale spectra to length 1; those of length 0 become NaN."""
    with np.errstate(invalid="ignore", over="ignore"):
        spectra = spectra / np.abs(spectra).max(axis=-1, keepdims=True)  # squares cannot overflow
        return np.asarray(spectra / np.linalg.norm(spectra, axis=-1, keepdims=True))


def ndvi(nir: Any, red: Any) -> NDArray[np.float64]:
    """Return the normalised difference vegetation index, (nir − red) / (nir + red).

    Parameters
    ----------
    nir, red : arrays of one shape, or scalars
        Near-infrared and red in the same unit: reflectance, radiance or digital numbers. Unsigned
        integers are safe here: they are turned into floats before the subtraction.

    Returns
    -------
    float64
        In [−1, 1]. NaN where the index means nothing: where one of the two is NaN or negative, where
        both are 0, and where their sum is infinite. Negative values are codes for no data, such as
        −9999, or what correcting for the atmosphere leaves of dark water; with one of them the
        quotient can be any number.

    Raises
    ------
    TypeError
        If the values are no real numbers.
    ValueError
        If the shapes differ.

    References
    ----------
    J. W. Rouse, R. H. Haas, J. A. Schell, D. W. Deering, "Monitoring vegetation systems in the Great
    Plains with ERTS", Third ERTS Symposium, NASA SP-351, 1974.
    """
    n, r = inputs.floats(nir, "nir"), inputs.floats(red, "red")
    if n.shape != r.shape:
        raise ValueError(
            say(
                "nir has shape {shape} and red {r_shape}; bring them to one grid first",
                shape=n.shape,
                r_shape=r.shape,
            )
        )
    with np.errstate(over="ignore", invalid="ignore"):
        total, difference = n + r, n - r
    defined = (n >= 0) & (r >= 0) & (total > 0) & (total < np.inf)
    return np.divide(difference, total, out=np.full(total.shape, np.nan), where=defined)


def false_colour(
    image: Any, bands: Sequence[int], percentiles: tuple[float, float] = (2, 98)
) -> NDArray[np.float32]:
    """Return three bands of an image as red, green and blue, stretched for display.

    Each band is stretched on its own between two of its percentiles, and what lies outside is
    clipped. This is for looking at, not for measuring.

    Parameters
    ----------
    image : (H, W, B) array
    bands : sequence of three int
        Which band to show as red, green and blue, counted from 0.
    percentiles : (float, float)
        What becomes black and what becomes full brightness.

    Returns
    -------
    (H, W, 3) float32 in [0, 1]
        A constant band is drawn as 0. Where a shown band is NaN the pixel is black.

    Raises
    ------
    TypeError
        If the image holds no real numbers.
    ValueError
        If the image is not (H, W, B) or empty, a band does not exist, or the percentiles do not
        ascend from 0 to 100.
    """
    array = inputs.cube(image)
    chosen_bands = [inputs.whole(band, say("a band")) for band in bands]
    last = array.shape[2] - 1
    if len(chosen_bands) != 3 or not all(0 <= band <= last for band in chosen_bands):
        fits_first = last < max(chosen_bands, default=0) < array.shape[0]
        raise ValueError(
            say(
                "bands must be three numbers from 0 to {last}, got {given}{remedy}",
                last=last,
                given=tuple(chosen_bands),
                remedy=inputs.bands_first(array.shape, array.shape[0]) if fits_first else "",
            )
        )
    low, high = (inputs.number(p, say("a percentile"), 0, 100) for p in percentiles)
    if low >= high:
        raise ValueError(
            say(
                "percentiles {percentiles} must ascend between 0 and 100: try (2, 98)",
                percentiles=percentiles,
            )
        )
    chosen = array[..., chosen_bands].astype(np.float64)
    missing = np.asarray(~np.isfinite(chosen).all(axis=-1))
    if missing.all():
        raise ValueError(say("no pixel has a finite value in all three bands; choose other bands"))
    black, white = np.percentile(chosen[~missing], percentiles, axis=0)
    shown = (chosen - black) / np.where(white > black, white - black, np.inf)
    return np.where(missing[..., None], 0, np.clip(shown, 0, 1)).astype(np.float32)


# ------------------------------------------------------------------------------ many pixels


def select_bands(spectra: Any, n_bands: int) -> NDArray[np.intp]:
    """Choose bands that stand for all: each time the one that makes the rest most predictable.

    From a chosen band, a linear function predicts part of what varies in the others. The band that
    predicts most is taken, its prediction is subtracted from all bands, and the search goes on with
    what is left. Labels are not looked at.

    Parameters
    ----------
    spectra : (..., B) array
        Pixels and their spectra, such as an image (H, W, B).
    n_bands : int
        How many, from 1 to B.

    Returns
    -------
    (n_bands,) int
        Positions along the last axis, in the order in which they were chosen. Fewer when nothing is
        left to choose: every further band is then a linear function of these.

    Raises
    ------
    TypeError
        If the values are no real numbers.
    ValueError
        If a value is NaN or infinite, there are fewer than two pixels, or ``n_bands`` is out of
        range.

    References
    ----------
    A. K. Farahat, A. Ghodsi, M. S. Kamel, "An efficient greedy method for unsupervised feature
    selection", IEEE International Conference on Data Mining, 2011.
    """
    array = inputs.finite(inputs.floats(spectra, "spectra"), "spectra")
    if array.ndim < 2 or array.size == 0:
        raise ValueError(
            say("spectra must be (..., B) with pixels in it, got shape {shape}", shape=array.shape)
        )
    n_bands = inputs.whole(n_bands, "n_bands", 1, array.shape[-1])
    pixels = array.reshape(-1, array.shape[-1])
    if len(pixels) < 2:
        raise ValueError(say("one pixel has no variance to choose bands by; give at least two"))
    left = np.cov(pixels, rowvar=False, bias=True).reshape(array.shape[-1], -1)
    negligible = 1e-12 * np.diag(left).max()
    chosen: list[int] = []
    for _ in range(n_bands):
        variance = np.diag(left).copy()
        usable = variance > negligible
        usable[chosen] = False  # rounding leaves a trace of them
        if not usable.any():
            break
        # What band b predicts of band c has the variance cov(b, c)² / var(b): sum it over c.
        predicted = np.full(len(left), -np.inf)
        predicted[usable] = (left[:, usable] ** 2).sum(axis=0) / variance[usable]
        best = int(predicted.argmax())
        chosen.append(best)
        left = left - np.outer(left[best], left[best]) / variance[best]
    return np.array(chosen, dtype=np.intp)
