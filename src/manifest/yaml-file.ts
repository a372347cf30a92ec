import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { Json } from '../values/json.ts';
import { emptyObject, forbiddenKeyMessage, isForbiddenKey, MAX_DEPTH } from './plain-json.ts';
import type { ProblemList } from './problem-list.ts';
import { aliasTargets } from './yaml-aliases.ts';
import { holdsMoreThan } from './yaml-size.ts';
import { KEEP_APART, readYamlText } from './yaml-text.ts';

/** Values, names and what stands between them, as written. */
const MAX_PARTS = 600_000;
/** With every alias written out. */
const MAX_NODES = 1_000_000;
const MAX_ALIASES = 10_000;

/** A path into a document: keys and indexes. */
export type NodePath = readonly (string | number)[];

/** A YAML document as data, with the line of everything in it. */
export interface YamlFile {
  readonly data: Json;
  /** The line of what the path names, or of the nearest thing above it that exists. */
  lineOf(path: NodePath): number;
  /** Lines whose YAML is broken, which is reported: what they seem to hold is not what was meant. */
  readonly brokenLines: ReadonlySet<number>;
  /** Where a whole number beyond 2^53 stands without quotes. It is kept as text, so that no digit is lost: where text is wanted, only this tells that it was a number. */
  readonly largeNumbers: readonly { readonly path: NodePath; readonly digits: string }[];
}

/** Reads a YAML (or JSON) file. Problems are reported, and null is returned only when there is nothing to go on with. */
export async function readYamlFile(path: string, file: string, problems: ProblemList): Promise<YamlFile | null> {
  const text = await readYamlText(path, file, problems);
  return text === null ? null : parseYaml(text, file, problems);
}

/** The same of a text. */
export function parseYaml(text: string, file: string, problems: ProblemList): YamlFile | null {
  if (holdsMoreThan(text, MAX_PARTS)) {
    problems.add({ file, line: null, field: '', message: `too many values to be held in memory at once; ${KEEP_APART}` });
    return null;
  }
  const lineCounter = new LineCounter();
  // Duplicate keys are found by the walk below: the library's own check takes quadratic time on a large mapping.
  const document = parseDocument(text, { lineCounter, merge: true, intAsBigInt: true, uniqueKeys: false, prettyErrors: false });
  // A warning is a tag that nobody here knows: what it would make of its value is not what would be sent.
  // What is missing at the end of the file is missed behind its last line.
  const lastLine = lineCounter.linePos(text.trimEnd().length).line;
  const lineOfFault = (fault: YAMLError): number => Math.min(lineCounter.linePos(fault.pos[0]).line, lastLine);
  const faults = [...document.errors, ...document.warnings].map((fault) => ({ fault, line: lineOfFault(fault) }));
  const brokenLines = new Set(faults.map(({ line }) => line));
  const walk = new YamlWalk(document, lineCounter, { file, text, broken: brokenLines }, problems);
  const data = walk.value(document.contents, []);
  for (const { fault, line } of faults) {
    // What the parser says of a line whose quotes are missing only leads away from them.
    if (walk.unquoted.has(line)) continue;
    problems.add({
      file,
      line,
      field: '',
      message: fault.code === 'RESOURCE_EXHAUSTION' ? 'nested too deep' : `YAML syntax: ${fault.message}${remedy(fault)}`,
    });
  }
  if (walk.broken) return null;
  return { data, lineOf: (path) => walk.lineOf(path), brokenLines, largeNumbers: walk.largeNumbers };
}

/** What to do about the slips that people make, in words of the file rather than of the parser. */
function remedy({ code }: YAMLError): string {
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW':
      return ' (a text that holds a colon and a blank needs quotes around it)';
    case 'BAD_INDENT':
    case 'MISSING_CHAR':
      return ' (look for a bracket or a quote that is opened above and not closed)';
    default:
      return '';
  }
}

/** Turns nodes into data: no prototypes, no expansion bombs, big integers as text. */
class YamlWalk {
  broken = false;
  /** Lines with a template that lacks its quotes; that is reported. */
  readonly unquoted = new Set<number>();
  readonly largeNumbers: YamlFile['largeNumbers'][number][] = [];
  #nodes = 0;
  #aliases = 0;
  readonly #document: Document;
  readonly #targets: ReadonlyMap<Alias, unknown>;
  readonly #lines: LineCounter;
  readonly #file: string;
  readonly #problems: ProblemList;
  readonly #text: string;
  readonly #brokenLines: ReadonlySet<number>;

  constructor(
    document: Document,
    lines: LineCounter,
    source: { readonly file: string; readonly text: string; readonly broken: ReadonlySet<number> },
    problems: ProblemList,
  ) {
    this.#document = document;
    this.#targets = aliasTargets(document.contents);
    this.#lines = lines;
    this.#file = source.file;
    this.#problems = problems;
    this.#text = source.text;
    this.#brokenLines = source.broken;
  }

  value(node: unknown, path: NodePath): Json {
    if (this.broken) return null;
    if (++this.#nodes > MAX_NODES) return this.#stop(node, path, `more than ${MAX_NODES} values; keep long data in a file under "rows"`);
    if (path.length > MAX_DEPTH) return this.#stop(node, path, `nested more than ${MAX_DEPTH} levels deep`);
    if (isAlias(node)) return this.#aliased(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.value(item, [...path, index]));
    if (isMap(node)) return this.#unquotedTemplate(node, path) ?? this.#mapping(node.items, path);
    if (isScalar(node)) return this.#scalar(node.value, node.source, node, path);
    return null;
  }

  #aliased(node: Alias, path: NodePath): Json {
    if (++this.#aliases > MAX_ALIASES) return this.#stop(node, path, `more than ${MAX_ALIASES} aliases`);
    const target = this.#targets.get(node);
    if (target === undefined) return this.#report(node, path, `the alias *${node.source} has no anchor &${node.source} before it`);
    return this.value(target, path);
  }

  /** `prompt: {{ title }}`: to YAML a mapping of a mapping, which nobody means. It is taken for the text that it should be; null for what is none. */
  #unquotedTemplate(node: YAMLMap, path: NodePath): string | null {
    const [start, end] = node.range ?? [];
    if (start === undefined || !/^\{[{%]/.test(this.#text.slice(start, start + 2))) return null;
    const { line } = this.#lines.linePos(start);
    // The parser has stopped in the middle of `{{ title }}, product photo`.
    const rest =
      /^.*/
        .exec(this.#text.slice(start, start + 1_000))?.[0]
        .replace(/\s+#.*$/, '')
        .trimEnd() ?? '';
    const written = this.#brokenLines.has(line) ? rest : this.#text.slice(start, end);
    const quote = written.includes('"') ? "'" : '"';
    this.unquoted.add(line);
    this.#report(
      node,
      path,
      `put quotes around it: ${quote}${showLine(written)}${quote} (without them YAML takes what begins with { for a mapping)`,
    );
    return written;
  }

  #mapping(items: readonly Pair[], path: NodePath): Json {
    const object = emptyObject();
    const merged: unknown[] = [];
    for (const pair of items) {
      if (isScalar(pair.key) && typeof pair.key.value === 'symbol') {
        merged.push(...(isSeq(pair.value) ? pair.value.items : [pair.value]));
        continue;
      }
      const key = keyText(pair.key);
      const here = [...path, key ?? ''];
      if (key === null) this.#report(pair.key, path, 'a mapping or list cannot be a name');
      else if (isForbiddenKey(key)) this.#report(pair.key, here, forbiddenKeyMessage(key));
      else if (key in object) this.#report(pair.key, here, `"${key}" is given twice; keep one`);
      else object[key] = this.value(pair.value, here);
    }
    for (const source of merged) {
      const values = this.value(source, path);
      if (typeof values !== 'object' || values === null || Array.isArray(values)) this.#report(source, path, '<< needs a mapping');
      else for (const [key, value] of Object.entries(values as Record<string, Json>)) if (!(key in object)) object[key] = value;
    }
    return object;
  }

  #scalar(value: unknown, source: string | undefined, node: unknown, path: NodePath): Json {
    if (typeof value === 'bigint') {
      const number = Number(value);
      if (Number.isSafeInteger(number)) return number;
      const digits = source ?? value.toString();
      this.largeNumbers.push({ path, digits });
      return digits;
    }
    if (typeof value === 'number' && !Number.isFinite(value))
      return this.#report(node, path, `${source ?? value} is not a number that can be sent`);
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    return this.#report(node, path, `${source ?? String(value)} is not text, a number, true, false or null`);
  }

  #report(node: unknown, path: NodePath, message: string): null {
    this.#problems.add({ file: this.#file, line: this.#line(node), field: showPath(path), message });
    return null;
  }

  #stop(node: unknown, path: NodePath, message: string): null {
    this.#report(node, path.slice(0, 4), message);
    this.broken = true;
    return null;
  }

  lineOf(path: NodePath): number {
    let node: unknown = this.#document.contents;
    let line = this.#line(node) ?? 1;
    for (const step of path) {
      if (isAlias(node)) node = this.#targets.get(node);
      const pair: Pair | undefined = isMap(node) ? node.items.find((item) => keyText(item.key) === String(step)) : undefined;
      const next: unknown = isSeq(node) ? node.items[Number(step)] : pair?.value;
      if (next === undefined) break;
      line = this.#line(pair?.key ?? next) ?? line;
      node = next;
    }
    return line;
  }

  #line(node: unknown): number | null {
    const range = typeof node === 'object' && node !== null ? (node as { range?: readonly number[] | null }).range : null;
    return range ? this.#lines.linePos(range[0]!).line : null;
  }
}

function showLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

function keyText(key: unknown): string | null {
  if (typeof key === 'string') return key;
  if (key === null) return '';
  return isScalar(key) && typeof key.value !== 'symbol' ? (key.source ?? String(key.value ?? '')) : null;
}

/** `jobs[1].params.duration` */
export function showPath(path: NodePath): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`), '');
}
