"""How pixels are formed: what a sensor sees of a scene, and what noise adds to it.

`spectra` has sensors and their bands, spectral angle and NDVI; `pansharpening` joins a sharp grey
image with a coarse coloured one; `landscape` makes a scene whose every spectrum is known;
`pixelwise` labels pixels by their spectrum alone.

`noise` adds noise, `denoise` takes it away, and `fidelity` says how near a picture is to the one it
should be.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "denoise",
        "fidelity",
        "landscape",
        "noise",
        "pansharpening",
        "pixelwise",
        "spectra",
    ],
)
