import { parseArgs } from 'node:util';
import { hashPassword } from '../api/passwords';
import { newFirstPassword } from '../api/sign-in/secrets';
import { readConfig } from '../infra/config';
import { reasonOf, StartupError } from '../infra/errors';
import { appendAuthEvent } from '../store/auth-event.store';
import { connect, transaction } from '../store/db';
import { deleteSecondFactor } from '../store/second-factor.store';
import { endSessions } from '../store/session.store';
import { updateFirstPassword } from '../store/user-administration.store';
import { findUserForSignIn } from '../store/user.store';
import { runTool, WrongUsage } from './command-line';
import { noted } from './noted-tool';
import { findService } from './service-addresses';

const USAGE = `usage: npm run accounts -- reset <user name>

For the administrator who has lost password or authenticator and has nobody above: takes the second factor away, ends all
sessions and prints a first password, to be changed at the next sign-in. It is in the audit, with your login on this machine.
Exit code: 0 done, 1 not done, 2 wrong command line.`;

/** Longer than any name that can be given. */
const NAME_LENGTH_MAX = 100;

async function main(): Promise<0 | 1> {
  const name = nameToReset();
  const config = readConfig(process.env);
  const pool = connect(findService(config).databaseUrl, 1);
  try {
    const user = await findUserForSignIn(pool, name);
    if (!user) throw new StartupError(`There is no user "${name}".`);
    if (user.isDisabled) throw new StartupError(`"${name}" is disabled; another administrator has to enable the account first.`);
    if (user.isDemo) throw new StartupError(`"${name}" is a demo user, whose password is DEMO_PASSWORD.`);
    const firstPassword = newFirstPassword();
    const hash = await hashPassword(firstPassword);
    const reset = () =>
      transaction(pool, async (db) => {
        await updateFirstPassword(db, name, { hash, hours: config.signIn.firstPasswordHours });
        const hadSecondFactor = await deleteSecondFactor(db, name);
        await endSessions(db, name);
        await appendAuthEvent(db, { type: 'passwordReset', userId: name, actor: 'operator' });
        if (hadSecondFactor) await appendAuthEvent(db, { type: 'secondFactorReset', userId: name, actor: 'operator', details: { wasThere: true } });
        return { hadSecondFactor };
      });
    // Whoever resets an account can be its owner from then on: in the chains, where nobody takes it back, and with the account as in the API's entries.
    await noted(pool, 'tool.accounts', { details: { reset: true, userName: name, orgId: user.orgId, roles: user.roles } }, reset, ({ hadSecondFactor }) => ({ hadSecondFactor }));
    console.log(`First password of "${name}", to be changed within ${config.signIn.firstPasswordHours} hours: ${firstPassword}`);
    return 0;
  } finally {
    await pool.end();
  }
}

/** @throws WrongUsage */
function nameToReset(): string {
  try {
    const { positionals } = parseArgs({ args: process.argv.slice(2), allowPositionals: true });
    const [command, name, ...more] = positionals;
    if (command !== 'reset' || name === undefined || more.length > 0 || name.length > NAME_LENGTH_MAX) throw new WrongUsage('Say whom to reset.');
    return name;
  } catch (error) {
    throw error instanceof WrongUsage ? error : new WrongUsage(reasonOf(error));
  }
}

runTool(USAGE, main);
