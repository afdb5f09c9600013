import fc from 'fast-check';
import { turns } from '../../../bench/load/turns';

const sizes = fc.record({ cases: fc.integer({ min: 1, max: 60 }), steps: fc.integer({ min: 1, max: 8 }), apart: fc.integer({ min: 1, max: 60 }) });

test('every command of every case has its turn once, those of a case in order', () => {
  fc.assert(
    fc.property(sizes, ({ cases, steps, apart }) => {
      const order = turns(cases, steps, apart);
      expect(order).toHaveLength(cases * steps);
      for (let place = 0; place < cases; place++) {
        expect(order.filter((turn) => turn.place === place).map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_none, step) => step));
      }
    }),
  );
});

test('openings are spread over the whole load, not put in front of it', () => {
  const order = turns(120, 6, 40);
  const openingsIn = (from: number, to: number) => order.slice(from, to).filter(({ step }) => step === 0).length;
  expect(openingsIn(0, 360)).toBeLessThan(80);
  expect(openingsIn(360, 720)).toBeGreaterThan(40);
});
