/** Where the engine keeps its state: one PostgreSQL server, two databases on it. */
export interface EngineDatabase {
  host: string;
  port: string;
  user: string;
  password: string;
  main: string;
  visibility: string;
  /** How far to check an encrypted connection; undefined = not encrypted. */
  tls?: { verifyHost: boolean };
}

/** The engine's databases on the server of `url`. */
export function engineDatabase(url: string, main: string): EngineDatabase {
  const { hostname, port, username, password, searchParams } = new URL(url);
  const mode = searchParams.get('sslmode') ?? 'disable';
  return {
    host: hostname,
    port: port === '' ? '5432' : port,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    main,
    visibility: `${main}_visibility`,
    tls: mode === 'disable' || mode === 'allow' || mode === 'prefer' ? undefined : { verifyHost: mode === 'verify-full' },
  };
}

/** What `temporal-sql-tool` reads from its environment: not from arguments, which every user of the machine can see. */
export function sqlToolEnvironment(database: EngineDatabase, name: string): Record<string, string> {
  return {
    SQL_PLUGIN: 'postgres12_pgx',
    SQL_HOST: database.host,
    SQL_PORT: database.port,
    SQL_USER: database.user,
    SQL_PASSWORD: database.password,
    SQL_DATABASE: name,
    ...(database.tls && { SQL_TLS: 'true', SQL_TLS_DISABLE_HOST_VERIFICATION: String(!database.tls.verifyHost) }),
  };
}

/** What the Temporal server reads from its environment about its databases. */
export function serverDatabaseEnvironment(database: EngineDatabase): Record<string, string> {
  return {
    DB: 'postgres12_pgx',
    POSTGRES_SEEDS: database.host,
    DB_PORT: database.port,
    POSTGRES_USER: database.user,
    POSTGRES_PWD: database.password,
    DBNAME: database.main,
    VISIBILITY_DBNAME: database.visibility,
    ...(database.tls && { SQL_TLS_ENABLED: 'true', SQL_HOST_VERIFICATION: String(database.tls.verifyHost) }),
  };
}
