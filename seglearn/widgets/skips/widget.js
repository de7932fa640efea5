/** Skips: the three score maps of one trained FCN-8s, to be kept or cut, and what that does to borders. */
import { PATHS } from "../web/core/skips.js";
import { h } from "../web/ui/dom.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { createCrop } from "./parts/crop.js";
import { decode, derive, metrics } from "./parts/derive.js";
import { goals, guesses } from "./parts/goals.js";
import { createLadder } from "./parts/ladder.js";
import { setHues } from "./parts/looks.js";
import { classStyles, createPicture } from "./parts/picture.js";
import { createProbe } from "./parts/probe.js";
import { python } from "./parts/program.js";
import { createMeters, createScores } from "./parts/scores.js";
import { createSwitches } from "./parts/switches.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const keptWords = (state) =>
  state.apart ? strings.scores.net(state.apart) : PATHS.filter((path) => state[path]).join(" + ") || strings.noPath;

/** @param {Shell} shell */
function build(shell) {
  const { data, light } = shell;
  const all = decode(data);
  setHues(shell.body, data.classes);
  setHues(/** @type {ShadowRoot} */ (shell.body.getRootNode()).host, data.classes); // where shell.color() looks
  light.terms(Object.fromEntries(PATHS.map((path) => [path, [`path-${path}`]])));
  const pointer = createPointer(shell);
  const parts = createParts(shell, all, pointer);
  arrange(shell, parts, createNote(data));
  const unchanged = createMemory(shell);

  return ({ state, view, metrics: m, theme, why }) => {
    const { fused, prediction } = derive(state, data);
    const pixel = pointer.hovered ?? view.pixel;
    const away = state.apart !== null;
    const moved = pointer.moved();
    const still = unchanged([state, view.show, view.crop, view.stage, theme]) && moved;
    parts.picture.draw({ view, prediction, pixel, iou: m.iou, still });
    parts.ladder.draw({ keep: state, away, fused, prediction, pixel });
    parts.switches.draw(state);
    parts.meters.draw(m, why);
    parts.table.draw(state);
    parts.crop.draw({ borders: all.borders, labels: prediction, styles: classStyles(shell), pixel, still });
    parts.probe.draw({ ...all, keep: state, away, pixel });
  };
}

/** The pixel under the pointer; without one, the pixel that was kept is shown. */
function createPointer({ store, redraw }) {
  let moved = false; // only the pixel has moved since the last frame, as far as hover() knows
  const pointer = {
    /** @type {number[] | null} */
    hovered: null,
    hover(pixel) {
      if (String(pixel) === String(pointer.hovered)) return;
      pointer.hovered = pixel;
      moved = true;
      redraw();
    },
    pin: (pixel) => store.look({ pixel }),
    moved() {
      const was = moved;
      moved = false;
      return was;
    },
  };
  return pointer;
}

/** Says whether what large pictures are made of is what it was the last time. */
function createMemory({ color, light }) {
  let before = "";
  return (what) => {
    const now = JSON.stringify([...what, color("truth"), color("hue-0"), [...(light.parts ?? [])]]);
    const same = now === before;
    before = now;
    return same;
  };
}

function createParts(shell, all, pointer) {
  const { store, data, light } = shell;
  const { width, height, scores, apart } = all;
  const photo = new Image();
  photo.onload = () => shell.redraw();
  photo.src = data.image;
  const toggle = (path) => store.commit({ ...store.state, apart: null, [path]: !store.state[path] });
  const picture = createPicture(shell, all, pointer);
  return {
    picture,
    ladder: createLadder(shell, { scores, width, height, image: data.image, toggle }),
    switches: createSwitches(light, toggle),
    meters: createMeters(width * height),
    table: createScores({
      presets: data.presets,
      apart,
      measure: (state) => metrics(state, data),
      onCut: (state) => store.commit({ ...store.state, ...state }),
      onApart: (state, name) =>
        store.commit({ ...store.state, ...state, apart: store.state.apart === name ? null : name }),
    }),
    crop: createCrop(shell, {
      stage: picture.stage,
      size: data.crop,
      width,
      height,
      photo: () => (photo.complete ? photo : null),
      hover: pointer.hover,
      pin: pointer.pin,
    }),
    probe: createProbe(shell, data),
  };
}

/** What the scores of a cut network do not say. */
const createNote = ({ rounding }) =>
  h(
    "div",
    { class: "note", role: "note", "data-testid": "note" },
    h("p", {}, strings.note.honest),
    h("p", {}, strings.note.one(rounding.toPrecision(1))),
  );

/** The stages, and the control without which each would be empty. */
const STAGES = { network: "diagram", border: "crop", pixel: "probe", trained: "table" };

/** Where things stand, and in which stages: the picture on the left, what is read off it on the right. */
function arrange({ body, control, stages }, parts, note) {
  const on = (stage, ...children) => h("div", { "data-stage": stage }, children);
  const { picture } = parts;
  stages(Object.entries(STAGES).map(([id, control]) => ({ id, control, label: strings.stages[id] })));
  body.append(
    h(
      "div",
      { class: "board" },
      h(
        "div",
        { class: "left" },
        control("views", picture.views),
        picture.stage.el,
        picture.caption,
        control("legend", picture.legend),
      ),
      h(
        "div",
        { class: "right" },
        on("border pixel trained", control("diagram", parts.switches.el)),
        on("network", control("diagram", parts.ladder.el)),
        on("border", control("crop", parts.crop.el)),
        on("network border", control("scores", parts.meters.el)),
        on("pixel", control("probe", parts.probe.el)),
        on("trained", control("table", parts.table.el)),
        on("trained", control("note", note)),
      ),
    ),
  );
}

/** The crop in which the pixel is in the middle. */
const around = ([row, col], size, [height, width]) => [
  Math.min(height - size, Math.max(0, row - (size >> 1))),
  Math.min(width - size, Math.max(0, col - (size >> 1))),
];

export default defineWidget({
  name: "skips",
  strings,
  palettes: { own: { ...OKABE_ITO, classes: [] }, "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: (data) => ({ show: "prediction", pixel: data.pixel, crop: around(data.pixel, data.crop, data.shape) }),
  metrics,
  python,
  goals,
  guesses,
  announce: (state, m) => strings.announce(keptWords(state), m),
  build,
});
