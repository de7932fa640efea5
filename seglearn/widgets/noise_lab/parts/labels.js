/** What the network says of the scene: three small maps of classes with their legend. */
import { decodeLabelRuns } from "../../web/core/codec.js";
import { h } from "../../web/ui/dom.js";
import { percent } from "../../web/ui/format.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";

export function createLabels(classes) {
  const maps = Object.fromEntries(["truth", "noisy", "filtered"].map((name) => [name, h("canvas", { role: "img" })]));
  const list = h("p", { class: "classes" });
  const el = h(
    "div",
    { class: "labels", "data-testid": "labels" },
    Object.entries(maps).map(([name, canvas]) => h("figure", {}, canvas, h("figcaption", {}, strings.labels[name]))),
    list,
  );
  const mark = ({ name, color }) =>
    h("span", {}, h("i", { style: `background:rgb(${color.join(" ")})`, "aria-hidden": "true" }), className(name));
  let drawn = null;
  return {
    el,
    draw(labels, width, height) {
      el.hidden = !labels;
      if (!labels || labels === drawn) return;
      drawn = labels;
      const seen = new Set();
      for (const [name, canvas] of Object.entries(maps)) {
        Object.assign(canvas, { width, height });
        const out = new ImageData(width, height);
        const counts = new Array(classes.length).fill(0);
        decodeLabelRuns(labels[name], width * height).forEach((k, p) => {
          if (classes[k]) counts[k]++;
          out.data.set([...(classes[k]?.color ?? [125, 125, 125]), 255], 4 * p);
        });
        canvas.getContext("2d").putImageData(out, 0, 0);
        counts.forEach((n, k) => n && seen.add(k));
        const shares = counts
          .map((n, k) => ({ share: n / width / height, word: className(classes[k].name) }))
          .filter(({ share }) => share > 0.02)
          .sort((a, b) => b.share - a.share)
          .map(({ share, word }) => `${word} ${percent(share, 0)}`);
        canvas.ariaLabel = `${strings.labels[name]}: ${shares.join(", ")}`;
      }
      list.replaceChildren(...classes.filter((_, k) => seen.has(k)).map(mark));
    },
  };
}
