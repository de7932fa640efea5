/** Receptive field: a stack of layers to build, the cone of a unit through it, and its patch of a photograph. */
import { py, pythonLiteral } from "../web/core/python.js";
import { generator } from "../web/core/random.js";
import {
  cone,
  LIMITS,
  MOST_LAYERS,
  MOST_PIXELS,
  mapSizes,
  measure,
  steps,
  unitAt,
  usualPadding,
} from "../web/core/receptive_field.js";
import { button, enable, numberField, segmented } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { percent } from "../web/ui/format.js";
import { createFormula, number, op, row, sub, term, variable } from "../web/ui/formula.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { centreOf, drawCone, frameOf } from "./parts/cone.js";
import { createPatch, createPhoto } from "./parts/photo.js";
import { createStack } from "./parts/stack.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const ICONS = {
  left: "M10 3 5 8l5 5",
  right: "M6 3l5 5-5 5",
  copy: "M5.500 5.500V2h8.500v8.500h-3.500M2 5.500h8.500V14H2z",
  remove: "M3 4.500h10M6 4.500v-2h4v2M4.500 4.500l.6 9h5.800l.6-9",
  add: "M8 3v10M3 8h10",
};

/** Chips to add: what is not said is usual. */
const NEW = {
  conv: { kind: "conv", kernel: 3 },
  strided: { kind: "conv", kernel: 3, stride: 2 },
  dilated: { kind: "conv", kernel: 3, dilation: 2 },
  pool: { kind: "pool", kernel: 2, stride: 2 },
};

function filled(spec) {
  const layer = { stride: 1, dilation: 1, name: "", ...spec };
  return {
    kind: layer.kind,
    kernel: layer.kernel,
    stride: layer.stride,
    padding: usualPadding(layer),
    dilation: layer.dilation,
    name: layer.name,
  };
}

const metrics = (state) => measure(state.layers);
const tooWide = (layers) => layers.length > MOST_LAYERS || steps(layers).at(-1).field > MOST_PIXELS;

function python({ layers }) {
  const named = layers.some(({ name }) => name);
  const line = ({ kind, kernel, stride, padding, dilation, name }) => {
    const usual = kind === "conv" ? 1 : kernel;
    const args = [
      ...(kind === "conv" ? [1, 1] : []),
      pythonLiteral(kernel),
      ...(stride === usual ? [] : [py`stride=${stride}`]),
      ...(padding ? [py`padding=${padding}`] : []),
      ...(dilation === 1 ? [] : [py`dilation=${dilation}`]),
    ];
    const layer = `nn.${kind === "conv" ? "Conv2d" : "MaxPool2d"}(${args.join(", ")})`;
    return `    ${named ? `(${pythonLiteral(name)}, ${layer})` : layer},`;
  };
  return [
    "from torch import nn",
    "",
    "from seglearn.nets.receptive_field import receptive_field",
    "",
    named ? "layers = [" : "stack = nn.Sequential(",
    ...layers.map(line),
    ...(named ? ["]", "stack = nn.Sequential(*(layer for name, layer in layers))"] : [")"]),
    "found = receptive_field(stack, in_channels=1)",
    'print("field", found.size, "stride", found.stride)',
    "",
  ].join("\n");
}

/** Three to five layers, drawn at random. */
function seeded(seed) {
  const random = generator(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const layers = Array.from({ length: pick([3, 4, 5]) }, () =>
    filled(
      pick([
        NEW.conv,
        NEW.conv,
        NEW.strided,
        NEW.dilated,
        NEW.pool,
        { kind: "conv", kernel: 5 },
        { kind: "conv", kernel: 3, dilation: 4 },
      ]),
    ),
  );
  return { layers };
}

function build(shell) {
  const { store, data, light, control } = shell;
  const [height, width] = data.shape;
  const layersNow = () => store.state.layers;
  const levelNow = () => Math.min(store.view.layer ?? Infinity, layersNow().length);
  const nameOf = (layer, level) =>
    level === 0 ? strings.stack.image : layer.name || strings.stack.unnamed(layer.kind, level);

  // --- changing the stack --------------------------------------------------------------------------------------------------
  let refusedIn = null; // the state in which the last wish could not be granted
  const problem = h("p", { class: "problem", role: "alert", "data-testid": "problem" });
  function put(layers, level) {
    if (tooWide(layers)) {
      problem.textContent =
        layers.length > MOST_LAYERS ? strings.problems.layers(MOST_LAYERS) : strings.problems.field(MOST_PIXELS);
      refusedIn = store.state;
      return;
    }
    store.look({ layer: level >= layers.length ? null : level });
    store.commit({ ...store.state, layers });
  }
  const select = (level) => {
    store.look({ layer: level >= layersNow().length ? null : level });
    shell.say(spoken());
  };
  const remove = (level) =>
    level > 0 &&
    put(
      layersNow().filter((_, i) => i !== level - 1),
      Math.max(0, level - 1),
    );
  function shift(level, by) {
    const to = level + by;
    if (level < 1 || to < 1 || to > layersNow().length) return;
    const layers = [...layersNow()];
    layers.splice(to - 1, 0, ...layers.splice(level - 1, 1));
    put(layers, to);
  }
  const insert = (layer) => {
    const level = levelNow();
    put([...layersNow().slice(0, level), layer, ...layersNow().slice(level)], level + 1);
  };
  function edit(change) {
    const level = levelNow();
    if (!level) return;
    const old = layersNow()[level - 1];
    const layer = { ...old, ...change };
    // A padding that was the usual one stays so.
    if (!("padding" in change) && old.padding === usualPadding(old)) layer.padding = usualPadding(layer);
    if (layer.kind === "pool") [layer.dilation, layer.padding] = [1, Math.min(layer.padding, layer.kernel >> 1)];
    put(
      layersNow().map((each, i) => (i === level - 1 ? layer : each)),
      level,
    );
  }

  // --- the unit --------------------------------------------------------------------------------------------------------------
  let hovered = null; // [row, col] under the pointer; the pinned place is store.view.at
  let peek = null; // a unit of the cone under the pointer: { level, unit }
  const unitOf = (level, at) => {
    const step = steps(layersNow())[level];
    return [height, width].map((n, axis) => unitAt(step, mapSizes(layersNow(), n)[level], at[axis]));
  };
  /**
   * @param {number} level
   * @param {number[]} unit
   */
  const boxOf = (level, [r, c]) => {
    const { field, jump, start } = steps(layersNow())[level];
    return { top: start + r * jump, left: start + c * jump, size: field };
  };
  function move(dr, dc) {
    const level = levelNow();
    const step = steps(layersNow())[level];
    const [r, c] = unitOf(level, store.view.at);
    const clamp = (v, n) => Math.min(n - 1, Math.max(0, v));
    const sizes = [height, width].map((n) => mapSizes(layersNow(), n)[level] || 1);
    const to = [clamp(r + dr, sizes[0]), clamp(c + dc, sizes[1])];
    store.look({ at: to.map((u) => centreOf(step, u) - 0.5) });
    shell.say(strings.unit(to[0], to[1], boxOf(level, to).size));
  }
  function spoken() {
    const level = levelNow();
    const { field, jump } = steps(layersNow())[level];
    return strings.said(nameOf(layersNow()[level - 1], level), field, jump);
  }

  // --- parts -----------------------------------------------------------------------------------------------------------------
  const stack = createStack(shell, { words: strings.stack, on: { select, remove, shift } });
  stack.cone.innerHTML = '<svg aria-hidden="true"></svg>';
  const svg = stack.cone.querySelector("svg");
  let place = null;
  svg.addEventListener("pointermove", (event) => {
    if (!place || event.pointerType === "touch") return;
    const box = svg.getBoundingClientRect();
    peek = place.at(event.clientX - box.left, event.clientY - box.top);
    shell.redraw();
  });
  svg.addEventListener("pointerleave", () => {
    peek = null;
    shell.redraw();
  });
  svg.addEventListener("click", () => peek && select(peek.level));

  const kind = segmented({
    label: strings.editor.kind,
    id: "kind",
    options: ["conv", "pool"].map((value) => ({ value, label: strings.stack.kinds[value] })),
    onChange: (value) =>
      edit({
        kind: value,
        ...(value === "pool"
          ? { stride: 2, dilation: 1, padding: 0 }
          : { stride: 1, padding: usualPadding({ ...layersNow()[levelNow() - 1], kind: "conv" }) }),
      }),
  });
  const fields = ["kernel", "stride", "dilation", "padding"].map((name) => {
    const [min, max] = LIMITS[name];
    return {
      name,
      field: numberField({
        label: strings.editor[name],
        id: `set-${name}`,
        min,
        max,
        value: min,
        onChange: (value) => edit({ [name]: value }),
      }),
    };
  });
  const tool = (name, onClick) =>
    button({ label: strings.editor[name], id: `layer-${name}`, quiet: true, symbol: ICONS[name], onClick });
  const tools = {
    left: tool("left", () => shift(levelNow(), -1)),
    right: tool("right", () => shift(levelNow(), 1)),
    copy: tool("copy", () => insert(layersNow()[levelNow() - 1])),
    remove: tool("remove", () => remove(levelNow())),
  };
  const chosen = h("strong", { class: "chosen-name", "data-testid": "chosen" });
  const editing = h(
    "div",
    { class: "editing" },
    kind.el,
    fields.map(({ field }) => field.el),
  );
  const adding = h(
    "div",
    { class: "adding", role: "group", "aria-label": strings.editor.add },
    h("span", { "aria-hidden": "true" }, strings.editor.add),
    Object.entries(NEW).map(([name, spec]) =>
      button({
        label: strings.editor.news[name],
        id: `add-${name}`,
        symbol: ICONS.add,
        onClick: () => insert(filled(spec)),
      }),
    ),
  );

  const photo = createPhoto({
    shape: data.shape,
    image: data.image,
    words: strings.photo,
    on: {
      hover(at) {
        hovered = at;
        shell.redraw();
      },
      pin(at) {
        store.look({ at });
        shell.say(strings.unit(...unitOf(levelNow(), at), boxOf(levelNow(), [0, 0]).size));
      },
      move,
    },
  });
  const patch = createPatch({ shape: data.shape, image: data.image, words: strings.patch, redraw: shell.redraw });
  const modes = segmented({
    label: strings.patch.mode,
    id: "patch",
    options: ["box", "paths", "random"].map((value) => ({ value, label: strings.patch.modes[value] })),
    onChange: (value) => store.look({ mode: value }),
  });
  const profile = h("div", {
    class: "profile",
    role: "img",
    "aria-label": strings.patch.profile,
    "data-testid": "profile",
  });
  const modeNote = h("p", { class: "mode-note" });
  const photoTitle = h("figcaption", { "data-testid": "photo-title" });
  const patchTitle = h("figcaption", { "data-testid": "patch-title" });

  const facts = Object.fromEntries(
    Object.entries(strings.facts.names).map(([name, label]) => {
      const value = h("dd", { "data-testid": `fact-${name}` });
      return [name, { value, el: h("div", { class: `fact ${name}` }, h("dt", {}, label), value) }];
    }),
  );
  const formula = createFormula(light, strings.formula);

  shell.body.append(
    h(
      "div",
      { class: "top" },
      control("chips", stack.el),
      h(
        "div",
        { class: "beside" },
        control(
          "editor",
          h(
            "div",
            { class: "editor" },
            h("div", { class: "editor-head" }, chosen, editing, h("span", { class: "tools" }, Object.values(tools))),
            adding,
            problem,
          ),
        ),
        control("formula", h("div", { class: "formula-box" }, formula.el)),
      ),
    ),
    h(
      "div",
      { class: "views" },
      control("photo", h("figure", { class: "photo-side" }, photoTitle, photo.el)),
      control("patch", h("figure", { class: "patch-side" }, patchTitle, patch.el, profile)),
      h(
        "div",
        { class: "reading" },
        control(
          "facts",
          h(
            "dl",
            { class: "facts" },
            Object.values(facts).map(({ el }) => el),
          ),
        ),
        control("photo", h("p", { class: "hint" }, strings.photo.hint)),
        control("patch", h("div", { class: "modes" }, modes.el, modeNote)),
      ),
    ),
  );
  const observer = new ResizeObserver(shell.redraw);
  observer.observe(stack.el);
  shell.onClose(() => observer.disconnect());

  // --- drawing ---------------------------------------------------------------------------------------------------------------
  let formulaKey = "";
  function drawFormula(layers, found, level) {
    const layer = layers[level - 1];
    const [before, now] = [found[Math.max(0, level - 1)], found[level]];
    light.terms({
      r: [`f${level}`],
      before: [`f${level - 1}`],
      reach: [`c${level}`],
      jump: [`j${level - 1}`],
      next: [`j${level}`],
      stride: [`c${level}`],
    });
    const name = strings.terms;
    const at = (letter, index) => sub(variable(letter), index);
    const l = variable("l");
    const previous = row(l, op("−"), number(1));
    const pieces = [
      row(
        term("r", at("r", l), name.r),
        op("="),
        term("before", at("r", previous), name.before),
        op("+"),
        term("reach", row(variable("d"), op("("), variable("k"), op("−"), number(1), op(")")), name.reach),
        op("·"),
        term("jump", at("j", previous), name.jump),
      ),
    ];
    if (layer) {
      pieces.push(
        row(
          op("="),
          term("before", number(before.field)),
          op("+"),
          term(
            "reach",
            row(number(layer.dilation), op("·"), op("("), number(layer.kernel), op("−"), number(1), op(")")),
          ),
          op("·"),
          term("jump", number(before.jump)),
          op("="),
          term("r", number(now.field)),
        ),
        row(
          term("next", at("j", l), name.next),
          op("="),
          term("jump", at("j", previous)),
          op("·"),
          term("stride", variable("s"), name.stride),
          op("="),
          term("jump", number(before.jump)),
          op("·"),
          term("stride", number(layer.stride)),
          op("="),
          term("next", number(now.jump)),
        ),
      );
    }
    if (pieces.join() === formulaKey) return;
    formulaKey = pieces.join();
    formula.show(...pieces);
  }

  let profileKey = "";
  function drawProfile(counts, mode, effective) {
    const key = `${counts.join()} ${mode} ${effective}`;
    if (key === profileKey) return;
    profileKey = key;
    const n = counts.length;
    const most = Math.max(...counts);
    const heights = [...counts].map((paths) => (mode === "random" ? Math.sqrt(paths / most) : paths / most));
    const bars = heights.map((t, i) => `M${i} 30V${(30 - 28 * t).toFixed(2)}H${i + 1}V30z`).join("");
    const margin = (n - effective) / 2;
    profile.innerHTML = `<svg viewBox="0 0 ${n} 30" preserveAspectRatio="none" aria-hidden="true"><rect class="held" x="${margin}" y="0" width="${effective}" height="30"/><path class="bars" d="${bars}"/></svg>`;
  }

  return ({ state, view, metrics: m }) => {
    const { layers } = state;
    if (state !== refusedIn) problem.textContent = "";
    const found = steps(layers);
    const level = levelNow();
    const layer = layers[level - 1];
    const at = hovered ?? view.at;
    const unit = unitOf(level, at);
    const rowSizes = mapSizes(layers, height);
    const columnSizes = mapSizes(layers, width);
    const box = boxOf(level, unit);
    const effective = m.effective[level];
    const { counts } = cone(layers.slice(0, level), 0)[0];

    stack.draw({ layers, steps: found, level });

    // The cone fills its cell of the table.
    const size = { width: svg.clientWidth, height: svg.clientHeight, columns: layers.length + 1 };
    place = frameOf(found, level, unit[0], size);
    svg.setAttribute("viewBox", `0 0 ${Math.max(1, size.width)} ${Math.max(1, size.height)}`);
    let markup = drawCone(layers, found, rowSizes, level, unit[0], place, "main");
    const inner = peek && peek.level <= level && peek.level > 0 ? peek : null;
    if (inner) markup += drawCone(layers, found, rowSizes, inner.level, inner.unit, place, "peek");
    svg.innerHTML = markup;

    // The editor.
    const name = nameOf(layer, level);
    chosen.textContent = name;
    editing.classList.toggle("away", !layer);
    if (layer) {
      kind.value = layer.kind;
      for (const { name: what, field } of fields) {
        if (field.value !== layer[what]) field.value = layer[what];
        field.el.hidden = layer.kind === "pool" && what === "dilation";
      }
    }
    enable(tools.left, level > 1);
    enable(tools.right, level > 0 && level < layers.length);
    enable(tools.remove, level > 0);
    enable(tools.copy, level > 0);

    drawFormula(layers, found, level);

    // The photograph and the patch.
    const boxes = { theoretical: box };
    const margin = (box.size - effective) / 2;
    if (margin) boxes.effective = { top: box.top + margin, left: box.left + margin, size: effective };
    if (inner) {
      const { field, jump, start } = found[inner.level];
      const column = unitAt(found[inner.level], columnSizes[inner.level], box.left + box.size / 2 - 0.5);
      boxes.peeked = { top: start + inner.unit * jump, left: start + column * jump, size: field };
    }
    const { field, jump, start } = found[level];
    const rows = rowSizes[level];
    const columns = columnSizes[level];
    const grid =
      (jump * photo.el.clientWidth) / width >= 10 && rows && columns
        ? { top: start + (field - jump) / 2, left: start + (field - jump) / 2, jump, rows, columns }
        : null;
    photo.draw({ boxes, grid });
    patch.draw({ top: box.top, left: box.left, counts, mode: view.mode, effective });
    drawProfile(counts, view.mode, effective);
    modes.value = view.mode;
    modeNote.textContent = strings.patch.notes[view.mode];
    photoTitle.replaceChildren(h("b", {}, strings.photo.title), strings.photo.size(width, height));

    const outside = ["top", "left"].some((side, axis) => box[side] < 0 || box[side] + box.size > data.shape[axis]);
    patchTitle.replaceChildren(h("b", {}, strings.patch.title(name)), outside ? strings.patch.padding : "");
    const seen = Math.round(Math.sqrt(m.seen[level]) * field);
    const texts = {
      field: strings.facts.square(field),
      jump: strings.facts.pixels(jump),
      effective: strings.facts.square(effective),
      seen: strings.facts.seen(seen, field, percent(m.seen[level], 0)),
      units: rows && columns ? strings.facts.units(rows, columns) : strings.facts.usedUp,
    };
    for (const [what, text] of Object.entries(texts)) facts[what].value.textContent = text;
    facts.seen.el.classList.toggle("holes", m.seen[level] < 1);
    facts.units.el.classList.toggle("holes", !(rows && columns));
  };
}

export default defineWidget({
  name: "receptive_field",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: (data) => ({ layer: null, at: data.at, mode: "box" }),
  metrics,
  python,
  announce: (_, m) => strings.announce(m),
  seeded,
  build,
});
