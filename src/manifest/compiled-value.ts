import type { Json, JsonObject } from '../values/json.ts';
import { type CellType, typeCell } from './cell-type.ts';
import { emptyObject, isMapping } from './plain-json.ts';
import { compileTemplate, hasTags, type Template } from './template.ts';

/** A value of any shape whose texts may be templates. */
export interface CompiledValue {
  readonly templates: readonly Template[];
  /**
   * The value for these variables. A text that a template makes is typed as a CSV cell is (inside an unknown structure it stays text), and one that comes out empty is absent: undefined, or left
   * out of its list. Throws TemplateFault.
   */
  render(variables: JsonObject, copy: number, type: CellType | null): Json | undefined;
}

/** Whether there is a template anywhere in the value. */
export function holdsTemplate(value: Json): boolean {
  if (typeof value === 'string') return hasTags(value);
  if (typeof value !== 'object' || value === null) return false;
  return (Array.isArray(value) ? (value as readonly Json[]) : Object.values(value as JsonObject)).some(holdsTemplate);
}

/** Parses every template of a value. Throws TemplateFault. */
export function compileValue(value: Json): CompiledValue {
  if (typeof value === 'string' && hasTags(value)) {
    const template = compileTemplate(value);
    return {
      templates: [template],
      render(variables, copy, type) {
        // A list or a mapping of a JSONL row is taken over whole where it is all that is asked for: `images: "{{ photos }}"`.
        const whole = template.sole === null ? undefined : variables[template.sole];
        return typeof whole === 'object' && whole !== null ? whole : typeCell(template.render(variables, copy), type);
      },
    };
  }
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(compileValue);
    return {
      templates: items.flatMap((item) => item.templates),
      render(variables, copy, type) {
        const list = items.map((item) => item.render(variables, copy, type?.items ?? TEXT)).filter((item) => item !== undefined);
        return list.length === 0 && items.length > 0 ? undefined : list;
      },
    };
  }
  if (isMapping(value)) {
    const fields = Object.entries(value).map(([key, item]) => [key, compileValue(item)] as const);
    return {
      templates: fields.flatMap(([, field]) => field.templates),
      render(variables, copy) {
        const object = emptyObject();
        for (const [key, field] of fields) {
          const item = field.render(variables, copy, TEXT);
          if (item !== undefined) object[key] = item;
        }
        return object;
      },
    };
  }
  return { templates: [], render: () => value };
}

const TEXT: CellType = { kinds: new Set(['string']), items: null };
