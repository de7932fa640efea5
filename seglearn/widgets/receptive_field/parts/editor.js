/** What changes the chosen layer, and what adds another one after it. */
import { LIMITS, usualPadding } from "../../web/core/receptive_field.js";
import { button, enable, numberField, segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { nameOf } from "./changes.js";
import { filled, NEW } from "./layers.js";

const words = strings.editor;
const ICONS = {
  left: "M10 3 5 8l5 5",
  right: "M6 3l5 5-5 5",
  remove: "M3 4.500h10M6 4.500v-2h4v2M4.500 4.500l.6 9h5.800l.6-9",
  add: "M8 3v10M3 8h10",
};

/**
 * @param {Shell} shell
 * @param {ReturnType<typeof import("./changes.js").createChanges>} changes
 * @returns {{ editing: HTMLElement, adding: HTMLElement, draw(layers: Layer[], level: number): void }}
 */
export function createEditor({ store }, changes) {
  const layer = () => store.state.layers[changes.level() - 1];
  const tool = (name, onClick) =>
    button({ label: words[name], id: `layer-${name}`, quiet: true, symbol: ICONS[name], onClick });
  const tools = {
    left: tool("left", () => changes.shift(changes.level(), -1)),
    right: tool("right", () => changes.shift(changes.level(), 1)),
  };
  const removes = ["remove", "take"].map((id) =>
    button({
      label: words.remove,
      id: `layer-${id}`,
      quiet: true,
      symbol: ICONS.remove,
      onClick: () => changes.remove(),
    }),
  );
  const names = ["chosen", "chosen-too"].map((id) => h("strong", { class: "chosen-name", "data-testid": id }));
  const numbers = createNumbers(changes, layer);
  return {
    editing: h(
      "div",
      { class: "editor" },
      names[0],
      numbers.el,
      h("span", { class: "tools" }, Object.values(tools), removes[0]),
    ),
    adding: h(
      "div",
      { class: "editor adding" },
      h("span", {}, words.add, " ", names[1]),
      removes[1],
      createNews(changes),
    ),
    draw(layers, level) {
      for (const el of names) el.textContent = nameOf(layers[level - 1], level);
      numbers.draw(layers[level - 1]);
      enable(tools.left, level > 1);
      enable(tools.right, level > 0 && level < layers.length);
      for (const el of removes) enable(el, level > 0);
    },
  };
}

function createNumbers(changes, layer) {
  const kind = segmented({
    label: words.kind,
    id: "kind",
    options: ["conv", "pool"].map((value) => ({ value, label: strings.stack.kinds[value] })),
    onChange(value) {
      const usual = value === "pool" ? { stride: 2, dilation: 1, padding: 0 } : { stride: 1 };
      changes.edit({
        kind: value,
        padding: usualPadding({ ...layer(), kind: "conv" }),
        ...usual,
      });
    },
  });
  const fields = ["kernel", "stride", "dilation", "padding"].map((name) => {
    const [min, max] = LIMITS[name];
    const onChange = (value) => changes.edit({ [name]: value });
    return { name, field: numberField({ label: words[name], id: `set-${name}`, min, max, value: min, onChange }) };
  });
  const el = h(
    "span",
    { class: "editing" },
    kind.el,
    fields.map(({ field }) => field.el),
  );
  return {
    el,
    draw(chosen) {
      el.classList.toggle("away", !chosen);
      if (!chosen) return;
      kind.value = chosen.kind;
      for (const { name, field } of fields) {
        if (field.value !== chosen[name]) field.value = chosen[name];
        field.el.hidden = chosen.kind === "pool" && name === "dilation";
      }
    },
  };
}

const createNews = (changes) =>
  h(
    "div",
    { class: "news", role: "group", "aria-label": words.add },
    Object.entries(NEW).map(([name, spec]) =>
      button({
        label: words.news[name],
        id: `add-${name}`,
        symbol: ICONS.add,
        onClick: () => changes.insert(filled(spec)),
      }),
    ),
  );
