import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../examples/run-program.ts';

/** A fenced block of a page: its language, what stands behind it, and its text. */
export interface CodeBlock {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly info: string;
  readonly text: string;
}

/** One page of the documentation. */
export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
  /** The text without fenced blocks. */
  readonly prose: string;
}

/** The README, everything under `docs/`, and the pages of the examples. */
export function pages(): readonly Page[] {
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  return ['README.md', ...below('docs'), ...below('examples')].map(readPage);
}

/** Reads one page. */
export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const blocks: CodeBlock[] = [];
  const prose: string[] = [];
  let open: { line: number; words: readonly string[]; lines: string[] } | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    if (open === null && line.startsWith('```')) open = { line: index + 1, words: line.slice(3).trim().split(/\s+/), lines: [] };
    else if (open !== null && line === '```') {
      const [language = '', ...info] = open.words;
      const body = open.lines.map((each) => `${each}\n`).join('');
      blocks.push({ page: relative(root, join(root, path)), line: open.line, language, info: info.join(' '), text: body });
      open = null;
    } else if (open !== null) open.lines.push(line);
    else prose.push(line);
  }
  if (open !== null) throw new Error(`${path}:${open.line}: this block is never closed`);
  return { path, text, blocks, prose: prose.join('\n') };
}

/** What stands in backticks in a page's text. */
export function codeSpans(prose: string): readonly string[] {
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}
