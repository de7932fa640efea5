/** The picture: both shapes on the stage, with their names, to be moved and painted. */
import { bounds } from "../../web/core/brush.js";
import { boxElement } from "../../web/ui/box.js";
import { h } from "../../web/ui/dom.js";
import { HATCH } from "../../web/ui/palette.js";
import { createStage } from "../../web/ui/stage.js";
import { strings } from "../words/en.js";
import { maskKeys, paintStrokes } from "./masks.js";
import { derive, SHAPES } from "./model.js";
import { BRUSHES } from "./tools.js";

// Labels of the stage's pixels. In boundary view the bands are drawn over the regions.
const PARTS = [null, "truthOnly", "both", "predictionOnly", "bandTruth", "bandBoth", "bandPrediction"];
const ROLE_OF = [null, "truth", "agreement", "prediction", "truth", "agreement", "prediction"];

/**
 * @param {Shell} shell
 * @returns {{ stage: Stage, draw(drawing: Drawing, onBorder: boolean): void }} `onBorder`: only the bands count
 */
export function createPicture(shell) {
  const { store, light } = shell;
  const [height, width] = store.state.shape;
  /** @type {Uint8Array | null} */
  let labels = null;
  const stage = createStage(shell, {
    label: strings.stage.none,
    width,
    height,
    image: shell.data.image,
    onStroke: paintStrokes(shell, width, height),
    onHover(p) {
      // While painting one looks at the shapes, not at the formula.
      const painting = store.state.mode === "masks" && [...BRUSHES, "fill"].includes(store.view.tool);
      const label = p && labels && !painting ? labels[p.row * width + p.col] : 0;
      light.point(label ? { part: PARTS[label] ?? "" } : null);
    },
    onKey: (event, cursor) => keys(event, cursor),
    onKeysEnd: () => store.commit(),
  });
  const keys = maskKeys(shell, stage, width, height);
  const boxes = SHAPES.map((shape) => {
    const key = `${shape}_box`;
    const get = () => store.state[key];
    const put = (/** @type {Box} */ box) => ({ ...store.state, [key]: box });
    return boxElement(shell, stage, { id: shape, role: shape, label: strings.box[shape], width, height, get, put });
  });
  const tags = SHAPES.map((shape) => h("span", { class: `stage-tag ${shape} ${shape}-tag` }, strings.tag[shape]));
  stage.overlay.append(...boxes, ...tags);

  return {
    stage,
    draw({ state, view }, onBorder) {
      const inMasks = state.mode === "masks";
      labels = labelsOf(derive(state), onBorder);
      stage.tool = inMasks && view.tool !== null;
      stage.brush = inMasks && BRUSHES.includes(view.tool) ? view.brush / 2 : null;
      stage.el.setAttribute("aria-label", inMasks ? strings.stage[view.tool ?? "none"] : strings.stage.boxes);
      stage.el.classList.toggle("moving", inMasks && view.tool === "move");
      stage.show({ labels, ...looksOf(shell, derive(state), onBorder) });
      SHAPES.forEach((shape, i) => {
        /** @type {Box | null} */
        const box = inMasks ? bounds(derive(state)[shape], width, height) : state[`${shape}_box`];
        boxes[i].hidden = inMasks;
        tags[i].hidden = !box;
        if (!box) return;
        stage.place(boxes[i], ...box);
        placeTag(tags[i], shape, box, width, height);
      });
    },
  };
}

/**
 * The part, by its number in PARTS, that each pixel is of.
 * @param {ReturnType<typeof derive>} all
 * @param {boolean} onBorder
 */
function labelsOf({ truth, prediction, boundary }, onBorder) {
  const labels = new Uint8Array(truth.length);
  for (let i = 0; i < labels.length; i++) {
    labels[i] = truth[i] ? (prediction[i] ? 2 : 1) : prediction[i] ? 3 : 0;
    if (!onBorder) continue;
    const [t, p] = [boundary.truth[i], boundary.prediction[i]];
    if (t || p) labels[i] = t ? (p ? 5 : 4) : 6;
  }
  return labels;
}

/**
 * @param {Shell} shell
 * @param {ReturnType<typeof derive>} all
 * @param {boolean} onBorder
 */
function looksOf(shell, { truth, prediction }, onBorder) {
  const line = onBorder ? { width: 1.2, halo: false } : { width: 2 };
  return {
    styles: PARTS.map((part, i) => {
      if (!part) return null;
      const role = ROLE_OF[i];
      // In boundary view the insides step back: only the bands are counted.
      if (onBorder && i < 4) return { color: shell.color(role), alpha: 0.12, part };
      return { color: shell.color(role), hatch: HATCH[role], alpha: role === "agreement" ? 0.48 : 0.3, part };
    }),
    outlines: [
      { mask: truth, color: shell.color("truth"), ...line },
      { mask: prediction, color: shell.color("prediction"), ...line, dash: [7, 4] },
    ],
  };
}

/**
 * A's name stands over its upper left corner, B's under its lower right one; both stay on the stage.
 * @param {HTMLElement} tag
 * @param {string} shape
 * @param {Box} box
 * @param {number} width
 * @param {number} height
 */
function placeTag(tag, shape, [x0, y0, x1, y1], width, height) {
  const upper = shape === "truth";
  const fromLeft = upper ? x0 <= 0.7 * width : x1 < 0.3 * width;
  const above = upper ? y0 > 0.09 * height : y1 > 0.91 * height;
  tag.style.left = fromLeft ? `${(100 * x0) / width}%` : "auto";
  tag.style.right = fromLeft ? "auto" : `${100 - (100 * x1) / width}%`;
  tag.style.top = `${(100 * (upper ? y0 : y1)) / height}%`;
  tag.style.translate = above ? "0 calc(-100% - 0.3em)" : "0 0.3em";
}
