import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { callerOf } from '../../infra/address-list';
import type { HttpSettings, RateClass } from '../../infra/http-settings';
import { forgetSpentShares, takeSharedShare } from '../../store/rate-limit.store';
import { Allowances } from './allowances';
import { tooManyRequests } from './http-problems';
import { limitsInForce, rateClassOf, type RateLimit } from './rate-table';

declare module 'fastify' {
  interface FastifyRequest {
    /** It was counted in the record and let through: of its kind few come, however hard somebody tries. */
    isOneOfFew: boolean;
  }
}

const FORGET_EVERY_MS = 600_000;

interface Limited {
  rateClass: RateClass;
  limit: RateLimit;
}

/** Counts requests by address and by user (ADR 024), and refuses those beyond the limit with 429. */
export class RateGuard {
  private readonly allowances = new Allowances();
  private readonly limits: ReturnType<typeof limitsInForce>;

  constructor(
    private readonly pool: Pool,
    settings: HttpSettings,
  ) {
    this.limits = limitsInForce(settings);
  }

  /** By address, before anything is asked of the record. */
  guardAddresses(app: FastifyInstance): void {
    app.addHook('onRequest', (request, _reply, done) => {
      const caller = callerOf(request.ip);
      const { url, config } = request.routeOptions;
      // What has a route and is no operation is documentation.
      const isDocumentation = url !== undefined && config.operation === undefined;
      const afterMs =
        this.allowances.take(caller, this.limits.anything) ?? (isDocumentation ? this.allowances.take(`documentation ${caller}`, this.limits.documentation) : undefined);
      done(afterMs === undefined ? undefined : refusal(afterMs));
    });
  }

  /** By operation, once it is known who asks. */
  guardOperations(app: FastifyInstance): void {
    app.decorateRequest('isOneOfFew', false);
    app.addHook('onRequest', async (request) => {
      const limited = this.limitOf(request);
      if (!limited) return;
      const { user } = request;
      if (user) await this.take(`user ${user.id}`, limited.limit.perUser, limited);
      // An office has one address: those who are signed in are counted one by one, and then all together.
      await this.take(`address ${callerOf(request.ip)}`, limited.limit.perAddress, limited);
      request.isOneOfFew = limited.limit.isShared;
    });
    // Who wants to be signed in stands in the body.
    app.addHook('preHandler', async (request) => {
      const limited = this.limitOf(request);
      const { username } = (request.body ?? {}) as { username?: unknown };
      if (limited?.rateClass === 'signIn' && typeof username === 'string') await this.take(`name ${username} ${callerOf(request.ip)}`, limited.limit.perUser, limited);
    });
    const forgetting = setInterval(() => {
      // The record is away now and then; what is spent can be forgotten the next time.
      forgetSpentShares(this.pool).catch((error: unknown) => app.log.debug({ err: error }, 'spent shares of limits were not forgotten'));
    }, FORGET_EVERY_MS).unref();
    app.addHook('onClose', () => clearInterval(forgetting));
  }

  private limitOf({ routeOptions, method, query }: FastifyRequest): Limited | undefined {
    const { operation } = routeOptions.config;
    const rateClass = operation && rateClassOf(operation, method, query);
    return rateClass && { rateClass, limit: this.limits.classes[rateClass] };
  }

  /** @throws HttpProblem TOO_MANY_REQUESTS */
  private async take(who: string, perMinute: number, { rateClass, limit }: Limited): Promise<void> {
    const key = `${rateClass} ${who}`;
    const afterMs = limit.isShared ? await takeSharedShare(this.pool, key, perMinute) : this.allowances.take(key, perMinute);
    if (afterMs !== undefined) throw refusal(afterMs);
  }
}

function refusal(afterMs: number) {
  return tooManyRequests(Math.max(1, Math.ceil(afterMs / 1_000)));
}
