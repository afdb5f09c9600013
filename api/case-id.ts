const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether `id` can be the id of anything here; what cannot is unknown and never reaches a query. */
export function isUuid(id: string): boolean {
  return UUID.test(id);
}
