import readXlsxFile from 'read-excel-file/node';
import { ImportClient, type Batch } from '../../../file-import/import-client';
import type { TestStack } from '../../stack/test-stack';

/** A line of a result file. */
export interface ResultLine {
  result: string;
  reason: string;
  caseNumber: string;
  /** Line in the uploaded sheet. */
  row: string;
  /** What else stands in the line. */
  cells: string[];
}

/** One user's uploads, as the command line does them. */
export async function importsOf(username: string, { url, password }: Pick<TestStack, 'url' | 'password'>) {
  const client = await ImportClient.connect(url, { username, password });
  return {
    client,
    /** Uploads and waits for every row. */
    run: async (file: Buffer): Promise<{ batch: Batch; lines: ResultLine[] }> => {
      const { id } = await client.upload('困难职工.xlsx', file);
      const batch = await client.untilFinished(id, () => undefined);
      return { batch, lines: await resultLines(await client.result(id)) };
    },
  };
}

/** The lines of a result file's sheet, without its headers. */
export async function resultLines(file: Buffer, sheet = 0): Promise<ResultLine[]> {
  const sheets = await readXlsxFile(file);
  return (sheets[sheet]?.data ?? []).slice(1).map((cells) => {
    const [result = '', reason = '', caseNumber = '', row = '', ...others] = cells.map((cell) => (typeof cell === 'string' ? cell : ''));
    return { result, reason, caseNumber, row, cells: others };
  });
}
