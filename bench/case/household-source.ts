import { sampleApplications, type SampleApplication } from '../../test/stack/sample-application';

/** Households in one series of the sample. */
const PER_SERIES = 1000;
const STARTS_AT = '2024-03-04T09:00:00+08:00';

/** Applications of households that do not exist, each another one; on a simulated clock, since notices must come to their end. */
export function* applications(): Generator<SampleApplication, never> {
  for (let series = 0; ; series++) {
    const next = sampleApplications(series);
    for (let no = 0; no < PER_SERIES; no++) yield next({ place: 'wuxi', startsAt: STARTS_AT });
  }
}
