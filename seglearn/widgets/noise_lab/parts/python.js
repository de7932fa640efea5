/** The package's calls that give what the lab shows. */
import { py, pythonLiteral, pythonName } from "../../web/core/python.js";
import { strings } from "../words/en.js";

const IMAGES = {
  camera: 'samples.photograph("camera").image[96:352, 96:352]',
  cup: 'samples.photograph("coffee").image[114:306, 280:472]',
  scene: "scenes.make_scene((3, 7), (96, 96)).image",
  cards: "np.repeat([0.05, 0.25, 0.5, 0.75, 0.95], 24) * np.ones((96, 1))",
};

export function python({ picture, noise: kind, strength, salt, seed, filter, setting }, { filters }) {
  const halved = picture === "camera" || picture === "cup";
  const parameter = filters.find((f) => f.name === filter).parameter;
  const uneven = kind === "salt-and-pepper" && salt !== 0.5;
  const option = setting === null ? "" : `, ${pythonName(parameter)}=${pythonLiteral(setting)}`;
  return [
    halved && "from skimage.transform import downscale_local_mean\n",
    picture === "cards" && "import numpy as np\n",
    halved && "from seglearn.data import samples",
    picture === "scene" && "from seglearn.data import scenes",
    "from seglearn.imaging import denoise, fidelity, noise",
    "",
    picture in IMAGES ? `clean = ${IMAGES[picture]}` : strings.pythonOwn,
    halved && `clean = downscale_local_mean(clean, (2, 2${picture === "cup" ? ", 1" : ""}))`,
    uneven
      ? py`noisy = noise.salt_and_pepper(clean, ${strength}, rng=${seed}, salt_vs_pepper=${salt})`
      : py`noisy = noise.add(clean, ${kind}, ${strength}, rng=${seed})`,
    `${py`filtered = denoise.apply(noisy, ${filter}`}${option})`,
    strings.pythonNote,
    "print(fidelity.psnr(clean, filtered), fidelity.ssim(clean, filtered))",
    "",
  ]
    .filter((line) => line || line === "")
    .join("\n");
}
