// An OpenID provider as a process of its own, for tests: it signs in whoever `login_hint` names, without asking for anything.
// A hint "alice!otp" says that Alice used a one-time password as well.
import Provider from 'oidc-provider';

const { PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [REDIRECT_URI], response_types: ['code'], grant_types: ['authorization_code'] }],
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: id !== 'mallory', employee_no: `E-${id}` }) }),
  claims: { openid: ['sub', 'amr'], profile: ['employee_no'], email: ['email', 'email_verified'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
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

provider.listen(Number(PORT), '127.0.0.1', () => console.log(`ready at ${issuer}`));
