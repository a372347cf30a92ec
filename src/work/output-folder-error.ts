/** The output folder cannot be written: every file after this one would fail too, so that nothing more is paid for. */
export class OutputFolderError extends Error {
  override readonly name = 'OutputFolderError';
}
