/** What each preset asks for, and what its reader may guess before the numbers are shown. */
import { decimal, percent } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

const told = (id) => strings.goals[id];
const missing = (decibels) => strings.toGo.decibels(decimal(Math.abs(decibels), 1));
/** How many points of mean IoU are missing; between two measured points nothing is known. */
const points = (iou, aim) => (iou === null ? strings.toGo.between : strings.toGo.points(decimal(100 * (aim - iou), 1)));

/** Reach so much mean IoU against a noise of at least this strength. */
const segmented = (id, noise, strength, aim) => {
  const fair = (s) => s.noise === noise && s.strength >= strength;
  return {
    ...told(id),
    needs: ["network"],
    done: (m, s) => fair(s) && m.mean_iou >= aim,
    distance: (m, s) => (fair(s) ? points(m.mean_iou, aim) : strings.toGo.back),
  };
};

/** Reach so many decibels on a picture with salt and pepper; `not` is a filter that does not count. */
const restored = (id, { picture, strength, aim, not = "" }) => {
  const fair = (s) =>
    s.picture === picture && s.noise === "salt-and-pepper" && s.strength >= strength && s.salt === 0.5;
  return {
    ...told(id),
    needs: ["filter", "scores"],
    done: (m, s) => fair(s) && s.filter !== not && m.psnr >= aim,
    distance(m, s) {
      if (!fair(s)) return strings.toGo.back;
      if (m.psnr === undefined) return "…";
      return s.filter === not ? strings.toGo.other(decimal(m.psnr, 1)) : missing(aim - m.psnr);
    },
  };
};

const PHOTONS = 20.9; // dB that fifty photons leave on the cards

const bundled = {
  start: restored("start", { picture: "camera", strength: 0.4, aim: 20, not: "adaptive-median" }),
  wrong: restored("wrong", { picture: "cup", strength: 0.1, aim: 28 }),
  photons: {
    ...told("photons"),
    needs: ["noise", "scores"],
    done: (m, s) => s.picture === "cards" && s.noise === "gaussian" && Math.abs(m.noisy_psnr - PHOTONS) < 0.3,
    distance(m, s) {
      if (s.picture !== "cards") return strings.toGo.back;
      return s.noise === "gaussian" ? missing(m.noisy_psnr - PHOTONS) : strings.toGo.gaussian;
    },
  },
};

/** What the network scores does not depend on the picture; what a filter brings back does. */
export const goals = ({ pictures }) => ({
  ...(pictures.camera && bundled),
  grain: segmented("grain", "gaussian", 0.1, 0.66),
  "best-psnr": segmented("best-psnr", "speckle", 0.8, 0.46),
  "best-iou": segmented("best-iou", "speckle", 0.4, 0.56),
});

export const guesses = {
  grain: {
    needs: ["network"],
    truth: (m) => m.mean_iou,
    min: 0,
    max: 0.7,
    ask: strings.ask,
    format: (share) => percent(share, 0),
  },
};
