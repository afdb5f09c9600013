import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * A small server that speaks as much S3 as the document store needs: PUT, GET, DELETE of objects and their list, by path. A
 * process of its own: PORT on its first line, the access key and the bucket from its arguments. Requests without a signature of
 * that key, or whose body is not what was signed, are refused.
 */

const [accessKey = '', bucket = ''] = process.argv.slice(2);
const PAGE = 2;
const objects = new Map<string, { body: Buffer; at: Date }>();

const SIGNED = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[\w-]+\/s3\/aws4_request, SignedHeaders=[\w;-]+, Signature=[0-9a-f]{64}$/;

createServer((request, response) => {
  void answer(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end();
  });
}).listen(0, '127.0.0.1', function (this: { address: () => unknown }) {
  console.log((this.address() as AddressInfo).port);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const url = new URL(request.url ?? '', 'http://s3');
  const refuse = (status: number, code: string) => void response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
  const [, key] = SIGNED.exec(request.headers.authorization ?? '') ?? [];
  if (key !== accessKey || request.headers['x-amz-date'] === undefined) { refuse(403, 'AccessDenied'); return; }
  const signedHash = request.headers['x-amz-content-sha256'];
  if (signedHash !== createHash('sha256').update(body).digest('hex')) { refuse(400, 'XAmzContentSHA256Mismatch'); return; }
  const [, inBucket = '', name = ''] = /^\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  if (inBucket !== bucket) { refuse(404, 'NoSuchBucket'); return; }
  if (name === '') { list(url.searchParams, response); return; }
  const found = objects.get(name);
  switch (request.method) {
    case 'PUT':
      objects.set(name, { body, at: new Date() });
      return void response.writeHead(200, { etag: '"x"' }).end();
    case 'DELETE':
      objects.delete(name);
      return void response.writeHead(204).end();
    case 'GET':
      if (found) return void response.writeHead(200, { 'content-length': found.body.length }).end(found.body);
      refuse(404, 'NoSuchKey');
      return;
    default:
      refuse(405, 'MethodNotAllowed');
  }
}

/** In pages of two, so that whoever lists has to turn them. */
function list(query: URLSearchParams, response: ServerResponse): void {
  const after = query.get('continuation-token') ?? '';
  const names = [...objects.keys()].filter((name) => name.startsWith(query.get('prefix') ?? '') && name > after).sort();
  const page = names.slice(0, PAGE);
  const entries = page.map((name) => `<Contents><Key>${name}</Key><LastModified>${objects.get(name)?.at.toISOString()}</LastModified></Contents>`);
  const next = names.length > PAGE ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '<IsTruncated>false</IsTruncated>';
  response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?><ListBucketResult>${next}${entries.join('')}</ListBucketResult>`);
}
