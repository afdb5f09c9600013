import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reasonOf } from './errors';

export interface OperatorAnswer {
  status: number;
  /** Content type; JSON when left out. */
  type?: string;
  body: string;
}

/** What each path answers. */
export type OperatorPaths = Readonly<Record<string, () => Promise<OperatorAnswer> | OperatorAnswer>>;

/**
 * A port for operators and their tools, apart from the one that callers reach: on this machine only unless told otherwise.
 * It knows GET and its paths, and nothing of a request beside them.
 *
 * @param port 0 = any free one
 */
export function openOperatorPort({ host, port }: { host: string; port: number }, paths: OperatorPaths): Promise<{ port: number; close: () => void }> {
  const server: Server = createServer((request, response) => {
    const answer = request.method === 'GET' ? paths[(request.url ?? '').split('?')[0] ?? ''] : undefined;
    const send = ({ status, type = 'application/json', body }: OperatorAnswer) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    };
    Promise.resolve()
      .then(answer ?? (() => ({ status: 404, body: '{}' })))
      .then(send, (error: unknown) => send({ status: 500, body: JSON.stringify({ error: reasonOf(error) }) }));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      }),
    );
  });
}
