/**
 * Truth and prediction side by side. Each pixel is drawn by its cell of the matrix, so that pointing at a cell, a score
 * or a term lights its pixels on both maps, and pointing at a pixel lights its cell.
 */
import { strokeLine } from "../../web/core/brush.js";
import { IGNORE } from "../../web/core/confusion.js";
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { CLASS_HATCHES, HATCH } from "../../web/ui/palette.js";
import { createStage } from "../../web/ui/stage.js";
import { strings } from "../words/en.js";

export const MAPS = ["truth", "prediction"];
const SKIPPED = 200; // stage label of pixels that are not counted, plus the predicted class

/**
 * Eight hatches and eight or more colours: twelve classes differ in at least one.
 * @param {number} k
 */
export const classHatch = (k) => CLASS_HATCHES[(k + Math.floor(k / CLASS_HATCHES.length)) % CLASS_HATCHES.length];

/**
 * @param {Shell} shell
 * @param {{ names: string[], classes: number, shape: [number, number], image?: string,
 *   edits: import("./edits.js").Edits }} options
 * @returns {{ el: HTMLElement, draw(all: import("./model.js").Derived, view: any, outlines: Outline[]): void }}
 */
export function createMaps(shell, { names, classes, shape, image, edits }) {
  const width = shape[1];
  /** @type {import("./model.js").Derived | null} */
  let all = null;
  /** @type {(p: { col: number, row: number }) => Cell | null} */
  const cellAt = (p) => {
    const at = p.row * width + p.col;
    return all.seen[at] === IGNORE ? null : [all.seen[at], all.prediction[at]];
  };
  const stages = MAPS.map((map) => createMap(shell, map, { shape, image, edits, cellAt }));
  const figure = (/** @type {string} */ map, /** @type {number} */ m) =>
    h("figure", { class: map }, h("figcaption", {}, h("b", {}, strings.mapPane.maps[map])), stages[m].el);
  return {
    el: h("div", { class: "map-pair" }, MAPS.map(figure)),
    draw(next, view, outlines) {
      all = next;
      const { codes, wrong } = codesOf(all);
      const styles = stylesOf(shell, names.length, classes, image ? 0.45 : 0.6);
      const fine = width > 64; // a halo would cover small mistakes
      const mistakes = { mask: wrong, color: shell.color("ink"), width: fine ? 1 : 1.25, halo: !fine };
      MAPS.forEach((map, m) => {
        stages[m].tool = view.brush !== "look";
        stages[m].brush = view.brush === "look" ? null : view.radius / 2;
        stages[m].show({
          labels: codes,
          styles: styles[map],
          outlines: map === "prediction" ? [mistakes, ...outlines] : outlines,
        });
      });
    },
  };
}

/** @param {{ col: number, row: number }} p */
const centre = ({ col, row }) => ({ x: col + 0.5, y: row + 0.5 });

/**
 * One of the two maps, to be pointed at and painted.
 * @param {Shell} shell
 * @param {string} map
 * @param {{ shape: [number, number], image?: string, edits: import("./edits.js").Edits,
 *   cellAt: (p: { col: number, row: number }) => Cell | null }} options
 * @returns {Stage}
 */
function createMap(shell, map, { shape: [height, width], image, edits, cellAt }) {
  const { store, light } = shell;
  const looking = () => store.view.brush === "look";
  /** What the brush paints here; null for the ignore label on the prediction. */
  const label = () => {
    if (store.view.brush !== "ignore") return Number(store.view.brush);
    return map === "truth" ? IGNORE : null;
  };
  const stroke = (/** @type {Point} */ from, /** @type {Point} */ to) => {
    const painted = label();
    const radius = store.view.radius / 2;
    if (painted !== null) edits.paint(map, (labels) => strokeLine(labels, width, height, from, to, radius, painted));
  };
  const flash = (/** @type {{ col: number, row: number }} */ p) => {
    const cell = cellAt(p);
    if (cell) edits.flash(...cell);
  };
  const stage = createStage(shell, {
    label: strings.mapPane.stage[map],
    id: `map-${map}`,
    width,
    height,
    image,
    onHover(p) {
      const cell = p && looking() && cellAt(p); // a brush should not dim what it paints
      light.point(cell ? { part: cell.join() } : null);
    },
    onStroke: {
      start(p) {
        if (label() === null) {
          shell.say(strings.mapPane.noIgnoredPrediction);
          return false;
        }
        stroke(p, p);
        return true;
      },
      move: (p, before) => stroke(before, p),
      end: () => store.commit(),
      cancel: () => store.cancel(),
    },
    onKey(event, cursor) {
      if (event.ctrlKey || event.metaKey) return false;
      const step = arrow(event);
      if (event.key === " " || event.key === "Enter") {
        if (looking()) flash(cursor);
        else stroke(centre(cursor), centre(cursor));
        return true;
      }
      if (!step || !event.shiftKey || looking()) return false;
      stage.moveCursor(...step);
      stroke(centre(cursor), centre(stage.cursor));
      return true;
    },
    onKeysEnd: () => store.commit(), // a held key is one undo step
  });
  stage.el.addEventListener("click", (event) => looking() && flash(stage.point(event)));
  return stage;
}

/**
 * The cell that each pixel is counted in, as one number, and where prediction and truth differ.
 * @param {import("./model.js").Derived} all
 */
function codesOf({ names, seen, prediction }) {
  const codes = new Uint8Array(seen.length);
  const wrong = new Uint8Array(seen.length);
  for (let p = 0; p < codes.length; p++) {
    const skipped = seen[p] === IGNORE;
    codes[p] = skipped ? SKIPPED + prediction[p] : seen[p] * names.length + prediction[p];
    wrong[p] = !skipped && seen[p] !== prediction[p] ? 1 : 0;
  }
  return { codes, wrong };
}

/**
 * The look of each code on either map.
 * @param {Shell} shell
 * @param {number} n names
 * @param {number} classes
 * @param {number} alpha
 * @returns {Record<string, LabelStyle[]>}
 */
function stylesOf(shell, n, classes, alpha) {
  const ignored = { color: shell.color("ignore"), hatch: HATCH.ignore };
  const look = (/** @type {number} */ k) =>
    k === classes ? { ...ignored, alpha } : { color: shell.color(`hue-${k}`), hatch: classHatch(k), alpha };
  /** @type {Record<string, LabelStyle[]>} */
  const styles = { truth: [], prediction: [] };
  for (let t = 0; t < n; t++) {
    for (let p = 0; p < n; p++) {
      styles.truth[t * n + p] = { ...look(t), part: `${t},${p}` };
      styles.prediction[t * n + p] = { ...look(p), part: `${t},${p}` };
    }
  }
  for (let p = 0; p < classes; p++) {
    styles.truth[SKIPPED + p] = { ...ignored, alpha: 0.25, part: "skipped" };
    styles.prediction[SKIPPED + p] = { ...look(p), hatch: HATCH.ignore, alpha: alpha / 3, part: "skipped" };
  }
  return styles;
}
