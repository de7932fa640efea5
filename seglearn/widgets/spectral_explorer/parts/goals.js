/** What each preset asks the reader to bring about, and what there is to guess first. */
import { strings } from "../words/en.js";
import { modelOf } from "./model.js";

const words = strings.goals;
const SAME = 2; // degrees within which two spectra lie on top of each other
const GAIN = 0.05; // of IoU over capturing everything
const ONE_BAND = 0.5; // IoU that a threshold on one band is to reach

/** The smallest angle between two pins, degrees. */
function smallest({ angles }) {
  const all = angles.flatMap((row, i) => row.filter((angle, j) => j > i && angle !== null));
  return all.length ? Math.min(...all) : null;
}

/** The smallest angle from pin 1 to a later pin of its class that was not there at first. */
function ofItsClass({ pins, angles }, first) {
  const added = pins.map((pin, i) => (i >= first && pin.class === pins[0].class ? angles[0][i] : null));
  return added.reduce((least, angle) => (angle !== null && (least === null || angle < least) ? angle : least), null);
}

const above = ({ threshold }) => (threshold ? threshold.iou - threshold.everything : null);
const bestOf = ({ ledger }) => Math.max(...Object.values(ledger).map((iou) => iou ?? 0));

/** By preset, as ui/goal.js takes them; `data` is the widget's. */
export function goals(data) {
  const start = (id) => data.presets.find((preset) => preset.id === id)?.state;
  const model = modelOf(data);
  const splitClass = start("split") && model.classAt(model.at(start("split").pins[0]));
  const another = ({ threshold }, { on }) => on === "band" && threshold && threshold.class !== splitClass;
  const judged = {
    spectra: {
      needs: ["pins"],
      done: (m) => smallest(m) !== null && smallest(m) < SAME,
      distance: (m) => words.nearest(smallest(m)),
    },
    "same-object": {
      needs: ["pins"],
      done: (m) => m.pins.length > 2 && ofItsClass(m, 3) !== null && ofItsClass(m, 3) < m.angles[0][2],
      distance: (m) => words.nearest(m.pins.length ? ofItsClass(m, 3) : null),
    },
    "same-spectrum": {
      needs: ["threshold"],
      done: (m) => above(m) >= GAIN,
      distance: (m) => words.gain(above(m)),
    },
    grey: {
      needs: ["threshold"],
      done: (m) => m.threshold !== null && m.threshold.iou >= bestOf(m) - 0.005,
      distance: (m) => words.iou(m.threshold?.iou ?? null),
    },
    colour: {
      needs: ["sensor", "pins"],
      done: (m) => m.sensor === "hyper",
      distance: (m) => words.angle(m.angles[0]?.[1] ?? null),
    },
    split: {
      needs: ["threshold"],
      done: (m, state) => Boolean(another(m, state)) && m.threshold.iou >= ONE_BAND,
      distance: (m, state) => (another(m, state) ? words.iou(m.threshold.iou) : words.another),
    },
  };
  return Object.fromEntries(Object.entries(judged).map(([id, judge]) => [id, { ...judge, ...words.presets[id] }]));
}

/** By preset, as ui/guess.js takes them. */
export function guesses(data) {
  const model = modelOf(data);
  const angle = (_, { pins }) => model.angles("hyper", pins.map(model.at))[0]?.[1] ?? null;
  const scale = { min: 0, max: 20, step: 0.5, format: words.degrees };
  return { colour: { ask: words.ask.colour, needs: ["pins"], truth: angle, ...scale } };
}
