/** What each preset asks for: how far it is, and when it is reached. */
import { percent } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { metrics } from "./model.js";

const { one, two } = strings.distances;
const { short } = strings.scores;
const inPercent = (/** @type {Score} */ x) => percent(x, 2);

const FIELD = 1; // class of the worked example
const BUS = 3; // class of the absent one
const IMBALANCED_PA = 0.9422;

const meanIou = (/** @type {any} */ m) => one(short.mean_iou, inPercent(m.mean_iou));

const CHECKS = {
  worked: {
    distance: (/** @type {any} */ m) =>
      two(short.recall, inPercent(m.recall[FIELD]), short.precision, inPercent(m.precision[FIELD])),
    done: (/** @type {any} */ m) => m.recall[FIELD] === 1 && m.precision[FIELD] < 0.6,
  },
  imbalance: {
    distance: (/** @type {any} */ m) =>
      two(short.mean_iou, inPercent(m.mean_iou), short.pixel_accuracy, inPercent(m.pixel_accuracy)),
    done: (/** @type {any} */ m) => m.mean_iou > 0.5 && m.pixel_accuracy < IMBALANCED_PA + 0.01,
  },
  "all-road": { distance: meanIou, done: (/** @type {any} */ m) => m.mean_iou > 0.5 },
  ignore: {
    distance: meanIou,
    done(/** @type {any} */ m, /** @type {import("./model.js").State} */ state) {
      const others = ["skip", "class", "zero"].filter((ignore) => ignore !== state.ignore);
      return others.every((ignore) => m.mean_iou < metrics({ ...state, ignore }).mean_iou);
    },
  },
  absent: {
    distance: meanIou,
    done: (/** @type {any} */ m, /** @type {import("./model.js").State} */ state) =>
      state.absent === "skip" && m.iou[BUS] === 0,
  },
};

const needs = ["scores"];

/** Presets whose numbers are covered until the reader has guessed. */
export const guesses = {
  "all-road": {
    needs,
    truth: (/** @type {any} */ m) => m.mean_iou,
    format: (/** @type {Score} */ x) => percent(x, 0),
    ask: strings.guesses.mean_iou,
  },
};

/** By preset, as the shell wants them. */
export const goals = Object.fromEntries(
  Object.entries(CHECKS).map(([id, check]) => [id, { ...check, needs, ...strings.goals[id] }]),
);
