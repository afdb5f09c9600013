/** What is done with a payload that nobody has sealed. `read`: one from before payloads were sealed, or of a tool without keys, counts as it is. */
export const PLAIN_PAYLOADS = ['read', 'refuse'] as const;
export type PlainPayloads = (typeof PLAIN_PAYLOADS)[number];
