import { z } from 'zod';
import { isJsonObject, type Json } from '../../values/json.ts';

/**
 * The data without the known names that have nothing after them (their lines are commented out, or the whole file is): they say nothing, and
 * are no fault. An unknown name stays, to be refused as any other: what is commented out below a misspelt name is not kept once it is put back.
 */
export function withoutUnset(schema: z.core.$ZodType, data: Json): Json {
  const type = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  if (!isJsonObject(data)) return data;
  const said = Object.entries(data).flatMap(([name, value]): [string, Json][] => {
    const below = childOf(type, name);
    if (below === null) return [[name, value]];
    if (value !== null) return [[name, withoutUnset(below, value)]];
    return mayBeLeftOut(type, below) ? [] : [[name, value]];
  });
  return Object.fromEntries(said);
}

/** The names that the mapping at a path knows; none where it takes any. */
export function namesAt(schema: z.core.$ZodType, path: readonly string[]): readonly string[] {
  const type = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  const [name, ...rest] = path;
  if (name === undefined) return type instanceof z.ZodObject ? Object.keys(type.shape) : [];
  const below = childOf(type, name);
  return below === null ? [] : namesAt(below, rest);
}

/** What stands under a name of a mapping; null for a name that is not known there. */
function childOf(type: z.core.$ZodType, name: string): z.core.$ZodType | null {
  if (type instanceof z.ZodObject) return Object.hasOwn(type.shape, name) ? type.shape[name] : null;
  if (type instanceof z.ZodRecord) return z.safeParse(type.keyType, name).success ? type.valueType : null;
  return null;
}

function mayBeLeftOut(type: z.core.$ZodType, below: z.core.$ZodType): boolean {
  return type instanceof z.ZodRecord || below instanceof z.ZodOptional;
}
