const PLACE = /(<script type="application\/json" id="page-data">)[\s\S]*?(<\/script>)/;

/**
 * Puts data into a built page, for its script to read. No character of it can end the element it stands in, so that no text of a
 * user's or of an API's becomes markup. Throws when the page has no place for it.
 */
export function pageWithData(page: string, data: unknown): string {
  if (!PLACE.test(page)) throw new Error('The page has no place for data');
  // `<` ends the element or begins a comment in it; the separators end a line in older readers of JSON as script.
  const text = JSON.stringify(data).replace(/[<\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return page.replace(PLACE, (_, open: string, close: string) => open + text + close);
}
