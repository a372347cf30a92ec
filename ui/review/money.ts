const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** A number as people read it: `1,234.5`. */
export function amount(value: number): string {
  return format.format(value);
}

/** `1 picture`, `2 pictures`. */
export function count(many: number, one: string): string {
  return `${amount(many)} ${one}${many === 1 ? '' : 's'}`;
}
