/**
 * One session per user name, however many steps and scenarios act as that user.
 *
 * @param login answers the bearer token of a user, or throws
 */
export class SignIn {
  private readonly tokens = new Map<string, Promise<string>>();

  constructor(private readonly login: (username: string) => Promise<string>) {}

  /** The user's bearer token; users that ask at the same time share one login. A failed login is tried anew the next time. */
  token(username: string): Promise<string> {
    const known = this.tokens.get(username);
    if (known) return known;
    const token = this.login(username).catch((error: unknown) => {
      this.tokens.delete(username);
      throw error;
    });
    this.tokens.set(username, token);
    return token;
  }
}
