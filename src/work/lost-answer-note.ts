/** What is waited for when an answer was lost, and until when. */
export function lostAnswerNote(id: string, at: number): string {
  return `${id}: its answer was lost; it can be looked up from ${new Date(at).toLocaleTimeString()}`;
}
