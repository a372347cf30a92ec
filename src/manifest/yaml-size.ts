import { Lexer } from 'yaml';

/** Tokens that begin something which the parsed document keeps: a text, number or name (the lexer's own mark), a list, a mapping, an item, a pair. */
const BEGINNINGS: ReadonlySet<string> = new Set(['\u001f', '[', '{', '-', '?', ':', ',']);
/** Comments, anchors, tags and empty lines cost time too; a line of a usual manifest has seven tokens, three of them beginnings. */
const TOKENS_TO_A_BEGINNING = 4;

/**
 * Whether a YAML text holds more than so many things. Told from its tokens, before anything is built of them: the parsed document takes
 * about a kilobyte of memory for each.
 */
export function holdsMoreThan(text: string, most: number): boolean {
  // None is shorter than one character.
  if (text.length <= most) return false;
  let count = 0;
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    if (BEGINNINGS.has(token) && ++count > most) return true;
    if (++tokens > most * TOKENS_TO_A_BEGINNING) return true;
  }
  return false;
}
