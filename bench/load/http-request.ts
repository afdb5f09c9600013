import { Agent, request } from 'node:http';

export interface HttpAnswer {
  status: number;
  text: string;
  /** Seconds, where the service asks to come again. */
  retryAfter: string | undefined;
  /** From before the request was written until its answer was read; ms. */
  tookMs: number;
}

/** Longer than the service takes to say that it cannot answer. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * Sends requests over connections that stay open, as a front end's server does.
 *
 * `node:http` and not `fetch`: the generator shares the machine with what it measures, and this costs it half the CPU.
 */
export class HttpConnections {
  private readonly agent = new Agent({ keepAlive: true });

  send(url: string, { method, headers, body }: { method: string; headers: Record<string, string>; body?: string }): Promise<HttpAnswer> {
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, agent: this.agent, timeout: ANSWER_WITHIN_MS }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => void chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const tookMs = performance.now() - startedAt;
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, text, retryAfter: response.headers['retry-after'], tookMs });
        });
      });
      sent.on('timeout', () => void sent.destroy(new Error(`${method} ${url} was not answered within ${ANSWER_WITHIN_MS / 1000} s`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
