import { plural, score, trimmed } from "../../web/ui/format.js";

/** "2, 1, 2, 1, …", the phases of an output twice over where they are few. */
const cycle = (values) =>
  values.length > 8
    ? `${Math.min(...values)} to ${Math.max(...values)}`
    : `${(values.length < 4 ? [...values, ...values] : values).join(", ")}, …`;
const short = (x) => trimmed(x, 2);

export const strings = {
  title: "Checkerboard",
  prompt: "Every input stamps the kernel onto the output. Where do the stamps pile up?",
  stages: { picture: "Picture", stamps: "Stamp by stamp", map: "Two directions" },
  settings: { label: "Layer", kernel: "kernel k", stride: "stride s", padding: "padding p" },
  weights: {
    label: "Weights",
    ones: "Ones",
    bilinear: "Bilinear",
    random: "Random",
    own: "Own",
  },
  fit: (k) => `Set k = 2s − s mod 2 = ${k}`,
  kernel: {
    title: "Kernel",
    note: "drag, or arrow keys",
    fine: "too many to drag",
    tap: (j, phase) => `Weight w${j}${phase}`,
    ofPhase: (letter) => `, phase ${letter}`,
  },
  phases: {
    title: "Weights that reach each kind of output",
    name: (letter) => `phase ${letter}`,
    label: (letter, taps, sum) => `Phase ${letter}: ${taps} = ${sum}`,
    many: (low, high) => (low === high ? low : `${low} to ${high}`),
  },
  stamps: {
    title: "One direction",
    slider: "Stamps",
    of: (i, n) => `${i} of ${n}`,
    inputs: "inputs x, to be dragged",
    copies: "stamps x·w",
    output: "output y",
    counts: "stamps",
    phase: "phase",
    input: (i) => `Input x${i}`,
    chart:
      "Stamps and their sum. Left and right arrow keys walk along the output, up and down arrow keys take a stamp away or add one.",
    point: "Point at an output to see the stamps it is made of.",
    cut: "padding cuts this output off",
    none: "no stamp reaches it: 0",
    said: (o, count, sum) => `Output ${o}: ${count} ${plural(count, { one: "stamp", other: "stamps" })}, sum ${sum}.`,
  },
  contrast: "contrast",
  verdict: {
    label: "What comes of it",
    even: (k, s) =>
      `${k} mod ${s} = 0: away from the ends every output gets ${k} ÷ ${s} = ${k / s} ${plural(k / s, { one: "stamp", other: "stamps" })}.`,
    uneven: (k, s, counts) =>
      `${k} mod ${s} = ${k % s}, not 0: the stamps overlap unevenly. Outputs get ${cycle(counts)} stamps in turn.`,
    gaps: (k, s) => `k = ${k} is less than s = ${s}: between the stamps there are gaps, which get nothing at all.`,
    flat: (sum) => `A constant image stays constant: each phase sums to ${short(sum)}.`,
    saved: (sum) =>
      `Yet a constant image stays constant: each phase sums to ${short(sum)}. These weights make up for the overlap; nothing makes a trained kernel do so.`,
    ripple: (low, high) =>
      `A constant image comes out as a pattern: phases sum to ${short(low)} and ${short(high)}, squared where rows and columns meet.`,
    despite: (low, high) =>
      `Even so a constant image comes out as a pattern: phases sum to ${short(low)} and ${short(high)}. Even overlap is not enough, the weights must agree too.`,
    nothing: "All weights are 0: nothing comes out.",
  },
  formula: {
    label: "Size of the output",
    result: "output",
    inputs: "n, the inputs",
    stride: "s, the step from stamp to stamp",
    kernel: "k, the width of a stamp",
    padding: "p, outputs cut off at either end",
  },
  map: {
    title: "Stamps on each output",
    titleSums: "Weights on each output",
    label: "Show",
    counts: "Stamps",
    sums: "Weights",
    stage: "Map of the output for 5 × 5 inputs. Arrow keys move from output to output.",
    point: "Point at a cell: its row and its column multiply.",
    cell: (row, column, a, b) => `row ${row}, column ${column}: ${short(a)} × ${short(b)} = ${short(a * b)}`,
  },
  pictures: {
    label: "Input picture",
    photo: "Photograph",
    constant: "Constant grey",
    transposed: "Transposed convolution",
    resized: "Resize, then convolve",
    from: (n, m) => `${n} × ${n} → ${m} × ${m}`,
    described: {
      transposed: (contrast) => `Picture after the transposed convolution; contrast of the pattern ${contrast}.`,
      resized: "Picture after resizing and a convolution with the same weights; no pattern.",
    },
    note: "Same input, weights and mean brightness. On the right each input first becomes a block of s × s; then every output sums all k × k weights.",
  },
  announce: (k, s, m) =>
    `Kernel ${k}, stride ${s}: ${m.contrast === null ? "nothing comes out" : m.contrast === 0 ? "no pattern" : `pattern of contrast ${score(m.contrast_2d)}`}.`,
  guesses: {
    odd: {
      ask: "Bilinear weights, kernel 5, stride 3: five is no multiple of three, so the overlap is uneven. What becomes of a constant image?",
      pattern: "A pattern",
      none: "It stays constant",
    },
  },
  goals: {
    uneven: {
      text: "Make the pattern vanish.",
      distance: (contrast) => `contrast ${contrast}`,
      why: "Each kind of output now collects the same weight.",
    },
    even: {
      text: "Make the overlap even at stride 3.",
      distance: (s, rest) => `stride ${s}, k mod s = ${rest}`,
      why: "A multiple of the stride: every output gets k ÷ s stamps.",
    },
    random: {
      text: "Find four weights, not all alike, that make no pattern.",
      distance: (contrast) => `contrast ${contrast}`,
      why: "w0 + w2 = w1 + w3: phases that sum alike respond alike.",
    },
    bilinear: {
      text: "Enlarge by bilinear weights at stride 4, without a pattern.",
      distance: (s, contrast) => `stride ${s}, contrast ${contrast}`,
      why: "k = 2s − s mod 2 = 8: each weight meets its complement one stride away.",
    },
    odd: {
      text: "Make a pattern with the same k and s.",
      distance: (contrast) => `contrast ${contrast}`,
      why: "Where the overlap is uneven, only weights made for it hide it; a trained kernel need not have them.",
    },
    blocks: {
      text: "At stride 2, put two stamps on each output, without a pattern.",
      distance: (least, contrast) => `at least ${least} a cell, contrast ${contrast}`,
      why: "Stamps of four overlap by two: neighbours mix, and the blocks are gone.",
    },
    fcn: {
      text: "Do the same for a map of stride 16.",
      distance: (s, contrast) => `stride ${s}, contrast ${contrast}`,
      why: "k = 32, and twice the detail: this is the map that FCN-16s starts from.",
    },
  },
  presets: {
    given: { label: "As given", story: "Every input stamps the kernel onto the output. Where do the stamps pile up?" },
    uneven: {
      label: "k 3, s 2",
      story:
        "A stamp is three wide, and the next one starts two further on: they share one output in two. Every input stamps the same, and yet the cat wears a grid. Which settings take it off?",
    },
    even: {
      label: "k 4, s 2",
      story:
        "One weight more, and every output away from the ends gets two stamps. Which k does it at stride 3? Move the sliders, and watch for what the warning asks.",
    },
    blocks: {
      label: "k 2, s 2",
      story:
        "The stamps lie side by side and never meet. Nothing is uneven, and nothing is smooth either: each input becomes a block. Which k lets neighbours mix?",
    },
    random: {
      label: "Random",
      story:
        "Four weights at stride 2: the overlap is even, and still there is a pattern. Phase a collects w0 and w2, phase b w1 and w3. Which one weight, dragged, makes the picture clean?",
    },
    bilinear: {
      label: "Bilinear 4/2",
      story:
        "FCN starts its up-sampling here: 1/4, 3/4, 3/4, 1/4. Both phases sum to 1, so what is constant stays so. Drag an input: its neighbours go over into it in steps. Which k does stride 4 need?",
    },
    odd: {
      label: "Bilinear 5/3",
      story:
        "Five is no multiple of three, so the overlap is uneven, and yet there is no pattern: an output with two stamps gets small weights. Which other weights would bring it back?",
    },
    fcn: {
      label: "FCN-32s, 64/32",
      story:
        "The last layer of FCN-32s: 64 wide, 32 apart. Three by three inputs paint 96 × 96 pixels. No checkerboard, and no detail either. Which k carries a map of stride 16?",
    },
  },
};
