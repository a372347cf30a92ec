import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';

/** The repository's folder. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** A module as the rules see it. */
export interface SourceFile {
  /** From the repository's folder, forward slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly exports: { readonly byDefault: boolean; readonly fromElsewhere: boolean };
  /** Names that are used and could be globals (`process`, `fetch`), and members of them (`Date.now`); `new Date()` and `Date()` without arguments. */
  readonly uses: ReadonlySet<string>;
  /** Texts in literals and templates. */
  readonly texts: readonly string[];
  /** Values of `family:` properties, wherever an object has one. */
  readonly families: readonly string[];
}

/** What a module takes from another. */
export interface Import {
  /** The target's path for a module of this repository, else the package or `node:` name. */
  readonly target: string;
  readonly own: boolean;
  readonly typeOnly: boolean;
  /** Names taken; empty for a dynamic import and a namespace. */
  readonly names: readonly string[];
}

/** Takes one module apart. Throws for what does not parse. */
export function readSource(path: string, text: string): SourceFile {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const imports: Import[] = [];
  const take = (specifier: string, typeOnly: boolean, names: readonly string[]) => {
    const own = specifier.startsWith('.');
    imports.push({ target: own ? posix.join(posix.dirname(path), specifier) : specifier, own, typeOnly, names });
  };
  for (const { moduleRequest, entries } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    take(
      moduleRequest.value,
      typeOnly,
      entries.flatMap((entry) => entry.importName.name ?? []),
    );
  }
  let byDefault = false;
  let fromElsewhere = false;
  for (const entry of module.staticExports.flatMap((statement) => statement.entries)) {
    if (entry.exportName.kind === 'Default') byDefault = true;
    if (entry.moduleRequest === null) continue;
    fromElsewhere = true;
    take(entry.moduleRequest.value, entry.isType, []);
  }
  const uses = new Set<string>();
  const texts: string[] = [];
  const families: string[] = [];
  new Visitor({
    Identifier: (node) => void uses.add(node.name),
    MemberExpression: (node) => {
      if (node.object.type === 'Identifier' && !node.computed && node.property.type === 'Identifier')
        uses.add(`${node.object.name}.${node.property.name}`);
    },
    NewExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.arguments.length === 0) uses.add(`new ${node.callee.name}()`);
    },
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.arguments.length === 0) uses.add(`${node.callee.name}()`);
    },
    ImportExpression: (node) => {
      if (node.source.type === 'Literal' && typeof node.source.value === 'string') take(node.source.value, false, []);
    },
    TSImportType: (node) => take(node.source.value, true, []),
    Literal: (node) => {
      if (typeof node.value === 'string') texts.push(node.value);
    },
    TemplateElement: (node) => void texts.push(node.value.cooked ?? node.value.raw),
    Property: (node) => {
      if (node.key.type !== 'Identifier' || node.key.name !== 'family') return;
      if (node.value.type === 'Literal' && typeof node.value.value === 'string') families.push(node.value.value);
    },
  }).visit(program);
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { path, lines, imports, exports: { byDefault, fromElsewhere }, uses, texts, families };
}

/** Every TypeScript module under these folders of the repository. */
export function readSources(folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return readSource(relative(ROOT, path).replaceAll('\\', '/'), readFileSync(path, 'utf8'));
      }),
  );
}
