import type { EnvironmentReader } from './environment';
import { engineTlsEnvironment, readEngineTls, type EngineTls } from './temporal/engine-tls';
import { PLAIN_PAYLOADS, type PlainPayloads } from './temporal/plain-payloads';

/** How our processes deal with what the engine keeps. */
export interface EngineSettings {
  /** What is done with a payload that nobody has sealed. */
  plainPayloads: PlainPayloads;
  /** Origin of the engine's UI, whose pages may ask for payloads to be opened; absent: that of the UI that we start, or none. */
  uiOrigin?: string;
  /** How an engine elsewhere is reached; absent: in clear. */
  tls?: EngineTls;
}

const ORIGIN = /^https?:\/\/(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/i;

/** Reads the settings; mistakes stay with the reader. In production nothing goes to a case that was not sealed with our keys. */
export function readEngineSettings(read: EnvironmentReader, { production }: { production: boolean }): EngineSettings {
  return {
    plainPayloads: read.oneOf('ENGINE_PLAIN_PAYLOADS', PLAIN_PAYLOADS) ?? (production ? 'refuse' : 'read'),
    uiOrigin: read.matching('ENGINE_UI_ORIGIN', ORIGIN, 'an origin such as https://temporal.example.org, without a path'),
    tls: readEngineTls(read),
  };
}

/** The same settings as the environment of a process of ours. */
export function engineEnvironment({ plainPayloads, uiOrigin, tls }: EngineSettings): Record<string, string> {
  return { ENGINE_PLAIN_PAYLOADS: plainPayloads, ENGINE_UI_ORIGIN: uiOrigin ?? '', ...engineTlsEnvironment(tls) };
}
