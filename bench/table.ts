/** A table for a terminal. */
export interface Table {
  title: string;
  head: string[];
  rows: (string | number)[][];
  /** What a reader has to know to read it right. */
  notes?: string[];
}

/** Lines of a table: columns as wide as they need to be, numbers to the right. Figures carry no Chinese, so a character is a column. */
export function tableLines({ title, head, rows, notes = [] }: Table): string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : cell)));
  const isNumber = head.map((_name, column) => rows.every((row) => typeof row[column] === 'number' || row[column] === '–'));
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    `  ${row.map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd();
  return ['', title, line(head), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line), ...notes.map((note) => `  ${note}`)];
}

/** Three significant digits are more than a benchmark on a shared machine can promise. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}
