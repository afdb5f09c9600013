import type { ContentFault } from '../documents/content';
import { HttpProblem } from './problem';

const FAULTS: Record<ContentFault, { status: number; code: string; zh: string; en: string }> = {
  empty: { status: 422, code: 'DOCUMENT_UNREADABLE', zh: '文件为空。', en: 'The file is empty.' },
  typeNotAllowed: { status: 415, code: 'DOCUMENT_TYPE_NOT_ALLOWED', zh: '只接受 JPEG、PNG、WebP 图片和 PDF。HEIC 照片请先转换为 JPEG。', en: 'JPEG, PNG, WebP and PDF only. Convert a HEIC picture to JPEG first.' },
  notReadable: { status: 422, code: 'DOCUMENT_UNREADABLE', zh: '文件已损坏或不完整，请重新拍照或扫描。', en: 'The file is damaged or not complete. Take or scan it again.' },
  tooManyPixels: { status: 422, code: 'DOCUMENT_TOO_MANY_PIXELS', zh: '图片尺寸过大，最多 5000 万像素，单边最多 65535 像素。', en: 'The picture is too large: fifty million pixels at the most, and 65,535 along one side.' },
  pdfActive: { status: 422, code: 'DOCUMENT_ACTIVE_CONTENT', zh: 'PDF 含有脚本、附件或可执行动作。请打印为新的 PDF，或上传图片。', en: 'The PDF holds scripts, attachments or actions. Print it to a new PDF, or upload pictures.' },
  pdfNotInspectable: { status: 422, code: 'DOCUMENT_NOT_INSPECTABLE', zh: 'PDF 已加密或内容无法检查。请取消密码，打印为新的 PDF，或上传图片。', en: 'The PDF is encrypted or cannot be looked into. Print it to a new PDF without a password, or upload pictures.' },
};

/** The answer to a file that is not taken. */
export function documentRefused(fault: ContentFault): HttpProblem {
  const { status, code, zh, en } = FAULTS[fault];
  return new HttpProblem(status, code, { zh: { title: '文件不能接受', detail: zh }, en: { title: 'The file is not accepted', detail: en } });
}

export const documentNotReady = (state: string) =>
  new HttpProblem(
    409,
    'DOCUMENT_NOT_READY',
    {
      zh: { title: '文件尚不能下载', detail: state === 'infected' || state === 'failed' ? '该文件未通过安全检查。' : '该文件尚未通过安全检查，请稍后再试。' },
      en: { title: 'Not to be downloaded', detail: state === 'infected' || state === 'failed' ? 'The file did not pass the virus scan.' : 'The file has not passed the virus scan yet. Try again later.' },
    },
    { state },
  );

export const tooManyDocuments = (max: number) =>
  new HttpProblem(
    409,
    'TOO_MANY_DOCUMENTS',
    { zh: { title: '文件数量已达上限', detail: `每个案件最多 ${max} 个文件。` }, en: { title: 'Too many documents', detail: `A case has ${max} at the most.` } },
    { max },
  );

export const documentsBusy = () =>
  new HttpProblem(
    503,
    'DOCUMENTS_BUSY',
    { zh: { title: '正在处理其他文件', detail: '同时上传的文件过多，请稍后再试。' }, en: { title: 'Busy with other files', detail: 'Too many uploads at once. Try again shortly.' } },
    {},
    { 'retry-after': '5' },
  );

export const notOneFile = () =>
  new HttpProblem(415, 'UNSUPPORTED_MEDIA_TYPE', {
    zh: { title: '不支持的内容类型', detail: '请以 multipart/form-data 上传：字段 kind 和一个文件 file。' },
    en: { title: 'Unsupported media type', detail: 'Send multipart/form-data: the field kind, and one file named file.' },
  });
