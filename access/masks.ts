/** Stands for what is hidden whole; its length says nothing. */
export const HIDDEN = '***';

/** Surnames of two characters; any other is taken to have one. */
const COMPOUND_SURNAMES = new Set(
  '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐'.split(' '),
);

/** A person's name with the surname left: 张**. However long the given name is, the mask is the same. */
export function maskName(name: string): string {
  const characters = Array.from(name.trim());
  if (characters.length === 0) return '';
  const surname = characters.length > 2 && COMPOUND_SURNAMES.has(characters.slice(0, 2).join('')) ? 2 : 1;
  return `${characters.slice(0, surname).join('')}**`;
}

/** A phone number with its middle hidden: enough to tell two people apart, not enough to call them. */
export function maskPhone(phone: string): string {
  return phone.length < 8 ? '*'.repeat(phone.length) : `${phone.slice(0, 3)}${'*'.repeat(phone.length - 7)}${phone.slice(-4)}`;
}

export function hideWhole(text: string): string {
  return text === '' ? '' : HIDDEN;
}
