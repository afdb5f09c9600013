import { Client, credentials } from '@grpc/grpc-js';

/** As many as the embedded engine has. */
const SHARDS = 4;
const CLOSE_SHARD = '/temporal.server.api.adminservice.v1.AdminService/CloseShard';

/**
 * Has the engine let go of all its shards and take them up again from its database, as when they move between its
 * machines or their database was away: what it kept in memory alone is forgotten.
 */
export async function reloadShards(engineAddress: string): Promise<void> {
  const client = new Client(engineAddress, credentials.createInsecure());
  try {
    for (let shardId = 1; shardId <= SHARDS; shardId++) await closeShard(client, shardId);
  } finally {
    client.close();
  }
}

function closeShard(client: Client, shardId: number): Promise<void> {
  const request = (id: number) => Buffer.from([0x08, id]); // protobuf: field 1, an integer
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(CLOSE_SHARD, request, (answer) => answer, shardId, (error) => (error ? reject(error) : resolve()));
  });
}
