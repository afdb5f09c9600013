import { readCommandLine, WrongUsage } from '../../../bench/command-line';

const ALL = ['commands', 'reads', 'disk'];

test('without options every part is measured in full', () => {
  expect(readCommandLine([], ALL)).toEqual({ parts: ALL, quick: false });
});

test('--only names parts; they are measured in the order of the benchmark', () => {
  expect(readCommandLine(['--quick', '--only', 'disk, commands'], ALL)).toEqual({ parts: ['commands', 'disk'], quick: true });
});

test('a part that does not exist is refused by name', () => {
  expect(() => readCommandLine(['--only', 'reads,speed'], ALL)).toThrow(/no part speed; the parts are commands, reads, disk/);
});

test.each([['--only', ''], ['--fast'], ['reads']])('%s is not understood', (...args) => {
  expect(() => readCommandLine(args, ALL)).toThrow(WrongUsage);
});

test('help is help, whatever else stands there', () => {
  expect(readCommandLine(['--help', '--quick'], ALL)).toBe('help');
});
