// Drawn here because a bare machine has no fonts, and a picture must show its prompt there too. Five columns a glyph, bit 0 on top,
// the printable ASCII characters from the space on.
const columns = (
  '0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0000070000 001c224100 0041221c00 2a1c7f1c2a 08083e0808 ' +
  '0080703000 0808080808 0060600000 2010080402 3e5149453e 00427f4000 4261514946 2141454b31 1814127f10 2745454539 3c4a494930 0171090503 ' +
  '3649494936 064949291e 0036360000 0080763600 0814224100 1414141414 0041221408 0201510906 324979413e 7e1111117e 7f49494936 3e41414122 ' +
  '7f4141221c 7f49494941 7f09090901 3e4149497a 7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 7f020c027f 7f0408107f 3e4141413e ' +
  '7f09090906 3e4151215e 7f09192946 4649494931 01017f0101 3f4040403f 1f2040201f 3f4038403f 6314081463 0708700807 6151494543 007f414100 ' +
  '0204081020 0041417f00 0402010204 4040404040 0001020400 2054545478 7f48444438 3844444420 384444487f 3854545418 087e090102 18a4a4a47c ' +
  '7f08040478 00447d4000 4080847d00 7f10284400 00417f4000 7c04180478 7c08040478 3844444438 fc18242418 18242418fc 7c08040408 4854545420 ' +
  '043f444020 3c4040207c 1c2040201c 3c4030403c 4428102844 1ca0a0a07c 4464544c44 0008364100 00007f0000 0041360800 0804081008'
)
  .split(' ')
  .map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

/** What is drawn for a character that the font does not have: a hollow box. */
const box = Uint8Array.from([0x7f, 0x41, 0x41, 0x41, 0x7f]);

/** Width and height of a glyph's cell in font pixels, its gaps included. */
export const cell = { width: 6, height: 10 } as const;

/** The five columns of a character: bit 0 on top, 7 rows and one for what hangs below the line. */
export function glyph(character: string): Uint8Array {
  return columns[character.charCodeAt(0) - 0x20] ?? box;
}

const spelledOut: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '×': 'x',
  '·': '.',
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  ı: 'i',
};

/** Text in the characters that the font has: accents are dropped, line breaks become spaces, the rest stays and is drawn as boxes. */
export function drawable(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}+/gu, '');
  return [...plain].map((character) => spelledOut[character] ?? (/\s|\p{C}/u.test(character) ? ' ' : character)).join('');
}

/** Text broken into lines of at most `width` characters, at spaces where there are any. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/).filter((part) => part !== '')) {
    let rest = word;
    while (line === '' ? rest.length > width : line.length + 1 + rest.length > width) {
      if (line !== '') {
        lines.push(line);
        line = '';
      } else {
        lines.push(rest.slice(0, width));
        rest = rest.slice(width);
      }
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}
