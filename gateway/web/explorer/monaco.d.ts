/** The part of Monaco that says where the Tab key goes, which it publishes without types. */

declare module "monaco-editor/esm/vs/editor/browser/config/tabFocus.js" {
  export const TabFocus: { setTabFocusMode(moves: boolean): void };
}
