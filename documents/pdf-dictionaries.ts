/** A dictionary at which an object of a PDF begins. */
export interface PdfDictionary {
  /** All that stands in it, nested ones included, with one blank between: names without escapes, `()` for any string. */
  tokens: string;
  /** Where the bytes of its stream begin, when it is the dictionary of one. */
  contentFrom?: number;
}

/** Of a document that means well, dictionaries are a few deep. */
const DEPTH_MAX = 100;
const TOKENS_MAX = 200_000;
const CLOSES = { '>>': '<<', ']': '[' } as const;
const [OPENING, CLOSING, BACKSLASH, PERCENT, LINE_FEED, CARRIAGE_RETURN] = [0x28, 0x29, 0x5c, 0x25, 0x0a, 0x0d];
const BLANKS = [0x00, 0x09, LINE_FEED, 0x0c, CARRIAGE_RETURN, 0x20];
const SCALAR = /^([+\-.\d][+\-.\deE]*|true|false|null)$/;

/**
 * The dictionaries of all objects, wherever a table may point: also inside of strings and of the bytes of streams, so that there is
 * no second way to read the file. Goes forward from each beginning as readers do; backwards from `stream` there would be many ways.
 *
 * @param text the file as latin1
 * @returns `unclear` for what readers would make different things of, or for a file that would be gone through again and again
 */
export function* pdfDictionaries(text: string): Generator<PdfDictionary | 'unclear'> {
  let left = 2 * text.length + 100_000;
  for (const { index, 0: keyword } of text.matchAll(/(obj|trailer)(?=[\0\s<%])/g)) {
    const from = index + keyword.length;
    const tokens = new Tokens(text, from);
    tokens.skipBlanks();
    if (text.startsWith('<<', tokens.at)) yield dictionaryFrom(text, tokens) ?? 'unclear';
    left -= tokens.at - from;
    if (left < 0) yield 'unclear';
  }
}

function dictionaryFrom(text: string, tokens: Tokens): PdfDictionary | undefined {
  const content = balanced(tokens);
  if (content === undefined) return undefined;
  tokens.skipBlanks();
  if (!/^stream(?![^\0\s()<>[\]{}/%])/.test(text.slice(tokens.at, tokens.at + 7))) return { tokens: content };
  // After anything else, where its bytes begin depends on the reader.
  const [opening] = /^stream(\r\n|\r|\n)/.exec(text.slice(tokens.at, tokens.at + 8)) ?? [];
  return opening === undefined ? undefined : { tokens: content, contentFrom: tokens.at + opening.length };
}

/** From `<<` to its `>>`: names and values in turn, all closed as they were opened. */
function balanced(tokens: Tokens): string | undefined {
  const found: string[] = [];
  const open: string[] = [];
  let isNameNext = false;
  do {
    const token = tokens.next();
    const within = open.at(-1);
    if (token === '>>' || token === ']') {
      if (within !== CLOSES[token] || (within === '<<' && !isNameNext)) return undefined;
      open.pop();
      isNameNext = open.at(-1) === '<<';
    } else if (isNameNext) {
      if (!token?.startsWith('/')) return undefined;
      isNameNext = false;
    } else if (token === '<<' || token === '[') {
      open.push(token);
      isNameNext = token === '<<';
    } else {
      if (token === undefined) return undefined;
      isNameNext = within === '<<';
    }
    found.push(token);
  } while (open.length > 0 && open.length <= DEPTH_MAX && found.length < TOKENS_MAX);
  return open.length > 0 ? undefined : withoutEscapes(found.join(' '));
}

/** Reads tokens one after the other. Readers agree on these; `undefined` stands for the rest. */
class Tokens {
  constructor(
    private readonly text: string,
    /** Where it is. */
    public at: number,
  ) {}

  skipBlanks(): void {
    const { text } = this;
    let isRemark = false;
    for (; this.at < text.length; this.at += 1) {
      const code = text.charCodeAt(this.at);
      if (code === LINE_FEED || code === CARRIAGE_RETURN) isRemark = false;
      else if (code === PERCENT) isRemark = true;
      else if (!isRemark && !BLANKS.includes(code)) return;
    }
  }

  next(): string | undefined {
    this.skipBlanks();
    const two = this.text.slice(this.at, this.at + 2);
    if (two === '<<' || two === '>>') return this.take(two);
    const one = two[0];
    if (one === '[' || one === ']') return this.take(one);
    if (one === '(') return this.string();
    if (one === '<') return this.hexString();
    if (one === '/') return `/${this.regular(1)}`;
    const word = this.regular(0);
    if (!SCALAR.test(word)) return undefined;
    return /^\d+$/.test(word) ? `${word}${this.matching(/[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R(?![^\0\s()<>[\]{}/%])/y) ? ' 0 R' : ''}` : word;
  }

  private take(token: string): string {
    this.at += token.length;
    return token;
  }

  private regular(from: number): string {
    const begin = this.at + from;
    this.at = begin;
    this.matching(/[^\0\t\n\f\r ()<>[\]{}/%]+/y);
    return this.text.slice(begin, this.at);
  }

  private string(): string | undefined {
    const { text } = this;
    let depth = 0;
    // By codes, not by a pattern for each: a file may be nothing but brackets.
    for (let at = this.at; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) at += 1;
      else if (code === OPENING) depth += 1;
      else if (code === CLOSING) depth -= 1;
      if (depth > 0) continue;
      this.at = at + 1;
      return '()';
    }
    this.at = text.length;
    return undefined;
  }

  private hexString(): string | undefined {
    return this.matching(/<[0-9a-fA-F\0\t\n\f\r ]*>/y) ? '()' : undefined;
  }

  private matching(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }
}

const NUMBER_SIGN = 0x23;
const NO_DIGIT = 0xff;
/** What a byte is worth as a hexadecimal digit. */
const DIGITS = Uint8Array.from({ length: 256 }, (_none, byte) => (/[0-9a-fA-F]/.test(String.fromCharCode(byte)) ? parseInt(String.fromCharCode(byte), 16) : NO_DIGIT));

/** In a name, any letter may be written as # and its code. */
export function withoutEscapes(text: string): string {
  if (!text.includes('#')) return text;
  // In place and byte by byte: a file may be nothing but escapes, and a call for each would take seconds.
  const bytes = Buffer.from(text, 'latin1');
  const size = bytes.length;
  let length = 0;
  for (let index = 0; index < size; index += 1) {
    let byte = bytes[index] as number;
    if (byte === NUMBER_SIGN && index + 2 < size) {
      const high = DIGITS[bytes[index + 1] as number] as number;
      const low = DIGITS[bytes[index + 2] as number] as number;
      if (high !== NO_DIGIT && low !== NO_DIGIT) {
        byte = high * 16 + low;
        index += 2;
      }
    }
    bytes[length] = byte;
    length += 1;
  }
  return bytes.toString('latin1', 0, length);
}
