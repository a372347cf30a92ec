import { ENTRY_KEYS } from './manifest-schema.ts';
import type { ModelSpec } from './model-specs.ts';
import { nearMiss } from './nearest-name.ts';
import { isForbiddenKey } from './plain-json.ts';

/** The columns of a table of jobs that are not parameters. */
export const JOB_COLUMNS = ['id', 'prompt', 'model', 'copies', 'output', 'tags', 'priority'] as const;
export type JobColumn = (typeof JOB_COLUMNS)[number];

/** What a column of a table of jobs holds, for rows of one model. */
export type Column =
  | { readonly kind: 'job'; readonly name: JobColumn }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** A name that is probably a mistake, with the message. */
  | { readonly kind: 'mistake'; readonly message: string };

/**
 * Tells what each column holds. A column named as a parameter of the model, or `params.<name>`, is that parameter; `var.<name>` and every other
 * name is a template variable; a name that nearly is one of the others is a mistake, since the job would be paid without it.
 */
export function readColumns(names: readonly string[], spec: ModelSpec): readonly Column[] {
  return names.map((name): Column => {
    if (isJobColumn(name)) return { kind: 'job', name };
    const dotted = /^(params|var)\.(.+)$/.exec(name);
    if (dotted) {
      const inner = dotted[2]!;
      if (isForbiddenKey(inner)) return { kind: 'mistake', message: `"${inner}" cannot be used as a name; rename the column` };
      return { kind: dotted[1] === 'var' ? 'variable' : 'parameter', name: inner };
    }
    if (spec.names.has(name)) return { kind: 'parameter', name };
    const known = [...JOB_COLUMNS, ...spec.names];
    const meant = nearMiss(name, known);
    if (meant !== null) {
      const message = `the column "${name}" is nearly "${meant}", which ${spec.name.full} knows; rename it to "${meant}", or to "var.${name}" if it is a template variable`;
      return { kind: 'mistake', message };
    }
    if (name === 'rows' || name === 'matrix' || name === 'params') {
      return {
        kind: 'mistake',
        message: `"${name}" has no meaning in a table of jobs; allowed: ${ENTRY_KEYS.filter(isJobColumn).join(', ')}, parameters and variables`,
      };
    }
    return { kind: 'variable', name };
  });
}

/** The columns of a row whose model nobody knows: what is not the same for every model can only be a variable. */
export function columnsWithoutModel(names: readonly string[]): readonly Column[] {
  return names.map(
    (name): Column => (isJobColumn(name) ? { kind: 'job', name } : { kind: 'variable', name: name.replace(/^(?:params|var)\./, '') }),
  );
}

function isJobColumn(name: string): name is JobColumn {
  return (JOB_COLUMNS as readonly string[]).includes(name);
}
