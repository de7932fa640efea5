/** The three paths as a row of switches, for the stages in which the ladder is away. */
import { PATHS } from "../../web/core/skips.js";
import { button } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";

const words = strings.ladder;

/**
 * @param {Light} light
 * @param {(path: string) => void} toggle
 * @returns {{ el: HTMLElement, draw(keep: any): void }}
 */
export function createSwitches(light, toggle) {
  const buttons = PATHS.map((path) =>
    light.bind(button({ label: words.names[path], id: `keep-${path}`, onClick: () => toggle(path) }), { term: path }),
  );
  return {
    el: h(
      "div",
      { class: "switches", role: "group", "aria-label": words.switches },
      h("span", { "aria-hidden": "true" }, words.kept),
      buttons,
    ),
    draw(keep) {
      PATHS.forEach((path, i) => buttons[i].setAttribute("aria-pressed", String(keep[path])));
    },
  };
}
