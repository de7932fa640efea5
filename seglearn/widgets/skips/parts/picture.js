/** The picture: what is predicted, what is wrong with it, what is there; and the classes with their IoU. */
import { IGNORE } from "../../web/core/skips.js";
import { segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { className } from "../../web/ui/names.js";
import { CLASS_HATCHES, HATCH } from "../../web/ui/palette.js";
import { createStage } from "../../web/ui/stage.js";
import { strings } from "../words/en.js";
import { styleOf, swatchOf } from "./looks.js";

/**
 * `hover` gets [row, column] of the pixel under the pointer or null, `pin` that of the pixel to keep.
 * @param {Shell} shell
 * @param {any} all see decode() of derive.js
 * @param {{ hover(pixel: number[] | null): void, pin(pixel: number[]): void }} on
 */
export function createPicture(shell, all, on) {
  const { store, data } = shell;
  const { width, height } = all;
  const stage = createStage(shell, {
    label: strings.stage,
    width,
    height,
    image: data.image,
    onHover: (p) => on.hover(p && [p.row, p.col]),
    onKey(event, cursor) {
      if (event.key !== "Enter" && event.key !== " ") return false;
      on.pin([cursor.row, cursor.col]);
      return true;
    },
  });
  stage.el.addEventListener("click", (event) => {
    const p = stage.point(event);
    on.pin([p.row, p.col]);
  });
  const bare = h("img", { class: "bare", src: data.image, alt: "", hidden: true });
  const mark = h("div", { class: "pixel-mark", "aria-hidden": "true" });
  stage.overlay.append(bare, mark);
  const views = segmented({
    label: strings.views.label,
    id: "show",
    options: ["prediction", "errors", "truth", "image"].map((value) => ({ value, label: strings.views[value] })),
    onChange: (show) => store.look({ show }),
  });
  const caption = h("p", { class: "hint", "data-testid": "caption" });
  const legend = createLegend(shell);
  return {
    stage,
    views: views.el,
    caption,
    legend: legend.el,
    /**
     * @param {{ view: any, prediction: LabelMap, pixel: number[], iou: Score[], still: boolean }} of `still` when
     *   nothing but the pixel has changed
     */
    draw({ view, prediction, pixel, iou, still }) {
      views.value = view.show;
      caption.textContent = strings.captions[view.show];
      bare.hidden = view.show !== "image";
      const outlined = view.show === "prediction" || view.show === "errors";
      const border = { mask: all.borders, color: shell.color("truth"), width: 1.25, halo: true };
      if (!still) stage.show({ ...labelled(shell, all, view.show, prediction), outlines: outlined ? [border] : [] });
      stage.place(mark, pixel[1], pixel[0], pixel[1] + 1, pixel[0] + 1);
      legend.draw(iou);
    },
  };
}

function createLegend({ data, light }) {
  const ious = data.classes.map(() => h("b", { class: "legend-value", "data-readout": "" }));
  const item = ({ name }, k) =>
    light.bind(
      h(
        "li",
        { tabindex: "0", "data-part": `class-${k}` },
        h("i", swatchOf(k)),
        h("span", {}, className(name)),
        ious[k],
      ),
      { part: `class-${k}` },
    );
  return {
    el: h("ul", { class: "legend class-legend", "aria-label": strings.classes.label }, data.classes.map(item)),
    draw(values) {
      values.forEach((value, k) => (ious[k].textContent = score(value)));
    },
  };
}

/**
 * Looks of the classes. A path has no pixels of its own: nothing steps back for it.
 * @param {Shell} shell
 */
export function classStyles(shell) {
  const [lit] = shell.light.parts ?? [];
  const path = String(lit ?? "").startsWith("path-");
  return shell.data.classes.map((_, k) => ({ ...styleOf(shell, k, 0.85), ...(path && { part: lit }) }));
}

/** Labels and styles of a view. */
function labelled(shell, { truth }, show, prediction) {
  const n = shell.data.classes.length;
  const empty = { color: shell.color("ignore"), hatch: HATCH.ignore, alpha: 0.5, part: "void" };
  if (show === "image")
    return { labels: new Uint8Array(truth.length), styles: [{ ...empty, hatch: CLASS_HATCHES[0], alpha: 0 }] };
  if (show === "truth")
    return {
      labels: truth.map((label) => (label === IGNORE ? n : label)),
      styles: [...classStyles(shell), empty],
    };
  if (show === "prediction") return { labels: prediction, styles: classStyles(shell) };
  // Right and wrong, once for pixels that are of the class pointed at, and once for the others.
  const [lit] = shell.light.parts ?? [];
  const all = String(lit ?? "").startsWith("path-");
  const own = (label) => (all || `class-${label}` === lit ? 3 : 0);
  const right = { color: shell.color("agreement"), alpha: 0.3 };
  const wrong = { color: shell.color("prediction"), hatch: HATCH.prediction, alpha: 0.75 };
  return {
    labels: truth.map((label, i) => (label === IGNORE ? 2 : own(label) + (label === prediction[i] ? 0 : 1))),
    styles: [right, wrong, empty, { ...right, part: lit }, { ...wrong, part: lit }],
  };
}
