/** 困难类别 in the order of precedence in which assessments list them. `extreme` (特困) is reserved in the field and defined nowhere. */
export const HARDSHIP_CLASSES = ['deep', 'accidental', 'relative'] as const;

/** deep 深度困难, accidental 意外致困, relative 相对困难. */
export type HardshipClass = (typeof HARDSHIP_CLASSES)[number];

/** A class, or `none`: assessed, and no class fits. */
export type ClassOrNone = HardshipClass | 'none';
