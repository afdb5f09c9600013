import { progressOn } from '../../../infra/progress';

function shown(lines: string[], isTTY: boolean): string {
  let text = '';
  const progress = progressOn({ isTTY, columns: 80, write: (part) => (text += part) });
  lines.forEach(progress);
  return text;
}

test('in a log every line stands for itself', () => {
  expect(shown(['Building it: 10 s', 'Building it: 20 s'], false)).toBe('Building it: 10 s\nBuilding it: 20 s\n');
});

test('at a terminal a line takes the place of the one it continues, and of no other', () => {
  expect(shown(['Building it: 10 s', 'Building it: 20 s', 'Ready', 'Ready'], true)).toBe('Building it: 10 s\n\u001b[1A\u001b[2KBuilding it: 20 s\nReady\nReady\n');
});
