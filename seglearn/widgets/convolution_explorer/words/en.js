export const strings = {
  title: "Convolution explorer",
  prompt: "Point at a cell of the output: the window that made it lights up on the input, with every product.",
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
    padded: (p, n) => `, with ${p} ${p === 1 ? "ring" : "rings"} of zeros ${n} × ${n}`,
    board: "Input. Arrow keys move the cursor, a digit writes a value; a click switches a cell between 0 and 9.",
    picture: "Picture",
    pictures: { texture: "texture", square: "square", soft: "soft edge", dot: "dot", own: "as given" },
    shows: { label: "Show", values: "values", reads: "times read" },
    cell: (r, c, x) => `Input row ${r}, column ${c}: ${x}.`,
    inPadding: "Padding: 0.",
    readBy: (n) => (n ? `Read by ${n} ${n === 1 ? "output" : "outputs"}.` : "Read by no output."),
    step: (s) => `step ${s}`,
    key: {
      window: (span) => `window, ${span} × ${span}`,
      padding: () => "padding, zeros",
      dropped: (n) => (n === 1 ? "1 column and row never read" : `${n} columns and rows never read`),
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
  player: { play: "Play", pause: "Pause", cell: "Cell", of: (i, n) => `${i} of ${n}` },
  sum: {
    label: "The sum behind the output cell",
    lead: (r, c) => `Output row ${r}, column ${c} =`,
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
      n === 1
        ? " The floor drops it: no window reads the last column and the last row of the input."
        : ` The floor drops it: no window reads the last ${n} columns and rows of the input.`,
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
  presets: {
    given: {
      label: "As given",
      story: "Point at a cell of the output: the window that made it lights up on the input, with every product.",
    },
    identity: {
      label: "Identity",
      story:
        "The kernel holds a single 1, in its middle: each output cell copies the input cell under it. Yet 7 × 7 cells go in and 5 × 5 come out. Where is the rest, and which setting brings it back?",
    },
    blur: {
      label: "Blur",
      story:
        "Nine weights of 1, and the sum divided by 9: each output is the mean of what its window covers, and the square has lost its sharp border. Point at the outputs: how many white cells does each window hold?",
    },
    edge: {
      label: "Edge",
      story:
        "Right column minus left column. Where both are alike they cancel to 0; the left side of the square gives 27, the right side −27. Which weights find its upper and lower side instead? Type them.",
    },
    sharpen: {
      label: "Sharpen",
      story:
        "Five times the middle minus its four neighbours. The weights add up to 1, so flat parts stay as they are, but the ramp 2, 4, 6 becomes 0, 4, 8. The input has neither a 0 nor an 8: sharpening overshoots.",
    },
    stride: {
      label: "Stride 2",
      story:
        "The window moves two cells at a time: (7 − 3) ÷ 2 = 2 steps, and with the window before the first step 3 outputs a side. Now make the input 8 cells wide. Does the output grow?",
    },
    dilation: {
      label: "Dilation 2",
      story:
        "Still nine weights, but with gaps between them: the kernel spans 5 cells instead of 3, for the same nine products. Which dilation makes it span all 7 cells, and what happens to the output?",
    },
    same: {
      label: "Same padding",
      story:
        "One ring of zeros, and the output is as large as the input. But the zeros count: in the corner only 4 of 9 cells are real, and the mean comes out too low. Which padding does a 5 × 5 kernel need?",
    },
    floor: {
      label: "Floor",
      story:
        "Eight cells, kernel 3, stride 2: 5 ÷ 2 = 2.5, and the floor makes it 2. The half step is the hatched column and row, which no window ever reads. Find two settings that lose nothing of the input.",
    },
    full: {
      label: "Fully connected",
      story:
        "A kernel as large as its input gives one number, as a fully connected layer does: 49 weights, 49 products. Now make the input 9 cells wide. The layer with one answer becomes a map of 3 × 3 answers.",
    },
    invalid: {
      label: "Too large",
      story:
        "Dilation 2 stretches the 3 × 3 kernel to 5 cells, and the input has 4. The kernel fits nowhere, so there is no output at all. What could you change? Guess, then choose a repair below.",
    },
    seed: {
      label: "Random",
      story:
        "Cover the formula, work out the size of the output, then look. The same seed brings the same setting back.",
    },
  },
};
