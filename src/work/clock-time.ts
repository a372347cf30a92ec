/** A moment as a clock on the wall shows it, here and now: `13:21:05`. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}
