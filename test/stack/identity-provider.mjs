// An OpenID provider as a process of its own, for tests: it signs in whoever `login_hint` names, without asking for anything.
// A hint "alice!otp" says that Alice used a one-time password as well. With "alice!changed", "!otherKey", "!unsigned" somebody on the way to us makes
// the token say so; with "!over", "!otherClient", "!otherIssuer" the provider itself signs one that is not for us, or not any more.
import { generateKeyPairSync, sign } from 'node:crypto';
import Provider from 'oidc-provider';

const { PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;
const [ours, thief] = ['ours', 'thief'].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));

const provider = new Provider(issuer, {
  clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [REDIRECT_URI], response_types: ['code'], grant_types: ['authorization_code'] }],
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: id !== 'mallory', employee_no: `E-${id}` }) }),
  claims: { openid: ['sub', 'amr'], profile: ['employee_no'], email: ['email', 'email_verified'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  jwks: { keys: [{ ...ours.privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
  cookies: { keys: ['keys of a test'] },
});

provider.use(async (context, next) => {
  if (!context.path.startsWith('/interaction/')) return next();
  context.respond = false;
  const { prompt, params, session, grantId } = await provider.interactionDetails(context.req, context.res);
  if (prompt.name === 'login') {
    const [accountId, method] = String(params.login_hint).split('!');
    return provider.interactionFinished(context.req, context.res, { login: { accountId, ...(method ? { amr: ['pwd', method] } : {}) } });
  }
  const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(String(params.scope));
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  return provider.interactionFinished(context.req, context.res, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
});

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (header, body, { privateKey }) => `${header}.${body}.${sign('RSA-SHA256', Buffer.from(`${header}.${body}`), privateKey).toString('base64url')}`;

/** An ID token as it must not be taken; one of somebody else's word stays as it is. */
function spoilt(token) {
  const [header, payload, signature] = token.split('.');
  const [said, claims] = [header, payload].map((text) => JSON.parse(Buffer.from(text, 'base64url').toString()));
  const wanted = { ...claims, amr: ['pwd', 'otp'] };
  const ways = {
    changed: () => `${header}.${part(wanted)}.${signature}`,
    unsigned: () => `${part({ ...said, alg: 'none' })}.${part(wanted)}.`,
    // With its key in it, and under the name of the right one.
    otherKey: () => signed(part({ ...said, jwk: thief.publicKey.export({ format: 'jwk' }) }), part(wanted), thief),
    over: () => signed(header, part({ ...wanted, iat: claims.iat - 7200, exp: claims.iat - 3600 }), ours),
    otherClient: () => signed(header, part({ ...wanted, aud: 'somebody-else' }), ours),
    otherIssuer: () => signed(header, part({ ...wanted, iss: 'http://127.0.0.1:1' }), ours),
    signedAnew: () => signed(header, part(wanted), ours),
  };
  return ways[claims.amr?.at(-1)]?.() ?? token;
}

provider.use(async (context, next) => {
  await next();
  if (typeof context.body?.id_token === 'string') context.body.id_token = spoilt(context.body.id_token);
});

provider.listen(Number(PORT), '127.0.0.1', () => console.log(`ready at ${issuer}`));
