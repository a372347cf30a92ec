/** Ends a title, an attribute, a comment or a cell, and tries to run. */
export const HTML_PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><script>alert(1)</script>',
  '</td></table><iframe src="javascript:alert(1)">',
  '<svg/onload=alert(1)>',
  '--><script>alert(1)</script>',
  '&lt;script&gt;',
  '<a href="https://evil.example">here</a>',
  '</style><script>alert(1)</script>',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '<base href="https://evil.example">',
] as const;

/** What a spreadsheet would run, or what hides it. */
export const FORMULAS = [
  '=1+1',
  '=HYPERLINK("http://evil.example","x")',
  '+1',
  '-1',
  '-2+3+cmd|" /C calc"!A0',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '\u0000=1',
  ' =1',
  "'=1",
  "''=1",
  '＝1+1',
  '＠SUM(A1)',
] as const;

/** What moves a cursor, retitles a window, hides a link or turns the reading direction. */
export const TERMINAL_PAYLOADS = [
  '\u001b[31mred\u001b[0m',
  '\u001b[2J\u001b[H',
  '\u001b]0;owned\u0007',
  '\u001b]8;;https://evil.example\u0007safe\u001b]8;;\u0007',
  '\u009b31mred',
  '\u0090q\u009c',
  'a\rb',
  'a\u0008\u0008b',
  'line\nline',
  'a\u202egnp.exe',
  'a\u2066b\u2069',
  'a\u0000b',
  '\u007f',
  '\u001bPq#0\u001b\\',
] as const;
