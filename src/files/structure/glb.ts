import { endsInside, type StructureCheck } from './structure-check.ts';

const HEADER_BYTES = 12;
const JSON_CHUNK = 0x4e4f534a;

/** GLB (binary glTF 2.0): the length that its header names, filled by chunks of which the first is JSON. */
export const checkGlb: StructureCheck = async (file) => {
  const header = await file.at(0, HEADER_BYTES);
  if (!header) return endsInside('its header', file);
  const length = header.readUInt32LE(8);
  if (length > file.size) return endsInside(`the ${length} bytes that its header names`, file);
  for (let at = HEADER_BYTES; at < length; ) {
    const chunk = await file.at(at, 8);
    if (!chunk) return endsInside('the head of a chunk', file);
    if (at === HEADER_BYTES && chunk.readUInt32LE(4) !== JSON_CHUNK) return 'its first chunk is not JSON';
    at += 8 + chunk.readUInt32LE(0);
    if (at > length) return `its chunks go beyond the ${length} bytes that its header names`;
  }
  return length > HEADER_BYTES ? null : 'it holds no chunk';
};
