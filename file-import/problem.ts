/** Why a whole file is refused; nothing of it is kept then. */
export type FileFault =
  | 'notXlsx'
  | 'oldXls'
  | 'tooLarge'
  | 'tooManyRows'
  | 'noHouseholdSheet'
  | 'severalSheets'
  | 'columnsMissing'
  | 'columnsTwice'
  | 'noRows'
  | 'cellUnreadable';

/** A file that cannot be imported. `details`: names of columns or sheets, or a place in the file; no content of cells. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';

  constructor(
    readonly fault: FileFault,
    readonly details: readonly string[] = [],
  ) {
    super(fault);
  }
}

/** Why one cell or row cannot be read: where, as a path of the body, and a sentence in Chinese. */
export interface RowProblem {
  path: string;
  message: string;
}
