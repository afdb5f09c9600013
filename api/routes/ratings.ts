import { z } from 'zod';
import { maskText } from '../../access/free-text';
import { reachFor } from '../../access/operations';
import { isEnd } from '../../domain/case-facts';
import type { CaseRecord } from '../../domain/case-record';
import { countRatings, findRating, insertRating, type ServiceRating } from '../../store/service-rating.store';
import { userOf } from '../authentication';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import { HttpProblem, notFound } from '../problem';
import { CasePath, LongText } from '../schemas/values';
import { scopeOf } from '../scope';

const SCORES = [1, 2, 3, 4, 5] as const;
const Score = z.int().min(1).max(5).meta({ description: '1 很不满意 … 5 很满意' });
const RatingSchema = z.object({ score: Score, comment: z.string().nullable(), ratedAt: z.string() }).meta({ id: 'ServiceRating' });
const CountSchema = z
  .object({ count: z.int(), byScore: z.array(z.object({ score: Score, count: z.int() })) })
  .meta({ id: 'ServiceRatingCounts' });

/** 满意度评价 (R-BZ-30): by the applicant, once, when aid has arrived or the case has ended; for those who answer for the work. */
export function ratingRoutes(app: Api, { records, keys, reader }: Services): void {
  app.post(
    '/v1/cases/:caseId/rating',
    {
      schema: {
        operationId: 'rateService',
        tags: ['case'],
        summary: '评价服务（每个案件一次）',
        params: CasePath,
        body: z.object({ score: Score, comment: LongText.optional() }),
        response: { 201: RatingSchema, ...COMMON_PROBLEMS, ...problems(409) },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const db = records.of(scopeOf(user));
      const { record } = await reader.get(request.params.caseId, user, db);
      if (!canBeRated(record)) throw notRateable();
      const { score, comment = null } = request.body;
      const { rating, isNew } = await insertRating(db, keys, { caseId: record.caseId, score, comment, ratedBy: user.id });
      // The same once more is a repetition; something else would change what was said.
      if (!isNew && (rating.score !== score || rating.comment !== comment)) throw ratedAlready();
      return reply.code(201).send(viewOf(rating));
    },
  );

  app.get(
    '/v1/cases/:caseId/rating',
    { schema: { operationId: 'getServiceRating', tags: ['case'], summary: '案件的服务评价', params: CasePath, response: { 200: RatingSchema, ...COMMON_PROBLEMS } } },
    async (request) => {
      const user = userOf(request);
      const db = records.of(scopeOf(user));
      const stored = await reader.get(request.params.caseId, user, db);
      const rating = await findRating(db, keys, stored.record.caseId);
      if (!rating) throw notFound();
      if (user.applicant || rating.comment === null) return viewOf(rating);
      const comment = maskText(rating.comment, await reader.personalOf(stored), { roles: user.roles, state: stored.record.state });
      return viewOf({ ...rating, comment });
    },
  );

  app.get(
    '/v1/ratings/counts',
    { schema: { operationId: 'countServiceRatings', tags: ['case'], summary: '服务评价统计', response: { 200: CountSchema, ...COMMON_PROBLEMS } } },
    async (request) => {
      const user = userOf(request);
      const counts = await countRatings(records.of(scopeOf(user)), reachFor('countServiceRatings', user));
      const byScore = SCORES.map((score) => ({ score, count: counts.get(score) ?? 0 }));
      return { count: byScore.reduce((sum, { count }) => sum + count, 0), byScore };
    },
  );
}

function canBeRated({ state, payments }: CaseRecord): boolean {
  return isEnd(state) || payments.some((payment) => payment.state === 'paid');
}

function viewOf({ score, comment, ratedAt }: ServiceRating): z.infer<typeof RatingSchema> {
  return { score, comment, ratedAt: ratedAt.toISOString() };
}

const notRateable = () =>
  new HttpProblem(409, 'RATING_TOO_EARLY', {
    zh: { title: '尚不能评价', detail: '救助金到账或办理结束后可以评价。' },
    en: { title: 'Too early', detail: 'A case can be rated once aid has arrived or it has ended.' },
  });

const ratedAlready = () =>
  new HttpProblem(409, 'RATED_ALREADY', {
    zh: { title: '已评价', detail: '每个案件只能评价一次，评价后不能修改。' },
    en: { title: 'Rated already', detail: 'A case is rated once, and the rating stays.' },
  });
