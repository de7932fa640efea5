/** The superpixel under the pointer: size, mean colour, neighbours and truth. */
import { h } from "../../web/ui/dom.js";
import { count, decimal, percent } from "../../web/ui/format.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";
import { css } from "./panels.js";

/** The largest shares of a superpixel in the regions of the truth, in words. */
function sharesOf({ table, sizes, nRegions }, region, names) {
  return [...table.subarray(region * nRegions, (region + 1) * nRegions)]
    .map((n, i) => ({ share: n / sizes[region], name: className(names[i]) }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ share, name }) => `${name} ${percent(share, 0)}`)
    .join(", ");
}

export function createRegion(light) {
  const { fields } = strings.region;
  const title = h("b");
  const swatch = h("i", { class: "swatch chip" });
  const values = Object.fromEntries(
    Object.keys(fields).map((name) => [name, h("dd", { "data-testid": `region-${name}` })]),
  );
  const list = h("dl", { class: "facts" });
  for (const [name, label] of Object.entries(fields)) {
    const part = name === "neighbours" ? { part: "near" } : null;
    const entry = h("div", part ? { tabindex: "0" } : {}, h("dt", {}, label), values[name]);
    if (part) light.bind(entry, part);
    list.append(entry);
  }
  const el = h(
    "div",
    { class: "region", role: "group", "aria-label": strings.region.label, "data-testid": "region" },
    h("div", { class: "region-head" }, swatch, title),
    list,
  );
  return {
    el,
    /** Returns what it says, in one line, for the live region. */
    draw({ region, regions, quality, names, step }) {
      el.classList.toggle("empty", region === null);
      title.textContent = region === null ? strings.region.none : strings.region.title(region);
      if (region === null) return "";
      const { size, mean, lab, beside, pieces } = regions[region];
      swatch.style.background = css(mean);
      values.size.textContent = strings.region.size(count(size), step && decimal(size / step ** 2, 2), pieces);
      values.mean.textContent = strings.region.mean(...lab.map((v) => decimal(v, 0)));
      values.neighbours.textContent = String(beside.length);
      values.truth.parentElement.hidden = !quality.table;
      if (quality.table) values.truth.textContent = sharesOf(quality, region, names) || "–";
      return `${title.textContent}: ${values.size.textContent}`;
    },
  };
}
