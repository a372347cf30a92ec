import { readFileSync, statSync } from 'node:fs';
import { type Document, isCollection, isMap, isNode, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Problem } from '../../values/problem.ts';

const MAX_BYTES = 1_048_576;
const MAX_DEPTH = 100;
const FORBIDDEN_KEYS = ['__proto__', 'constructor', 'prototype'];

/** A YAML file as data, which still knows on which line everything stands. */
export interface YamlFile {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** The line of the nearest node on the way to a path, from 1. */
  lineOf(path: readonly PropertyKey[]): number | null;
  /** The line of a key in the mapping at a path. */
  lineOfKey(path: readonly PropertyKey[], key: string): number | null;
}

/** Reads a small YAML file. Every fault of its syntax is a problem, with its line; nothing is thrown for what the user wrote. */
export function readYamlFile(path: string, shownAs: string): YamlFile {
  const size = statSync(path).size;
  if (size > MAX_BYTES) return faulty([fault(shownAs, null, `the file has ${size} bytes; allowed are ${MAX_BYTES}`)]);
  const lines = new LineCounter();
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch {
    return faulty([fault(shownAs, null, 'the file is not UTF-8 text; save it as UTF-8')]);
  }
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true });
  const line = (offset: number | undefined) => (offset === undefined ? null : lines.linePos(offset).line);
  const problems = [...document.errors, ...document.warnings].map((error) => fault(shownAs, line(error.pos[0]), error.message));
  if (problems.length === 0) problems.push(...dangers(document, shownAs, line));
  if (problems.length > 0) return faulty(problems);
  return {
    value: document.toJS({ maxAliasCount: 10_000 }),
    problems: [],
    lineOf: (at) => line(nearestNode(document, at)?.range?.[0]),
    lineOfKey: (at, key) => line(keyNode(document, at, key)?.range?.[0]),
  };
}

/** What parses and is refused all the same: nesting without an end, and keys that would change every object. */
function dangers(document: Document.Parsed, file: string, line: (offset: number | undefined) => number | null): Problem[] {
  const found: Problem[] = [];
  visit(document, {
    Pair: (_, pair) => {
      if (!isScalar(pair.key) || !FORBIDDEN_KEYS.includes(String(pair.key.value))) return undefined;
      found.push(fault(file, line(pair.key.range?.[0]), `"${String(pair.key.value)}" is not allowed as a key`));
      return visit.SKIP;
    },
    Collection: (_, node, path) => {
      if (path.filter(isCollection).length < MAX_DEPTH) return undefined;
      found.push(fault(file, line(node.range?.[0]), `nested more than ${MAX_DEPTH} deep`));
      return visit.BREAK;
    },
  });
  return found;
}

function nearestNode(document: Document.Parsed, path: readonly PropertyKey[]): Node | null {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node;
  }
  return null;
}

function keyNode(document: Document.Parsed, path: readonly PropertyKey[], key: string): Node | null {
  const map: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(map)) return null;
  const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return isNode(pair?.key) ? pair.key : null;
}

function fault(file: string, line: number | null, message: string): Problem {
  return { file, line, field: '', message };
}

function faulty(problems: readonly Problem[]): YamlFile {
  return { value: undefined, problems, lineOf: () => null, lineOfKey: () => null };
}
