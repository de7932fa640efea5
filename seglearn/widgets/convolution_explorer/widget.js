/** Convolution explorer: one kernel on one small image, every product and every sum in sight. */
import {
  convolve,
  KERNELS,
  MOST,
  makeKernel,
  numbersOf,
  readers,
  repairs,
  resizeImage,
  resizeKernel,
  sizes,
  taps,
  timesRead,
} from "../web/core/convolution.js";
import { py, pythonLiteral } from "../web/core/python.js";
import { generator } from "../web/core/random.js";
import { button, numberField, segmented, slider } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { count } from "../web/ui/format.js";
import { createFormula } from "../web/ui/formula.js";
import { arrow } from "../web/ui/keys.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { brief, CELL, createBoard, frame, label, shade } from "./parts/board.js";
import { pieces, TERMS } from "./parts/formula.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const PLAY = "M4.500 2.500v11l9-5.500z";
const PAUSE = "M5 3v10M11 3v10";

const DEFS = `
  <pattern id="padding" width="3" height="3" patternUnits="userSpaceOnUse"><circle cx="1.5" cy="1.5" r="0.5" class="dot"/></pattern>
  <pattern id="dropped" width="3.4" height="3.4" patternUnits="userSpaceOnUse"><path d="M0 0l3.400 3.400M3.400 0L0 3.400" class="cross"/></pattern>
  <pattern id="negative" width="3.4" height="3.4" patternUnits="userSpaceOnUse"><path d="M-1 -1l5.400 5.400" class="slash"/></pattern>
  <marker id="tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="4" markerHeight="4" orient="auto"><path d="M0 0l6 3-6 3z" class="tip"/></marker>`;

function metrics(state) {
  const { span, padded, size, remainder, lost } = sizes(numbersOf(state));
  return { span, padded, output_size: size, remainder, lost, output: convolve(state) };
}

function python(state) {
  const rows = (name, table) => [
    `${name} = torch.tensor([`,
    ...table.map((line) => `    ${pythonLiteral(line)},`),
    "], dtype=torch.float32)",
  ];
  const fits = sizes(numbersOf(state)).size !== null;
  return [
    "import torch",
    "from torch.nn import functional as F",
    "",
    ...rows("image", state.image),
    ...rows("kernel", state.kernel),
    ...(state.divisor === 1 ? [] : [py`kernel /= ${state.divisor}`]),
    "",
    ...(fits ? [] : [`# ${strings.python.fails}`]),
    py`output = F.conv2d(image[None, None], kernel[None, None], stride=${state.stride}, padding=${state.padding}, dilation=${state.dilation})`,
    "print(output[0, 0])",
    "",
  ].join("\n");
}

/** A setting that fits, drawn at random. */
function seeded(seed, state) {
  const random = generator(seed);
  const draw = (low, high) => low + Math.floor(random() * (high - low + 1));
  for (;;) {
    const [n, k, s, p, d] = [draw(5, 10), draw(2, 4), draw(1, 3), draw(0, 2), draw(1, 2)];
    if (sizes({ n, k, s, p, d }).size === null) continue;
    const grid = (side, low, high) =>
      Array.from({ length: side }, () => Array.from({ length: side }, () => draw(low, high)));
    return {
      image: grid(n, 0, 9),
      picture: "own",
      kernel: grid(k, -1, 1),
      kind: "own",
      divisor: 1,
      stride: s,
      padding: p,
      dilation: d,
    };
  }
}

function build(shell) {
  const { store, data, light, control } = shell;
  light.terms(TERMS);
  const commit = (change) => store.commit({ ...store.state, ...change });

  // --- settings ---------------------------------------------------------------------------------------------------------
  const pictureOf = (state) => data.pictures[state.picture] ?? [];
  const kernelOf = (state, k) =>
    state.kind === "own" ? { kernel: resizeKernel(state.kernel, k) } : makeKernel(state.kind, k);
  const change = {
    size: (state, n) => ({ image: resizeImage(state.image, n, pictureOf(state)) }),
    kernel: (state, k) => kernelOf(state, k),
    stride: (_, stride) => ({ stride }),
    padding: (_, padding) => ({ padding }),
    dilation: (_, dilation) => ({ dilation }),
  };
  const readSetting = {
    size: (state) => state.image.length,
    kernel: (state) => state.kernel.length,
    stride: (state) => state.stride,
    padding: (state) => state.padding,
    dilation: (state) => state.dilation,
  };
  let base = null; // the state when a slider was taken in hand: back and forth loses no weight and no cell
  const sliders = Object.keys(change).map((name) => {
    const [letter, words] = strings.settings[name];
    const made = slider({
      label: `${letter} ${words}`,
      id: `set-${name}`,
      min: name === "padding" ? 0 : 1,
      max: MOST[name],
      value: readSetting[name](store.state),
      onInput(value) {
        base ??= store.state;
        store.preview({ ...base, ...change[name](base, value) });
      },
      onChange() {
        base = null;
        store.commit();
      },
    });
    return { name, el: made.el, input: made };
  });
  const settings = h(
    "div",
    { class: "settings", role: "group", "aria-label": strings.settings.label },
    sliders.map(({ el }) => el),
  );

  // --- boards -----------------------------------------------------------------------------------------------------------
  const size = () => sizes(numbersOf(store.state)).size ?? 0;
  const clamp = (v, n) => Math.min(n - 1, Math.max(0, v));
  const currentCell = () => store.view.cell.map((v) => clamp(v, Math.max(1, size())));
  const look = (r, c, aloud = true) => {
    store.look({ cell: [clamp(r, size()), clamp(c, size())] });
    if (aloud) shell.say(spoken());
  };

  let cursor = null; // the padded input cell under the pointer or the keyboard's cursor: { r, c }
  let typing = false; // whether it is the keyboard's
  const inImage = ({ r, c }) => {
    const { n, p } = numbersOf(store.state);
    return r >= p && c >= p && r < n + p && c < n + p;
  };
  const partAt = (at) => {
    const numbers = numbersOf(store.state);
    const { padded, remainder } = sizes(numbers);
    if (Math.max(at.r, at.c) >= padded - remainder) return "dropped";
    return inImage(at) ? "cell" : "padding";
  };
  const pointInput = (at) => {
    typing = false;
    cursor = at;
    light.point(at && { part: partAt(at) });
    shell.redraw();
  };
  const write = ({ r, c }, value) => {
    const { p } = numbersOf(store.state);
    if (!inImage({ r, c })) return;
    const image = store.state.image.map((line, i) =>
      i === r - p ? line.map((x, j) => (j === c - p ? value : x)) : line,
    );
    commit({ image });
  };
  const describeInput = (at) => {
    const numbers = numbersOf(store.state);
    const { p } = numbers;
    const n = readers(numbers, at.r).length * readers(numbers, at.c).length;
    const what = inImage(at)
      ? strings.input.cell(at.r - p + 1, at.c - p + 1, brief(store.state.image[at.r - p][at.c - p], 2))
      : strings.input.inPadding;
    return `${what} ${strings.input.readBy(n)}`;
  };
  const inputBoard = createBoard({
    id: "input",
    label: strings.input.board,
    defs: DEFS,
    onPoint: pointInput,
    onPick(at) {
      if (!inImage(at)) return;
      const { p } = numbersOf(store.state);
      write(at, store.state.image[at.r - p][at.c - p] >= 5 ? 0 : 9);
    },
    onKey(event) {
      const { p, n } = numbersOf(store.state);
      const step = arrow(event);
      cursor ??= { r: p, c: p };
      if (step) {
        typing = true;
        cursor = { r: clamp(cursor.r + step[1], n + 2 * p), c: clamp(cursor.c + step[0], n + 2 * p) };
        light.point({ part: partAt(cursor) });
        shell.say(describeInput(cursor));
        shell.redraw();
        return true;
      }
      if (!/^\d$/.test(event.key) || event.ctrlKey || event.metaKey) return false;
      typing = true;
      write(cursor, Number(event.key));
      return true;
    },
  });
  inputBoard.el.addEventListener("focus", () => {
    if (!inputBoard.el.matches(":focus-visible")) return;
    const { p } = numbersOf(store.state);
    [cursor, typing] = [{ r: p, c: p }, true];
    shell.redraw();
  });
  inputBoard.el.addEventListener("blur", () => pointInput(null));

  const outputBoard = createBoard({
    id: "output",
    label: strings.output.board,
    defs: DEFS,
    onPoint(at) {
      if (at && size()) {
        stop();
        look(at.r, at.c, false);
      }
    },
    onPick: (at) => size() && look(at.r, at.c),
    onKey(event) {
      if (!size()) return false;
      const [r, c] = currentCell();
      const step = arrow(event);
      if (step) look(r + step[1], c + step[0]);
      else if (event.key === "Home") look(0, 0);
      else if (event.key === "End") look(size(), size());
      else return false;
      stop();
      return true;
    },
  });

  // --- kernel -----------------------------------------------------------------------------------------------------------
  const kernelBox = h("div", {
    class: "kernel",
    role: "group",
    "aria-label": strings.kernel.label,
    "data-testid": "kernel",
  });
  let weights = []; // the fields, row by row
  function buildKernel(k) {
    weights = Array.from({ length: k * k }, (_, at) => {
      const [i, j] = [Math.floor(at / k), at % k];
      const field = h("input", {
        type: "number",
        step: "any",
        "aria-label": strings.kernel.weight(i + 1, j + 1),
        "data-testid": `weight-${i}-${j}`,
        onchange() {
          const value = Math.max(-99, Math.min(99, Number(field.value)));
          const kernel = store.state.kernel.map((line, r) => line.map((w, c) => (r === i && c === j ? value : w)));
          commit({ kernel, kind: "own" });
        },
      });
      return light.bind(h("label", { class: "weight" }, field), { part: `t-${i}-${j}` });
    });
    kernelBox.style.setProperty("--k", k);
    kernelBox.replaceChildren(...weights);
  }
  const kinds = segmented({
    label: strings.kernel.kinds.label,
    id: "kind",
    options: KERNELS.map((value) => ({ value, label: strings.kernel.kinds[value] })),
    onChange: (kind) => commit({ kind, ...makeKernel(kind, store.state.kernel.length) }),
  });
  const divisor = numberField({
    label: strings.kernel.divisor,
    id: "divisor",
    min: 1,
    max: 999,
    value: 1,
    onChange: (value) => commit({ divisor: value, kind: "own" }),
  });

  // --- picture, and what the input shows ------------------------------------------------------------------------------------
  const picture = segmented({
    label: strings.input.picture,
    id: "picture",
    options: Object.keys(data.pictures).map((value) => ({ value, label: strings.input.pictures[value] })),
    onChange(value) {
      const n = store.state.image.length;
      commit({ picture: value, image: resizeImage([], n, data.pictures[value]) });
    },
  });
  const shows = segmented({
    label: strings.input.shows.label,
    id: "shows",
    options: ["values", "reads"].map((value) => ({ value, label: strings.input.shows[value] })),
    onChange: (value) => store.look({ shows: value }),
  });

  // --- player -----------------------------------------------------------------------------------------------------------
  let timer = 0;
  const play = button({
    label: strings.player.play,
    id: "play",
    symbol: PLAY,
    onClick: () => (timer ? stop() : start()),
  });
  const showPlaying = () => {
    play.querySelector("path").setAttribute("d", timer ? PAUSE : PLAY);
    play.querySelector(".button-label").textContent = timer ? strings.player.pause : strings.player.play;
  };
  const index = () => {
    const [r, c] = currentCell();
    return r * size() + c;
  };
  const goTo = (i) => look(Math.floor(i / size()), i % size(), false);
  function start() {
    if (!size()) return;
    if (index() === size() ** 2 - 1) goTo(0);
    timer = setInterval(
      () => (index() < size() ** 2 - 1 ? goTo(index() + 1) : stop()),
      shell.reducedMotion ? 1000 : 450,
    );
    showPlaying();
  }
  function stop() {
    if (!timer) return;
    clearInterval(timer);
    timer = 0;
    showPlaying();
  }
  shell.onClose(stop);
  const scrub = slider({
    label: strings.player.cell,
    id: "scrub",
    min: 1,
    max: 2,
    value: 1,
    format: (i) => strings.player.of(size() ? i : 0, size() ** 2),
    onInput(i) {
      stop();
      goTo(i - 1);
    },
    onChange: () => shell.say(spoken()),
  });

  // --- sum, formula, notes ------------------------------------------------------------------------------------------------
  const sum = h("div", { class: "sum", role: "group", "aria-label": strings.sum.label, "data-testid": "sum" });
  function spoken() {
    const [r, c] = currentCell();
    const m = convolve(store.state);
    return m ? `${strings.sum.lead(r + 1, c + 1)} ${brief(m[r][c], 2)}` : strings.announce(metrics(store.state));
  }
  const formula = createFormula(light, strings.formula);
  const note = h("p", { class: "note", "data-testid": "note" });
  const repairBox = h("div", { class: "repairs", "data-testid": "repairs" });

  const keys = ["window", "padding", "dropped"].map((part) => ({
    part,
    words: h("span"),
    el: h("li", { "data-part": part, tabindex: "0" }, h("i", { class: `swatch key-${part}`, "aria-hidden": "true" })),
  }));
  for (const { part, el, words } of keys) {
    el.append(words);
    light.bind(el, { part: part === "window" ? "span" : part });
  }
  const inputKey = h(
    "ul",
    { class: "legend key" },
    keys.map(({ el }) => el),
  );
  const inputTitle = h("figcaption");
  const outputTitle = h("figcaption", { "data-testid": "output-title" });
  const kernelTitle = h("strong", { class: "pane-title" });
  const choice = (words, el) => h("div", { class: "choice" }, h("span", { "aria-hidden": "true" }, words), el);
  shell.body.append(
    control("settings", settings),
    h(
      "div",
      { class: "boards" },
      h("figure", { class: "input" }, inputTitle, inputBoard.el, inputKey),
      h(
        "div",
        { class: "middle" },
        h("div", { class: "kernel-head" }, kernelTitle),
        kernelBox,
        control("kernel", h("div", { class: "kernel-tools" }, kinds.el, divisor.el)),
      ),
      h("figure", { class: "output" }, outputTitle, outputBoard.el),
    ),
    h(
      "div",
      { class: "row" },
      control("player", h("div", { class: "player" }, play, scrub.el)),
      control(
        "picture",
        h(
          "div",
          { class: "choices" },
          choice(strings.input.picture, picture.el),
          choice(strings.input.shows.label, shows.el),
        ),
      ),
    ),
    control("sum", sum),
    control("formula", h("div", { class: "formula-box" }, formula.el, note, repairBox)),
  );

  // --- drawing --------------------------------------------------------------------------------------------------------------
  function drawInput(state, view, found, list) {
    const numbers = numbersOf(state);
    const { n, s, p } = numbers;
    const { padded, remainder, span, size: o } = found;
    const reads = view.shows === "reads" ? timesRead(numbers) : null;
    const flat = reads ? reads.flat() : state.image.flat();
    const top = reads
      ? Math.max(1, ...flat)
      : flat.every((x) => x <= 1) && flat.some((x) => x > 0 && x < 1)
        ? 1
        : Math.max(9, ...flat);
    const lookOf = (r, c) => {
      const inside = inImage({ r, c });
      const value = reads ? reads[r][c] : inside ? state.image[r - p][c - p] : 0;
      const colours = inside || reads ? shade(value, top) : { fill: "var(--field)", ink: "var(--ink-2)" };
      return { ...colours, text: brief(value) };
    };
    const kept = o ? padded - remainder : padded; // what lies beyond is dropped
    let ground = "";
    let numerals = "";
    for (let r = 0; r < padded; r++) {
      for (let c = 0; c < padded; c++) {
        const { fill, ink, text } = lookOf(r, c);
        const inside = inImage({ r, c });
        ground += frame(r, c, 1, 1, `fill="${fill}" class="cell${inside ? "" : " padded"}"`, 0.25);
        if (!inside && !reads) ground += frame(r, c, 1, 1, 'fill="url(#padding)"', 0.5);
        const halo = Math.max(r, c) >= kept ? `stroke="${fill}" class="halo"` : "";
        numerals += label(text, (c + 0.5) * CELL, (r + 0.5) * CELL, { fill: ink, extra: halo });
      }
    }
    if (kept < padded) {
      ground +=
        frame(0, kept, padded, remainder, 'fill="url(#dropped)" class="dropped"') +
        frame(kept, 0, remainder, kept, 'fill="url(#dropped)" class="dropped"');
    }
    ground += numerals;
    if (p) ground += frame(p, p, n, n, 'class="image-line"', -0.3);

    let above = "";
    const lit = light.parts ?? new Set();
    const hot = (...args) => (above += frame(...args));
    if (lit.has("padding") && p) {
      for (const [r, c, rows, columns] of [
        [0, 0, p, padded],
        [padded - p, 0, p, padded],
        [p, 0, n, p],
        [p, padded - p, n, p],
      ])
        hot(r, c, rows, columns, 'class="hot"', 0.4);
    }
    if (lit.has("image")) hot(p, p, n, n, 'class="hot line"', 0.6);
    if (o) {
      const [r, c] = currentCell();
      above += frame(r * s, c * s, span, span, 'class="window"', -0.1);
      for (const tap of list) {
        const [y, x] = [tap.row + p, tap.col + p];
        const { fill, ink, text } = lookOf(y, x);
        const on = lit.has(`t-${tap.i}-${tap.j}`);
        above += `<g class="tap${tap.w < 0 ? " minus" : tap.w === 0 ? " zero" : ""}${on ? " lit" : ""}">`;
        above += frame(y, x, 1, 1, `fill="${fill}" class="tap-cell"`, 0.7);
        above += label(text, (x + 0.5) * CELL, y * CELL + 3.5, { size: 4.2, fill: ink });
        above += `${badge(y, x, tap.w)}</g>`;
      }
      if (lit.has("first")) hot(0, 0, span, span, 'class="hot line"', 0.6);
      if (lit.has("span")) {
        const y = Math.max(1.5, r * s * CELL + 1.5);
        above += `<path class="measure" d="M${c * s * CELL + 0.6} ${y}H${(c * s + span) * CELL - 0.6}"/>`;
        above += tag(`${span}`, (c * s + span / 2) * CELL, y + 2);
      }
      if (lit.has("step")) {
        const y = (span / 2) * CELL;
        hot(0, 0, span, span, 'class="hot line"', 0.6);
        if (o > 1) hot(0, s, span, span, 'class="hot line"', 0.6);
        above += `<path class="measure arrow" marker-end="url(#tip)" d="M${0.8} ${y}H${s * CELL}"/>`;
        above += tag(strings.input.step(s), (s / 2) * CELL, y - 3.4);
      }
    } else {
      above += frame(0, 0, span, span, 'class="window too-large"', 0.4);
      for (const { i, j, w } of taps(state, 0, 0)) above += badge(i * numbers.d, j * numbers.d, w);
    }
    if (lit.has("dropped") && kept < padded) {
      hot(0, kept, padded, remainder, 'class="hot drop"', 0.3);
      hot(kept, 0, remainder, kept, 'class="hot drop"', 0.3);
    }
    if (cursor && cursor.r < padded && cursor.c < padded) {
      above += frame(cursor.r, cursor.c, 1, 1, `class="cursor${typing ? " typing" : ""}"`, 0.2);
    }
    // A kernel that is too large sticks out; the board grows to show it.
    inputBoard.show(o ? padded : Math.max(padded, span), ground, above);
  }

  const badge = (r, c, w) =>
    `<rect x="${c * CELL + 1.1}" y="${r * CELL + 5.9}" width="7.8" height="3.1" rx="1.2" class="badge"/>` +
    label(`×${brief(w)}`, (c + 0.5) * CELL, r * CELL + 7.5, { size: 2.9, extra: 'class="badge-text"' });
  const tag = (text, x, y) => {
    const width = text.length * 2 + 3;
    return `<rect x="${x - width / 2}" y="${y - 2.6}" width="${width}" height="5.2" rx="1.2" class="tag"/>${label(text, x, y, { size: 3.6, room: 99, extra: 'class="tag-text"' })}`;
  };

  function drawOutput(state, found, output) {
    const { size: o } = found;
    if (!o) {
      outputBoard.show(3, label(strings.output.none, 15, 15, { size: 4, room: 99, extra: 'class="nothing"' }), "");
      return;
    }
    const top = Math.max(...output.flat().map(Math.abs));
    let ground = "";
    output.forEach((line, r) =>
      line.forEach((value, c) => {
        ground += frame(r, c, 1, 1, `fill="${shade(value, top).fill}" class="cell"`, 0.25);
        if (value < 0) ground += frame(r, c, 1, 1, 'fill="url(#negative)"', 0.25);
        ground += label(brief(value), (c + 0.5) * CELL, (r + 0.5) * CELL, { fill: shade(value, top).ink });
      }),
    );
    const lit = light.parts ?? new Set();
    let above = "";
    if (lit.has("output")) above += frame(0, 0, o, o, 'class="hot line"', 0.6);
    if (cursor) {
      const numbers = numbersOf(state);
      for (const r of readers(numbers, cursor.r))
        for (const c of readers(numbers, cursor.c)) above += frame(r, c, 1, 1, 'class="reader"', 0.9);
    }
    const [r, c] = currentCell();
    above += frame(r, c, 1, 1, 'class="current"', 0.3);
    outputBoard.show(o, ground, above);
  }

  let sumKey = null;
  function drawSum(state, list, output) {
    const [r, c] = currentCell();
    const key = output ? JSON.stringify([r, c, list, state.divisor]) : "";
    if (key === sumKey) return;
    sumKey = key;
    sum.replaceChildren(output ? "" : strings.sum.none);
    if (!output) return;
    const chips = list.map(({ i, j, row, col, x, w }, at) => {
      const outside = state.image[row]?.[col] === undefined;
      const kind = w < 0 ? " minus" : w === 0 ? " zero" : "";
      const chip = h(
        "span",
        { class: `chip${kind}${outside ? " outside" : ""}`, title: outside ? strings.sum.padding : "" },
        brief(x, 2),
        h("i", {}, " × "),
        h("b", {}, brief(w, 2)),
      );
      return [at > 0 && h("span", { class: "plus" }, "+"), light.bind(chip, { part: `t-${i}-${j}` })];
    });
    const total = list.reduce((all, { x, w }) => all + x * w, 0);
    const divided =
      state.divisor === 1
        ? strings.sum.equals
        : `${strings.sum.equals} ${brief(total, 2)} ${strings.sum.divided(state.divisor)}`;
    const result = h("strong", { class: "result", "data-testid": "result" }, brief(output[r][c], 2));
    sum.append(
      h("span", { class: "lead" }, strings.sum.short(r + 1, c + 1)),
      ...chips.flat().filter(Boolean),
      h("span", { class: "end" }, divided, result),
    );
  }

  let repaired = "";
  function drawNote(state, found) {
    const numbers = numbersOf(state);
    const { room, size: o, remainder, lost, span, padded } = found;
    note.classList.toggle("bad", o === null);
    note.classList.toggle("drops", remainder > 0);
    if (o === null) note.textContent = strings.notes.invalid(span, padded);
    else {
      const rest = remainder
        ? strings.notes.floor(room, numbers.s, remainder) +
          (lost ? strings.notes.lost(lost) : strings.notes.onlyPadding)
        : strings.notes.exact(room, numbers.s);
      note.textContent = `${rest} ${strings.notes.cost(o, numbers.k, count((o * numbers.k) ** 2))}`;
    }
    const ways = repairs(numbers);
    if (JSON.stringify(ways) === repaired) return;
    repaired = JSON.stringify(ways);
    repairBox.replaceChildren(
      ...ways.map(({ name, value }) =>
        button({
          label: strings.repairs[name](value),
          id: `repair-${name}`,
          onClick() {
            commit(change[name](store.state, value));
            outputBoard.el.focus();
          },
        }),
      ),
    );
  }

  let formulaKey = "";
  return ({ state, view, metrics: m }) => {
    const numbers = numbersOf(state);
    const found = sizes(numbers);
    const { size: o } = found;
    if (!o) stop();
    const list = o ? taps(state, currentCell()[0], currentCell()[1]) : [];

    for (const { name, input } of sliders)
      if (input.value !== readSetting[name](state)) input.value = readSetting[name](state);
    picture.value = state.picture;
    shows.value = view.shows;
    kinds.value = state.kind;
    divisor.value = state.divisor;
    if (weights.length !== numbers.k ** 2) buildKernel(numbers.k);
    weights.forEach((el, at) => {
      const w = state.kernel[Math.floor(at / numbers.k)][at % numbers.k];
      const field = el.firstChild;
      if (Number(field.value) !== w || field.value === "") field.value = Math.round(w * 1000) / 1000;
      el.classList.toggle("minus", w < 0);
      el.classList.toggle("zero", w === 0);
    });

    inputTitle.replaceChildren(
      h("b", {}, strings.input.title(numbers.n)),
      numbers.p ? strings.input.padded(numbers.p, found.padded) : "",
    );
    const there = { window: true, padding: numbers.p > 0, dropped: found.remainder > 0 };
    for (const { part, el, words } of keys) {
      el.hidden = !there[part];
      words.textContent = strings.input.key[part](part === "window" ? found.span : found.remainder);
    }
    kernelTitle.textContent = strings.kernel.title(numbers.k);
    outputTitle.replaceChildren(h("b", {}, strings.output.title(o)));
    drawInput(state, view, found, list);
    drawOutput(state, found, m.output);
    drawSum(state, list, m.output);
    drawNote(state, found);

    const inputSlider = scrub.el.querySelector("input");
    inputSlider.max = String(Math.max(1, (o ?? 0) ** 2));
    inputSlider.disabled = !o;
    scrub.value = o ? index() + 1 : 1;

    const parts = pieces(numbers, found, strings.terms);
    if (parts.join() !== formulaKey) {
      formulaKey = parts.join();
      formula.show(...parts);
    }
    formula.el.classList.toggle("drops", found.remainder > 0);
  };
}

export default defineWidget({
  name: "convolution_explorer",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: ({ view }) => ({ shows: "values", ...view }),
  metrics,
  python,
  announce: (_, m) => strings.announce(m),
  seeded,
  build,
});
