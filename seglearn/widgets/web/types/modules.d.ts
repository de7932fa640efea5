// What build.mjs makes of imports that are no JavaScript.

declare module "*.css" {
  /** A minified style sheet. */
  const text: string;
  export default text;
}
