/**
 * A legend whose entries carry hue, hatch and label, and light their pixels when pointed at.
 *
 *   const l = legend(light, [{ part: "both", role: "agreement", label: "A ∩ B", note: "agreement" }, …]);
 *   l.values({ both: "412" });
 */
import { h } from "./dom.js";

/**
 * A legend; see above.
 * @param {Light} light
 * @param {{ part: string, role: string, label: string, note?: string }[]} entries
 * @param {string} label
 * @returns {{ el: HTMLElement, values(table: Record<string, string>): void }}
 */
export function legend(light, entries, label) {
  /** @type {Record<string, HTMLElement>} */
  const numbers = {};
  const el = h(
    "ul",
    { class: "legend", "aria-label": label },
    entries.map(({ part, role, label: name, note }) => {
      numbers[part] = h("b", { class: "legend-value", "data-testid": `area-${part}` }, "–");
      return light.bind(
        h(
          "li",
          { tabindex: "0", "data-part": part, class: role },
          h("i", { class: `swatch ${role}`, "aria-hidden": "true" }),
          h("span", { class: "legend-name" }, name),
          numbers[part],
          note && h("span", { class: "legend-note" }, note),
        ),
        { part },
      );
    }),
  );
  return {
    el,
    values(table) {
      for (const [part, node] of Object.entries(numbers)) {
        if (table[part] !== undefined && node.textContent !== table[part]) node.textContent = table[part];
      }
    },
  };
}
