import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../infra/document-settings';
import { checked, isAddress, type DocumentStore } from './document-store';

const PREFIX = 'documents/';

/** Keeps documents in a bucket that speaks S3. What it gets is sealed; the bucket's own encryption comes on top or not. */
export class S3Store implements DocumentStore {
  private readonly client: S3Client;

  constructor(private readonly settings: S3Settings) {
    const { endpoint, region, accessKeyId, secretAccessKey } = settings;
    this.client = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: endpoint !== undefined, maxAttempts: 3 });
  }

  async put(address: string, sealed: Buffer): Promise<void> {
    await this.client.send(new PutObjectCommand({ ...this.place(address), Body: sealed, ContentLength: sealed.length, ContentType: 'application/octet-stream' }));
  }

  async get(address: string): Promise<Buffer | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand(this.place(address)));
      return Body && checked(address, Buffer.from(await Body.transformToByteArray()));
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async remove(address: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand(this.place(address)));
  }

  async *list(): AsyncIterable<{ address: string; storedAt: Date }> {
    for (let token: string | undefined; ; ) {
      const page = await this.client.send(new ListObjectsV2Command({ Bucket: this.settings.bucket, Prefix: PREFIX, ContinuationToken: token }));
      for (const { Key = '', LastModified = new Date() } of page.Contents ?? []) {
        const address = Key.slice(PREFIX.length);
        if (isAddress(address)) yield { address, storedAt: LastModified };
      }
      token = page.NextContinuationToken;
      if (token === undefined) return;
    }
  }

  private place(address: string): { Bucket: string; Key: string } {
    if (!isAddress(address)) throw new RangeError('not an address of a document');
    return { Bucket: this.settings.bucket, Key: `${PREFIX}${address}` };
  }
}
