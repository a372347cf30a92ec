const PLACE = '<!--report-->';
const TITLE = /<title>[^<]*<\/title>/;

/** Puts a title (text) and a body (HTML that is safe already) into a built page. Throws when the page has no place for them. */
export function pageWithText(page: string, title: string, body: string): string {
  if (!page.includes(PLACE) || !TITLE.test(page)) throw new Error('The page has no place for a text');
  const escaped = title.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return page.replace(TITLE, () => `<title>${escaped}</title>`).replace(PLACE, () => body);
}
