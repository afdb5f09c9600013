import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { askHidden } from './ask-password';
import { readCommandLine, USAGE, WrongUsage, type CommandLine } from './command-line';
import { CodeNeeded, ImportClient, type Batch } from './import-client';
import { serviceAddress } from './service-address';

const REFUSED = 1;
const WRONG_USAGE = 2;
const FAILED = 3;

async function main(): Promise<void> {
  const commandLine = readCommandLine(process.argv.slice(2), process.env);
  if (commandLine === 'help') {
    console.log(USAGE);
    return;
  }
  // Read first: a file that is not there should be said before anybody types a password.
  const content = commandLine.isTemplate ? undefined : readFileSync(commandLine.file);
  const password = commandLine.password ?? (await askHidden(`Password of ${commandLine.user}`));
  if (password === undefined) throw new WrongUsage('BIHUAN_PASSWORD is not set, and there is no terminal to ask for the password');
  const url = commandLine.url ?? serviceAddress(process.env.DATA_DIR ?? '.data');
  const client = await signedIn(url, commandLine, password);
  if (content) await importList(client, commandLine, content);
  else {
    writeFileSync(commandLine.file, await client.template());
    console.log(`模板已写入 ${commandLine.file}`);
  }
}

/** Signs in; whoever has an authenticator is asked for its code, unless that is set. */
async function signedIn(url: string, { user, code }: CommandLine, password: string): Promise<ImportClient> {
  try {
    return await ImportClient.connect(url, { username: user, password, code });
  } catch (error) {
    const asked = error instanceof CodeNeeded ? await askHidden(`Code of the authenticator of ${user}`) : undefined;
    if (asked === undefined) throw error;
    return ImportClient.connect(url, { username: user, password, code: asked });
  }
}

async function importList(client: ImportClient, { file, out }: CommandLine, content: Buffer): Promise<void> {
  const { id, rows, ignoredColumns } = await client.upload(basename(file), content);
  console.log(`已上传 ${file}：${rows} 行，批次 ${id}`);
  if (ignoredColumns.length > 0) console.log(`以下列不读取：${ignoredColumns.join('、')}`);
  const batch = await client.untilFinished(id, progressLine());
  // Results hold personal data of those who were refused: for the eyes of whoever runs this.
  writeFileSync(out, await client.result(id), { mode: 0o600 });
  console.log(`已导入 ${batch.imported}，此前已导入 ${batch.alreadyImported}，未导入 ${batch.refused}。结果：${out}`);
  if (batch.refused > 0) process.exitCode = REFUSED;
}

/** One line that is written over on a terminal; elsewhere a line for each tenth. */
function progressLine(): (batch: Batch) => void {
  let tenth = -1;
  return ({ rows, imported, alreadyImported, refused, state }) => {
    const done = imported + alreadyImported + refused;
    const line = `${done} / ${rows}（已导入 ${imported}，此前已导入 ${alreadyImported}，未导入 ${refused}）`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line}${state === 'finished' ? '\n' : ''}`);
    else if (Math.floor((done * 10) / rows) > tenth) {
      tenth = Math.floor((done * 10) / rows);
      console.log(line);
    }
  };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof WrongUsage) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof WrongUsage ? WRONG_USAGE : FAILED;
});
