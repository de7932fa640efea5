/** The five numbers of a convolution as sliders. */
import { slider } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { CHANGES, MOST, READS } from "./desk.js";

/**
 * @param {Shell} shell
 * @param {import("./desk.js").Desk} desk
 */
export function createSettings({ store }, desk) {
  let base = null; // the state when a slider was taken in hand: back and forth loses no weight and no cell
  const sliders = Object.keys(CHANGES).map((name) => {
    const [letter, words] = strings.settings[name];
    const made = slider({
      label: `${letter} ${words}`,
      id: `set-${name}`,
      min: name === "padding" ? 0 : 1,
      max: MOST[name],
      value: READS[name](store.state),
      onInput(value) {
        base ??= store.state;
        store.preview({ ...base, ...desk.change(name, value, base) });
      },
      onChange() {
        base = null;
        store.commit();
      },
    });
    return { name, made };
  });
  return {
    el: h(
      "div",
      { class: "settings", role: "group", "aria-label": strings.settings.label },
      sliders.map(({ made }) => made.el),
    ),
    draw(state) {
      for (const { name, made } of sliders) if (made.value !== READS[name](state)) made.value = READS[name](state);
    },
  };
}
