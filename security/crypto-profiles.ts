import type { CryptoProfile, ProfileId } from './crypto-profile';
import { gmProfile } from './gm-profile';
import { intlProfile } from './intl-profile';

const PROFILES: Readonly<Record<ProfileId, CryptoProfile>> = { intl: intlProfile, gm: gmProfile };

export function profileOf(id: ProfileId): CryptoProfile {
  return PROFILES[id];
}
