import { keysetPages } from '../../../store/keyset-pages';

const LIST = [1, 2, 4, 8, 16];

async function pagesOf(size: number, list: () => readonly number[] = () => LIST): Promise<number[][]> {
  const pages: number[][] = [];
  const page = (after: number | null) => Promise.resolve(list().filter((entry) => after === null || entry > after).slice(0, size));
  for await (const entries of keysetPages(page, (entry) => entry)) pages.push(entries);
  return pages;
}

test('every entry comes once, in pages of the size that the list has; an empty list has none', async () => {
  expect(await pagesOf(2)).toEqual([[1, 2], [4, 8], [16]]);
  expect(await pagesOf(5)).toEqual([LIST]);
  expect(await pagesOf(2, () => [])).toEqual([]);
});

test('what disappears between two pages makes nobody be passed over', async () => {
  let asked = 0;
  expect((await pagesOf(2, () => (asked++ === 0 ? LIST : LIST.filter((entry) => entry > 2)))).flat()).toEqual(LIST);
});
