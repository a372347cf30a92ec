import { escapeTerminal } from './escape-terminal.ts';

const LONGEST = 200;

/**
 * A message without what differs from job to job, so that one cause is one group: addresses become `<url>`, ids `<id>`, numbers `<n>`.
 * A word is an id when it has five characters or more, three of them digits and not all, so that model names (`veo31_fast`) stay.
 */
export function messagePattern(message: string): string {
  return escapeTerminal(message)
    .replace(/\s+/g, ' ')
    .replace(/https?:\/\/[^\s"'<>]+/gi, '<url>')
    .replace(/[A-Za-z0-9_-]{5,}/g, (word) => (looksLikeId(word) ? '<id>' : word))
    .replace(/(?<![A-Za-z0-9_<-])\d+(?:[.,:]\d+)*(?![A-Za-z0-9_-])/g, '<n>')
    .slice(0, LONGEST);
}

function looksLikeId(word: string): boolean {
  const digits = word.replace(/\D/g, '').length;
  return digits >= 3 && digits < word.length;
}
