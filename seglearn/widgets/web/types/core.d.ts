// Shapes that the files of core/ hand to each other. Pixels lie row by row, column x of row y at y · width + x.

/** A share in [0, 1], or null where it is 0 ÷ 0. */
type Score = number | null;

/** 0 or 1 for each pixel. */
type Mask = Uint8Array;

/** A label, 0 … 255, for each pixel. */
type LabelMap = Uint8Array;

/** [x0, y0, x1, y1] in whole pixels, half-open: columns x0 … x1 − 1, rows y0 … y1 − 1. */
type Box = [number, number, number, number];

/** A place on a grid of pixels; pixel (col, row) covers col … col + 1 and row … row + 1. */
interface Point {
  x: number;
  y: number;
}

/** Pixels of two masks: in both, in the truth alone, in the prediction alone. */
interface Areas {
  both: number;
  truthOnly: number;
  predictionOnly: number;
}

/** Cell [row, column] of a matrix. */
type Cell = [number, number];

/** Two ends of a range, the lower first. */
type LowHigh = [number, number];

/** An image: interleaved samples in [0, 1], height × width × channels. */
interface Picture {
  data: Float32Array | Float64Array;
  width: number;
  height: number;
  channels: number;
}

/** An image in CIELAB: L in 0 … 100, a and b about −100 … 100, one number a pixel each. */
interface Lab {
  l: Float32Array;
  a: Float32Array;
  b: Float32Array;
}

/** One number in [0, 1) each time it is called. */
type Random = () => number;

/** A convolution on square arrays: rows of whole numbers, and the sums of products divided by `divisor` at the end. */
interface ConvolutionState {
  image: number[][];
  kernel: number[][];
  stride: number;
  padding: number;
  dilation: number;
  divisor: number;
}

/** Cells a side of image and kernel, stride, padding, dilation. */
interface ConvolutionNumbers {
  n: number;
  k: number;
  s: number;
  p: number;
  d: number;
}

/** A cube as Python sends it: shape [height, width, bands], the rest base64 with what is needed to read it. */
interface PackedCube {
  shape: [number, number, number];
  scales: number[];
  basis: string;
  rice: number[];
  coefficients: string;
}

/** A cube of `size` pixels as `z` (size × k) weights of `basis` (k × bands). */
interface Cube {
  height: number;
  width: number;
  size: number;
  bands: number;
  k: number;
  basis: Float64Array;
  z: Float32Array;
}

/** `gram`: k × k products of the basis in a sensor; `squares`: squared length of every pixel's spectrum. */
interface CubeMetric {
  gram: Float64Array[];
  squares: Float64Array;
}

/** A segment of a panoptic map: [id, class, number among its class, 0 for stuff]. */
type Segment = [number, number, number];

/** Which segments of a truth and a prediction found each other, by label; see panoptic.js. */
interface Matching {
  matches: { truth: number; prediction: number; iou: number }[];
  missed: number[];
  false: number[];
  forgiven: number[];
  areas: { truth: Int32Array; prediction: Int32Array };
  iou(truth: number, prediction: number): Score;
}

/** What panoptic quality counts of one class. */
interface ClassQuality {
  tp: number;
  fp: number;
  fn: number;
  iouSum: number;
  pq: Score;
  sq: Score;
  rq: Score;
}

/** A pixel deep inside a segment, and the highest row of the segment around there. */
interface Anchor {
  col: number;
  row: number;
  top: number;
  worth: number;
}

/** A square layer of a stack; kernel, stride and dilation at least 1, padding at least 0, in units of the map below. */
interface Layer {
  kind: string;
  kernel: number;
  stride: number;
  padding: number;
  dilation: number;
  name?: string;
}

/** After a layer: pixels that a unit sees, pixels from unit to unit, and where the box of unit 0 begins. */
interface Step {
  field: number;
  jump: number;
  start: number;
}

/** Scores, n × height × width. */
interface ScoreMap {
  values: Float64Array;
  n: number;
  width: number;
  height: number;
}

/** Where the tiles of one axis begin (one more than there are), and the tile of each pixel. */
interface Tiles {
  edge: Int32Array;
  of: Int16Array;
}

/** What a truth alone decides about the quality of superpixels. */
interface PreparedTruth {
  truth: LabelMap;
  edge: Mask;
  nRegions: number;
  /** Pixels by which a boundary may be off. */
  radius: number;
}
