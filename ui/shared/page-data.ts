/** What the program put into the page when it wrote it; null in a page that asks a server. */
export function pageData<Data>(): Data | null {
  return JSON.parse(document.getElementById('page-data')?.textContent || 'null') as Data | null;
}
