/** The picture: cut into classes, with a region and its seeds, or with the components of the mask. */
import { context, h } from "../../web/ui/dom.js";
import { CLASS_HATCHES, HATCH } from "../../web/ui/palette.js";
import { createStage } from "../../web/ui/stage.js";
import { strings } from "../words/en.js";

const MOST_SEEDS = 6;
const ERRORS = [null, "truth", "agreement", "prediction"];
const ERROR_PARTS = [null, "missed", "both", "wrong"];
const HUES = 7; // of components; neighbours in reading order differ

/** A canvas with the grey levels. */
function groundOf({ grey, width, height }) {
  const canvas = h("canvas", { width, height });
  const rgba = new Uint8ClampedArray(4 * grey.length).fill(255);
  grey.forEach((v, p) => rgba.fill(v, 4 * p, 4 * p + 3));
  context(canvas).putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas;
}

/** What the pixels of a mask are beside those of the truth, as in ERRORS. */
const errorsOf = (mask, truth) => mask.map((inside, p) => (truth[p] ? 1 + inside : 3 * inside));

/** A stage for each picture, since they differ in size. `{ el, draw(drawing) }` */
export function createPicture(shell, lab) {
  const { store } = shell;
  const el = h("div", { class: "picture" });
  let shown = null;

  function toggle({ row, col }) {
    const { state } = store;
    if (store.view.stage !== "growing") return false;
    const width = lab.pictureOf(state).width;
    const near = ([r, c]) => Math.hypot(r - row, c - col) <= width / 60;
    const rest = state.seeds.filter((seed) => !near(seed));
    const seeds = rest.length < state.seeds.length ? rest : [...rest, [row, col]].slice(-MOST_SEEDS);
    store.commit({ ...state, seeds });
    return true;
  }

  function lay(picture) {
    const { id, width, height } = picture;
    const stage = createStage(shell, {
      label: strings.stage.threshold,
      width,
      height,
      onStroke: { start: toggle, move() {}, end() {}, cancel() {} },
      onKey: ({ key }, { row, col }) => (key === "Enter" || key === " ") && toggle({ row, col }),
    });
    const tags = Array.from({ length: MOST_SEEDS }, (_, i) =>
      h("span", { class: "seed-mark", role: "img", "aria-label": strings.growing.seedTag(i + 1) }),
    );
    stage.overlay.append(...tags);
    el.replaceChildren(stage.el);
    shown = { id, stage, tags, ground: groundOf(picture) };
  }

  return {
    el,
    draw({ state, view }) {
      const picture = lab.pictureOf(state);
      if (shown?.id !== picture.id) lay(picture);
      const { stage, tags, ground } = shown;
      stage.tool = view.stage === "growing";
      stage.el.setAttribute("aria-label", strings.stage[view.stage]);
      stage.show({ ground, ...sceneOf(shell, lab, state, view) });
      tags.forEach((tag, i) => {
        const seed = view.stage === "growing" && state.seeds[i];
        tag.hidden = !seed;
        if (seed) stage.place(tag, seed[1] + 0.5, seed[0] + 0.5, seed[1] + 0.5, seed[0] + 0.5);
      });
    },
  };
}

/** Labels, looks and outlines of a stage of the widget. */
function sceneOf(shell, lab, state, view) {
  const picture = lab.pictureOf(state);
  const { truth } = picture;
  if (view.show === "picture") return { labels: new Uint8Array(picture.grey.length), styles: [null] };
  const role = (name, part, alpha = 0.4) => ({ color: shell.color(name), hatch: HATCH[name], alpha, part });
  const against = view.show === "truth" && truth;
  const errors = ERRORS.map((name, i) => name && role(name, ERROR_PARTS[i]));
  if (view.stage === "components") return componentsScene(shell, lab, state, against && truth);
  if (view.stage === "growing") {
    const region = lab.region(state);
    const wanted = against && lab.wanted(state);
    const outlines = [{ mask: region, color: shell.color("prediction") }];
    if (!wanted) return { labels: region, styles: [null, role("prediction", "wrong")], outlines };
    return { labels: errorsOf(region, wanted), styles: errors, outlines };
  }
  if (against) return { labels: errorsOf(lab.mask(state), truth), styles: errors };
  const styles = Array.from({ length: 4 }, (_, i) => ({
    color: shell.color(`class-${i}`),
    hatch: CLASS_HATCHES[i],
    alpha: 0.55,
    part: `class-${i}`,
  }));
  return { labels: lab.classes(state), styles };
}

function componentsScene(shell, lab, state, truth) {
  const { labels } = lab.components(state);
  const mask = lab.mask(state);
  const hues = Array.from({ length: HUES }, (_, i) => ({
    color: shell.color(`class-${i}`),
    hatch: CLASS_HATCHES[i],
    alpha: 0.6,
    part: "kept",
  }));
  return {
    labels: Uint8Array.from(labels, (part, p) => (part ? 1 + ((part - 1) % HUES) : mask[p] && HUES + 1)),
    styles: [null, ...hues, { color: shell.color("ignore"), hatch: HATCH.ignore, alpha: 0.5, part: "dropped" }],
    outlines: truth ? [{ mask: truth, color: shell.color("truth") }] : [],
  };
}
