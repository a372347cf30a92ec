/** Milliseconds of the units in which the report says how long something took. */
const LENGTHS: Readonly<Record<string, number>> = { ms: 1, sec: 1_000, min: 60_000, hr: 3_600_000, day: 86_400_000, days: 86_400_000 };

const ARROWS = { ascending: ' ▲', descending: ' ▼' } as const;

/** Makes the heads of a table that stands in the page buttons that sort its rows; the sums below stay. A column of numbers begins with the highest. */
export function makeSortable(table: HTMLTableElement): void {
  const body = table.tBodies[0];
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (body === undefined || body.rows.length < 2) return;
  for (const [column, head] of heads.entries()) {
    const button = document.createElement('button');
    const arrow = document.createElement('span');
    arrow.ariaHidden = 'true';
    button.type = 'button';
    button.append(head.textContent ?? '', arrow);
    head.replaceChildren(button);
    const numeric = head.classList.contains('number');
    button.addEventListener('click', () => {
      const first = numeric ? 'descending' : 'ascending';
      const order = head.ariaSort === first ? (numeric ? 'ascending' : 'descending') : first;
      for (const other of heads) {
        other.ariaSort = null;
        other.querySelector('span')?.replaceChildren();
      }
      head.ariaSort = order;
      arrow.textContent = ARROWS[order];
      const sign = order === 'ascending' ? 1 : -1;
      const text = (row: HTMLTableRowElement): string => row.cells[column]?.textContent ?? '';
      const compare = (a: string, b: string): number =>
        numeric ? quantity(a) - quantity(b) || 0 : a.localeCompare(b, 'en', { numeric: true });
      body.append(...[...body.rows].sort((a, b) => sign * compare(text(a), text(b))));
    });
  }
}

/** What a cell says as a number: `1,234.5 credits`, `3 min 20 sec`. What is not known is less than anything. */
function quantity(text: string): number {
  const parts = [...text.replaceAll(',', '').matchAll(/(-?[\d.]+)\s*([a-z]*)/gi)];
  if (parts.length === 0) return -Number.MAX_VALUE;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (LENGTHS[unit ?? ''] ?? 1), 0);
}
