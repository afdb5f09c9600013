import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePorts } from '../../infra/ports';

const READY_WITHIN_MS = 60_000;

/** A real OpenID provider, in a process of its own. */
export class ProviderProcess {
  private constructor(
    readonly issuer: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(client: { id: string; secret: string; redirectUri: string }): Promise<ProviderProcess> {
    const [port] = await freePorts(1);
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, PORT: String(port), CLIENT_ID: client.id, CLIENT_SECRET: client.secret, REDIRECT_URI: client.redirectUri };
    const child = spawn(process.execPath, [join(__dirname, 'identity-provider.mjs')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the identity provider is not ready: ${said}`)), READY_WITHIN_MS);
      child.once('exit', (code) => reject(new Error(`the identity provider ended with ${code ?? 'a signal'}: ${said}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        if (!chunk.toString().includes('ready at')) return;
        clearTimeout(timer);
        resolve();
      });
    });
    return new ProviderProcess(`http://127.0.0.1:${port}`, child);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** A browser as far as signing in needs one: it follows redirects by hand and keeps the cookies of each host and path. */
export class Browser {
  private readonly jars = new Map<string, Map<string, string>>();

  /** Follows redirects within one origin, and stops before it would leave it. @returns the last answer and where it leads */
  async follow(start: string): Promise<{ status: number; location: string | null; cookies: string[]; body: string }> {
    const { origin } = new URL(start);
    for (let url = start, hops = 0; hops < 20; hops++) {
      const response = await fetch(url, { redirect: 'manual', headers: { cookie: this.cookiesFor(origin) } });
      const cookies = response.headers.getSetCookie();
      this.keep(origin, cookies);
      const location = response.headers.get('location');
      const next = location === null ? null : new URL(location, url).href;
      if (next === null || new URL(next).origin !== origin) return { status: response.status, location: next, cookies, body: await response.text() };
      url = next;
    }
    throw new Error(`${start} leads round in circles`);
  }

  /** One request, whose redirect is not followed. */
  async visit(url: string): Promise<{ status: number; location: string | null; cookies: string[]; body: string }> {
    const { origin } = new URL(url);
    const response = await fetch(url, { redirect: 'manual', headers: { cookie: this.cookiesFor(origin) } });
    const cookies = response.headers.getSetCookie();
    this.keep(origin, cookies);
    return { status: response.status, location: response.headers.get('location'), cookies, body: await response.text() };
  }

  private keep(origin: string, cookies: readonly string[]): void {
    const jar = this.jars.get(origin) ?? new Map<string, string>();
    this.jars.set(origin, jar);
    for (const cookie of cookies) {
      const [pair = '', ...attributes] = cookie.split(';');
      const at = pair.indexOf('=');
      const isGone = attributes.some((attribute) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(attribute));
      if (isGone) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  private cookiesFor(origin: string): string {
    return [...(this.jars.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}
