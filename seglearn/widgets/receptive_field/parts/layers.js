/** Layers as the widget makes them: with the usual padding, by a seed, and as a program. */
import { py, pythonLiteral } from "../../web/core/python.js";
import { generator } from "../../web/core/random.js";
import { MOST_LAYERS, MOST_PIXELS, steps, usualPadding } from "../../web/core/receptive_field.js";

/** Chips to add: what is not said is usual. */
export const NEW = {
  conv: { kind: "conv", kernel: 3 },
  strided: { kind: "conv", kernel: 3, stride: 2 },
  dilated: { kind: "conv", kernel: 3, dilation: 2 },
  pool: { kind: "pool", kernel: 2, stride: 2 },
};

/**
 * A layer in full.
 * @param {{ kind: string, kernel: number, stride?: number, dilation?: number }} spec
 * @returns {Layer}
 */
export function filled(spec) {
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

/**
 * A layer with some numbers changed: a padding that was the usual one stays so, and pooling has no dilation.
 * @param {Layer} old
 * @param {Partial<Layer>} change
 * @returns {Layer}
 */
export function changed(old, change) {
  const layer = { ...old, ...change };
  if (!("padding" in change) && old.padding === usualPadding(old)) layer.padding = usualPadding(layer);
  if (layer.kind === "pool") [layer.dilation, layer.padding] = [1, Math.min(layer.padding, layer.kernel >> 1)];
  return layer;
}

/**
 * Why a stack cannot be drawn: "layers", "field", or null.
 * @param {Layer[]} layers
 */
export function tooMuch(layers) {
  if (layers.length > MOST_LAYERS) return "layers";
  return steps(layers).at(-1).field > MOST_PIXELS ? "field" : null;
}

/**
 * Three to five layers, drawn at random.
 * @param {number} seed
 */
export function seeded(seed) {
  const random = generator(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const kernels = [NEW.conv, NEW.conv, NEW.strided, NEW.dilated, NEW.pool];
  const wide = [
    { kind: "conv", kernel: 5 },
    { kind: "conv", kernel: 3, dilation: 4 },
  ];
  return { layers: Array.from({ length: pick([3, 4, 5]) }, () => filled(pick([...kernels, ...wide]))) };
}

/**
 * A program that measures the stack with the package's own arithmetic.
 * @param {{ layers: Layer[] }} state
 */
export function python({ layers }) {
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
