/**
 * How tables are written: RFC 4180. csv-stringify quotes its own record delimiter alone, and any other program would take a bare LF or CR within a
 * cell for the end of the row: half a prompt would be made again, and paid for.
 */
export const CSV_DIALECT = { record_delimiter: '\r\n', quoted_match: /[\r\n]/ } as const;
