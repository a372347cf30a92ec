import type { ByteSource } from '../byte-source.ts';
import { endsInside, type StructureCheck } from './structure-check.ts';

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
/** Elements that a live recorder writes without a size: their children are walked instead. */
const MAY_BE_OPEN: ReadonlySet<number> = new Set([SEGMENT, CLUSTER]);

/** WebM and Matroska: elements to the last byte, a segment with at least one cluster among them. */
export const checkMatroska: StructureCheck = async (file) => {
  let clusters = 0;
  for (let at = 0; at < file.size; ) {
    const element = await readHead(file, at);
    if (!element) return endsInside('the head of an element', file);
    if (element.id === CLUSTER) clusters += 1;
    // The segment holds everything: only whether its size fits matters, then its children are looked at.
    if (element.size !== null && element.body + element.size > file.size) return endsInside('an element', file);
    if (element.size === null && !MAY_BE_OPEN.has(element.id)) return `the element at byte ${at} has no valid size`;
    at = element.id === SEGMENT || element.size === null ? element.body : element.body + element.size;
  }
  return clusters > 0 ? null : `it ends after ${file.size} bytes without any pictures`;
};

interface ElementHead {
  readonly id: number;
  /** Where its content begins. */
  readonly body: number;
  /** Null: not said. */
  readonly size: number | null;
}

async function readHead(file: ByteSource, at: number): Promise<ElementHead | null> {
  const id = await readNumber(file, at, true);
  const size = id && (await readNumber(file, at + id.length, false));
  if (!size) return null;
  const unknown = size.value === 2 ** (7 * size.length) - 1;
  return { id: id.value, body: at + id.length + size.length, size: unknown ? null : size.value };
}

/** EBML's number of variable length: the leading zeros of the first byte tell how many bytes follow. */
async function readNumber(file: ByteSource, at: number, keepMarker: boolean): Promise<{ value: number; length: number } | null> {
  const first = (await file.at(at, 1))?.[0];
  if (!first) return null;
  const length = Math.clz32(first) - 23;
  const bytes = await file.at(at, length);
  if (!bytes) return null;
  let value = keepMarker ? first : first & (0xff >> length);
  for (const byte of bytes.subarray(1)) value = value * 256 + byte;
  return { value, length };
}
