import { z } from 'zod';
import { isPlainDate } from '../../domain/calendar-date';
import { NOTICE_PLACES } from '../../domain/policy';
import { both } from '../schema-messages';

/** An amount in whole fen; the bound keeps every sum and product exact. */
export const Fen = z.int().min(0).max(1_000_000_000_000).meta({ description: 'whole fen (分)' });

/** A calendar date of Asia/Shanghai that exists. */
export const PlainDate = z.iso.date().refine(isPlainDate, both('不是有效日期', 'not a date that exists')).meta({ format: 'date', example: '2023-11-13' });

/** An instant with offset. */
export const Instant = z.iso
  .datetime({ offset: true })
  // The calendar ends with 2199, and a file is kept for years after its case.
  .refine((text) => /^2(0\d|1[0-6])\d-/.test(text), both('应在 2000 年至 2169 年之间', 'must be in the years 2000 to 2169'))
  .meta({ format: 'date-time', example: '2023-11-13T09:00:00+08:00' });

/** A person's name: letters of any script, the middle dot of transcribed names. Digits are somebody's number in the wrong field. */
export const PersonName = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{M}][\p{L}\p{M}·•.'’ -]{0,49}$/u, both('不是有效姓名', "not a person's name"));

export const Phone = z.string().trim().regex(/^\+?[0-9][0-9 -]{4,19}$/, both('不是有效电话号码', 'not a telephone number'));
/** To which a code can be sent; with or without the prefix of the country. */
export const MobileNumber = z.string().trim().regex(/^(?:(?:\+|00)?86[ -]?)?1[3-9](?:[ -]?[0-9]){9}$/, both('应为 11 位手机号码', 'must be a mobile number of eleven digits'));
/** Its eleven digits, however it was written. */
export const elevenDigits = (mobileNumber: string): string => mobileNumber.replaceAll(/\D/g, '').slice(-11);
export const IdNumber = z.string().trim().min(1).max(30);
export const CardNumber = z.string().trim().regex(/^[0-9]{8,30}$/, both('银行卡号只能为数字', 'a card number has digits only'));
export const RegionCode = z.string().regex(/^[0-9]{6}$/, both('应为 6 位行政区划代码', 'must be a region code of six digits'));
export const OrgId = z.string().trim().min(1).max(64);
/** An identifier of a list, such as a sub-reason; free text would end up in the engine and in the append-only record. */
export const Code = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, both('应为代码', 'must be a code of letters and digits'));
export const ShortText = z.string().trim().min(1).max(200);
export const LongText = z.string().trim().min(1).max(4000);
export const Place = z.enum(NOTICE_PLACES);

/** An id in a path. One that is no UUID belongs to nothing; letters count without case, as in a UUID. */
export const PathId = z.string().toLowerCase();

export const CasePath = z.object({ caseId: PathId });

export const ListQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
};
