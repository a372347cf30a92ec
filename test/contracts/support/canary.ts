/** A key that stands nowhere by accident, with characters that URLs and JSON write otherwise. */
export const CANARIES = {
  ulazai: 'Kq7ZvW2x+live/9fTr=Zb1cUmNp4sQ',
  mayanio: 'Wm3RtY8d"live%Gh5,Jk=Lp2VcXz7Q',
} as const;

/** Every form in which a key could stand somewhere, and the eight characters that it begins with. */
export function needles(key: string): readonly string[] {
  const encoded = encodeURIComponent(key);
  const inside = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(key)]).toString('base64');
    // What its neighbours do not change.
    return text.slice(4, Math.floor(((before + key.length) * 8) / 6) - 1);
  });
  const url = inside.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [key, encoded, encoded.toLowerCase(), JSON.stringify(key).slice(1, -1), ...inside, ...url, key.slice(0, 8)];
}

/** Every way in which a careless API shows the key that it was called with. */
export function echoOf(key: string): string {
  const base64 = Buffer.from(key).toString('base64');
  const basic = Buffer.from(`api:${key}`).toString('base64');
  return [
    `Authorization: Bearer ${key}`,
    `?api_key=${encodeURIComponent(key)}`,
    `Basic ${basic}`,
    base64,
    Buffer.from(key).toString('base64url'),
    `key ${key.slice(0, 12)}... is not valid`,
    `(${key.slice(0, 8)}****)`,
  ].join(' | ');
}

/** The needles that stand in these bytes. */
export function found(bytes: Buffer | string, keys: readonly string[] = Object.values(CANARIES)): readonly string[] {
  return keys.flatMap(needles).filter((needle) => bytes.includes(needle));
}
