/** A secret as it is written in texts, URLs and JSON: every form of which can be turned back into it as it stands. */
export function writtenForms(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  return [
    secret,
    encoded,
    encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    encoded.replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** A secret in base64, at each of its three alignments, since it may stand inside of a longer text. */
export function base64Forms(secret: string): string[] {
  const forms: string[] = [];
  for (let before = 0; before < 3; before++) {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret, 'utf8')]);
    // Characters that hold bits of a neighbour differ from text to text; what lies between is always the same.
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor((bytes.length * 8) / 6);
    for (const alphabet of ['base64', 'base64url'] as const) forms.push(bytes.toString(alphabet).slice(first, last));
  }
  forms.push(Buffer.from(secret, 'utf8').toString('base64'), Buffer.from(secret, 'utf8').toString('base64url'));
  return forms;
}

/** For a pattern that matches the text itself. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
