/**
 * Gives the style elements that libraries make while they run the page's nonce.
 *
 * Monaco and the dialogs write their styles into elements of their own, which the content security policy admits only
 * with the nonce. No script is admitted by it, and markup that comes with an answer cannot know it.
 */

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
const create = document.createElement.bind(document);

document.createElement = (name: string, options?: ElementCreationOptions) => {
  const element = create(name, options);
  if (nonce && element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
};
