// What the shell, its store and its controls offer to widgets. The headers of the files in ui/ tell how to use them.

/** The document or the view of a widget: plain JSON. */
type Json = Record<string, any>;

/** What may be put into an element; null, undefined and false are left out. */
type Child = Node | string | null | undefined | false | Child[];

/** Why something is drawn again. */
type Why = "start" | "preview" | "commit" | "undo" | "redo" | "reset" | "remote" | "view" | "redraw";

/** One face for every host; see ui/model.js. */
interface Model {
  get(name: string): any;
  set(values: Json): void;
  on(name: string, fn: () => void): void;
  close(): void;
}

/** Document with undo, and view without; see ui/store.js. */
interface Store {
  readonly state: any;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly canReset: boolean;
  readonly before: any;
  /** Commits of one run make one undo step. */
  run: string | null;
  view: any;
  preview(next: any): void;
  commit(next?: any, run?: string | null): void;
  cancel(): void;
  /** Keeps only the steps to documents that fit; others cannot be shown any more. */
  keep(fits: (state: any) => boolean): void;
  undo(): void;
  redo(): void;
  reset(): void;
  receive(next: any): void;
  look(patch: Json): void;
  /** Returns what ends the subscription. */
  subscribe(fn: (why: Why) => void): () => void;
}

/** A term of a formula, or one of the parts that terms are made of. */
interface Lit {
  term?: string;
  part?: string | number;
}

/** What is lit; see ui/light.js. */
interface Light {
  readonly parts: Set<string | number> | null;
  terms(map: Record<string, (string | number)[]>): void;
  point(what: Lit | null): void;
  bind<E extends Element>(el: E, what: Lit): E;
  subscribe(fn: () => void): () => void;
}

/** Colours of roles as [light theme, dark theme], and of classes. */
interface Palette {
  truth: string[];
  prediction: string[];
  agreement: string[];
  ignore: string[];
  inks: { truth: string[]; prediction: string[]; agreement: string[]; ignore: string[] };
  classes: string[];
}

/** A state from Python's side that a button shows: what it changes in document and view. */
interface Preset {
  id: string;
  state: Json;
  view?: Json;
}

/** The presets of a widget; see ui/presets.js. */
interface Presets {
  el: HTMLElement;
  story: HTMLElement;
  /** Which preset's story is told, null where none is. */
  readonly chosen: string | null;
  /** Whether the state is still that of the chosen preset. */
  readonly untouched: boolean;
  show(metrics: any, why: Why): void;
  choose(id: string): void;
  next(): string | null;
  restart(): void;
}

/** What a preset asks for; see ui/goal.js. */
interface Goal {
  /** How far it is: a number, which is written as a score, or words. `start` is the state in which it was set. */
  distance?: (metrics: any, state: any, start: any) => number | string | null;
  /** By default: the distance, a number, is smaller than `within` (0.0005). */
  done?: (metrics: any, state: any, start: any) => boolean;
  within?: number;
  text: string;
  why: string;
  /** The preset to go on with; by default the next in line. */
  next?: string;
  /** The controls without which it cannot be reached, or not be seen. */
  needs?: string[];
}

/** What is to be guessed before a preset shows its numbers; see ui/guess.js. */
interface Guess {
  ask: string;
  truth: (metrics: any, state: any) => any;
  min?: number;
  max?: number;
  step?: number;
  format?: (value: any) => string;
  options?: { value: any; label: string }[];
  /** The controls that show what is guessed. */
  needs?: string[];
}

/** Whether none of these controls is hidden. */
type Sees = (...needs: string[]) => boolean;

/** A learner's own picture; see ui/own_picture.js. */
interface OwnPicture {
  /** height × width × 3 */
  rgb: Uint8Array<ArrayBuffer> | Uint8Array;
  width: number;
  height: number;
  url: string;
}

/** A tab in the head; it is away while its `control` is. */
interface StageTab {
  id: string;
  label: string;
  control?: string;
}

/** What `draw` is given. */
interface Drawing {
  state: any;
  view: any;
  metrics: any;
  why: Why;
  theme: "light" | "dark";
}

/** What a seed gives, and where it is asked for; see seed.js. */
interface Seeds {
  make: (seed: number, state: any, data: any) => any;
  control: (label: string, sow: (seed: number) => void) => HTMLElement;
}

/** What a widget says of itself; see ui/shell.js. */
interface Definition {
  name: string;
  strings: any;
  palettes: Record<string, Palette>;
  css?: string;
  view?: (data: any) => Json;
  metrics: (state: any, data: any) => any;
  python: (state: any, data: any) => string;
  announce?: (state: any, metrics: any) => string;
  seeded?: Seeds;
  goals?: Record<string, Goal> | ((data: any) => Record<string, Goal>);
  guesses?: Record<string, Guess> | ((data: any) => Record<string, Guess>);
  /** What has to be unpacked before there is anything to show. */
  ready?: (data: any) => Promise<unknown>;
  build: (shell: Shell) => (drawing: Drawing) => void;
}

/** What a widget gets to build itself with; see ui/shell.js. */
interface Shell {
  store: Store;
  data: any;
  body: HTMLElement;
  head: HTMLElement;
  light: Light;
  control<E extends HTMLElement>(name: string, el: E): E;
  /** Tabs in the head; call it once in build(). */
  stages(tabs: StageTab[], label?: string): void;
  /** What Python does not know, by name of the trait; in a page without a kernel it goes nowhere. */
  tell(values: Json): void;
  /** The model, for what Python is asked and answers; null in a page without a kernel. */
  kernel: Model | null;
  color(name: string): string;
  say(text?: string): void;
  redraw(): void;
  measureAgain(): void;
  reducedMotion: boolean;
  onClose(fn: () => void): void;
}

/** A control that holds a value. */
interface Control<T> {
  el: HTMLElement;
  value: T;
}

/** A place on a stage: x and y in grid pixels, and the pixel that they lie in. */
interface Spot {
  x: number;
  y: number;
  col: number;
  row: number;
  event?: PointerEvent | MouseEvent;
}

/** The look of a label on a stage: a colour, the kind of its hatch, its opacity in [0, 1], and the part that it is. */
interface LabelStyle {
  color: string;
  hatch?: string;
  alpha?: number;
  part?: string | number;
}

/** A line along pixel edges: `width` and `dash` in CSS pixels. */
interface Outline {
  mask: ArrayLike<number>;
  color: string;
  width?: number;
  dash?: number[];
  halo?: boolean;
}

/** What a stage shows. */
interface Scene {
  labels: ArrayLike<number>;
  ground?: HTMLCanvasElement;
  styles: (LabelStyle | null)[];
  outlines?: Outline[];
}

/** What a pointer does with the tool; `start` refuses with false. */
interface Stroke {
  start(p: Spot): boolean | void;
  move(p: Spot, before: Spot): void;
  end(p: Spot): void;
  cancel(p?: Spot): void;
}

/** What a stage is made of; see ui/stage.js. */
interface StageOptions {
  label: string;
  width: number;
  height: number;
  image?: string | null;
  id?: string;
  onStroke?: Stroke;
  onHover?: (p: Spot | null) => void;
  onKey?: (event: KeyboardEvent, cursor: { col: number; row: number }) => boolean | void;
  onKeysEnd?: () => void;
}

/** A grid of pixels with pointer and keyboard; see ui/stage.js. */
interface Stage {
  el: HTMLElement;
  overlay: HTMLElement;
  lay(url: string): void;
  place(node: HTMLElement, x0: number, y0: number, x1: number, y1: number): void;
  point(event: PointerEvent | MouseEvent): Spot;
  readonly cursor: { col: number; row: number };
  moveCursor(dx: number, dy: number): void;
  tool: boolean;
  brush: number | null | undefined;
  show(scene: Scene): void;
}
