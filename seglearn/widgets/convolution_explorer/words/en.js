import { plural } from "../../web/ui/format.js";

export const strings = {
  title: "Convolution explorer",
  prompt: "Point at a cell of the output: the window that made it lights up on the input, with every product.",
  stages: { window: "One window", size: "Size of the output" },
  settings: {
    label: "Settings",
    size: ["n", "input"],
    kernel: ["k", "kernel"],
    stride: ["s", "stride"],
    padding: ["p", "padding"],
    dilation: ["d", "dilation"],
  },
  input: {
    title: (n) => `Input ${n} × ${n}`,
    padded: (p, n) => `, with ${p} ${plural(p, { one: "ring", other: "rings" })} of zeros ${n} × ${n}`,
    board: "Input. Arrow keys move the cursor, a digit writes a value; a click switches a cell between 0 and 9.",
    picture: "Picture",
    pictures: { texture: "texture", square: "square", soft: "soft edge", dot: "dot", own: "as given" },
    shows: { label: "Show", values: "values", reads: "times read" },
    cell: (r, c, x) => `Input row ${r}, column ${c}: ${x}.`,
    inPadding: "Padding: 0.",
    readBy: (n) => (n ? `Read by ${n} ${plural(n, { one: "output", other: "outputs" })}.` : "Read by no output."),
    step: (s) => `step ${s}`,
    key: {
      window: (span) => `window, ${span} × ${span}`,
      padding: () => "zeros",
      dropped: (n) => `never read, ${n} a side`,
    },
  },
  kernel: {
    title: (k) => `Kernel ${k} × ${k}`,
    label: "Weights of the kernel",
    weight: (i, j) => `Weight in row ${i}, column ${j}`,
    kinds: { label: "Kernel", identity: "identity", blur: "blur", edge: "edge", sharpen: "sharpen" },
    divisor: "sum ÷",
  },
  output: {
    title: (o) => (o ? `Output ${o} × ${o}` : "No output"),
    board: "Output. Arrow keys move from cell to cell; Home and End go to the first and the last.",
    none: "nothing",
  },
  player: { cell: "Cell", of: (i, n) => `${i} of ${n}` },
  sum: {
    label: "The sum behind the output cell",
    lead: (r, c) => `Output row ${r}, column ${c} =`,
    row: (i) => `row ${i}`,
    short: (r, c) => `Output (${r}, ${c}) =`,
    none: "No window fits, so there is no sum.",
    divided: (d) => `÷ ${d} =`,
    equals: "=",
    padding: "padding",
  },
  formula: "Size of the output",
  terms: {
    output: "o, cells a side of the output",
    image: "n, cells a side of the input",
    padding: "2 p, zeros on both sides",
    span: "d (k − 1) + 1, cells that the kernel spans",
    step: "s, cells from one window to the next",
    floor: "floor: a part of a step makes no window, and what is left over is dropped",
    first: "1, the window before the first step",
  },
  notes: {
    exact: (room, s) => `${room} ÷ ${s} leaves nothing over: the last window ends with the last cell.`,
    floor: (room, s, rest) => `${room} ÷ ${s} leaves ${rest} over.`,
    lost: (n) =>
      ` The floor drops it: no window reads the last ${plural(n, { one: "column and row", other: `${n} columns and rows` })} of the input.`,
    onlyPadding: " The floor drops it, and here it is padding only: nothing of the input is lost.",
    cost: (o, k, total) => `${o} × ${o} outputs of ${k} × ${k} products: ${total} multiplications.`,
    invalid: (span, padded) =>
      `The kernel spans ${span} cells a side, the padded input has ${padded}. There is no place to put it, and PyTorch raises an error. Each of these alone repairs it:`,
  },
  repairs: {
    padding: (v) => `padding ${v}`,
    dilation: (v) => `dilation ${v}`,
    kernel: (v) => `kernel ${v} × ${v}`,
    size: (v) => `input ${v} × ${v}`,
  },
  announce: ({ output_size: o, span, padded, remainder }) =>
    o === null
      ? `No output: the kernel spans ${span} cells, the padded input has ${padded}.`
      : `Output ${o} by ${o}${remainder ? `, ${remainder} left over` : ""}.`,
  python: { fails: "raises: the kernel is wider than the padded input" },
  guesses: {
    floor: "Eight cells, kernel 3, stride 2, no padding. How many outputs a side?",
    seed: "The sliders under “Size of the output” show a setting drawn at random. How many outputs a side?",
  },
  goals: {
    edge: {
      text: "Find the upper side, not the left.",
      distance: (left, upper) => `left ${left}, upper ${upper}`,
      why: "Lower row minus upper row: equal columns cancel now, as equal rows did before.",
    },
    blur: {
      text: "A mean that nowhere reaches 9.",
      distance: (most) => `largest ${most}`,
      why: "A window wider than the square holds dark cells wherever it stands.",
    },
    identity: {
      text: "As many cells out as in.",
      distance: (out, n) => `${out} of ${n} a side`,
      why: "With p = (k − 1) / 2 the window can stand over every cell of the input.",
    },
    stride: {
      text: "An output of 4 × 4 at stride 2.",
      distance: (out, s) => `${out} × ${out} at stride ${s}`,
      why: "An eighth column makes half a step, which the floor drops; the ninth completes it.",
    },
    same: {
      text: "A 5 × 5 kernel, and the output as large as the input.",
      distance: (k, out) => `kernel ${k} × ${k}, output ${out} × ${out}`,
      why: "p = (k − 1) / 2: two rings for five weights a side.",
    },
    floor: {
      text: "Stride 2, and nothing of the input lost.",
      distance: (lost, s) => `${lost} lost at stride ${s}`,
      why: "Either the steps come out even, or the half step falls on padding.",
    },
    sharpen: {
      text: "Twice the overshoot, from −2 to 10, with weights that still add up to 1.",
      distance: (low, high) => `from ${low} to ${high}`,
      why: "Nine times the middle minus twice each neighbour: differences count double, flat parts stay.",
    },
    dilation: {
      text: "Nine weights that span 7 cells.",
      distance: (span, k) => `${k} × ${k} weights span ${span}`,
      why: "3 (3 − 1) + 1 = 7: the window fits in one place, so one output is left.",
    },
    full: {
      text: "The same 49 weights, and 3 × 3 answers",
      distance: (out) => `${out} × ${out}`,
      why: "The layer slides over a larger input: this is how a classifier becomes a map of classes.",
    },
    invalid: {
      text: "An output",
      distance: (excess) => `${excess} too wide`,
      why: "d (k − 1) + 1 may not exceed n + 2p.",
    },
  },
  presets: {
    given: {
      label: "As given",
      story: "Point at a cell of the output: the window that made it lights up on the input, with every product.",
    },
    identity: {
      label: "Identity",
      story:
        "A single 1 in the middle: each output cell copies the input cell under it. Yet 7 × 7 cells go in and 5 × 5 come out. Which setting brings the rest back?",
    },
    blur: {
      label: "Blur",
      story:
        "Nine weights of 1, and the sum divided by 9: each output is the mean of its window, and the square has lost its sharp border. One output is still 9. How large must the kernel be for none to be?",
    },
    edge: {
      label: "Edge",
      story:
        "Right column minus left column. Where both are alike they cancel to 0; the left side of the square gives 27, the right side −27. Which weights find its upper and lower side instead? Type them.",
    },
    sharpen: {
      label: "Sharpen",
      story:
        "Five times the middle minus its four neighbours. The weights add up to 1, so flat parts stay, but the ramp 2, 4, 6 becomes 0, 4, 8: it overshoots. Which weights overshoot twice as far?",
    },
    stride: {
      label: "Stride 2",
      story:
        "The window moves two cells at a time: (7 − 3) ÷ 2 = 2 steps, and with the window before the first step 3 outputs a side. How wide must the input be for a fourth?",
    },
    dilation: {
      label: "Dilation 2",
      story:
        "Still nine weights, but with gaps between them: the kernel spans 5 cells instead of 3, for the same nine products. Which dilation makes it span all 7 cells?",
    },
    same: {
      label: "Same padding",
      story:
        "One ring of zeros, and the output is as large as the input. But the zeros count: in the corner only 4 of 9 cells are real, and the mean comes out too low. Which padding does a 5 × 5 kernel need?",
    },
    floor: {
      label: "Floor",
      story:
        "Eight cells, kernel 3, stride 2: 5 ÷ 2 = 2.5, and the floor makes it 2. The half step is the hatched column and row, which no window ever reads. Which two settings lose nothing?",
    },
    full: {
      label: "Fully connected",
      story:
        "A kernel as large as its input gives one number, as a fully connected layer does: 49 weights, 49 products. What comes out of an input 9 cells wide?",
    },
    invalid: {
      label: "Too large",
      story:
        "Dilation 2 stretches the 3 × 3 kernel to 5 cells, and the input has 4. The kernel fits nowhere, so there is no output at all. What could you change?",
    },
    seed: {
      label: "Random",
      story: "A setting drawn at random; the same seed brings it back. Does the formula say what the boards show?",
    },
  },
};
