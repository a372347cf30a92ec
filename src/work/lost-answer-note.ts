import { clockTime } from './clock-time.ts';

/** What is waited for when an answer was lost, and until when: by then it is found, or proved never to have arrived. */
export function lostAnswerNote(id: string, at: number): string {
  return `${id}: its answer was lost; it is looked up in the history by ${clockTime(at)}`;
}
