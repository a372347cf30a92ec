import { endsInside, type StructureCheck } from './structure-check.ts';

const SIGNATURE_BYTES = 8;
/** Length, type and checksum of a chunk. */
const CHUNK_BYTES = 12;

/** PNG and APNG: chunks up to `IEND`. */
export const checkPng: StructureCheck = async (file) => {
  for (let at = SIGNATURE_BYTES; ; ) {
    const head = await file.at(at, 8);
    if (!head) return endsInside('its chunks, before IEND', file);
    const type = head.toString('latin1', 4, 8);
    if (!/^[A-Za-z]{4}$/.test(type)) return `the chunk at byte ${at} has no valid name`;
    at += CHUNK_BYTES + head.readUInt32BE(0);
    if (at > file.size) return endsInside(`the chunk ${type}`, file);
    if (type === 'IEND') return null;
  }
};
