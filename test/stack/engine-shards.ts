import { credentials, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';

/** As many as the embedded engine has. */
const SHARDS = 4;

/**
 * Has the engine let go of all its shards and take them up again from its database, as when they move between its
 * machines or their database was away: what it kept in memory alone is forgotten.
 */
export async function reloadShards(engineAddress: string): Promise<void> {
  const AdminClient = makeGenericClientConstructor(
    {
      closeShard: {
        path: '/temporal.server.api.adminservice.v1.AdminService/CloseShard',
        requestStream: false,
        responseStream: false,
        requestSerialize: (shardId: number) => Buffer.from([0x08, shardId]), // protobuf: field 1, an integer
        requestDeserialize: (bytes) => bytes,
        responseSerialize: () => Buffer.alloc(0),
        responseDeserialize: (bytes) => bytes,
      },
    },
    'AdminService',
  );
  const client = new AdminClient(engineAddress, credentials.createInsecure());
  type CloseShard = (shardId: number, done: (error: ServiceError | null) => void) => void;
  const closeShard = client.closeShard?.bind(client) as CloseShard;
  try {
    for (let shardId = 1; shardId <= SHARDS; shardId++) await new Promise<void>((resolve, reject) => closeShard(shardId, (error) => (error ? reject(error) : resolve())));
  } finally {
    client.close();
  }
}
