/**
 * Form controls that all widgets share. Each has an accessible name and a data-testid, and is a native element.
 */
import { h, icon } from "./dom.js";

let serial = 0;

/**
 * Writes to a field, but never while its reader is editing it: what it should hold by then waits until the reader is
 * done (`change`, or the focus leaves). For every field of your own: `const write = settable(input); write("0.5")`.
 * @param {HTMLInputElement | HTMLTextAreaElement} input
 * @param {() => void} [written] after a value was written
 * @returns {(value: unknown) => void}
 */
export function settable(input, written) {
  let editing = false;
  /** @type {string | null} */
  let waiting = null;
  /** @param {string} value */
  const put = (value) => {
    waiting = null;
    if (input.value !== value) input.value = value;
    written?.();
  };
  const done = () => {
    editing = false;
    // What the change itself brings about is drawn in this frame or the next, and then comes first.
    requestAnimationFrame(() => {
      if (!editing && waiting !== null) put(waiting);
    });
  };
  input.addEventListener("input", () => (editing = true));
  input.addEventListener("change", done, true);
  input.addEventListener("blur", done);
  return (value) => {
    if (editing) waiting = String(value);
    else put(String(value));
  };
}

/**
 * A push button; `symbol` is an SVG path (see dom.icon). With `quiet` the label is only spoken and shown on hover.
 * Turn it off with `enable`.
 * @param {{ label: string, id?: string, onClick: () => void, symbol?: string, quiet?: boolean }} options
 * @returns {HTMLButtonElement}
 */
export function button({ label, id, onClick, symbol, quiet = false }) {
  const el = h(
    "button",
    {
      type: "button",
      class: quiet ? "button quiet" : "button",
      "data-testid": id,
      onclick: () => el.ariaDisabled !== "true" && onClick(),
      ...(quiet ? { "aria-label": label, title: label } : {}),
    },
    symbol && icon(symbol),
    !quiet && h("span", { class: "button-label" }, label),
  );
  return el;
}

/**
 * A button that does nothing for now keeps the focus, which `disabled` would drop out of the widget.
 * @param {HTMLElement} el
 * @param {boolean} on
 */
export function enable(el, on) {
  el.ariaDisabled = String(!on);
}

/**
 * A radio button for a label of the class `pick`, which it fills unseen. `group` is one for each choice of a widget.
 * @param {{ group: string, value: any, id: string, onChange: () => void }} options
 * @returns {HTMLInputElement}
 */
export const radio = ({ group, value, id, onChange }) =>
  h("input", { type: "radio", name: group, value, "data-testid": id, onchange: onChange });

/**
 * One of several: native radio buttons in a row. options: [{ value, label, role? }]; a role ("truth") colours its mark.
 * Returns { el, value } with a settable value.
 * @param {{ label: string, id: string, testId?: string, options: { value: any, label: Child, role?: string | false }[],
 *   onChange: (value: any) => void }} options `testId`: what the ids of the options begin with, if not with `id`
 * @returns {Control<any>}
 */
export function segmented({ label, id, testId = id, options, onChange }) {
  const group = `s${++serial}`;
  const inputs = options.map(({ value }) =>
    radio({ group, value, id: `${testId}-${value}`, onChange: () => onChange(value) }),
  );
  const el = h(
    "div",
    { class: "segmented", role: "radiogroup", "aria-label": label, "data-testid": id },
    options.map(({ label: words, role }, i) =>
      h(
        "label",
        { class: "pick" },
        inputs[i],
        h("span", {}, role && h("i", { class: `swatch ${role}`, "aria-hidden": "true" }), h("span", {}, words)),
      ),
    ),
  );
  return {
    el,
    get value() {
      return inputs.find((input) => input.checked)?.value;
    },
    set value(next) {
      inputs.forEach((input) => (input.checked = input.value === next));
    },
  };
}

/**
 * Tools of which one or none is on; pressing the one that is on puts it away (`onChange(null)`), and then a finger on
 * the stage scrolls the page. options: [{ value, label, symbol, hint }]; a hint shows while the pointer rests.
 * @param {{ label: string, id: string, options: { value: any, label: string, symbol: string, hint?: string }[],
 *   onChange: (value: any) => void }} options
 * @returns {Control<any>}
 */
export function toolbox({ label, id, options, onChange }) {
  const buttons = options.map(({ value, label: words, symbol, hint }) => {
    const el = button({
      label: words,
      id: `${id}-${value}`,
      symbol,
      onClick: () => onChange(tools.value === value ? null : value),
    });
    el.setAttribute("aria-pressed", "false");
    if (hint) el.title = hint;
    return el;
  });
  const tools = {
    el: h("div", { class: "toolbox", role: "group", "aria-label": label, "data-testid": id }, buttons),
    get value() {
      return options[buttons.findIndex((b) => b.getAttribute("aria-pressed") === "true")]?.value ?? null;
    },
    set value(next) {
      buttons.forEach((b, i) => b.setAttribute("aria-pressed", String(options[i].value === next)));
    },
  };
  return tools;
}

/**
 * A range input with its value beside it. `format(v)` writes the value. Returns { el, value }.
 * @param {{ label: string, id: string, min: number, max: number, step?: number, value: number, format?: (v: number)
 *   => string, onInput?: (v: number) => void, onChange?: (v: number) => void }} options
 * @returns {Control<number>}
 */
export function slider({ label, id, min, max, step = 1, value, format = String, onInput, onChange }) {
  const name = `s${++serial}`;
  const output = h("output", { for: name });
  const input = h("input", {
    type: "range",
    id: name,
    min,
    max,
    step,
    value,
    "data-testid": id,
    oninput: () => {
      write();
      onInput?.(Number(input.value));
    },
    onchange: () => onChange?.(Number(input.value)),
  });
  const write = () => {
    output.textContent = format(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  write();
  const put = settable(input, write);
  return {
    el: h("div", { class: "slider" }, h("label", { for: name }, label), input, output),
    get value() {
      return Number(input.value);
    },
    set value(next) {
      put(next);
    },
  };
}

/**
 * How wide a brush is: an odd number of pixels, so that one of them is its middle.
 * @param {Pick<Parameters<typeof slider>[0], "label" | "id" | "value" | "format" | "onInput">} options
 * @returns {Control<number>}
 */
export const brushSize = (options) => slider({ ...options, min: 1, max: 25, step: 2 });

/**
 * A whole number typed or stepped. Returns { el, value }; `onChange` gets a number inside [min, max].
 * @param {{ label: string, id: string, min: number, max: number, value: number, onChange: (v: number) => void }}
 *   options
 * @returns {Control<number>}
 */
export function numberField({ label, id, min, max, value, onChange }) {
  const input = h("input", {
    type: "number",
    min,
    max,
    value,
    step: 1,
    "data-testid": id,
    onchange: () => {
      const typed = Math.round(input.valueAsNumber);
      if (Number.isFinite(typed)) last = Math.min(max, Math.max(min, typed));
      input.value = String(last);
      if (Number.isFinite(typed)) onChange(last);
    },
  });
  let last = value;
  const put = settable(input);
  return {
    el: h("label", { class: "number-field" }, h("span", {}, label), input),
    get value() {
      return Number(input.value);
    },
    set value(next) {
      last = Number(next);
      put(next);
    },
  };
}
