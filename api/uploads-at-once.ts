import { documentsBusy } from './document-problems';

/** Files that are on their way in at the same time, each of them whole in memory: of one person, and of all. */
const AT_ONCE_MAX = { user: 10, all: 40 };

/**
 * How many files one process takes in at the same time. Who sends slowly has a minute for each, and what has come by then is in memory:
 * without an end to it, anybody with a telephone could fill that.
 */
export class UploadsAtOnce {
  private readonly ofUser = new Map<string, number>();
  private all = 0;

  /** Has a file come in. @throws HttpProblem DOCUMENTS_BUSY where too many are on their way, before anything of it is read */
  async takeIn<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const others = this.ofUser.get(userId) ?? 0;
    if (others >= AT_ONCE_MAX.user || this.all >= AT_ONCE_MAX.all) throw documentsBusy();
    this.ofUser.set(userId, others + 1);
    this.all += 1;
    try {
      return await work();
    } finally {
      const left = (this.ofUser.get(userId) ?? 1) - 1;
      if (left > 0) this.ofUser.set(userId, left);
      else this.ofUser.delete(userId);
      this.all -= 1;
    }
  }
}
