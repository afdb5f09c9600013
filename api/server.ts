import cookie from '@fastify/cookie';
import Fastify, { LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { HttpSettings } from '../infra/http-settings';
import { keepAudit } from './audit-trail';
import { guardOperations } from './authentication';
import { answerBrokenRequest } from './http/broken-requests';
import { serveDocumentation } from './http/documentation';
import { limitBodies, readJsonBodies } from './http/json-body';
import { answerEngineUi, isOfEngineUi } from './http/engine-ui';
import { createListener } from './http/listener';
import { RateGuard } from './http/rate-guard';
import { guardShapes } from './http/request-shape';
import { guardProvenance } from './http/same-site';
import { sendSecurityHeaders } from './http/security-headers';
import type { Api, Services } from './operation';
import { answerFrameworkError, answerProblems } from './problem';
import { loggerOptions, tellRequests, type FinishedRequest } from './request-log';
import { aidRoutes } from './routes/aid';
import { applicantSignInRoutes } from './routes/applicant-sign-in';
import { auditRoutes } from './routes/audit';
import { calculatorRoutes } from './routes/calculators';
import { caseRoutes } from './routes/cases';
import { delegationRoutes } from './routes/delegations';
import { consentRoutes } from './routes/consents';
import { destructionRoutes } from './routes/destructions';
import { disbursementRoutes } from './routes/disbursements';
import { documentRoutes } from './routes/documents';
import { enginePayloadRoutes } from './routes/engine-payloads';
import { exitRoutes } from './routes/exits';
import { exportRoutes } from './routes/exports';
import { fileImportRoutes } from './routes/file-imports';
import { healthRoutes } from './routes/health';
import { intakeRoutes } from './routes/intake';
import { machineClientRoutes } from './routes/machine-clients';
import { noticeRoutes } from './routes/notices';
import { oidcRoutes } from './routes/oidc';
import { organisationRoutes } from './routes/organisations';
import { ratingRoutes } from './routes/ratings';
import { recheckRoutes } from './routes/rechecks';
import { relationRoutes } from './routes/relations';
import { returnRoutes } from './routes/returns';
import { revealRoutes } from './routes/reveals';
import { reviewRoutes } from './routes/review';
import { secondFactorRoutes } from './routes/second-factor';
import { sessionRoutes } from './routes/sessions';
import { simulationRoutes } from './routes/simulation';
import { taskRoutes } from './routes/tasks';
import { userRoutes } from './routes/users';
import { speakBothLanguages } from './schema-messages';
import { guardTexts } from './text-guard';

interface ServerSettings {
  /** Of the request log; it carries ids and codes, never bodies or parameters. */
  logLevel: string;
  http: HttpSettings;
  /** Origin of the engine's UI; absent: no page but our own gets an answer. */
  engineUiOrigin?: string;
  /** Told of each request that was answered. */
  onFinished?: (finished: FinishedRequest) => void;
}

/**
 * The HTTP API: the one app of production and tests. Listening and closing is the caller's.
 * @throws Error when the certificate and key of the settings cannot be used
 */
export async function buildServer(services: Services, { logLevel, http, engineUiOrigin, onFinished = () => undefined }: ServerSettings): Promise<Api> {
  speakBothLanguages();
  const app = Fastify({
    logger: loggerOptions(logLevel),
    logController: new LogController({ disableRequestLogging: true }),
    serverFactory: (handler) => createListener(handler, http),
    clientErrorHandler: answerBrokenRequest,
    trustProxy: http.trustProxy.length > 0 ? http.trustProxy : false,
    forceCloseConnections: 'idle',
    // A longer id is unknown like any other; only a path beyond all measure is refused before it reaches a route.
    routerOptions: { maxParamLength: 2_000 },
    frameworkErrors: answerFrameworkError,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  limitBodies(app);
  readJsonBodies(app);
  guardTexts(app);
  answerProblems(app);
  tellRequests(app, onFinished);
  // In the order in which a request meets them: what costs least comes first, the session's look-up last.
  await sendSecurityHeaders(app);
  const rates = new RateGuard(services.pool, http);
  rates.guardAddresses(app);
  guardShapes(app, http.publicUrl);
  answerEngineUi(app, engineUiOrigin);
  await app.register(cookie);
  // After the cookies: what is held back must not send them any more.
  keepAudit(app, services.pool, services.audit);
  guardProvenance(app, http.publicUrl, (request) => isOfEngineUi(request, engineUiOrigin));
  await serveDocumentation(app);
  guardOperations(app, services.pool, services.signIn);
  rates.guardOperations(app);
  const api = app.withTypeProvider<ZodTypeProvider>() as Api;
  // In a plugin of their own, so that the OpenAPI document is there to see them come.
  await api.register((routes, _options, done) => {
    for (const register of ROUTES) register(routes, services);
    done();
  });
  await app.ready();
  return api;
}

const ROUTES: ((app: Api, services: Services) => void)[] = [
  sessionRoutes,
  applicantSignInRoutes,
  secondFactorRoutes,
  oidcRoutes,
  userRoutes,
  machineClientRoutes,
  intakeRoutes,
  reviewRoutes,
  noticeRoutes,
  aidRoutes,
  disbursementRoutes,
  recheckRoutes,
  exitRoutes,
  returnRoutes,
  fileImportRoutes,
  delegationRoutes,
  relationRoutes,
  caseRoutes,
  documentRoutes,
  consentRoutes,
  exportRoutes,
  destructionRoutes,
  revealRoutes,
  ratingRoutes,
  taskRoutes,
  calculatorRoutes,
  simulationRoutes,
  organisationRoutes,
  auditRoutes,
  enginePayloadRoutes,
  healthRoutes,
];
