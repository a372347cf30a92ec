import type { ApiAnswer } from '../../src/job-type/outcomes.ts';
import { isJsonObject, type Json } from '../../src/values/json.ts';

const LONGEST = 500;
/** Where the documents and the vendor's own clients look for an error's words, in the order that reads best. */
const NAMES = ['error', 'error_message', 'error_code', 'message', 'error_details', 'detail', 'details', 'errors'] as const;
const LAYERS = ['job', 'data', 'generation'] as const;

/**
 * The API's own words for what went wrong, whatever shape they came in: text, `{code, message}`, `details` by field, DRF's
 * `detail`, plain text or an HTML page. One line, at most 500 characters.
 */
export function answerMessage(answer: ApiAnswer): string {
  const parts: string[] = [];
  if (isJsonObject(answer.json)) {
    for (const layer of [answer.json, ...LAYERS.map((name) => answer.json !== undefined && inside(answer.json, name))]) {
      if (!isJsonObject(layer)) continue;
      for (const name of NAMES) {
        if (Object.hasOwn(layer, name)) add(parts, words(layer[name], 0));
      }
    }
  } else if (typeof answer.json === 'string' || Array.isArray(answer.json)) {
    add(parts, words(answer.json, 0));
  } else if (answer.json === undefined) {
    add(parts, plainText(answer.text));
  }
  const message = parts.join(': ');
  if (message === '') return `HTTP ${answer.status} without a message`;
  return message.length > LONGEST ? `${message.slice(0, LONGEST - 3)}...` : message;
}

function inside(json: Json, name: string): Json | undefined {
  return isJsonObject(json) && Object.hasOwn(json, name) ? json[name] : undefined;
}

function add(parts: string[], text: string): void {
  if (text !== '' && !parts.includes(text)) parts.push(text);
}

function words(value: Json | undefined, depth: number): string {
  if (typeof value === 'string') return plainText(value);
  if (typeof value === 'number') return String(value);
  if (depth > 2) return '';
  if (Array.isArray(value)) {
    const texts = value.slice(0, 10).map((entry: Json) => words(entry, depth + 1));
    return texts.filter((text) => text !== '').join('; ');
  }
  if (!isJsonObject(value)) return '';
  const texts: string[] = [];
  for (const [key, entry] of Object.entries(value).slice(0, 20)) {
    const text = words(entry, depth + 1);
    if (text !== '') texts.push(key === 'code' || key === 'message' ? text : `${key}: ${text}`);
  }
  return texts.join(': ');
}

/** Text without markup and control characters, in one line. */
function plainText(text: string): string {
  const cut = text.slice(0, 20_000);
  const bare = /<[a-z!/]/i.test(cut) ? cut.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ') : cut;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an error page must not be able to steer the terminal
  const line = bare.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line;
}
