import type { Origin } from './manifest-job.ts';
import { type NodePath, showPath } from './yaml-file.ts';

/** A field of an entry: where it was written, and whether rows make its value. */
export interface WrittenField {
  readonly path: NodePath;
  readonly varies: boolean;
}

/** The origin of an entry of a YAML manifest. `fields` by name: `prompt`, `params.duration`. */
export function yamlOrigin(
  file: string,
  entry: NodePath,
  fields: ReadonlyMap<string, WrittenField>,
  lineOf: (path: NodePath) => number,
): Origin {
  return {
    locate(field, row) {
      const head = headOf(field);
      const written = fields.get(head);
      const rest = field.slice(head.length);
      if (!written) return { file, line: lineOf(entry), field: showPath([...entry, field]) };
      const shown = showPath(written.path) + rest;
      // Without rows the entry itself stands for the row, and the field's own line says more.
      const byRow = written.varies && (row.file !== file || row.line !== lineOf(entry));
      return byRow ? { ...row, field: shown } : { file, line: lineOf(itemPath(written.path, rest)), field: shown };
    },
  };
}

/** The origin of a row that is a job: the row, and the column that the field came from. */
export function rowOrigin(columnOf: (field: string) => string): Origin {
  return { locate: (field, row) => ({ ...row, field: columnOf(headOf(field)) + field.slice(headOf(field).length) }) };
}

/** `params.images[0]` is the field `params.images`, item 0. */
function headOf(field: string): string {
  const bracket = field.indexOf('[');
  return bracket === -1 ? field : field.slice(0, bracket);
}

function itemPath(path: NodePath, rest: string): NodePath {
  const index = /^\[(\d+)\]/.exec(rest);
  return index ? [...path, Number(index[1])] : path;
}
