// What build.mjs makes of imports that are no JavaScript.

declare module "*.css" {
  /** A minified style sheet. */
  const text: string;
  export default text;
}

declare module "worker:*" {
  /** A script, bundled with what it imports, to make a worker of. */
  const source: string;
  export default source;
}
